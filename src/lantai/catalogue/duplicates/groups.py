"""Groups 同一件: records of several archives that are one, reckoned anew for each viewer.

Only pairs of which the viewer may see both records count: a closed record neither stands in a
group nor holds one together. What a person judged different is never in one group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.records.models import Record
from lantai.foundation.bulk_rows import among
from lantai.governance.access_rules.visibility import visible

ROUNDS = 4  # how far a group is followed from a record
MOST = 400  # records looked at for one page
LINKS = Q(verdict=DuplicatePair.SAME) | Q(
    verdict=DuplicatePair.OPEN, kind__in=("exact", "normalised")
)


@dataclass(frozen=True)
class Group:
    """Records taken for one; ``certain`` when people judged each link."""

    members: Sequence[Record]
    certain: bool


@dataclass(frozen=True)
class _Link:
    first: int
    second: int
    same: bool


def groups_of(actor: Any, records: Sequence[Record]) -> dict[int, Group]:
    """The group of each of these records that the viewer may see, by the record's key."""
    links, vetoes = _links(actor, {record.pk for record in records})
    leader = _united(links, vetoes)
    by_leader: dict[int, list[int]] = {}
    for key in leader:
        by_leader.setdefault(_found(leader, key), []).append(key)
    rows = _records(actor, leader, records)
    unsure = {_found(leader, link.first) for link in links if not link.same}
    made: dict[int, Group] = {}
    for record in records:
        top = _found(leader, record.pk) if record.pk in leader else record.pk
        members = [rows[key] for key in by_leader.get(top, [record.pk]) if key in rows]
        members.sort(key=lambda row: (row.holder.code, row.reference_code, row.pk))
        made[record.pk] = Group(members, top not in unsure)
    return made


def parts_of(actor: Any, record: Record) -> tuple[list[Record], list[Record]]:
    """(what is judged a part of it, what it is judged a part of), as far as the viewer sees."""
    rows = _seen(actor).filter(verdict__in=DuplicatePair.PARTS)
    inside, around = [], []
    for pair in rows.filter(Q(first=record) | Q(second=record)):
        is_whole = (pair.verdict == DuplicatePair.IN_FIRST) == (pair.first_id == record.pk)
        other = pair.second_id if pair.first_id == record.pk else pair.first_id
        (inside if is_whole else around).append(other)
    found = _by_key([*inside, *around])
    return [found[key] for key in inside], [found[key] for key in around]


def _seen(actor: Any) -> Any:
    return DuplicatePair.objects.filter(visible(actor, "first"), visible(actor, "second"))


def _links(actor: Any, keys: set[int]) -> tuple[list[_Link], list[tuple[int, int]]]:
    """Pairs that join, those people judged first; and pairs judged to be two."""
    known, frontier = set(keys), set(keys)
    joined: dict[tuple[int, int], _Link] = {}
    for _ in range(ROUNDS):
        rows = _seen(actor).filter(LINKS).filter(
            Q(first_id__in=frontier) | Q(second_id__in=frontier)
        )  # fmt: skip
        for first, second, verdict in rows.values_list("first_id", "second_id", "verdict")[:MOST]:
            joined[first, second] = _Link(first, second, verdict == DuplicatePair.SAME)
        frontier = {key for pair in joined for key in pair} - known
        known |= frontier
        if not frontier or len(known) > MOST:
            break
    apart = _seen(actor).exclude(LINKS).exclude(verdict=DuplicatePair.OPEN)
    apart = apart.filter(first_id__in=known, second_id__in=known)
    links = sorted(joined.values(), key=lambda link: (not link.same, link.first, link.second))
    return links, list(apart.values_list("first_id", "second_id"))


def _united(links: Iterable[_Link], vetoes: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Each record's leader; two clusters that hold a pair judged different stay two."""
    leader: dict[int, int] = {}
    for link in links:
        for key in (link.first, link.second):
            leader.setdefault(key, key)
        one, other = _found(leader, link.first), _found(leader, link.second)
        if one != other and not _apart(leader, vetoes, {one, other}):
            leader[max(one, other)] = min(one, other)
    return leader


def _apart(leader: dict[int, int], vetoes: Sequence[tuple[int, int]], tops: set[int]) -> bool:
    return any(
        first in leader
        and second in leader
        and {_found(leader, first), _found(leader, second)} == tops
        for first, second in vetoes
    )


def _found(leader: dict[int, int], key: int) -> int:
    while leader[key] != key:
        key = leader[key]
    return key


def _records(actor: Any, keys: Iterable[int], given: Sequence[Record]) -> dict[int, Record]:
    """The rows of the groups; asked with the viewer's sight once more."""
    rows = {record.pk: record for record in given}
    missing = sorted(set(keys) - set(rows))
    found = among(Record, "id", missing).filter(visible(actor))  # type: ignore[arg-type]
    rows |= {row.pk: row for row in found.select_related("holder", "fonds", "creating_unit")}
    return rows


def _by_key(keys: Sequence[int]) -> dict[int, Record]:
    rows = Record.objects.filter(pk__in=keys).select_related("holder", "fonds", "creating_unit")
    return {row.pk: row for row in rows}
