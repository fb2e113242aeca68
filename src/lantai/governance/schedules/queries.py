"""Questions about schedules: which one is in force, what it says, what is wrong with it."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from lantai.core.registry import UnknownId
from lantai.core.schedules import Schedule, ScheduleError, ScheduleProblem, validate_schedule
from lantai.core.schedules.inheriting import below_the_group
from lantai.core.schedules.schedule import MODELS, schedule_from, schedules
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, standings
from lantai.foundation.refusal import NotFound, Refusal
from lantai.governance.schedules.models import SchedulePlan

GROUP = "@group"  # in place of a model: the schedule in force at the unit above


class NoScheduleInForce(Refusal):
    """单位没有生效的三合一制度."""

    code = "no-schedule"


def plan_in_force(unit: Institution, day: date) -> SchedulePlan | None:
    """The approved version in force at the unit on that day."""
    return (
        SchedulePlan.objects.filter(unit=unit, state=SchedulePlan.APPROVED, effective_from__lte=day)
        .order_by("-effective_from", "-pk")
        .first()
    )


def require_plan_in_force(unit: Institution, day: date) -> SchedulePlan:
    """`plan_in_force`, or a refusal that says what to do."""
    plan = plan_in_force(unit, day)
    if plan is None:
        raise NoScheduleInForce(
            f"{unit.name}在 {day:%Y-%m-%d} 没有生效的三合一制度，不能归档登记。"
            "请在“三合一制度”中编制并报档案主管部门审查同意。",
            f"{unit.name_en or unit.name} has no schedule in force on {day:%Y-%m-%d}: nothing can "
            "be filed. Draft one under “Schedules” and have the authority approve it.",
        )
    return plan


def schedule_of(plan: SchedulePlan) -> Schedule:
    """The plan's tables, parsed; `Refusal` when the data cannot be a schedule."""
    try:
        return schedule_from(plan.data, f"{plan.unit.code}@{plan.version}")
    except ScheduleError as problem:
        raise Refusal(
            f"三合一制度内容有误：{problem}。请改正后重新导入。",
            f"The schedule is broken: {problem}",
        ) from None


def problems_of(plan: SchedulePlan) -> list[ScheduleProblem]:
    """What the validator finds, and where the unit's group has fixed more."""
    own, above = schedule_of(plan), plan_of_group(plan.unit)
    found = validate_schedule(own)
    return found if above is None else [*found, *below_the_group(schedule_of(above), own)]


def plan_of_group(unit: Institution) -> SchedulePlan | None:
    """The version in force at the nearest unit above: of an enterprise its group 集团."""
    above = unit.parent
    while above is not None and above.kind == Institution.UNIT:
        plan = plan_in_force(above, localdate())
        if plan is not None:
            return plan
        above = above.parent
    return None


def authority_above(unit: Institution) -> Institution | None:
    """The authority that reviews the unit's schedule: of a company it lies above its group."""
    above = unit.parent
    while above is not None and above.kind != Institution.AUTHORITY:
        above = above.parent
    return above


def plans_for(actor: Any) -> QuerySet[SchedulePlan]:
    """The plans of the viewer's institutions, of those below them, and of an archives' units."""
    rows = SchedulePlan.objects.select_related("unit").order_by("unit__code", "-pk")
    if isinstance(actor, Operator):
        return rows
    places = {place.pk for _role, place in standings(actor)}
    reach = Q(unit_id__in=places) | Q(unit__archives_id__in=places)
    path = "unit__parent_id"
    for _level in range(4):  # province, city, county, unit
        reach |= Q(**{f"{path}__in": places})
        path = path.removesuffix("_id") + "__parent_id"
    return rows.filter(reach)


def plan_for(actor: Any, pk: int) -> SchedulePlan:
    """One plan the viewer may see."""
    row = plans_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("没有这份三合一制度，或您不能查看。", "No such schedule.")
    return row


@lru_cache(maxsize=32)
def _model_text(model: str) -> str:
    return (MODELS / f"{model}.toml").read_text(encoding="utf-8")


def model_data(model: str) -> dict[str, Any]:
    """The rows of a model schedule of core/schedules/models; `UnknownId` if there is none."""
    schedules().get(model)
    return tomllib.loads(_model_text(model))


def models() -> list[Schedule]:
    """The model schedules one may adopt."""
    return list(schedules().all().values())


__all__ = [
    "GROUP", "NoScheduleInForce", "UnknownId", "authority_above", "model_data", "models", "plan_for", "plan_in_force",
    "plan_of_group", "plans_for", "problems_of", "require_plan_in_force", "schedule_of",
]  # fmt: skip
