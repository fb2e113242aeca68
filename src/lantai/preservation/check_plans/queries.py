"""Questions about check plans: the one in force at an archives, its versions, who may change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from lantai.core.checks.plan import Plan, plans
from lantai.core.checks.plan_changes import with_changes
from lantai.core.registry import UnknownId
from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.desks.adapting.queries import adaptations, in_force
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of
from lantai.foundation.refusal import NotFound

DESK = "check-plans"
ROLES = ("archivist", "archives_director", "operator")


def shipped_plan(key: str) -> Plan:
    """The plan as its file has it, or `NotFound`."""
    try:
        return plans().get(key)
    except UnknownId:
        raise NotFound("没有这个检测方案。", "No such check plan.") from None


def plan_in_force(plan: Plan, holder: Any) -> Plan:
    """The plan as an archives has it; its version says which of its own it is."""
    own = in_force(DESK, plan.id, holder)
    return plan if own is None else at_version(plan, own)


def at_version(plan: Plan, own: Adaptation) -> Plan:
    """The plan with one version of an archives' changes; an empty one is the shipped plan."""
    version = f"{plan.version}+{own.version}" if own.changes else plan.version
    return with_changes(plan, own.changes, version)


def adapting_for(holder: Any) -> Callable[[Plan], Plan]:
    """What a run of the checks lays over the plan it chose."""
    return lambda plan: plan_in_force(plan, holder)


def versions_of(key: str, holder: Any) -> QuerySet[Adaptation]:
    """Every version an archives made, newest first."""
    return adaptations(DESK, key, holder)


def archives_of(person: Any) -> Institution | None:
    """The archives whose plans a person sees; the first when there are several."""
    places = institutions_of(person, ROLES)
    return next((place for place in places if place.kind == Institution.ARCHIVES), None)
