"""The real records of the catalogue data set as search documents."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.search.port import SearchDocument

CORPORA = ("regulations", "classical", "poems", "papers")


def records(folder: Path, corpora: tuple[str, ...] = CORPORA) -> Iterator[SearchDocument]:
    """Every record of the chosen corpora."""
    readers = {
        "regulations": _regulations,
        "classical": _classical,
        "poems": _poems,
        "papers": _papers,
    }
    for corpus in corpora:
        yield from readers[corpus](folder)


def queries(folder: Path) -> list[dict[str, str]]:
    """The queries: qid, type, corpus, query."""
    with (folder / "queries.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def relevant(folder: Path) -> dict[str, set[str]]:
    """The ids that answer each query."""
    found: dict[str, set[str]] = defaultdict(set)
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[row["qid"]].add(row["docid"])
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else Path.open
    with opener(path, "rt", encoding="utf-8") as stream:  # type: ignore[operator]
        for line in stream:
            yield json.loads(line)


def _document(identifier: str, record_class: str, **values: Any) -> SearchDocument:
    return SearchDocument(
        id=identifier, source_id=identifier, tokens=("public",), record_class=record_class, **values
    )


def _regulations(folder: Path) -> Iterator[SearchDocument]:
    texts = {row["id"]: row["text"] for row in _lines(folder / "regulations-fulltext.jsonl.gz")}
    for row in _lines(folder / "regulations.jsonl"):
        date = row["date"]
        yield _document(
            row["id"],
            "regulation",
            title=row["title"],
            creator=row["issuer"],
            doc_no=row["doc_no"],
            date=date,
            year=int(date[:4] or 0),
            text="\n".join((row["kind"], row["region"], *row["history"])),
            fulltext=texts.get(row["id"], ""),
        )


def _classical(folder: Path) -> Iterator[SearchDocument]:
    for row in _lines(folder / "classical-dila.jsonl"):
        yield _document(
            row["id"],
            "classical",
            title=row["title"],
            creator="；".join(row["contributors"]),
            year=max(row.get("year_from") or 0, 0),
            text="\n".join(str(row[k] or "") for k in ("byline", "dynasty", "category", "places")),
        )


def _poems(folder: Path) -> Iterator[SearchDocument]:
    for row in _lines(folder / "poems-tang-20k.jsonl.gz"):
        yield _document(
            row["id"],
            "poem",
            title=row["title"],
            creator=row["author"],
            text=row["dynasty"],
            fulltext=row["text"],
        )


def _papers(folder: Path) -> Iterator[SearchDocument]:
    for row in _lines(folder / "papers-csl.jsonl"):
        yield _document(
            row["id"],
            "paper",
            title=row["title"],
            text="\n".join((row["abstract"], "；".join(row["keywords"]))),
        )
