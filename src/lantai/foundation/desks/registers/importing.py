"""Importing into a register 台账导入: every row gets its line in a report, wrong ones a file."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import read_entry
from lantai.core.progress import Progress, silent
from lantai.core.tables.table import Row, open_table
from lantai.core.tables.writing import safe_text
from lantai.core.text import fold
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.operations import import_entries
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import Act

BATCH = 2_000  # rows in one act: long enough to be quick, short enough to let others write
OUTCOMES = {"created": "新增", "updated": "更新", "unchanged": "未变", "refused": "退回"}


@dataclass
class Figures:
    """What an import did."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    seconds: float = 0.0
    report: str = ""
    refused_file: str = ""
    unknown_columns: list[str] = field(default_factory=list)
    dry_run: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def columns_of(definition: RegisterDefinition) -> dict[str, str]:
    """A column's heading, folded → the field it fills: by name or by label in either language."""
    found: dict[str, str] = {}
    for entry in definition.shown:
        for heading in (entry.name, entry.label_zh, entry.label_en):
            found.setdefault(fold(heading.strip()), entry.name)
    return found


def run_import(
    act: Act,
    *,
    register: str,
    institution: Institution,
    path: Path,
    report_path: Path,
    name: str = "",
    dry_run: bool = False,
    progress: Progress = silent,
) -> Figures:
    """Import a file; ``report_path`` takes a line a row, beside it ``…-refused.csv`` what was wrong.

    `lantai.core.tables.table.TableUnreadable` when the file is no table.
    """
    started = time.perf_counter()
    definition = definition_of(register, institution)
    table = open_table(path, name)
    figures = Figures(report=str(report_path), dry_run=dry_run)
    known, unknown = columns_of(definition), dict[str, None]()
    refused_path = report_path.with_name(f"{report_path.stem}-refused.csv")
    with (
        report_path.open("w", encoding="utf-8-sig", newline="") as report_stream,
        refused_path.open("w", encoding="utf-8-sig", newline="") as refused_stream,
    ):
        report, refused = csv.writer(report_stream), _Refused(csv.writer(refused_stream))
        report.writerow(["行", "结果", "说明", "note"])
        for batch in _batches(table.rows()):
            lines = _enter(act, definition, institution, batch, known, unknown, dry_run)
            for row, (outcome, zh, en) in zip(batch, lines, strict=True):
                figures.read += 1
                setattr(figures, outcome, getattr(figures, outcome) + 1)
                report.writerow([row.number, OUTCOMES[outcome], safe_text(zh), safe_text(en)])
                if outcome == "refused":
                    refused.write(row, zh)
            progress(min(table.done, table.size), table.size, f"{figures.read}")
    figures.unknown_columns = list(unknown)[:50]
    figures.refused_file = str(refused_path) if figures.refused else ""
    if not figures.refused:
        refused_path.unlink()
    figures.seconds = round(time.perf_counter() - started, 3)
    return figures


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


Line = tuple[str, str, str]  # outcome, 中文, English


def _enter(
    act: Act,
    definition: RegisterDefinition,
    institution: Institution,
    batch: list[Row],
    known: Mapping[str, str],
    unknown: dict[str, None],
    dry_run: bool,
) -> list[Line]:
    """Enter one batch; the outcome of each of its rows."""
    lines: list[Line | None] = []
    good: list[dict[str, Any]] = []
    for row in batch:
        if row.fault_zh:
            lines.append(("refused", row.fault_zh, row.fault_en))
            continue
        given = {}
        for heading, cell in row.values.items():
            target = known.get(fold(str(heading).strip()))
            if target:
                given[target] = cell
            else:
                unknown.setdefault(str(heading)[:60])
        values, problems = read_entry(definition, given)
        if problems:
            zh = "；".join(p.message_zh for p in problems)
            lines.append(("refused", zh, "; ".join(p.message_en for p in problems)))
        else:
            good.append(values)
            lines.append(None)
    done = iter(
        import_entries(
            act, register=definition.id, institution=institution, rows=good, dry_run=dry_run
        )
        if good
        else ()
    )
    return [line if line is not None else (next(done), "", "") for line in lines]


class _Refused:
    """The refused rows as they came, with the reason first, to be mended and sent again."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.headings: list[str] | None = None

    def write(self, row: Row, reason: str) -> None:
        if self.headings is None:
            self.headings = list(row.values)
            self.writer.writerow(["退回原因", "行", *map(safe_text, self.headings)])
        cells = [safe_text(str(row.values.get(h, ""))) for h in self.headings]
        self.writer.writerow([safe_text(reason), row.number, *cells])
