"""The index of the desks: one beside the catalogue's, so that its totals stay those of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.conf import settings

from lantai.core.progress import Progress, silent
from lantai.core.search.port import IndexEngine, IndexSink, SearchDocument
from lantai.engines.search import shared_search
from lantai.foundation.changes.following import changes_between, follow_again, last_change
from lantai.foundation.changes.models import Change
from lantai.foundation.desks.searching.desk import searched_desks

BATCH = 500
FOLLOWER = "desk-index"


def desk_index() -> IndexEngine:
    """The index of the desks' matters."""
    return shared_search(f"{settings.LANTAI.index_url}-desks")


def all_documents() -> Iterator[SearchDocument]:
    """Every matter of every desk, a batch at a time."""
    for desk in searched_desks().values():
        waiting = desk.keys()
        while batch := list(islice(waiting, BATCH)):
            yield from desk.documents(batch)


def put_matters(sink: IndexSink, touched: Mapping[str, Sequence[str]]) -> int:
    """Put the matters that stand, delete what of them does not; how many documents were put."""
    put = 0
    for name, keys in touched.items():
        desk, waiting = searched_desks()[name], iter(keys)
        while batch := list(islice(waiting, BATCH)):
            made = list(desk.documents(batch))
            put += sink.put(made)
            there = {document.id for document in made}
            every = [desk.name(key, variant) for key in batch for variant in desk.variants]
            if gone := [one for one in every if one not in there]:
                sink.delete(gone)
    return put


def touched_by(changes: Iterable[Change]) -> dict[str, list[str]]:
    """The keys, desk by desk, of the matters these changes touch, each once."""
    subjects = list(dict.fromkeys(change.subject for change in changes))
    found = {}
    for desk in searched_desks().values():
        if keys := list(dict.fromkeys(desk.touched(subjects))):
            found[desk.id] = keys
    return found


def rebuild_desk_index(progress: Progress = silent) -> int:
    """Build the index anew beside the serving one and switch; how many documents it holds.

    What changed meanwhile is put before the switch, and the follower is sent back to that look,
    since what came after it went into the index that was replaced.
    """
    before = caught = last_change()

    def counted() -> Iterator[SearchDocument]:
        for done, document in enumerate(all_documents(), 1):
            if done % BATCH == 0:
                progress(done, 0, "")
            yield document

    def catch_up(sink: IndexSink) -> None:
        nonlocal caught
        caught = last_change()
        for changes in changes_between(before, caught):
            put_matters(sink, touched_by(changes))

    count = desk_index().rebuild(counted(), catch_up)
    follow_again(FOLLOWER, after=caught)
    return count
