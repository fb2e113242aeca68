"""The page of formats: what is held, what is at risk, what can be done and was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.formats.migration import migrations
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.policy import decide, institutions_of, require
from lantai.foundation.work import Act
from lantai.preservation.migrating import operations
from lantai.preservation.migrating.queries import (
    FAILED,
    MADE,
    Held,
    components_for,
    formats_held,
    latest_outcomes,
)

SHOWN = 50
TONES = {"at-risk": "fail", "unknown": "review", "acceptable": "info", "preferred": "pass"}


def formats(request: HttpRequest) -> HttpResponse:
    """Formats with their risk, and the outcome of the last migrations."""
    require(request.user, "migrations.see")
    held = formats_held(request.user)
    context = {
        "rows": [_row(one) for one in held],
        "files": sum(one.files for one in held),
        "at_risk": sum(one.files for one in held if one.risk.level == "at-risk"),
        "made": sum(one.made for one in held),
        "failed": sum(one.failed for one in held),
        "may": any(decide(request.user, "migrations.run", holder=one) for one in _places(request)),
        "outcomes": [_outcome(one) for one in latest_outcomes(request.user, SHOWN)],
    }
    return render(request, "preservation/migrating/formats.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Queue the migration of one format, an archives at a time."""
    places = _places(request)
    require(request.user, "migrations.run", holder=places[0] if places else None)
    way = migrations().all().get(request.POST.get("way", ""))
    if way is None:
        raise Http404
    puid = request.POST.get("puid", "")[:40]
    for holder in places:
        enqueue(
            "preservation.migrate",
            title=f"{way.label_zh} {way.label_en}：{puid}",
            arguments={"way": way.id, "puid": puid, "holder": holder.code},
            key=f"preservation.migrate:{holder.code}:{puid}",
            person=request.user,
            institution=holder,
        )
    messages.success(request, _("已交给后台转换：原件不动，转换件逐件比对后存入，进度见“任务”。"))
    return redirect("migrating:formats")


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a file that failed be tried once more."""
    row = get_object_or_404(components_for(request.user), pk=pk)
    operations.try_again(Act(by=request.user), component=row)
    messages.success(request, _("下次转换时会再试这个文件。"))
    return redirect("migrating:formats")


def _places(request: HttpRequest) -> list[Any]:
    return list(institutions_of(request.user, ("archivist", "archives_director")))


def _row(one: Held) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    return {
        "held": one,
        "tone": TONES[one.risk.level],
        "level": {
            "at-risk": _("有风险"), "unknown": _("待判断"),
            "acceptable": _("可接收"), "preferred": _("宜长期保存"),
        }[one.risk.level],
        "reason": one.risk.reason_en if english else one.risk.reason_zh,
        "ways": [
            {"id": way.id, "label": way.label_en if english else way.label_zh,
             "missing": way().missing()}
            for way in one.ways
        ],
    }  # fmt: skip


def _outcome(component: Any) -> dict[str, Any]:
    made, failed = component.details.get(MADE), component.details.get(FAILED)
    way = migrations().all().get((made or failed)["way"])
    english = (get_language() or "").startswith("en")
    label = (way.label_en if english else way.label_zh) if way else (made or failed)["way"]
    zh, _slash, en = (failed or {}).get("message", "").partition(" / ")
    return {
        "component": component,
        "record": component.record,
        "way": label,
        "made": made,
        "problem": (en or zh) if english else zh,
    }
