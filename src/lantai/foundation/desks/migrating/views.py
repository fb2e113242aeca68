"""The page before a migration 转版预览: matter by matter what would happen, and which to move."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.foundation.desks.migrating.desk import MigratingDesk, migrating_desk
from lantai.foundation.desks.migrating.tasks import MIGRATE
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.paging import page_by_key
from lantai.foundation.refusal import Refusal, localised

PAGE = 25


@login_required
def preview(request: HttpRequest, desk: str, key: str) -> HttpResponse:
    """Show what would happen; POST moves the chosen ones (or all) as a job."""
    place = migrating_desk(desk)
    label = place.label(key)
    rows = place.behind(request.user, key)
    if request.method == "POST":
        return _enqueue(request, place, key, label)
    page = page_by_key(rows, request.GET, key="pk", size=PAGE)
    context = {
        "label": label,
        "total": page.total,
        "lines": [_line(place, row) for row in page.rows],
        "pager": page.pager,
        "columns": [{"label": _("事项"), "kind": "title"}, {"label": _("现按版本")},
                    {"label": _("转后版本")}, {"label": _("会发生什么")}],
    }  # fmt: skip
    return render(request, "foundation/migrating/preview.html", context)


def _line(place: MigratingDesk, row: Any) -> dict[str, Any]:
    seen = place.foresee(row)
    return {
        "pk": row.pk,
        "behind": place.line(row),
        "moves": seen.moves,
        "effects": [{"kind": one.kind, "words": localised(one.zh, one.en)} for one in seen.effects],
    }


def _enqueue(request: HttpRequest, place: MigratingDesk, key: str, label: str) -> HttpResponse:
    everything = request.POST.get("select_all") == "1"
    chosen = [int(pk) for pk in request.POST.getlist("selected") if pk.isdecimal()]
    if not everything and not chosen:
        raise Refusal("还没有选中事项；不转的留在原版本。", "Choose what is to go over.")
    job = enqueue(
        MIGRATE,
        title=_("转到现行版本：{name}").format(name=label),
        arguments={
            "desk": place.id, "definition": key, "keys": None if everything else chosen,
            "reason": request.POST.get("reason", "")[:300],
        },
        person=request.user,
    )  # fmt: skip
    messages.success(request, _("已交后台办理；没有选中的仍按原来的版本。"))
    return redirect("jobs:job", job.pk)
