"""Search time beside SQLite FTS5: ``python -m benchmarks.search.latency [--copies N]``.

The same records, the same questions, the same first page of 20 with its total, in one run.
The peer is what an archives would build on SQLite: contentless FTS5 over the same folded
bigrams (exact phrases), rows joined for the page; and FTS5's own trigram index, which cannot
answer questions of fewer than three characters and is asked only the others. The peers rank
by bm25, filter no viewer and mark nothing; ours also filters the viewer's tokens.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from tests.shared_data import shared_data

from benchmarks.search.collection import queries, records
from lantai.core.search.analysis import body, bounded, compact, grams
from lantai.core.search.port import SearchDocument, SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch

PUBLIC = frozenset({"public"})
Asker = Callable[[str], int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=1, help="put the records so many times")
    options = parser.parse_args()
    folder = shared_data("catalogue")
    if folder is None:
        print("The catalogue data set is not here (LANTAI_SHARED_DATA).", file=sys.stderr)
        return 2
    documents = [
        replace(document, id=f"{document.id}.{copy}")
        for copy in range(options.copies)
        for document in records(folder)
    ]
    with tempfile.TemporaryDirectory() as place:
        engine = TantivySearch(Path(place) / "index")
        build("lantai", documents, engine.rebuild)
        peer = sqlite3.connect(Path(place) / "peer.db")
        build("FTS5 bigram", documents, lambda d: fill(peer, d, "bigram"))
        build("FTS5 trigram", documents, lambda d: fill(peer, d, "trigram"))
        measure(questions(folder, documents), engine, peer)
    return 0


def build(name: str, documents: list[SearchDocument], put: Callable[..., object]) -> None:
    started = time.perf_counter()
    put(documents)
    seconds = time.perf_counter() - started
    print(f"{name}: {len(documents)} records in {seconds:.1f} s, {len(documents) / seconds:.0f}/s")


def texts(document: SearchDocument) -> str:
    """All of a record as one bounded text."""
    return bounded(compact(document.title)) + body(document) + bounded(compact(document.fulltext))


def fill(peer: sqlite3.Connection, documents: Iterable[SearchDocument], kind: str) -> None:
    """The peer's index and the rows of its page."""
    tokenizer = "unicode61 tokenchars '\ue000'" if kind == "bigram" else "trigram"
    peer.execute("create table if not exists record (n integer primary key, id text, title text)")
    peer.execute(
        f'create virtual table {kind} using fts5(words, content="", tokenize="{tokenizer}")'
    )
    for n, document in enumerate(documents):
        peer.execute(
            "insert or ignore into record values (?,?,?)", (n, document.id, document.title)
        )
        words = texts(document)
        words = hexed(grams(words)) if kind == "bigram" else words
        peer.execute(f"insert into {kind}(rowid, words) values (?,?)", (n, words))
    peer.execute(f"insert into {kind}({kind}) values ('optimize')")
    peer.commit()


def hexed(words: str) -> str:
    """Bigrams as words FTS5 never parts: signs and marks are written by their numbers."""
    return " ".join("".join(f"{ord(c):x}x" for c in word) for word in words.split(" "))


def asker(peer: sqlite3.Connection, kind: str) -> Asker:
    """A question as the peer answers it: total, and twenty rows by bm25."""

    def ask(text: str) -> int:
        words = [compact(word) for word in text.split()]
        if kind == "bigram":
            match = " AND ".join(f'"{hexed(grams(word))}"' for word in words)
        else:
            match = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
        total = peer.execute(f"select count(*) from {kind} where {kind} match ?", (match,))
        count = int(total.fetchone()[0])
        peer.execute(
            f"select r.id, r.title from {kind} join record r on r.n = {kind}.rowid "
            f"where {kind} match ? order by rank limit 20",
            (match,),
        ).fetchall()
        return count

    return ask


def questions(folder: Path, documents: list[SearchDocument]) -> dict[str, list[str]]:
    """Questions by kind: those of the data set, and pieces of random records."""
    rng = random.Random(20261122)
    kinds: dict[str, list[str]] = {}
    for row in queries(folder):
        if row["type"] not in ("one_wrong_character",) and '"' not in row["query"]:
            kinds.setdefault(row["type"], []).append(row["query"])
    for length in (2, 4, 8, 16):
        made: list[str] = []
        while len(made) < 60:
            text = compact(rng.choice(documents).fulltext or rng.choice(documents).text)
            start = rng.randrange(max(1, len(text) - length))
            piece = text[start : start + length]
            if len(piece) == length and piece.isalpha():
                made.append(piece)
        kinds[f"piece of {length}"] = made
    return kinds


def measure(kinds: dict[str, list[str]], engine: TantivySearch, peer: sqlite3.Connection) -> None:
    """Print p50 and p95 in ms by kind, and the peers' times as multiples of ours."""
    askers: dict[str, Asker] = {
        "lantai": lambda text: (
            engine.search(SearchQuery(text, PUBLIC, highlight=False, exact=True)).total
        ),
        "lantai+marks": lambda text: engine.search(SearchQuery(text, PUBLIC)).total,
        "bigram": asker(peer, "bigram"),
        "trigram": asker(peer, "trigram"),
    }
    print(f"{'kind':24}{'n':>4}" + "".join(f"{name + ' p50/p95':>24}" for name in askers))
    pooled: dict[str, list[float]] = {name: [] for name in askers}
    for kind, asked in kinds.items():
        cells = ""
        for name, ask in askers.items():
            able = [q for q in asked if name != "trigram" or min(map(len, q.split())) > 2]
            times = [timed(ask, question) for question in able]
            pooled[name] += times
            cells += f"{figures(times):>24}"
        print(f"{kind:24}{len(asked):4}{cells}")
    print(f"{'all':24}{'':4}" + "".join(f"{figures(t):>24}" for t in pooled.values()))
    ours = pooled["lantai"]
    for name in ("bigram", "trigram"):
        ratio50 = quantile(pooled[name], 0.5) / quantile(ours, 0.5)
        ratio95 = quantile(pooled[name], 0.95) / quantile(ours, 0.95)
        print(f"FTS5 {name} / lantai: p50 {ratio50:.2f}, p95 {ratio95:.2f}")


def timed(ask: Asker, question: str) -> float:
    """The median of three, in ms."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def quantile(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def figures(times: list[float]) -> str:
    return f"{quantile(times, 0.5):.2f}/{quantile(times, 0.95):.2f}" if times else "-"


if __name__ == "__main__":
    raise SystemExit(main())
