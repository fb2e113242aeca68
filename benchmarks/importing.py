"""Rows a second of `lantai import` (the Tang poems) beside tantivy's own bulk load.

Ours reads the file, judges each row, writes rows, images and ledger, and brings the index up.
The limit puts the same folded bigrams into a bare tantivy index and commits.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from itertools import islice
from pathlib import Path

import tantivy
from tests.shared_data import shared_data

from benchmarks.figure import Figure
from benchmarks.installation import archives_and_fonds, installation
from benchmarks.search.collection import records
from benchmarks.search.latency import texts
from lantai.core.search.analysis import grams


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    options = parser.parse_args()
    folder = shared_data("catalogue")
    if folder is None:
        print("the catalogue data set is not here", file=sys.stderr)
        return
    with installation() as (place, act):
        from lantai.access.search.followers import bring_up_to_date
        from lantai.resources.importing.run import run_import

        _holder, fonds = archives_and_fonds(act)
        poems = some_of(folder, place / "poems.jsonl", options.rows)
        started = time.perf_counter()
        figures = run_import(
            act,
            path=poems,
            fonds=fonds,
            refused_path=place / "refused.csv",
        ).document()
        bring_up_to_date()
        ours = figures["created"] / (time.perf_counter() - started)
        count, seconds = bare(folder, place / "bare", options.rows)
        Figure(
            f"import of {figures['created']} rows with full text",
            ours,
            "rows/s",
            "tantivy's bare bulk load",
            count / seconds,
            target=0.5,
        ).tell()


def some_of(folder: Path, target: Path, rows: int) -> Path:
    """The first rows of the poems."""
    with (
        gzip.open(folder / "poems-tang-20k.jsonl.gz", "rt", encoding="utf-8") as source,
        target.open("w", encoding="utf-8") as stream,
    ):
        stream.writelines(islice(source, rows))
    return target


def bare(folder: Path, place: Path, rows: int) -> tuple[int, float]:
    """(documents, seconds) of a tantivy index of the same words."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    place.mkdir()
    index = tantivy.Index(schema.build(), path=str(place))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    started = time.perf_counter()
    documents = list(islice(records(folder, ("poems",)), rows))
    for document in documents:
        row = tantivy.Document()
        row.add_text("id", document.id)
        row.add_text("words", grams(texts(document)))
        writer.add_document(row)
    writer.commit()
    writer.wait_merging_threads()
    return len(documents), time.perf_counter() - started


if __name__ == "__main__":
    main()
