"""The mix of questions asked by people with different rights 不同权限的检索耗时.

``python -m benchmarks.search.viewers FOLDER --count 10000000`` fills an index with made entries, each
of one of forty archives, one archives after the other, half of them open to all, unless FOLDER has it
already; then asks the questions of `benchmarks.search.million` as the public, as archivists of one,
three, ten and all archives, and as the operator, who sees all without being looked up. Then each
asks for runs of titles and for names, all with one wrong sign in them, which is no part of that mix.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.figure import quantile
from benchmarks.search.entry_texts import document, number_of
from benchmarks.search.generated import entries
from benchmarks.search.million import SAMPLE
from benchmarks.search.ours import Lantai
from benchmarks.search.peers import Asked, Row, text_of
from benchmarks.search.questions import questions
from lantai.core.collecting import seldom_collected
from lantai.core.search.port import SearchDocument, SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch

ARCHIVES = 40
OPEN = 2  # one record in so many
MISSPELT = 60  # questions of each kind
WRONG = "焱"  # in no entry
PERSON = re.compile("关于(...)等同志")
VIEWERS: dict[str, list[int] | None] = {
    "the public": [],
    "an archivist": [7],
    "of three": [3, 19, 20],
    "of ten": list(range(2, 40, 4)),
    "of all": list(range(ARCHIVES)),
    "the operator": None,
}


class ByViewer(Lantai):
    """Asked by one viewer after the other, each with tokens of his own; None sees all."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.seen_by(None)

    def seen_by(self, viewer: frozenset[str] | None) -> None:
        """Be asked by this one from now on."""
        self.viewer, self._places = viewer, {}
        # of the deep page by words; "" where answers end sooner: the first is asked
        self._cursors: dict[tuple[str, ...], str] = {}

    def _query(self, asked: Asked) -> SearchQuery:
        return replace(super()._query(replace(asked, offset=0)), viewer_tokens=self.viewer)

    def ask(self, asked: Asked) -> int:
        if asked.offset and asked.words not in self._cursors:
            first = self.engine.search(self._query(asked))
            deep = first.total > asked.offset
            self._cursors[asked.words] = (
                self._cursor(self._query(asked), asked.offset) if deep else ""
            )
        after = self._cursors[asked.words] if asked.offset else ""
        return self.engine.search(replace(self._query(asked), after=after)).total


class OfArchives(ByViewer):
    """Entries of many archives."""

    def __init__(self, place: Path, count: int) -> None:
        super().__init__(place)
        self.count = count

    def fill(self, rows: Iterator[Row]) -> None:
        engine = TantivySearch(self.place / "index", memory=256_000_000)
        engine.texts = self.texts
        with seldom_collected():
            engine.rebuild(self.entry(row) for row in self.texts.kept(rows))
        engine.close()

    def entry(self, row: Row) -> SearchDocument:
        """An entry with what it says who may see it."""
        made = document(row)
        number = number_of(made.id)
        holder = name_of(number * ARCHIVES // self.count)
        public = ("public",) if number * 2_654_435_761 % 1_000_003 % OPEN == 0 else ()
        return replace(made, holder=holder, tokens=(f"holder:{holder}", *public))


def name_of(archives: int) -> str:
    """The code of an archives."""
    return f"N{archives:03}"


def rights(archives: list[int] | None) -> frozenset[str] | None:
    """The tokens of somebody who may read the records of these archives, and what is open; of an
    empty list only that. None asks without a filter."""
    if archives is None:
        return None
    return frozenset({"public"} | {f"holder:{name_of(one)}" for one in archives})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1_000_000)
    options = parser.parse_args()
    peer = OfArchives(options.folder / "lantai", options.count)
    filled = options.folder / "filled"
    if filled.exists() and filled.read_text() != str(options.count):
        parser.error(f"{options.folder} holds {filled.read_text()} entries")
    if not filled.exists():
        begun = time.perf_counter()
        peer.fill(entries(options.count))
        filled.write_text(str(options.count))
        print(f"{options.count:,} entries in {time.perf_counter() - begun:.0f} s", flush=True)
    peer.open()
    drawn = islice(entries(min(options.count, SAMPLE)), 0, None, 7)
    asked = questions([(*row, text_of(row)) for row in drawn], random.Random(7))
    wrong = misspelt([row[2] for row in islice(entries(min(options.count, SAMPLE)), 0, None, 11)])
    print(f"load {os.getloadavg()[0]:.1f}; p50/p95/p99 in ms of the processor, warm", flush=True)
    for name, archives in VIEWERS.items():
        peer.seen_by(rights(archives))
        told(name, peer, asked)
        told_of_misspelt(peer, wrong)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most", flush=True)


def misspelt(titles: Iterable[str]) -> dict[str, list[str]]:
    """Runs of eight signs of titles, and names of three, each with one wrong sign."""
    runs, names = [], []
    for n, title in enumerate(titles):
        at = n % max(1, len(title) - 8)
        run = title[at : at + 8]
        runs.append(f"{run[: n % 6 + 1]}{WRONG}{run[n % 6 + 2 :]}")
        if found := PERSON.search(title):
            names.append(f"{found[1][0]}{WRONG}{found[1][2]}")
    return {"run": runs[:MISSPELT], "name": names[:MISSPELT]}


def told_of_misspelt(peer: ByViewer, wrong: dict[str, list[str]]) -> None:
    """Each question twice, the second time measured; and how many found something near."""
    for kind, texts in wrong.items():
        took, near = [], 0
        for text in texts:
            query = SearchQuery(text, peer.viewer)
            peer.engine.search(query)
            begun = time.thread_time()
            near += peer.engine.search(query).near
            took.append((time.thread_time() - begun) * 1000)
        p50, p95, p99 = (quantile(took, share) for share in (0.5, 0.95, 0.99))
        print(
            f"  a wrong sign in a {kind}: {p50:.1f} {p95:.1f} {p99:.1f}; {near} of {len(texts)} near",
            flush=True,
        )


def told(name: str, peer: ByViewer, asked: list[Asked]) -> None:
    """Each question twice, the second time measured."""
    kinds: dict[str, list[float]] = {}
    total = 0
    for question in asked:
        peer.ask(question)
        begun = time.thread_time()
        total += peer.ask(question)
        kinds.setdefault(question.kind, []).append((time.thread_time() - begun) * 1000)
    summed(name, kinds, total)


def summed(name: str, kinds: dict[str, list[float]], total: int) -> None:
    """Milliseconds of all questions, and the kinds that are dearest by name."""
    every = sorted(one for times in kinds.values() for one in times)
    p50, p95, p99 = (quantile(every, share) for share in (0.5, 0.95, 0.99))
    dear = sorted(kinds, key=lambda kind: -quantile(sorted(kinds[kind]), 0.95))[:3]
    worst = ", ".join(f"{kind} {quantile(sorted(kinds[kind]), 0.95):.1f}" for kind in dear)
    print(
        f"{name:14} {p50:6.2f} {p95:7.2f} {p99:7.2f}   p95 of {worst}; {total:,} answers",
        flush=True,
    )


if __name__ == "__main__":
    main()
