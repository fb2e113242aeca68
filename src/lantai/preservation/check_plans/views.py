"""Pages of the check plans: all of them, and one as a table of items that may be changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.core.checks.check import Check, slug
from lantai.core.checks.finding import Property, Stage
from lantai.core.checks.plan import Plan
from lantai.core.checks.plan import plans as shelf
from lantai.core.checks.plan_changes import (
    changes_from,
    differences,
    objections,
    severity_at,
    with_changes,
)
from lantai.core.checks.runner import checks
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import localised
from lantai.foundation.work import Act
from lantai.preservation.check_plans import operations
from lantai.preservation.check_plans.queries import (
    archives_of,
    at_version,
    plan_in_force,
    shipped_plan,
    versions_of,
)

PROPERTIES_EN = ("Authenticity", "Integrity", "Usability", "Security")
STAGES_EN = {"filing": "Filing", "transfer": "Transfer", "preservation": "Preservation"}


def plans(request: HttpRequest) -> HttpResponse:
    """Every plan with what it is for, how many items it runs, and the version in force."""
    require(request.user, "check_plans.see")
    holder = archives_of(request.user)
    rows = []
    for shipped in shelf().all().values():
        own = plan_in_force(shipped, holder) if holder else shipped
        rows.append(
            {
                "plan": own,
                "label": localised(own.title_zh, own.title_en),
                "classes": "、".join(own.record_classes) or _("没有专门方案的门类"),
                "own": own.version != shipped.version,
                "counts": [
                    (localised(stage.label_zh, STAGES_EN[stage.value]), _run_at(own, stage))
                    for stage in Stage
                ],
            }
        )
    return render(request, "preservation/check_plans/plans.html", {"rows": rows, "holder": holder})


def plan(request: HttpRequest, key: str) -> HttpResponse:
    """One plan; ``preview`` shows what would change, ``save`` puts it in force."""
    require(request.user, "check_plans.see")
    shipped, holder = shipped_plan(key), archives_of(request.user)
    present = plan_in_force(shipped, holder) if holder else shipped
    tried, posted = present, request.method == "POST"
    if posted:
        require(request.user, "check_plans.adapt", holder=holder)
        changes = changes_from(shipped, _given(request), _kinds())
        tried = with_changes(shipped, changes, present.version)
        if request.POST.get("do") == "save" and holder is not None:
            act = Act(by=request.user, reason=request.POST.get("reason", "")[:300])
            row = operations.adapt_plan(act, plan=key, holder=holder, changes=changes)
            version = at_version(shipped, row).version
            messages.success(request, _("已启用方案版本 {v}，下一次检测按它办。").format(v=version))
            return redirect(request.path)
    context = {
        "plan": present,
        "label": localised(present.title_zh, present.title_en),
        "note": localised(present.note_zh, present.note_en),
        "holder": holder,
        "groups": _groups(tried, shipped),
        "stages": [localised(s.label_zh, STAGES_EN[s.value]) for s in Stage],
        "may": bool(holder and decide(request.user, "check_plans.adapt", holder=holder)),
        "posted": posted,
        "against": [localised(zh, en) for zh, en in objections(tried)] if posted else [],
        "changes": _shown(present, tried) if posted else [],
        "reason": request.POST.get("reason", ""),
        "versions": _versions(shipped, holder),
    }
    return render(request, "preservation/check_plans/plan.html", context)


def _run_at(plan: Plan, stage: Stage) -> int:
    return sum(bool(severity_at(plan, item, stage)) for item in plan.items)


def _kinds() -> dict[str, type[Check]]:
    return dict(sorted(checks().all().items(), key=lambda pair: slug(pair[0])))


def _given(request: HttpRequest) -> dict[tuple[str, Stage], str]:
    return {
        (item, stage): str(request.POST[f"{item}.{stage.value}"])
        for item in _kinds()
        for stage in Stage
        if f"{item}.{stage.value}" in request.POST
    }


def _words() -> dict[str, str]:
    return {
        "error": _("不通过"), "warning": _("警告"), "info": _("提示"), "": _("不检"),
    }  # fmt: skip


def _groups(tried: Plan, shipped: Plan) -> list[dict[str, Any]]:
    kinds, groups = _kinds(), []
    for prop, english in zip(Property, PROPERTIES_EN, strict=True):
        items = [
            {
                "id": item,
                "label": localised(kind.name_zh, kind.name_en),
                "clause": kind.clauses[0] if kind.clauses else "",
                "manual": kind.kind == "manual",
                "stages": [_choice(tried, shipped, item, stage) for stage in Stage],
            }
            for item, kind in kinds.items()
            if kind.property == prop
        ]
        groups.append({"label": localised(prop.label_zh, english), "items": items})
    return groups


def _choice(tried: Plan, shipped: Plan, item: str, stage: Stage) -> dict[str, Any]:
    value = severity_at(tried, item, stage)
    return {
        "name": f"{item}.{stage.value}",
        "label": localised(stage.label_zh, STAGES_EN[stage.value]),
        "value": value,
        "word": _words()[value],
        "own": value != severity_at(shipped, item, stage),
        "options": [(key, word, key == value) for key, word in _words().items()],
    }


def _shown(before: Plan, after: Plan) -> list[dict[str, str]]:
    words, kinds = _words(), _kinds()
    return [
        {
            "label": f"{one.item} {localised(kinds[one.item].name_zh, kinds[one.item].name_en)} · "
            f"{localised(one.stage.label_zh, STAGES_EN[one.stage.value])}",
            "before": words[one.before],
            "after": words[one.after],
        }
        for one in differences(before, after)
        if one.item in kinds
    ]


def _versions(shipped: Plan, holder: Any) -> list[dict[str, str]]:
    rows = list(versions_of(shipped.id, holder)[:20]) if holder else []
    made = [at_version(shipped, row) for row in rows] + [shipped]
    return [
        {
            "label": one.version,
            "at": localtime(row.created_at).strftime("%Y-%m-%d %H:%M"),
            "by": row.created_by_name,
            "detail": "；".join(
                [row.note, *(f"{d['label']}：{d['before']} → {d['after']}"
                             for d in _shown(before, one)[:12])]
            ),
            "state": "done",
        }
        for row, one, before in zip(rows, made, made[1:], strict=False)
    ]  # fmt: skip
