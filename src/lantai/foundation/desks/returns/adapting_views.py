"""Pages of return definitions: what they ask, and the editor of words, units, limits and checks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.core.desks.case_definition import DefinitionError, Mistake
from lantai.core.desks.overlaying import adapt, differences
from lantai.core.desks.return_definition import ReturnDefinition
from lantai.core.desks.return_reading import read_return
from lantai.foundation.desks.adapting.operations import adapt_definition
from lantai.foundation.desks.adapting.queries import in_force, versions_told
from lantai.foundation.desks.migrating.desk import how_many_behind
from lantai.foundation.desks.returns import presenting
from lantai.foundation.desks.returns.adapting_forms import (
    NEW_TYPES,
    changes_from,
    listed_codes,
    new_rows,
)
from lantai.foundation.desks.returns.definitions import (
    DESK,
    definition_for,
    return_definitions,
)
from lantai.foundation.desks.returns.queries import places_of
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import NotPermitted, localised
from lantai.foundation.work import Act


@login_required
def definitions(request: HttpRequest) -> HttpResponse:
    """Every return on the shelf."""
    require(request.user, "returns.see")
    rows = [
        {
            "id": d.id,
            "label": presenting.label(d),
            "note": localised(d.note_zh, d.note_en),
            "count": len(d.indicators),
            "verified": d.verified,
        }
        for d in return_definitions().all().values()
    ]
    context = {"rows": rows, "mistakes": return_definitions().mistakes()}
    return render(request, "foundation/returns/definitions.html", context)


def _owners(request: HttpRequest) -> list[Any]:
    return [p for p in places_of(request.user) if decide(request.user, "returns.open", owner=p)]


@login_required
def definition(request: HttpRequest, key: str) -> HttpResponse:
    """What a return asks, with its checks."""
    require(request.user, "returns.see")
    owners = _owners(request)
    rules = definition_for(key, owners[0] if owners else None)
    context = {
        "definition": rules,
        "label": presenting.label(rules),
        "note": localised(rules.note_zh, rules.note_en),
        "tables": presenting.tables_of(rules, {}),
        "checks": [
            {
                "rule": c.rule,
                "severity": c.severity,
                "message": localised(c.message_zh, c.message_en),
            }
            for c in rules.checks
        ],
        "may_adapt": bool(owners),
        "behind": how_many_behind(request.user, DESK, key),
    }
    return render(request, "foundation/returns/definition.html", context)


@login_required
def adapting(request: HttpRequest, key: str) -> HttpResponse:
    """The editor: words, units, limits of indicators and the rules of checks, with preview."""
    owners = _owners(request)
    if not owners:
        raise NotPermitted("报表定义由布置填报的机构修订。", "The body that asks adapts a return.")
    place, shipped = owners[0], definition_for(key)
    require(request.user, "desks.adapt", institution=place)
    present = definition_for(key, place)
    own = in_force(DESK, key, place)
    changes = own.changes if own else {}
    tried, mistakes, changed = present, [], []
    if request.method == "POST":
        changes = changes_from(shipped, changes, request.POST)
        tried, mistakes = _tried(shipped, changes)
        changed = differences(present.data, adapt(shipped.data, changes))
        if not mistakes and request.POST.get("do") == "save":
            row = adapt_definition(
                Act(by=request.user, reason=request.POST.get("reason", "")[:300]),
                desk=DESK, definition=key, institution=place, changes=changes,
            )  # fmt: skip
            messages.success(
                request, _("已保存为第 {n} 版，下次布置起使用。").format(n=row.version)
            )
            return redirect("returns:definition", key)
    context = {
        "definition": shipped,
        "label": presenting.label(tried),
        "tried": tried,
        "place": place,
        "rows": [one for one in tried.indicators if one.code in listed_codes(tried.data)],
        "removed": [
            {"code": code, "label": shipped.by_code[code].label_zh}
            for code in changes.get("removed", {}).get("indicator", [])
            if code in shipped.by_code
        ],
        "new_rows": new_rows(request.POST if mistakes else {}),
        "tables": [(t.id, localised(t.label_zh, t.label_en)) for t in shipped.tables],
        "types": NEW_TYPES,
        "checks": tried.checks,
        "mistakes": [localised(m.message_zh, m.message_en) for m in mistakes],
        "changes": [
            {"label": d.place, "before": d.before, "after": d.after}
            for d in changed
            if d.place not in ("id", "version")
        ],
        "preview": presenting.tables_of(tried, {})
        if request.method == "POST" and not mistakes
        else [],
        "versions": versions_told(DESK, key, place),
    }
    return render(request, "foundation/returns/adapting.html", context)


def _tried(
    shipped: ReturnDefinition, changes: dict[str, Any]
) -> tuple[ReturnDefinition, list[Any]]:
    gone = set(changes.get("removed", {}).get("indicator", []))
    twice = [
        Mistake(
            shipped.path, 1, f"指标代码 {row['code']} 已经有了，请换一个", f"{row['code']} is taken"
        )
        for row in changes.get("added", {}).get("indicator", [])
        if row["code"] in shipped.by_code and row["code"] not in gone
    ]
    if twice:
        return shipped, twice
    try:
        return read_return("", shipped.path, {**adapt(shipped.data, changes), "id": shipped.id}), []
    except DefinitionError as problem:
        return shipped, problem.mistakes
