"""The index follows the catalogue: changed records are put again, all in one commit."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from lantai.access.search.documents import documents_by_uid
from lantai.access.search.handed_records import Tail, all_read, handed_over
from lantai.access.search.health import ask_for_rebuild, index_is_lost, lost
from lantai.access.search.index import index
from lantai.catalogue.records.models import Component, Record
from lantai.core.search.port import IndexDamaged, IndexOutdated, IndexSink, SearchDocument
from lantai.foundation.changes.following import Follower, follow_with
from lantai.foundation.changes.handed import forget
from lantai.foundation.changes.models import Change
from lantai.foundation.changes.runs import run_told

FOLLOWER = "index"
MANY = 20_000  # changes in one commit when a command brings the index up to date
log = logging.getLogger("lantai.search")


class IndexFollower(Follower):
    """检索跟随者: reads ``record:…`` and ``component:…`` subjects; harmless when given twice."""

    id = FOLLOWER

    def __init__(self) -> None:
        self._tail = Tail()

    def follow(self, changes: Sequence[Change]) -> None:
        """Bring the index up to these changes. A broken index is rebuilt as a job instead."""
        try:
            self.follow_parts([changes])
        finally:
            index().close()  # another process may be the next to write

    def follow_parts(self, parts: Iterable[Sequence[Change]]) -> None:
        """The same of all that comes, in one commit; who calls closes the index in the end."""
        last: Change | None = None
        try:
            for changes in parts:
                if self._put(changes, first=last is None):
                    last = changes[-1]
            if last is not None:
                index().commit()
                forget(all_read(last))
        except (IndexDamaged, IndexOutdated) as fault:
            log.warning("the index must be rebuilt: %s", fault.message_en)
            ask_for_rebuild()

    def _put(self, changes: Sequence[Change], first: bool) -> bool:
        """Put the records these changes touch; False when they touch none."""
        entered, others = handed_over(changes, self._tail)
        uids = changed_uids(others)
        if not uids and not entered:
            return False
        if first and index_is_lost(told=changes[0].number - 1):
            raise lost()  # a new one would hold these records alone, and say nothing of it
        for documents in entered:
            index().put(documents)
        put_records(index(), uids)
        return True


def changed_uids(changes: Iterable[Change]) -> list[str]:
    """The uids of records these changes touch, each once, in order."""
    found: dict[str, None] = {}
    components: list[int] = []
    for change in changes:
        kind, _colon, rest = change.subject.partition(":")
        if run := run_told(change.subject, "record"):
            rows = Record.objects.filter(pk__gte=run.keys[0], pk__lte=run.keys[-1]).order_by("pk")
            found |= dict.fromkeys(map(str, rows.values_list("uid", flat=True)))
        elif kind == "record":
            found[rest] = None
        elif kind == "component" and rest.isdigit():
            components.append(int(rest))
    owners = Component.objects.filter(pk__in=components).values_list("record__uid", flat=True)
    return list(found | {str(uid): None for uid in owners.distinct()})


def put_records(sink: IndexSink, uids: Sequence[str]) -> int:
    """Put what exists, delete what does not; returns how many were put."""
    seen: set[str] = set()

    def noticed() -> Iterator[SearchDocument]:
        for document in documents_by_uid(uids):
            seen.add(document.id)
            yield document

    count = sink.put(noticed())
    if gone := [uid for uid in uids if uid not in seen]:
        sink.delete(gone)
    return count


def bring_up_to_date() -> int:
    """Let the index read all it has not read, for commands that run without a worker."""
    taken = 0
    while count := follow_with(IndexFollower(), MANY):
        taken += count
    return taken
