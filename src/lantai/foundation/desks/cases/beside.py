"""The acts beside the moves of a case, as one person may do them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.core.desks.cases import CaseDefinition
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.owed import presenting
from lantai.foundation.desks.owed.presenting import Beside
from lantai.foundation.policy import decide, institutions_of


def acts_beside(actor: Any, rules: CaseDefinition, row: Case, handles: bool) -> list[Beside]:
    """Return, withdraw, delegate, urge, recuse: those the rules allow and the person may do."""
    if not rules.open_who or row.closed_at:
        return []
    last = row.steps.order_by("-pk").first()
    moved = row.steps.filter(to_state=row.state, transition__in=list(rules.by_transition))
    found = []
    if handles and "return" in rules.allow and moved.exists():
        found.append(
            Beside("return", _url(row, "return"), _("退回上一步"), _("退回理由"), True, "danger")
        )
    own = last and last.by == actor.urn and last.transition in rules.by_transition
    if own and "withdraw" in rules.allow:
        found.append(Beside("withdraw", _url(row, "withdraw"), _("撤回我刚办的一步")))
    people = _colleagues(actor, row) if handles and "delegate" in rules.allow else []
    if people:
        found.append(presenting.delegate(_url(row, "delegate"), people))
    if "urge" in rules.allow and decide(actor, "cases.urge", case=row):
        found.append(presenting.urge(_url(row, "urge")))
    if handles and "recuse" in rules.allow:
        found.append(Beside("recuse", _url(row, "recuse"), _("我要回避"), _("回避理由"), True))
    return found


def _url(row: Case, do: str) -> str:
    return reverse("cases:handle", args=[row.number, do])


def _colleagues(actor: Any, row: Case) -> list[Person]:
    near = {place.pk for place in institutions_of(actor)}
    people = Person.objects.filter(
        is_active=True, assignments__institution__in=near & {row.institution_id} or near
    ).exclude(pk=getattr(actor, "pk", None) or 0)
    return list(people.distinct().order_by("name")[:100])
