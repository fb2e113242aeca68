"""Pages of arranging: choose a place, see what would come of it, move; what was moved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.catalogue.arranging import presenting
from lantai.catalogue.arranging.forms import place_named
from lantai.catalogue.arranging.operations import RECODE, follow_with_codes, move_subtree
from lantai.catalogue.arranging.queries import move_for, moves_for, places_for, plan_of
from lantai.catalogue.arranging.recoding import key_of, rules_of
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import record_for
from lantai.foundation.jobs.models import Job
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, require
from lantai.foundation.work import Act


@login_required
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """GET: places, and the preview of the one chosen; POST: move."""
    row = record_for(request.user, uid)
    require(request.user, "records.arrange", record=row)
    given = request.POST if request.method == "POST" else request.GET
    to, category = given.get("to", ""), given.get("category", "")[:40]
    parent = place_named(request.user, to)
    if request.method == "POST" and to:
        return _move(request, row, parent, category)
    text = given.get("q", "").strip()[:100]
    context: dict[str, Any] = {
        "record": row,
        "here": presenting.place_words(row.parent, key_of(row.record_class, row.description)),
        "text": text,
        "places": places_for(request.user, row, text),
        "to": to,
        "category": category,
        "categories": _categories(row),
        "plan": None,
        "breadcrumbs": _breadcrumbs(row),
    }
    if to:
        plan = plan_of(request.user, row, parent, category)
        context |= {
            "plan": plan,
            "facts": presenting.plan_facts(plan),
            "problems": presenting.problem_words(plan),
            "scopes": presenting.scope_rows(plan),
            "scope_columns": [
                {"label": _("档号段"), "kind": "code"},
                {"label": _("从"), "numeric": True},
                {"label": _("件数"), "numeric": True},
            ],
        }
    return render(request, "catalogue/arranging/move.html", context)


def _move(request: HttpRequest, row: Record, parent: Record | None, category: str) -> HttpResponse:
    version = request.POST.get("version", "")
    done = move_subtree(
        Act(by=request.user, reason=request.POST.get("reason", "")[:300]),
        record=row,
        parent=parent,
        category=category,
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
    )
    messages.success(request, _("已移动。原来的档号仍可检索。"))
    return redirect("arranging:one", done.pk)


def _categories(row: Record) -> list[dict[str, str]]:
    now = key_of(row.record_class, row.description)
    keys = [now, *(key for key in rules_of(row.fonds).by_key if key != now)]
    return [{"value": key, "label": f"{key} {presenting.category_words(key)}"} for key in keys]


def _breadcrumbs(row: Record) -> list[dict[str, str]]:
    return [
        {
            "label": f"{row.fonds.code} {row.fonds.name}",
            "url": reverse("fonds:fonds", args=[row.fonds.holder.code, row.fonds.code]),
        },
        {"label": row.title, "url": f"/records/{row.uid}/"},
        {"label": _("整理调整"), "url": ""},
    ]


@login_required
def moves(request: HttpRequest) -> HttpResponse:
    """What was moved, the newest first, a page by key; of one fonds when named."""
    require(request.user, "records.browse")
    rows = moves_for(request.user)
    fonds = request.GET.get("fonds", "")[:20]
    if fonds:
        rows = rows.filter(fonds__code=fonds)
    page = page_by_key(rows, request.GET)
    context = {
        "rows": [presenting.move_row(row) for row in page.rows],
        "columns": [
            {"label": _("档案"), "kind": "title", "fixed": True},
            {"label": _("从")},
            {"label": _("到")},
            {"label": _("件数"), "numeric": True},
            {"label": _("重编档号"), "numeric": True},
            {"label": _("调整人")},
            {"label": _("状态"), "kind": "short"},
        ],
        "pager": page.pager,
        "breadcrumbs": [
            {"label": _("全宗"), "url": reverse("fonds:list")},
            {"label": _("整理调整")},
        ],
    }
    return render(request, "catalogue/arranging/moves.html", context)


@login_required
def one_move(request: HttpRequest, pk: int) -> HttpResponse:
    """One move and how far its codes are."""
    require(request.user, "records.browse")
    row = move_for(request.user, pk)
    job = Job.objects.filter(task=RECODE, subject=row.urn).order_by("-pk").first()
    shown = presenting.move_row(row)
    context = {
        "move": shown,
        "facts": [
            {"label": _("从"), "value": shown["from"]},
            {"label": _("到"), "value": shown["to"]},
            {"label": _("件数"), "value": f"{row.records:,}"},
            {"label": _("已重编档号"), "value": f"{row.recoded:,}"},
            {"label": _("调整人"), "value": f"{row.by_name} {shown['at']}"},
            {"label": _("缘由"), "value": row.reason},
        ],
        "job": job if shown["running"] else None,
        "may_go_on": shown["running"]
        and (job is None or job.is_over)
        and decide(request.user, "records.arrange", move=row),
        "breadcrumbs": [
            {"label": _("整理调整"), "url": reverse("arranging:moves")},
            {"label": row.record.title, "url": ""},
        ],
    }
    return render(request, "catalogue/arranging/one.html", context)


@login_required
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the job again that re-issues what is left."""
    follow_with_codes(Act(by=request.user), move=move_for(request.user, pk))
    return redirect("arranging:one", pk)
