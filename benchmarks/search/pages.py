"""Full text by page 全文按页: pages made of the real texts, indexed and searched, the hits told by page.

``python -m benchmarks.search.pages --pages 1000000 --place DIR --keep``: records of ten pages of some
600 signs; each page is three runs cut from the regulations, poems, abstracts and old books of the
catalogue data set, so that the language is real and no two pages are the same. The index keeps no
text: those of the hits are made again from their numbers (a catalogue reads them from its table).
An index that stands in the place is asked again and not built.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.shared_data import shared_data

from benchmarks.place import a_place
from benchmarks.resident import resident
from benchmarks.search.collection import records
from benchmarks.search.entry_texts import number_of, uid_of
from benchmarks.search.measuring import forget
from lantai.core.search.analysis import compact
from lantai.core.search.port import PAGE_BREAK, SearchDocument, SearchQuery, Texts
from lantai.engines.search.tantivy.engine import TantivySearch

A_RECORD, RUNS, RUN = 10, 3, 200  # pages of a record, runs of a page, signs of a run
SEED, EACH = 20261123, 50
PUBLIC = frozenset({"public"})
COMMON = ("规定", "管理", "工作", "应当", "单位", "通知", "研究", "国家", "部门", "机构")
KINDS = ("word2", "word3", "phrase4", "phrase8", "and2", "common", "deep")
MOST_EXACT = 10_000  # totals above are told as "at least"


class Pages(Texts):
    """The made records, each from its number."""

    def __init__(self, folder: Path) -> None:
        found = [(one.title, one.fulltext or one.text) for one in records(folder)]
        self.sources = [(title, text) for title, text in found if len(text) > RUN]

    def document(self, number: int) -> SearchDocument:
        """The record of a number."""
        rng = random.Random(SEED + number)
        cut = [self._page(rng) for _ in range(A_RECORD)]
        return SearchDocument(
            id=uid_of(number),
            tokens=("public",),
            title=f"{rng.choice(self.sources)[0]}（{number}）",
            fulltext=PAGE_BREAK.join(cut),
            reference_code=f"Z001-WS·{1950 + number % 70}-D30-{number:07}",
            fonds="Z001",
            year=1950 + number % 70,
        )

    def _page(self, rng: random.Random) -> str:
        pieces = []
        for _ in range(RUNS):
            text = self.sources[int(rng.random() * len(self.sources))][1]
            start = int(rng.random() * (len(text) - RUN))
            pieces.append(text[start : start + RUN])
        return "\n".join(pieces).replace("\f", " ")

    def all(self, count: int) -> Iterator[SearchDocument]:
        """So many of them."""
        return map(self.document, range(count))

    def documents(
        self, ids: Sequence[str], viewer_tokens: frozenset[str] | None
    ) -> Mapping[str, SearchDocument]:
        """As `lantai.core.search.port.Texts`; all are open."""
        return {uid: self.document(number_of(uid)) for uid in ids}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--place", type=Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--scanned", type=int, default=12, help="questions held against a scan")
    options = parser.parse_args()
    folder = shared_data("catalogue")
    if folder is None:
        print("The catalogue data set is not here (LANTAI_SHARED_DATA).", file=sys.stderr)
        return 2
    if options.place:
        options.place.mkdir(parents=True, exist_ok=True)
    made, count = Pages(folder), options.pages // A_RECORD
    with a_place(options.place, f"pages-{options.pages}", keep=options.keep) as place:
        index = place / f"pages-{options.pages}"
        if not index.exists():
            filled(index, made, count)
        engine = TantivySearch(index)
        engine.texts = made
        asked = questions(made, count)
        forget(index)
        measure(engine, asked, "cold")
        measure(engine, asked, "warm")
        say(f"resident: {resident()}; load {os.getloadavg()[0]:.1f}")
        scanned(engine, made, count, asked, options.scanned)
        engine.close()
    return 0


def filled(index: Path, made: Pages, count: int) -> None:
    """Make the index and say what it took."""
    say(f"{count * A_RECORD:,} pages in {count:,} records; load {os.getloadavg()[0]:.1f}")
    begun, worked = time.perf_counter(), time.process_time()
    signs = sum(len(made.document(n).fulltext) for n in range(200)) / 200 / A_RECORD
    engine = TantivySearch(index, memory=256_000_000)
    engine.texts = made
    engine.rebuild(made.all(count))
    engine.close()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
    pages = count * A_RECORD
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(
        f"filled in {seconds:.0f} s, {cpu / pages * 1e6:.0f} us of CPU a page of {signs:.0f} signs "
        f"(making the text counted), {size / pages:.0f} bytes a page, {size / 1e9:.2f} GB; "
        f"at most {most} MB resident"
    )


def questions(made: Pages, count: int) -> list[tuple[str, str, int]]:
    """(kind, question, the record it was cut from, or -1), words cut from the pages."""
    rng = random.Random(7)

    def piece(length: int) -> tuple[str, int]:
        while True:
            number = rng.randrange(count)
            page = rng.choice(made.document(number).fulltext.split(PAGE_BREAK))
            start = rng.randrange(len(page) - length)
            word = page[start : start + length]
            if word.isalpha() and not any(map(str.isascii, word)) and compact(word) == word:
                return word, number

    found: list[tuple[str, str, int]] = []
    for _ in range(EACH):
        for kind in KINDS[:4]:
            word, number = piece(int(kind[-1]))
            found.append((kind, f'"{word}"', number))
        (one, _n), (other, _m) = piece(2), piece(3)
        found.append(("and2", f'"{one}" "{other}"', -1))
        found.append(("common", f'"{rng.choice(COMMON)}"', -1))
        found.append(("deep", f'"{rng.choice(COMMON)}"', -1))
    return found


def measure(engine: TantivySearch, asked: Sequence[tuple[str, str, int]], how: str) -> None:
    """Ask all, with highlights, and print milliseconds by kind; a deep one asks its fifth page."""
    clock: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    told = held = 0
    for kind, text, _number in asked:
        begun, worked = time.perf_counter(), time.thread_time()
        page = engine.search(SearchQuery(text, PUBLIC, limit=20, exact=True))
        for _ in range(4 if kind == "deep" else 0):
            if page.next:
                query = SearchQuery(text, PUBLIC, limit=20, exact=True, after=page.next)
                page = engine.search(query)
        clock.setdefault(kind, []).append((time.perf_counter() - begun) * 1000)
        processor.setdefault(kind, []).append((time.thread_time() - worked) * 1000)
        held += len(page.hits)
        told += sum("page" in hit.highlights.get("fulltext", {}) for hit in page.hits)
    say(f"\n{how}: p50/p95/p99 ms by the clock | of the processor; {told} of {held} hits by page")
    for kind in (*KINDS, "all"):
        say(f"  {kind:8} {_spread(clock, kind)} | {_spread(processor, kind)}")
    print(json.dumps({"what": f"full text by page, {how}", "p95_ms": _at(clock, "all", 0.95)}))


def _spread(times: Mapping[str, list[float]], kind: str) -> str:
    return "/".join(f"{_at(times, kind, share):.2f}" for share in (0.5, 0.95, 0.99))


def _at(times: Mapping[str, list[float]], kind: str, share: float) -> float:
    chosen = times.values() if kind == "all" else [times[kind]]
    every = sorted(took for those in chosen for took in those)
    return round(every[min(int(len(every) * share), len(every) - 1)], 2)


def scanned(
    engine: TantivySearch,
    made: Pages,
    count: int,
    asked: Sequence[tuple[str, str, int]],
    most: int,
) -> None:
    """Totals against a scan of every page; and whether a phrase finds the record it was cut from."""
    exact = [one for one in asked if one[0] in KINDS[:4]][:most]
    words = [text.strip('"') for _kind, text, _number in exact]
    totals, own = [0] * len(words), 0
    for document in made.all(count) if most else ():
        text = f"{compact(document.title)}\n{compact(document.fulltext)}"
        for n, word in enumerate(words):
            totals[n] += word in text
    equal = few = many = 0
    for (_kind, text, number), total in zip(exact, totals, strict=True):
        page = engine.search(SearchQuery(text, PUBLIC, highlight=False, exact=True, limit=1))
        equal, few = equal + (page.total == total), few + (page.total < total)
        many += page.total > total
        only = SearchQuery(text, PUBLIC, ids=frozenset({uid_of(number)}), exact=True)
        own += engine.search(only).total == 1
    say(
        f"of {len(exact)} questions {equal} totals equal those of a scan, {few} too few, {many} too "
        f"many (above {MOST_EXACT:,} they are estimates); {own} find the record they were cut from"
    )


def say(text: str) -> None:
    """Beside the figure itself, which is read by machine."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
