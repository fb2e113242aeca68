"""A larger, mixed set of questions 混合检索题: ``python -m benchmarks.search.mixed [--misses]``.

Some thirty kinds of question, each cut by a seeded draw from all real records of the data set as
`filed` lays them; what answers one is found by reading every record with a normaliser that is
not ours (NFKC and OpenCC). Change ``--seed`` and it is another set: nothing may be tuned to one.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.shared_data import shared_data

from benchmarks.search.filed import filed
from benchmarks.search.mixed_kinds import KINDS
from benchmarks.search.mixed_shelves import Asked, Shelves
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch

DEPTH = 100
SEED = 20261122


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print what is missed")
    parser.add_argument("--only", action="append", default=[], choices=sorted(KINDS))
    parser.add_argument("--each", type=int, default=30, help="questions of a kind")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    folder = shared_data("catalogue")
    if folder is None:
        print("The catalogue data set is not here (LANTAI_SHARED_DATA).", file=sys.stderr)
        return 2
    documents = list(filed(folder, options.seed))
    wanted = questions(Shelves(documents), options.seed, options.each, options.only)
    with tempfile.TemporaryDirectory() as place:
        engine = TantivySearch(Path(place) / "index")
        engine.rebuild(documents)
        started = time.perf_counter()
        print_table(measure(engine, wanted, options.misses))
        took = time.perf_counter() - started
        print(
            f"{len(documents)} records, {len(wanted)} questions, {1000 * took / len(wanted):.1f} ms each"
        )
        engine.close()
    return 0


def questions(shelves: Shelves, seed: int, each: int, only: list[str]) -> list[Asked]:
    """``each`` questions of every kind; a kind's draw does not depend on the others."""
    found: list[Asked] = []
    for kind, make in KINDS.items():
        rng = random.Random(f"{seed} {kind}")
        if only and kind not in only:
            continue
        made: dict[str, Asked] = {}
        for _attempt in range(each * 200):
            one = make(shelves, rng)
            if one is not None and one[1]:
                made.setdefault(one[0], Asked(kind, *one))
            if len(made) == each:
                break
        found += made.values()
    return found


def measure(
    engine: TantivySearch, asked: list[Asked], misses: bool
) -> dict[str, list[tuple[float, float]]]:
    """(success at 1, recall at 100) of every question, by kind."""
    scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one in asked:
        query = SearchQuery(one.text, frozenset({"public"}), limit=DEPTH, highlight=False)
        page = engine.search(query)
        ranked = [hit.id for hit in page.hits]
        first = float(bool(ranked) and ranked[0] in one.first)
        recall = len(one.wanted & set(ranked)) / min(len(one.wanted), DEPTH)
        scores[one.kind].append((first, recall))
        if misses and (first < 1 or recall < 1):
            place = next((n + 1 for n, i in enumerate(ranked) if i in one.first), 0)
            print(
                f"{one.kind}: {one.text}  at={place} recall={recall:.2f} of {len(one.wanted)} "
                f"total={page.total} near={page.near}"
            )
    return scores


def print_table(scores: dict[str, list[tuple[float, float]]]) -> None:
    """A line for each kind, and the whole."""
    print(f"{'kind':22}{'n':>5}{'success@1':>11}{'recall@100':>12}")
    every = [pair for pairs in scores.values() for pair in pairs]
    for kind, pairs in (*scores.items(), ("all", every)):
        first, recall = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        print(f"{kind:22}{len(pairs):5}{first:11.3f}{recall:12.3f}")


if __name__ == "__main__":
    raise SystemExit(main())
