"""Questions to the union catalogue; each viewer's sight decides what an entry holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lantai.access.search.queries import SearchAnswer, search
from lantai.catalogue.duplicates.groups import Group, groups_of, parts_of
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import record_for

FACETS = ("holder", "record_class", "year")


@dataclass(frozen=True)
class UnionEntry:
    """One entry: the record that was found, and all the records taken for the same."""

    record: Record
    group: Group
    highlights: Mapping[str, Any]


@dataclass(frozen=True)
class UnionAnswer:
    """A page of entries; ``answer`` is of the records, before they were merged."""

    entries: Sequence[UnionEntry]
    answer: SearchAnswer


def union_search(
    actor: Any,
    *,
    text: str = "",
    filters: Mapping[str, Sequence[str]] | None = None,
    facets: Sequence[str] = (),
    limit: int = 20,
    after: str = "",
) -> UnionAnswer:
    """Search as this viewer and merge what a page holds of the same record.

    An entry whose records are far apart in the order found may come again on a later page.
    """
    answer = search(
        actor, text=text, filters=filters, facets=facets, limit=limit, after=after,
        sort="relevance" if text else "-date",
    )  # fmt: skip
    groups = groups_of(actor, [found.record for found in answer.results])
    entries, told = [], set()
    for found in answer.results:
        if found.record.pk in told:
            continue
        group = groups[found.record.pk]
        told.update(member.pk for member in group.members)
        entries.append(UnionEntry(found.record, group, found.highlights))
    return UnionAnswer(entries, answer)


def union_entry(actor: Any, uid: Any) -> tuple[UnionEntry, list[Record], list[Record]]:
    """One entry by any of its records: with its parts, and what it is a part of."""
    record = record_for(actor, uid)
    group = groups_of(actor, [record])[record.pk]
    inside, around = parts_of(actor, record)
    return UnionEntry(record, group, {}), inside, around
