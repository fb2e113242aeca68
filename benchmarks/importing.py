"""Rows a second of an import, from csv to searchable, beside the bare engines' own bulk load.

``python -m benchmarks.importing --rows 100000``: made entries (`benchmarks.search.generated`) are
read, judged, written as rows with their images in the ledger, and indexed by a second process
meanwhile, as `lantai import` does it. The limit writes the very same rows into a bare SQLite table
(its key alone, no other index, no history), and the same bigrams of title, description, creator and
code into a bare tantivy index. A second limit is the bare engines at the same work: that table with all
its indexes, and the very documents, made beforehand, into an index of the same fields; no reading of
csv, no judging, no history. CPU is that of all processes, so that a busy machine does not decide.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tantivy

from benchmarks.figure import Figure
from benchmarks.installation import archives_and_fonds, installation
from benchmarks.search.generated import as_document, entries, write_csv
from lantai.core.search.bulk import analysed
from lantai.engines.search.tantivy.documents import build_documents
from lantai.engines.search.tantivy.schema import build_schema, register_tokenizers

BATCH, LARGE = 1_000, 4_000  # rows a commit
FIELDS = ("title", "body", "creator", "code")
LOOK = 0.02  # seconds between looks whether all is found


@dataclass
class Spent:
    """What a stage took."""

    wall: float = 0.0
    cpu: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    say(f"{options.rows:,} rows; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with installation() as (place, act):
        _holder, fonds = archives_and_fonds(act)
        table = place / "made.csv"
        with table.open("w", encoding="utf-8", newline="") as stream:
            write_csv(stream, entries(options.rows))
        ours, found = imported(place, act, fonds, table)
        assert found == options.rows, found
        rows, text = bare_rows(place), bare_text(place, options.rows)
        bare = Spent(rows.wall + text.wall, rows.cpu + text.cpu)
        indexed, same = bare_rows(place, indexed=True), bare_documents(place, options.rows)
        whole = Spent(indexed.wall + same.wall, indexed.cpu + same.cpu)
        told = {
            "lantai": ours, "bare SQLite": rows, "bare tantivy": text,
            "bare SQLite with its indexes": indexed, "bare tantivy, all fields": same,
        }  # fmt: skip
        for name, spent in told.items():
            say(
                f"{name}: {spent.wall:.1f} s, CPU {spent.cpu:.1f} s, "
                f"{spent.cpu / options.rows * 1e6:.0f} us of CPU a row"
            )
        say(f"by CPU on two cores: {options.rows / ours.cpu * 2:,.0f} rows/s")
        sizes = {
            "database": (place / "data" / "lantai.db").stat().st_size,
            "ledger": sum(f.stat().st_size for f in place.glob("data/storage/ledger/*")),
            "index": sum(f.stat().st_size for f in place.glob("data/index/**/*") if f.is_file()),
        }
        say(
            ", ".join(
                f"{name} {size / options.rows:.0f} bytes a row" for name, size in sizes.items()
            )
        )
        say(f"peak memory {peak()} MB; load {os.getloadavg()[0]:.1f}")
        for peer, limit in (
            ("bare SQLite and tantivy together", bare),
            ("the same with all indexes and all fields", whole),
        ):
            Figure(
                f"import of {options.rows} rows, csv to searchable, by CPU",
                options.rows / ours.cpu, "rows/s", peer, options.rows / limit.cpu, target=0.5,
            ).tell()  # fmt: skip
        Figure(
            f"import of {options.rows} rows, csv to searchable, by the clock",
            options.rows / ours.wall, "rows/s", "the target of the issue", 20_000, target=1.0,
        ).tell()  # fmt: skip


def imported(place: Path, act: object, fonds: object, table: Path) -> tuple[Spent, int]:
    """The import itself, and how many records are found by what all titles share."""
    from lantai.access.search.followers import bring_up_to_date
    from lantai.access.search.following_beside import FollowingBeside
    from lantai.access.search.index import index
    from lantai.resources.importing.run import run_import

    spent = Spent()
    begun = time.perf_counter()
    with measured(spent):
        beside = FollowingBeside()
        figures = run_import(act, path=table, fonds=fonds, refused_path=place / "refused.csv")  # type: ignore[arg-type]
        beside.no_more()
        while beside.runs and index().count() < figures.created:
            time.sleep(LOOK)
        assert index().count() == figures.created, "the process beside ended too soon"
        searchable = time.perf_counter()
        beside.finish()  # pieces of the index merge, which is counted with the processor's time
        bring_up_to_date()
    ended, spent.wall = spent.wall, searchable - begun
    say(f"searchable after {spent.wall:.1f} s, ended after {ended:.1f} s")
    return spent, index().count()  # type: ignore[attr-defined]


def bare_rows(place: Path, indexed: bool = False) -> Spent:
    """The same rows, read beforehand, into a table without another index, or with all it has."""
    source = sqlite3.connect(place / "data" / "lantai.db")
    made = source.execute(
        "select sql from sqlite_master where tbl_name = 'catalogue_record' and sql is not null"
        " and (? or type = 'table') order by type desc", (indexed,),
    ).fetchall()  # fmt: skip
    rows = source.execute("select * from catalogue_record").fetchall()
    target = sqlite3.connect(place / f"bare-{indexed}.db")
    target.execute("pragma journal_mode=wal")
    batch = LARGE if indexed else BATCH
    if indexed:  # as it is best for it, and as ours has it
        target.executescript("pragma cache_size=-65536; pragma wal_autocheckpoint=32000")
    for (statement,) in made:
        target.execute(statement)
    marks = ", ".join("?" * len(rows[0]))
    spent = Spent()
    with measured(spent):
        for start in range(0, len(rows), batch):
            part = rows[start : start + batch]
            target.executemany(f"insert into catalogue_record values ({marks})", part)
            target.commit()
    return spent


def bare_documents(place: Path, count: int) -> Spent:
    """The very documents, made beforehand, into an index of the same fields."""
    (place / "all").mkdir()
    index = tantivy.Index(build_schema(), path=str(place / "all"))
    register_tokenizers(index)
    made = [built for _id, built in build_documents(map(as_document, entries(count)), keep=False)]
    writer = index.writer(128_000_000, 1)
    spent = Spent()
    with measured(spent):
        for document in made:
            writer.add_json(document)
        writer.commit()
        writer.wait_merging_threads()
    return spent


def bare_text(place: Path, count: int) -> Spent:
    """The same bigrams into fields of their own, and the title to show."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="blank", index_option="position")
    (place / "bare").mkdir()
    index = tantivy.Index(builder.build(), path=str(place / "bare"))
    register_tokenizers(index)
    documents = [as_document(row) for row in entries(count)]
    writer = index.writer(128_000_000, 1)
    spent = Spent()
    with measured(spent):
        for start in range(0, count, BATCH):
            part = documents[start : start + BATCH]
            grams = [
                analysed([d.title for d in part]).grams,
                analysed([d.text for d in part], [d.doc_no for d in part]).grams,
                analysed([d.creator for d in part]).grams,
                analysed([d.reference_code for d in part]).grams,
            ]
            for document, *words_of in zip(part, *grams, strict=True):
                row = tantivy.Document()
                row.add_text("id", document.id)
                for name, words in zip(FIELDS, words_of, strict=True):
                    row.add_text(name, words)
                writer.add_document(row)
        writer.commit()
        writer.wait_merging_threads()
    return spent


@contextmanager
def measured(spent: Spent) -> Iterator[None]:
    """Wall time, and CPU of this process and of the children that ended meanwhile."""
    wall, cpu = time.perf_counter(), _cpu()
    yield
    spent.wall, spent.cpu = time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak() -> int:
    """Megabytes, of the larger process."""
    return max(
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def say(text: str) -> None:
    """Beside the figure itself, which is read by machine."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
