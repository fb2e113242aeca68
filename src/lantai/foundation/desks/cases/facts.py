"""Facts 事实: what guards and permissions may ask about a case."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.cases.definitions import CaseKind, kind_of, rules_for
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import roles


def facts_of(
    actor: Any, case: Case, kind: CaseKind | None = None, asked: Collection[str] = ()
) -> dict[str, Any]:
    """What guards may ask: the domain's facts, who did what, the clock, the case's data.

    ``asked`` are the fields of the step under way: what is given now stands for them, not what
    the case held before.
    """
    kind = kind or kind_of(case)
    steps = case.steps.order_by("pk").values_list("transition", "by")
    own = kind.facts(case) if kind.facts else {}
    rules = rules_for(case.definition, case.definition_version)
    held = {name: case.data.get(name, "") for name in rules.every_field if name not in asked}
    return {
        **held,
        "me": actor.urn,
        "opened_by": case.opened_by,
        "today": localdate(),
        "opened_on": localdate(case.opened_at),
        "state_since": localdate(case.state_since),
        "attached": list(dict.fromkeys(attachments_of(case.urn).values_list("role", flat=True))),
        "done_by": [by for _, by in steps],
        "steps": [name for name, _ in steps],
        "did": [name for name, by in steps if by == actor.urn],
        "overdue": bool(case.due_date and case.due_date < localdate()),
        **own,
    }


def policy_targets(case: Case, kind: CaseKind | None = None) -> dict[str, Any]:
    """What permissions of the case's transitions are asked about."""
    kind = kind or kind_of(case)
    more = kind.targets(case) if kind.targets else {}
    return {"institution": case.institution, "case": case, **more}


def places_of(case: Case, who: str) -> list[Institution]:
    """The institutions at which a role is called upon for a case.

    ``role@party`` is the role at the institution that a field names (or at the applicant). A role
    that cannot be held at the case's institution is looked for among those the domain names
    (``CaseKind.targets``), then the parties, then at the authority above.
    """
    role, _, party = who.partition("@")
    kinds = roles()[role].kinds
    if not party and case.institution.kind in kinds:
        return [case.institution]
    parties = [
        row.institution
        for row in case.parties.select_related("institution").order_by("pk")
        if row.institution.kind in kinds and party in ("", row.role)
    ]
    if party:
        return parties
    targets = [t for t in policy_targets(case).values() if isinstance(t, Institution)]
    fitting = [t for t in targets if t.kind in kinds][:1] or parties
    above = case.institution.parent
    while not fitting and above is not None:
        fitting = [above] if above.kind in kinds else []
        above = above.parent
    return list(dict.fromkeys(fitting))
