"""Verbs on likely duplicates: enter what was found, judge a pair."""

from __future__ import annotations

from collections.abc import Sequence

from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.core.duplicates import Pair
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, keep, keep_all, note

CHUNK = 400
VERDICTS = (DuplicatePair.SAME, DuplicatePair.DIFFERENT)


@operation(permission="duplicates.judge", event="duplicates_found")
def enter_pairs(act: Act, /, *, fonds: Fonds, pairs: Sequence[Pair]) -> int:
    """Enter likely pairs that are not known yet; those judged stay judged. Returns how many."""
    wanted = {(pair.first, pair.second): pair for pair in pairs}
    firsts = sorted({first for first, _second in wanted})
    known: set[tuple[int, int]] = set()
    for start in range(0, len(firsts), CHUNK):
        rows = DuplicatePair.objects.filter(first_id__in=firsts[start : start + CHUNK])
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
    note(pairs=len(new), fonds=fonds.code)
    return len(new)


@operation(permission="duplicates.judge", event="duplicate_judged")
def judge_pair(act: Act, /, *, fonds: Fonds, pair: DuplicatePair, verdict: str) -> DuplicatePair:
    """Say whether two records are one. Neither is removed: that is a matter of its own."""
    if verdict not in VERDICTS:
        raise Refusal("请选“同一件”或“不是同一件”。", "Choose same or different.")
    current = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    current.verdict, current.judged_by, current.judged_at = verdict, act.by.urn, act.at
    current.save()
    keep(current)
    records = Record.objects.filter(pk__in=(current.first_id, current.second_id))
    note(verdict=verdict, records=[str(uid) for uid in records.values_list("uid", flat=True)])
    return current
