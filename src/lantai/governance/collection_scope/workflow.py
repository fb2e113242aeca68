"""What the case of scope rules does beyond its words: issued rules come into force."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.cases.definitions import CaseKind, case_kind
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.keeping import keep_line
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import Act, keep, note
from lantai.governance.collection_scope.queries import CASE, FROZEN, REGISTER


def freeze(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """What is approved are the draft rules as they stand now: a later change of a line is not."""
    archives = archives_of(case)
    rows = RegisterEntry.objects.filter(
        register=REGISTER, institution=archives, withdrawn_at=None, values__state="draft"
    )
    case.data = {**case.data, FROZEN: [row.values for row in rows.order_by("pk")]}
    case.save(update_fields=["data"])
    keep(case)
    note(rules=len(case.data[FROZEN]))


def put_in_force(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """The archives' draft rules come into force; those in force before are ended."""
    archives = archives_of(case)
    if archives is None:
        return
    register = definition_of(REGISTER, archives)
    rows = RegisterEntry.objects.filter(register=REGISTER, institution=archives, withdrawn_at=None)
    if not rows.filter(values__state="draft").exists():
        return
    counted = {"in_force": 0, "ended": 0}
    for was, becomes in (("in_force", "ended"), ("draft", "in_force")):
        for row in rows.filter(values__state=was).select_for_update().order_by("pk"):
            keep_line(act, register, archives, {**row.values, "state": becomes,
                      "reply_no": case.data.get("letter_no", ""), "case_no": case.number},
                      source=case.urn, row=row)  # fmt: skip
            counted[becomes] += 1
    note(**counted)


def archives_of(case: Case) -> Institution | None:
    """The archives whose rules the case is about."""
    places = [
        case.institution,
        *(p.institution for p in case.parties.select_related("institution")),
    ]
    return next((place for place in places if place.kind == Institution.ARCHIVES), None)


case_kind(CaseKind(CASE, effects={"scope.freeze": freeze, "scope.put_in_force": put_in_force}))
