"""A whole import 导入: the file read to its end, a batch an act, the refused rows set aside.

Killed anywhere, it is simply run again: rows are known by their source id, so that what was
entered is found unchanged and passed over.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.core.collecting import seldom_collected
from lantai.core.progress import Progress, silent
from lantai.core.tables.table import Row, Table, open_table
from lantai.foundation.work import Act
from lantai.resources.importing.columns import REASON, mapping_for
from lantai.resources.importing.operations import BATCH, BatchResult, import_batch
from lantai.resources.importing.rows import Entries, read_rows

MOST_BYTES = 8_000_000  # of text in one batch


@dataclass
class ImportFigures:
    """What an import did, as `lantai import --json` says it."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    refused_file: str | None = None
    seconds: float = 0.0

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def run_import(
    act: Act,
    *,
    path: Path,
    fonds: Fonds,
    refused_path: Path,
    chosen: Mapping[str, str] | None = None,
    name: str = "",
    dry_run: bool = False,
    clean: bool = False,
    progress: Progress = silent,
) -> ImportFigures:
    """Import a file into a fonds. ``refused_path`` (its ending is set here) takes refused rows.

    ``clean`` applies the rules of cleaning.toml.
    Rows that name another registered fonds of the same archives go there.
    `lantai.core.tables.table.TableUnreadable` when the file is no table.
    """
    started = time.perf_counter()
    figures = ImportFigures()
    table = open_table(path, name)
    refused = _RefusedRows(refused_path, as_lines=table.id == "jsonl")
    places = _Places(fonds)
    try:
        with seldom_collected():
            for batch in _batches(table, chosen or {}, figures, refused, clean):
                for target, entries in places.sorted(batch, refused):
                    result = import_batch(act, fonds=target, entries=entries, dry_run=dry_run)
                    _add(figures, result, refused)
                progress(min(table.done, table.size), table.size, f"{figures.read}")
    finally:
        refused.close()
        figures.refused_file = str(refused.path) if refused.count else None
        figures.refused = refused.count
        figures.seconds = round(time.perf_counter() - started, 3)
    return figures


def preview(
    path: Path, chosen: Mapping[str, str] | None = None, name: str = "", most: int = 20
) -> dict[str, Any]:
    """The first rows as they would be read: {"columns", "mapping", "rows": [{values, refused}]}."""
    columns: dict[str, None] = {}
    rows: list[Row] = []
    for row in open_table(path, name).rows():
        rows.append(row)
        columns |= dict.fromkeys(row.values)
        if len(rows) >= most:
            break
    mapping = mapping_for(columns, chosen)
    reasons = {row.number: why for row, why in read_rows(rows, mapping)[1]}
    shown = [
        {"number": row.number, "values": row.values, "refused": reasons.get(row.number, "")}
        for row in rows
    ]
    return {"columns": list(columns), "mapping": mapping, "rows": shown}


def _batches(
    table: Table,
    chosen: Mapping[str, str],
    figures: ImportFigures,
    refused: _RefusedRows,
    clean: bool,
) -> Iterator[Entries]:
    mapping: dict[str, str] = {}
    for rows in _blocks(table):
        figures.read += len(rows)
        alike = dict.fromkeys(tuple(row.values) for row in rows)  # few kinds of rows in a file
        columns = dict.fromkeys(name for headings in alike for name in headings)
        mapping |= mapping_for([c for c in columns if c not in mapping], chosen)
        entries, others = read_rows(rows, mapping, clean)
        for row, why in others:
            refused.add(row, why)
        yield entries


def _blocks(table: Table) -> Iterator[list[Row]]:
    """Rows of a batch: so many, or so much text."""
    rows: list[Row] = []
    weight = 0
    for row in table.rows():
        rows.append(row)
        weight += _weight(row.values)
        if len(rows) >= BATCH or weight >= MOST_BYTES:
            yield rows
            rows, weight = [], 0
    if rows:
        yield rows


def _weight(values: Mapping[str, Any]) -> int:
    """Characters of a row."""
    cells = values.values()
    try:
        return len("".join(cells))  # nearly always all are texts
    except TypeError:
        return sum([len(c if type(c) is str else str(c)) for c in cells])


def _add(figures: ImportFigures, result: BatchResult, refused: _RefusedRows) -> None:
    figures.created += result.created
    figures.updated += result.updated
    figures.unchanged += result.unchanged
    for row, reason in result.refused:
        refused.add(row, reason)


class _Places:
    """The fonds that rows may go to."""

    def __init__(self, default: Fonds) -> None:
        self.default = default
        self.known: dict[str, Fonds | None] = {"": default, default.code: default}

    def of(self, code: str) -> Fonds | None:
        """The fonds a row names; None when it is not registered."""
        if code not in self.known:
            self.known[code] = (
                Fonds.objects.filter(holder=self.default.holder, code=code)
                .select_related("holder")
                .first()
            )
        return self.known[code]

    def sorted(self, batch: Entries, refused: _RefusedRows) -> Iterator[tuple[Fonds, Entries]]:
        """The batch by fonds, without the rows of one that is not registered."""
        found: dict[str, list[int]] = {}
        for place, code in enumerate(batch.of("fonds")):
            found.setdefault(code, []).append(place)
        for code, rows in found.items():
            target = self.of(code)
            if target is not None:
                yield target, batch.taken(rows)
                continue
            for place in rows:
                refused.add(
                    batch.rows[place],
                    f"全宗 {code[:20]} 没有登记，请先登记全宗或去掉全宗号列",
                )


class _RefusedRows:
    """The file of refused rows, with the reason in a column of its own: mend it, send it again."""

    def __init__(self, path: Path, as_lines: bool) -> None:
        self.path = path.with_suffix(".jsonl" if as_lines else ".csv")
        self.as_lines, self.count = as_lines, 0
        self._stream: Any = None
        self._write: Callable[[dict[str, Any]], Any] | None = None

    def add(self, row: Row, reason: str) -> None:
        """Set a row aside."""
        self.count += 1
        values = {**row.values, REASON: f"第 {row.number} 行：{reason}"}
        if self._write is None:
            self._open(list(values))
        if self._write is not None:
            self._write(values)

    def _open(self, columns: list[str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.as_lines:
            self._stream = self.path.open("w", encoding="utf-8")
            self._write = lambda values: self._stream.write(
                json.dumps(values, ensure_ascii=False, default=str) + "\n"
            )
            return
        self._stream = self.path.open("w", encoding="utf-8-sig", newline="")
        writer = csv.DictWriter(self._stream, columns, extrasaction="ignore")
        writer.writeheader()
        self._write = writer.writerow

    def close(self) -> None:
        """Done."""
        if self._stream is not None:
            self._stream.close()
