"""Verbs on likely duplicates: enter what was found, judge a pair."""

from __future__ import annotations

from collections.abc import Sequence

from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.core.duplicates import Pair
from lantai.foundation.bulk_rows import among
from lantai.foundation.operation import operation
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act, keep, keep_all, note
from lantai.governance.access_rules.visibility import may_see

CHUNK = 400
VERDICTS = (DuplicatePair.SAME, DuplicatePair.DIFFERENT, *DuplicatePair.PARTS)


@operation(permission="duplicates.judge", event="duplicates_found")
def enter_pairs(act: Act, /, *, fonds: Fonds, pairs: Sequence[Pair]) -> int:
    """Enter likely pairs that are not known yet; those judged stay judged. Returns how many."""
    note(fonds=fonds.code)
    return _enter(act, pairs)


@operation(permission="union.find", event="duplicates_found")
def enter_union_pairs(act: Act, /, *, pairs: Sequence[Pair]) -> int:
    """The same of pairs across fonds and archives."""
    return _enter(act, pairs)


def _enter(act: Act, pairs: Sequence[Pair]) -> int:
    wanted = {(pair.first, pair.second): pair for pair in pairs}
    known: set[tuple[int, int]] = set()
    rows = among(DuplicatePair, "first_id", sorted({first for first, _second in wanted}))  # type: ignore[arg-type]
    known |= set(rows.values_list("first_id", "second_id"))
    new = [
        DuplicatePair(
            first_id=first,
            second_id=second,
            kind=pair.kind,
            likeness=pair.likeness,
            found_at=act.at,
        )
        for (first, second), pair in wanted.items()
        if (first, second) not in known
    ]
    keep_all(DuplicatePair.objects.bulk_create(new, batch_size=CHUNK), kind="created")
    note(pairs=len(new))
    return len(new)


@operation(permission="duplicates.judge", event="duplicate_judged")
def judge_pair(act: Act, /, *, pair: DuplicatePair, verdict: str) -> DuplicatePair:
    """Say whether two records are one, or one a part of the other. Neither is removed.

    Judged again, the last judgement counts; the ledger has them all.
    """
    if verdict not in VERDICTS:
        raise Refusal(
            "请选“同一件”“不是同一件”或“其中一件是另一件的部分”。",
            "Choose same, different, or which is a part of the other.",
        )
    current = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    records = Record.objects.select_related("holder", "creating_unit").filter(
        pk__in=(current.first_id, current.second_id)
    )
    if not all(may_see(act.by, record) for record in records):
        raise NotFound("没有这一对档案。", "There is no such pair.")
    current.verdict, current.judged_by, current.judged_at = verdict, act.by.urn, act.at
    current.save()
    keep(current)
    note(verdict=verdict, records=[str(record.uid) for record in records])
    return current
