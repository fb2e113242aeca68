"""Pages of sharing: the sets on offer, one set with its rows, asking, offering, the ledger of uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.access.sharing import operations
from lantai.access.sharing.chart import APPROVAL, chart, kind_named
from lantai.access.sharing.forms import AskForm, OfferForm
from lantai.access.sharing.models import SharedSet, SharingGrant
from lantai.access.sharing.queries import (
    MOST_PAGE,
    bodies_of,
    grant_of,
    rows_of,
    set_named,
    sets_on_offer,
    user_body,
)
from lantai.core.description.element import dictionary
from lantai.core.tables.writing import MIME, file_blocks
from lantai.foundation.desks.handing_out import attachment_name
from lantai.foundation.policy import decide, institutions_of, permissions, require
from lantai.foundation.refusal import NotFound, NotPermitted, localised
from lantai.foundation.work import Act

USES = 100


def _ways() -> dict[str, str]:
    return {"free": _("注册单位直接使用"), "approval": _("经授权使用")}


@login_required
def sets(request: HttpRequest) -> HttpResponse:
    """Every set on offer with how I may use it, and the chart."""
    require(request.user, "sharing.use")
    mine, ways = bodies_of(request.user), _ways()
    rows = []
    for one in sets_on_offer():
        kind = kind_named(one.kind)
        free = kind.way != APPROVAL or any(b.pk == one.holder_id or grant_of(one, b) for b in mine)
        rows.append({"set": one, "kind": localised(kind.zh, kind.en), "way": ways[kind.way],
                     "tone": "pass" if free else "waiting",
                     "state": _("可以使用") if free else _("须申请")})  # fmt: skip
    kinds = [
        {"label": localised(k.zh, k.en), "way": ways[k.way], "columns": localised("、", ", ").join(_heads(k.columns)),
         "open": k.open_only and k.source == "records"}
        for k in chart().kinds.values()
    ]  # fmt: skip
    context = {"rows": rows, "kinds": kinds, "verified": chart().verified,
               "source": chart().source, "may_offer": bool(_holders(request.user))}  # fmt: skip
    return render(request, "access/sharing/sets.html", context)


def _holders(actor: Any) -> list[Any]:
    return institutions_of(actor, permissions()["sharing.offer"].roles)


def _heads(columns: tuple[str, ...]) -> list[str]:
    known = dictionary()
    return [capfirst(localised(known[c].label_zh, known[c].label_en)) for c in columns]


@login_required
def offer(request: HttpRequest) -> HttpResponse:
    """The form of a new set."""
    require(request.user, "sharing.use")
    holders = _holders(request.user)
    if not holders:
        raise NotPermitted("共享数据集由档案馆发布。", "Sets are offered by archives.")
    form = OfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = operations.offer_set(Act(by=request.user), holder=holders[0], **form.cleaned_data)
        messages.success(request, _("已发布共享数据集。"))
        return redirect("sharing:set", made.number)
    context = {"form": form, "holder": holders[0]}
    return render(request, "access/sharing/offer.html", context, status=422 if form.errors else 200)


@login_required
def one(request: HttpRequest, number: str) -> HttpResponseBase:
    """One set: its rows for who may use it, how to come by it for others, uses for its holder."""
    require(request.user, "sharing.use")
    shared = set_named(number)
    kind = kind_named(shared.kind)
    text, after = request.GET.get("q", "")[:200], request.GET.get("after", "")
    try:
        body = user_body(request.user, shared)
    except NotPermitted as refused:
        context = {**_about(request, shared), "refused": str(refused),
                   "form": AskForm(bodies_of(request.user))}  # fmt: skip
        return render(request, "access/sharing/set.html", context)
    if form := request.GET.get("format", ""):
        return _file(request, shared, body, text, form)
    found = rows_of(shared, text, int(after) if after.isdecimal() else 0)
    operations.note_use(Act(by=request.user), shared=shared, body=body, channel="page",
                        question=text, rows=len(found.rows))  # fmt: skip
    kept = {"q": text} if text else {}
    context = {
        **_about(request, shared), "heads": _heads(kind.columns), "q": text,
        "rows": [list(zip(_heads(kind.columns), (row[c] for c in kind.columns), strict=True))
                 for row in found.rows], "total": found.total,
        "next": "?" + urlencode({**kept, "after": found.next}) if found.next else "",
        "files": [{"label": k, "url": "?" + urlencode({**kept, "format": k})} for k in MIME],
    }  # fmt: skip
    return render(request, "access/sharing/set.html", context)


def _about(request: HttpRequest, shared: SharedSet) -> dict[str, Any]:
    kind = kind_named(shared.kind)
    holds = bool(decide(request.user, "sharing.offer", shared=shared))
    uses = list(shared.uses.select_related("body").order_by("-pk")[:USES]) if holds else []
    ways = {"page": _("网页"), "api": _("接口"), "file": _("下载")}
    for use in uses:
        use.way = ways.get(use.channel, use.channel)  # type: ignore[attr-defined]
    by_body = (
        shared.uses.values("body__name").annotate(n=Count("pk"), rows=Sum("rows")).order_by("-n")
        if holds else []
    )  # fmt: skip
    return {
        "set": shared, "kind": localised(kind.zh, kind.en), "way": _ways()[kind.way],
        "open": kind.open_only and kind.source == "records", "holds": holds,
        "grants": shared.grants.select_related("body").order_by("-pk") if holds else [],
        "uses": uses, "by_body": by_body,
    }  # fmt: skip


def _file(
    request: HttpRequest, shared: SharedSet, body: Any, text: str, form: str
) -> HttpResponseBase:
    if form not in MIME:
        raise NotFound("没有这种文件格式。", "No such format.")
    kind = kind_named(shared.kind)
    total = rows_of(shared, text, limit=1).total
    operations.note_use(Act(by=request.user), shared=shared, body=body, channel="file",
                        question=text, rows=total)  # fmt: skip

    def lines() -> Iterator[list[Any]]:
        after = 0
        while True:
            found = rows_of(shared, text, after, MOST_PAGE)
            yield from ([row[c] for c in kind.columns] for row in found.rows)
            after = found.next
            if not after:
                return

    answer = StreamingHttpResponse(
        file_blocks(form, shared.title, _heads(kind.columns), lines()), content_type=MIME[form]
    )
    answer["Content-Disposition"] = attachment_name(shared.title, form)
    return answer


@require_POST
@login_required
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a grant."""
    require(request.user, "sharing.use")
    shared, mine = set_named(number), bodies_of(request.user)
    form = AskForm(mine, request.POST)
    if not form.is_valid():
        context = {**_about(request, shared), "form": form, "refused": _("申请没有填好。")}
        return render(request, "access/sharing/set.html", context, status=422)
    given = form.cleaned_data
    made = operations.ask_grant(
        Act(by=request.user), shared=shared, purpose=given["purpose"], until=given["until"],
        body=next(b for b in mine if b.code == given["body"]),
    )  # fmt: skip
    messages.success(request, _("已提交申请，编号 {number}。").format(number=made.number))
    return redirect("cases:case", made.number)


@require_POST
@login_required
def end(request: HttpRequest, number: str, grant: int) -> HttpResponse:
    """End a grant."""
    require(request.user, "sharing.use")
    row = SharingGrant.objects.filter(pk=grant, shared_set=set_named(number)).first()
    if row is None:
        raise NotFound("没有这项授权。", "No such grant.")
    operations.end_grant(Act(by=request.user, reason=request.POST.get("reason", "")), grant=row)
    messages.success(request, _("已终止授权。"))
    return redirect("sharing:set", number)


@require_POST
@login_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Offer a set no longer."""
    act = Act(by=request.user, reason=request.POST.get("reason", ""))
    operations.withdraw_set(act, shared=set_named(number))
    messages.success(request, _("已停止共享，授权随之终止，使用登记仍然保存。"))
    return redirect("sharing:sets")
