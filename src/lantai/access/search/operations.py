"""Verbs on the index: build it anew from the catalogue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from lantai.access.search.documents import all_documents
from lantai.access.search.followers import FOLLOWER, changed_uids, put_records
from lantai.access.search.index import index
from lantai.catalogue.records.models import Record
from lantai.core.progress import Progress, silent
from lantai.core.search.port import IndexSink, SearchDocument
from lantai.foundation.changes.following import changes_between, follow_again, last_change
from lantai.foundation.operation import operation
from lantai.foundation.policy import require
from lantai.foundation.work import Act, note

PERMISSION = "index.rebuild"


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did."""

    records: int
    seconds: float


def rebuild_index(act: Act, *, progress: Progress = silent) -> Rebuilt:
    """Build the index beside the serving one and switch; searching and editing go on meanwhile.

    Long, so not inside a transaction; at its end the ledger is told. An edit between the last
    look at the changes and the switch is put into the old index by the follower: the follower
    is sent back to that look after the switch, so that none is missed.
    """
    require(act.by, PERMISSION)
    started = time.perf_counter()
    total = Record.objects.count()
    before = caught = last_change()

    def counted() -> Iterator[SearchDocument]:
        for done, document in enumerate(all_documents(), 1):
            if done % 500 == 0:
                progress(done, total, "")
            yield document

    def catch_up(sink: IndexSink) -> None:
        nonlocal caught
        caught = last_change()
        for changes in changes_between(before, caught):
            put_records(sink, changed_uids(changes))

    count = index().rebuild(counted(), catch_up)
    follow_again(FOLLOWER, after=caught)  # what came since went to the index just replaced
    progress(total, total, "")
    rebuilt = Rebuilt(count, round(time.perf_counter() - started, 3))
    tell_of_rebuild(act, rebuilt=rebuilt)
    return rebuilt


@operation(permission=PERMISSION, event="index_rebuild")
def tell_of_rebuild(act: Act, /, *, rebuilt: Rebuilt) -> None:
    """Enter in the ledger that the index was built anew, with its figures."""
    note(**asdict(rebuilt))
