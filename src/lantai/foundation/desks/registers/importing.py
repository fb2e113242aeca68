"""Importing into a register 台账导入: rows are read as a form would be, and entered in one act."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import read_entry
from lantai.core.progress import Progress, silent
from lantai.core.tables.table import Row
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.operations import import_entries
from lantai.foundation.desks.tables.reading import (
    Figures,
    Line,
    Sent,
    Unknown,
    folded,
    matched,
    read_table,
)
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import Act


def columns_of(definition: RegisterDefinition) -> dict[str, str]:
    """A column's heading, folded → the field it fills: by name or by label in either language."""
    found: dict[str, str] = {}
    for entry in definition.shown:
        for heading in (entry.name, entry.label_zh, entry.label_en):
            found.setdefault(folded(heading), entry.name)
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
    """Import a file into a register kept at an institution (`read_table`)."""
    definition = definition_of(register, institution)
    known = columns_of(definition)
    sent = Sent(path, report_path, name, dry_run, progress)

    def enter(batch: list[Row], unknown: Unknown) -> list[Line]:
        return _enter(act, definition, institution, batch, known, unknown, dry_run)

    return read_table(sent, enter)


def _enter(
    act: Act,
    definition: RegisterDefinition,
    institution: Institution,
    batch: list[Row],
    known: Mapping[str, str],
    unknown: Unknown,
    dry_run: bool,
) -> list[Line]:
    """Enter one batch; the outcome of each of its rows."""
    lines: list[Line | None] = []
    good: list[dict[str, Any]] = []
    for row in batch:
        if row.fault_zh:
            lines.append(("refused", row.fault_zh, row.fault_en))
            continue
        values, problems = read_entry(definition, matched(row.values, known, unknown))
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
