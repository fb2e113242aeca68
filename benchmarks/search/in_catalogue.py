"""The mix of questions put to the index of a whole catalogue 整个目录上的检索组合.

``python -m benchmarks.search.in_catalogue FOLDER`` asks the index of a catalogue that
`benchmarks.nation` filled the questions of `benchmarks.search.million`, words cut from records drawn
by chance, as archivists of one and of all archives and without a filter: all of them once and all of
them again, by the clock. Then questions with one wrong sign, and what the process held at most.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.installation import installed
from benchmarks.resident import Watched
from benchmarks.search.peers import Asked, Row, text_of
from benchmarks.search.questions import questions
from benchmarks.search.viewers import ByViewer, misspelt, summed, told_of_misspelt
from lantai.core.search.port import SearchQuery

DRAWN = 10_000  # records that words are cut from


class OfCatalogue(ByViewer):
    """A catalogue's own index; its records are told apart by their archives, not by their fonds."""

    def __init__(self, place: Path, holders: list[str]) -> None:
        super().__init__(place)
        self.holders = holders

    def open(self) -> None:
        from lantai.access.search.index import index

        self.engine: Any = index()

    def _query(self, asked: Asked) -> SearchQuery:
        query = super()._query(replace(asked, fonds=""))
        if not asked.fonds:
            return query
        return replace(
            query, filters={"holder": [self.holders[int(asked.fonds[1:]) % len(self.holders)]]}
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    installed(options.folder)
    from benchmarks.using import holders, newest

    codes = [holder.code for holder in holders()]
    sample = rows(newest())
    peer = OfCatalogue(options.folder, codes)
    peer.open()
    asked_by_each(peer, sample)


def asked_by_each(peer: OfCatalogue, sample: list[Row]) -> None:
    """All questions twice, as the archivist of one archives, of all, and without a filter."""
    asked, wrong = questions(sample, random.Random(7)), misspelt([row[2] for row in sample])
    print("p50/p95/p99 in ms by the clock", flush=True)
    with Watched(os.getpid()) as watched:
        for held in (peer.holders[:1], peer.holders, None):
            tokens = None if held is None else frozenset({"public", *(f"holder:{c}" for c in held)})
            peer.seen_by(tokens)
            name = "the operator" if held is None else f"of {len(held)}"
            for turn in ("first", "again"):
                timed(f"{name}, {turn}", peer, asked)
            print(f"  held so far, at most: {watched.most}", flush=True)
            told_of_misspelt(peer, wrong)
    print(f"held at most: {watched.most}", flush=True)


def timed(name: str, peer: OfCatalogue, asked: list[Asked]) -> None:
    """All questions one after the other."""
    kinds: dict[str, list[float]] = {}
    total = 0
    for question in asked:
        begun = time.perf_counter()
        total += peer.ask(question)
        kinds.setdefault(question.kind, []).append((time.perf_counter() - begun) * 1000)
    summed(name, kinds, total)


def rows(newest: int) -> list[Row]:
    """Records drawn by chance, as rows of the made entries."""
    from lantai.catalogue.records.models import Record

    drawn = random.Random(5).sample(range(1, newest + 1), min(DRAWN, newest))
    found = []
    for first in range(0, len(drawn), 500):
        for one in Record.objects.filter(pk__in=drawn[first : first + 500]):
            day = one.date_earliest.strftime("%Y%m%d") if one.date_earliest else ""
            row = (
                one.source_id, one.reference_code, one.title, one.creator, one.doc_no, day,
                str(one.year), one.retention, one.record_class, "",
            )  # fmt: skip
            found.append((*row, text_of(row)))
    return found


if __name__ == "__main__":
    main()
