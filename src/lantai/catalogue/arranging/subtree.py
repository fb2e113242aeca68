"""The subtree 下级: the keys of everything below a record, level by level, in its order.

The tree is stored by the parent alone, so that moving a branch writes one row however much hangs
on it; what hangs on it is asked for when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection

from lantai.catalogue.records.models import Record

DEEPEST = 64  # levels; no arrangement has more, and a walk must end
PAGE = 2_000
_BELOW = """
WITH RECURSIVE below(id, depth) AS (
  SELECT id, 0 FROM {table} WHERE id = %s
  UNION ALL
  SELECT r.id, b.depth + 1 FROM {table} r JOIN below b ON r.parent_id = b.id WHERE b.depth < %s
)
"""


def keys_below(top: int, most: int = 0) -> list[int]:
    """The keys of the record and all below it, at most so many when told."""
    limit = f" LIMIT {int(most)}" if most else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{_below()} SELECT id FROM below{limit}", [top, DEEPEST])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def count_below(top: int) -> int:
    """How many that is."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_below()} SELECT count(*) FROM below", [top, DEEPEST])  # noqa: S608
        return int(cursor.fetchone()[0])


def pages_below(top: int) -> Iterator[list[int]]:
    """The same in pages, parents before children, siblings in their order.

    Read level by level as it goes: what is added meanwhile under a later level is met.
    """
    level = [top]
    for _ in range(DEEPEST):
        for start in range(0, len(level), PAGE):
            yield level[start : start + PAGE]
        level = _children(level)
        if not level:
            return


def is_within(record: int, top: int) -> bool:
    """Does the record stand at or below ``top``? Told by walking up."""
    above: int | None = record
    for _ in range(DEEPEST):
        if above is None or above == top:
            return above == top
        above = Record.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return True  # deeper than any tree: taken for a circle


def _children(parents: Sequence[int]) -> list[int]:
    place = {key: n for n, key in enumerate(parents)}
    found: list[tuple[int, int, int]] = []
    for start in range(0, len(parents), PAGE):
        some = parents[start : start + PAGE]
        rows = Record.objects.filter(parent_id__in=some).values_list("parent_id", "sequence", "pk")
        found += [(place[parent], sequence, key) for parent, sequence, key in rows.order_by()]
    return [key for _place, _sequence, key in sorted(found)]


def _below() -> str:
    return _BELOW.format(table=connection.ops.quote_name(Record._meta.db_table))
