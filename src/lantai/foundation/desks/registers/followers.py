"""Follows the cases: one that ends tells the entry it was opened from."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from lantai.foundation.changes.following import Follower
from lantai.foundation.changes.models import Change
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.matters import ended_values, entry_of
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import change_entry
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act

log = logging.getLogger("lantai.followers")


class MattersFollow(Follower):
    """办结回填: an entry becomes what its definition says when the case has ended."""

    id = "register-matters"

    def follow(self, changes: Sequence[Change]) -> None:
        """Closed cases about entries; an entry that says so already is left as it is."""
        numbers = {
            c.subject.removeprefix("case:") for c in changes if c.subject.startswith("case:")
        }
        ended = Case.objects.filter(
            number__in=numbers, closed_at__isnull=False, subject__startswith="register:"
        )
        for case in ended.order_by("pk"):
            entry = entry_of(case)
            if entry is None:
                continue
            values = ended_values(definition_of(entry.register, entry.institution), case)
            if values and any(entry.values.get(k) != v for k, v in values.items()):
                _fill_in(case, entry, values)


def _fill_in(case: Case, entry: RegisterEntry, values: Mapping[str, str]) -> None:
    act = Act(by=Operator(), reason=f"{case.number} {case.title}")
    try:
        change_entry(act, entry=entry, values={**entry.values, **values})
    except Refusal as refused:  # the definition has changed since: the others go on
        log.warning("%s does not take what %s says: %s", entry.urn, case.number, refused)
