"""Search: time of the data set's queries beside SQLite FTS5, and how often the right one is first."""

from __future__ import annotations

import contextlib
import io
import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.shared_data import shared_data

from benchmarks.figure import Figure, quantile
from benchmarks.search.collection import queries, records
from benchmarks.search.latency import PUBLIC, asker, fill, timed
from benchmarks.search.relevance import measure as relevance
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch


def main() -> None:
    folder = shared_data("catalogue")
    if folder is None:
        print("the catalogue data set is not here", file=sys.stderr)
        return
    documents = list(records(folder))
    with tempfile.TemporaryDirectory() as place:
        engine = TantivySearch(Path(place) / "index")
        engine.rebuild(documents)
        peer = sqlite3.connect(Path(place) / "peer.db")
        fill(peer, documents, "bigram")
        _times(folder, engine, peer, len(documents))
        with contextlib.redirect_stdout(io.StringIO()):
            types = relevance(engine, folder, misses=False)
        engine.close()
    scores = types["all"]
    for name, key in (
        ("success@1", "s1"), ("success@3", "s3"), ("success@10", "s10"), ("recall@100", "recall"),
    ):  # fmt: skip
        Figure(
            f"{name} over {scores.count} queries", scores.mean(key), "share",
            "every query answered", 1.0,
        ).tell()  # fmt: skip


def _times(folder: Path, engine: TantivySearch, peer: sqlite3.Connection, count: int) -> None:
    ask = asker(peer, "bigram")
    asked = [row["query"] for row in queries(folder) if '"' not in row["query"]]
    ours = [timed(lambda q: engine.search(SearchQuery(q, PUBLIC)).total, q) for q in asked]
    theirs = [timed(ask, q) for q in asked]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        Figure(
            f"search {name}, {len(asked)} queries, {count} records",
            quantile(ours, share),
            "ms",
            "SQLite FTS5 (same bigrams)",
            quantile(theirs, share),
            more_is_better=False,
            target=1.0,
            note="ours also filters the viewer, corrects one wrong character and marks the hits",
        ).tell()


if __name__ == "__main__":
    main()
