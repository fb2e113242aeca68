"""The real catalogue through the real import: ``python -m benchmarks.catalogue [--all]``.

Regulations (with full texts) and Tang poems are imported as a user would, the index follows,
and every query of ``queries.tsv`` on them is asked as the operator. Printed: success@1, @3,
@10 and recall by type, and rows/s of the import beside the bare engine's own bulk load of the
same documents, in CPU seconds too, since other work may share the machine.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.shared_data import shared_data

from benchmarks.search.collection import queries, relevant
from benchmarks.search.relevance import Scores, print_table

FILES = ("regulations.jsonl", "regulations-fulltext.jsonl.gz", "poems-tang-20k.jsonl.gz")
MORE = ("classical-dila.jsonl", "papers-csl.jsonl")
DEPTH = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="classical works and papers too")
    options = parser.parse_args()
    folder = shared_data("catalogue")
    if folder is None:
        print("The catalogue data set is not here (LANTAI_SHARED_DATA).", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place:
        os.environ["LANTAI_DATA"] = place
        os.environ["DJANGO_SETTINGS_MODULE"] = "lantai.web.settings"
        import django

        django.setup()
        from lantai.foundation.site.preparation import migrate

        migrate()
        names = FILES + (MORE if options.all else ())
        load(folder, names, Path(place))
        bare(Path(place))
        ask(folder)
    return 0


def load(folder: Path, names: tuple[str, ...], place: Path) -> None:
    """Import each file, then let the index follow."""
    from lantai.access.search.followers import bring_up_to_date
    from lantai.foundation.policy import Operator
    from lantai.foundation.work import Act
    from lantai.resources.importing.places import archives_for, fonds_for
    from lantai.resources.importing.run import run_import

    act = Act(by=Operator(), channel="cli")
    fonds = fonds_for(act, archives_for(act))
    rows = 0
    begun, worked = time.perf_counter(), time.process_time()
    for name in names:
        figures = run_import(
            act, path=folder / name, fonds=fonds, refused_path=place / f"{name}.refused"
        )
        rows += figures.read
        print(f"{name:34}{figures.read:8} read{figures.created:8} created{figures.updated:8} "
              f"updated{figures.refused:6} refused{figures.read / figures.seconds:9.0f} rows/s")  # fmt: skip
    imported = time.perf_counter() - begun
    bring_up_to_date()
    whole, cpu = time.perf_counter() - begun, time.process_time() - worked
    print(f"import {rows / imported:.0f} rows/s; with the index following {rows / whole:.0f} rows/s, "
          f"{rows / cpu:.0f} rows a CPU second")  # fmt: skip


def bare(place: Path) -> None:
    """The same documents put into a bare engine, read beforehand."""
    from lantai.access.search.documents import all_documents
    from lantai.engines.search.tantivy.engine import TantivySearch

    documents = list(all_documents())
    engine = TantivySearch(place / "bare")
    begun, worked = time.perf_counter(), time.process_time()
    engine.rebuild(iter(documents))
    wall, cpu = time.perf_counter() - begun, time.process_time() - worked
    count = len(documents)
    print(f"bare engine, bulk: {count / wall:.0f} rows/s, {count / cpu:.0f} rows a CPU second")
    engine.close()


def ask(folder: Path) -> dict[str, Any]:
    """Every query whose answers were loaded."""
    from lantai.access.search.queries import search
    from lantai.catalogue.records.models import Record
    from lantai.foundation.policy import Operator

    loaded = set(Record.objects.values_list("source_id", flat=True))
    answers = relevant(folder)
    types: dict[str, Scores] = defaultdict(Scores)
    ran = 0
    took: list[float] = []
    for row in queries(folder):
        answer = search(Operator(), text=row["query"], limit=DEPTH, highlight=False)
        took.append(answer.took_ms)
        ran += 1
        wanted = answers[row["qid"]] & loaded
        if not wanted:
            continue
        ranked = [found.record.source_id for found in answer.results]
        for scores in (types[row["type"]], types["all"]):
            scores.add(ranked, wanted)
    took.sort()
    print(
        f"{ran} queries ran; engine p50 {took[ran // 2]:.1f} ms, p95 {took[ran * 95 // 100]:.1f} ms"
    )
    print_table(types)
    return dict(types)


if __name__ == "__main__":
    raise SystemExit(main())
