"""The page of stores, policy, carriers, peers and frozen objects, and what is done there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.policy import decide, require
from lantai.foundation.work import Act
from lantai.preservation.copies import presenting
from lantai.preservation.peering.peers import peers
from lantai.preservation.replication import operations
from lantai.preservation.replication.models import PreservedObject, Store
from lantai.preservation.replication.queries import fulfilment, stores


def copies(request: HttpRequest) -> HttpResponse:
    """Everything about copies on one page."""
    require(request.user, "copies.see")
    found = fulfilment()
    frozen = PreservedObject.objects.exclude(frozen_at=None).order_by("-frozen_at", "pk")
    media = presenting.medium_words()
    return render(
        request,
        "preservation/copies/copies.html",
        {
            "found": found,
            "lacking": presenting.lacking_lines(found),
            "unmet": max(found["objects"] - found["met"], 0),
            "policies": presenting.policy_options(),
            "stores": presenting.store_table(),
            "retirable": [row for row in stores() if row.code != Store.MAIN],
            "troubles": [row for row in stores() if row.trouble],
            "carriers": presenting.carrier_table(),
            "peers": [peer.code for peer in peers()],
            "polls": presenting.poll_table(),
            "recovery": presenting.recovery_facts(),
            "frozen": presenting.frozen_lines(frozen),
            "media": [{"value": code, "label": label} for code, label in media.items()],
            "may_manage": decide(request.user, "stores.manage"),
            "may_copy": decide(request.user, "copies.record"),
            "may_thaw": decide(request.user, "copies.thaw"),
        },
    )


@require_POST
def policy(request: HttpRequest) -> HttpResponse:
    """Choose which policy holds."""
    operations.choose_policy(Act(by=request.user), policy=request.POST.get("policy", ""))
    messages.success(request, _("副本策略已更改。"))
    return redirect("copies:copies")


@require_POST
def add_store(request: HttpRequest) -> HttpResponse:
    """Name a further store."""
    given = {key: request.POST.get(key, "").strip() for key in
             ("code", "name", "url", "place", "threat", "medium")}  # fmt: skip
    offline = bool(request.POST.get("offline"))
    operations.register_store(Act(by=request.user), **given, offline=offline)
    messages.success(request, _("存储库已登记，后台开始复制。"))
    return redirect("copies:copies")


@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Copy nothing there any more."""
    operations.retire_store(Act(by=request.user), store=get_object_or_404(Store, code=code))
    messages.success(request, _("存储库已停用，原有副本留在原处。"))
    return redirect("copies:copies")


@require_POST
def replicate(request: HttpRequest) -> HttpResponse:
    """Ask for a round of copying now."""
    require(request.user, "copies.record")
    enqueue("replication.run", title=_("复制到各存储库"), key="replication.run",
            person=request.user)  # fmt: skip
    messages.success(request, _("已交给后台复制，进度见“任务”。"))
    return redirect("copies:copies")


@require_POST
def thaw(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has put a frozen object right."""
    row = get_object_or_404(PreservedObject, pk=pk)
    act = Act(by=request.user, reason=request.POST.get("reason", ""))
    operations.thaw_object(act, row=row)
    messages.success(request, _("已解除冻结，后台正在重新校验。"))
    return redirect("copies:copies")
