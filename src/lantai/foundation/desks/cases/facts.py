"""Facts 事实: what guards and permissions may ask about a case."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.desks.cases.definitions import CaseKind, kind_of
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import roles


def facts_of(actor: Any, case: Case, kind: CaseKind | None = None) -> dict[str, Any]:
    """What guards may ask: the domain's facts, who did what, the clock, the case's data."""
    kind = kind or kind_of(case)
    steps = case.steps.order_by("pk").values_list("transition", "by")
    own = kind.facts(case) if kind.facts else {}
    return {
        "me": actor.urn,
        "opened_by": case.opened_by,
        "did": [name for name, by in steps if by == actor.urn],
        "overdue": bool(case.due_date and case.due_date < localdate()),
        **own,
    }


def policy_targets(case: Case, kind: CaseKind | None = None) -> dict[str, Any]:
    """What permissions of the case's transitions are asked about."""
    kind = kind or kind_of(case)
    more = kind.targets(case) if kind.targets else {}
    return {"institution": case.institution, "case": case, **more}


def places_of(case: Case, role: str) -> list[Institution]:
    """The institutions at which a role is called upon for a case.

    A role that cannot be held at the case's institution is looked for where the domain says
    (``CaseKind.targets``), then at the authority above it.
    """
    kinds = roles()[role].kinds
    if case.institution.kind in kinds:
        return [case.institution]
    targets = [t for t in policy_targets(case).values() if isinstance(t, Institution)]
    fitting = [t for t in targets if t.kind in kinds]
    above = case.institution.parent
    while not fitting and above is not None:
        fitting = [above] if above.kind in kinds else []
        above = above.parent
    return fitting[:1]
