"""Relevance on the real records: ``python -m benchmarks.search.relevance [--misses]``.

All records lie in one index, as in a union catalogue; each query is asked as a reader would.

"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.shared_data import shared_data

from benchmarks.search.collection import queries, records, relevant
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch

DEPTH = 100
MARKS = {  # the mark suggested for each type in SOURCE.md
    "exact_title": "s1", "doc_no": "s1", "fulltext_phrase": "s1",
    "trad_query": "s3", "simp_query_trad_title": "s3", "poem_line_simp": "s3",
    "one_wrong_character": "s10",
    "topic_recall": "recall", "author_recall": "recall", "topic_and_region": "recall",
    "short_title": "recall", "keywords": "r10",
}  # fmt: skip


@dataclass
class Scores:
    """Sums of one type of query."""

    count: int = 0
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, ranked: list[str], wanted: set[str]) -> None:
        self.count += 1
        for depth in (1, 3, 10):
            self.sums[f"s{depth}"] += any(identifier in wanted for identifier in ranked[:depth])
        self.sums["r10"] += len(wanted & set(ranked[:10])) / len(wanted)
        self.sums["recall"] += len(wanted & set(ranked)) / len(wanted)

    def mean(self, name: str) -> float:
        return self.sums[name] / self.count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--misses", action="store_true", help="print the queries that miss their mark"
    )
    options = parser.parse_args()
    folder = shared_data("catalogue")
    if folder is None:
        print("The catalogue data set is not here (LANTAI_SHARED_DATA).", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place:
        engine = TantivySearch(Path(place) / "index")
        started = time.perf_counter()
        count = engine.rebuild(records(folder))
        print(f"{count} records indexed in {time.perf_counter() - started:.1f} s")
        measure(engine, folder, options.misses)
        engine.close()
    return 0


def measure(engine: TantivySearch, folder: Path, misses: bool) -> dict[str, Scores]:
    """Ask every query and print the table."""
    answers = relevant(folder)
    types: dict[str, Scores] = defaultdict(Scores)
    for row in queries(folder):
        page = engine.search(
            SearchQuery(row["query"], frozenset({"public"}), limit=DEPTH, highlight=False)
        )
        ranked = [hit.id for hit in page.hits]
        one = Scores()
        for scores in (one, types[row["type"]], types["all"]):
            scores.add(ranked, answers[row["qid"]])
        if misses and one.mean(MARKS[row["type"]]) < 1:
            places = [
                ranked.index(i) + 1 if i in ranked else 0 for i in sorted(answers[row["qid"]])
            ]
            print(
                row["qid"],
                row["type"],
                row["query"],
                f"total={page.total} near={page.near} at={places}",
            )
    print_table(types)
    return types


def print_table(types: dict[str, Scores]) -> None:
    """A line for each type; the starred figure is the mark."""
    print(f"{'type':24}{'n':>4}{'s@1':>8}{'s@3':>8}{'s@10':>8}{'r@10':>8}{'r@100':>8}  mark")
    for name in (*MARKS, "all"):
        if name in types:
            scores = types[name]
            cells = "".join(f"{scores.mean(k):8.3f}" for k in ("s1", "s3", "s10", "r10", "recall"))
            mark = MARKS.get(name)
            print(
                f"{name:24}{scores.count:4}{cells}  "
                + (f"{mark} {scores.mean(mark):.3f}" if mark else "")
            )


if __name__ == "__main__":
    raise SystemExit(main())
