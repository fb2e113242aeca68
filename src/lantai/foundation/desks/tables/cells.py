"""Cells 单元格: a table of many bodies' values, either a row a value or a row a body.

A row a value names the body, the indicator and the value; a row a body has a column an indicator.
Where the whole table is one body's, no column need name it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lantai.core.tables.table import Row
from lantai.core.text import strip_controls
from lantai.foundation.desks.tables.reading import (
    Figures,
    Line,
    Sent,
    Unknown,
    folded,
    matched,
    read_table,
)
from lantai.foundation.refusal import Refusal

BODY, NAME, CODE, VALUE, NOTE = "_body", "_name", "_code", "_value", "_note"
HEADINGS = {
    BODY: ("单位代码", "机构代码", "body", "body code", "institution", "_institution"),
    NAME: ("单位", "单位名称", "填报单位", "被评单位", "bodies", "name", "body name"),
    CODE: ("指标", "指标代码", "指标编号", "indicator", "code"),
    VALUE: ("值", "数值", "自评", "自评值", "得分", "value", "score", "self-score"),
    NOTE: ("说明", "note"),
}
SEEN = ("状态", "state", "总分", "total", "等次", "grade")  # what an export says beside, not read


class Wrong(Exception):
    """A row that cannot be taken, with the reason in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@dataclass
class Cells:
    """What one row says of one body: values by indicator, and words on them."""

    body: str
    values: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


class CellDesk(ABC):
    """A desk whose sheets take cells: how they are named, judged, compared and written."""

    @abstractmethod
    def indicators(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """(code, every heading that names it) of what may be written."""

    @abstractmethod
    def sheet(self, body: str, name: str) -> Any:
        """The sheet of a body that may be written now; `Wrong` says why none may."""

    @abstractmethod
    def body_of(self, sheet: Any) -> str:
        """The code of the body whose sheet it is."""

    @abstractmethod
    def read(self, sheet: Any, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values as they are kept; `Wrong` names what does not fit."""

    @abstractmethod
    def kept(self, sheet: Any) -> Mapping[str, tuple[Any, str]]:
        """(value, note) by indicator, as they stand."""

    @abstractmethod
    def write(self, sheet: Any, values: dict[str, Any], notes: Mapping[str, str]) -> Any:
        """Write them by the verb of the page; the sheet as it is then."""


def import_cells(desk: CellDesk, sent: Sent, only: str = "") -> Figures:
    """Read a table of cells; ``only``: the one body whose they are. Run again, it changes nothing."""
    known = {folded(h): name for name, headings in HEADINGS.items() for h in headings}
    codes: dict[str, str] = {}
    for code, headings in desk.indicators():
        codes |= {folded(h): code for h in (code, *headings) if folded(h) not in codes}
    reader = _Reader(desk, {**known, **codes}, codes, only, sent)
    seen = {folded(h) for h in SEEN}

    def enter(batch: list[Row], unknown: Unknown) -> list[Line]:
        lines = reader.enter(batch, unknown)
        for heading in [h for h in unknown if folded(h) in seen]:
            del unknown[heading]
        return lines

    return read_table(sent, enter)


class _Reader:
    """The rows of one table, written body by body."""

    def __init__(
        self, desk: CellDesk, known: Mapping[str, str], codes: Mapping[str, str], only: str,
        sent: Sent,
    ) -> None:  # fmt: skip
        self.desk, self.known, self.codes, self.only = desk, known, codes, only
        self.dry_run = sent.dry_run
        self.sheets: dict[tuple[str, str], Any] = {}

    def enter(self, batch: list[Row], unknown: Unknown) -> list[Line]:
        """Judge each row by itself, then write what fits of each body in one act."""
        lines: list[Line] = [("refused", "", "")] * len(batch)
        bodies: dict[str, list[tuple[int, Cells]]] = {}
        for place, row in enumerate(batch):
            if row.fault_zh:
                lines[place] = ("refused", row.fault_zh, row.fault_en)
                continue
            try:
                cells = self._cells(matched(row.values, self.known, unknown))
                bodies.setdefault(cells.body, []).append((place, cells))
            except Wrong as wrong:
                lines[place] = ("refused", wrong.zh, wrong.en)
        for body, found in bodies.items():
            lines_of = self._write(body, [cells for _place, cells in found])
            for (place, _cells), line in zip(found, lines_of, strict=True):
                lines[place] = line
        return lines

    def _cells(self, given: Mapping[str, Any]) -> Cells:
        body, name = _word(given.get(BODY)), _word(given.get(NAME))
        sheet = self._sheet(body, name)
        code = self.desk.body_of(sheet)
        if CODE in given:
            raw = _word(given[CODE])
            indicator = self.codes.get(folded(raw))
            if indicator is None:
                raise Wrong(f"没有可填的指标“{raw[:40]}”", f"no indicator {raw[:40]!r} to fill in")
            values = {indicator: given.get(VALUE)}
            notes = {indicator: _word(given.get(NOTE))}
        else:
            values = {k: v for k, v in given.items() if not k.startswith("_")}
            notes = {}
        values = {k: v for k, v in values.items() if v is not None and str(v).strip()}
        if not values:
            raise Wrong("这一行没有值", "there is no value in this row")
        return Cells(code, self.desk.read(sheet, values), {k: v for k, v in notes.items() if v})

    def _sheet(self, body: str, name: str) -> Any:
        if self.only and body and body != self.only:
            raise Wrong(f"这次只导入 {self.only}，这一行是 {body[:40]}",
                        f"this import is for {self.only}, the row is of {body[:40]}")  # fmt: skip
        if not body and not self.only and not name:
            raise Wrong("没有写明单位代码", "the row does not say whose it is")
        key = (self.only or body, "" if self.only or body else name)
        if key not in self.sheets:
            try:
                self.sheets[key] = self.desk.sheet(*key)
            except Wrong as wrong:
                self.sheets[key] = wrong
        found = self.sheets[key]
        if isinstance(found, Wrong):
            raise found
        return found

    def _write(self, body: str, rows: list[Cells]) -> list[Line]:
        sheet = next(s for s in self.sheets.values()
                     if not isinstance(s, Wrong) and self.desk.body_of(s) == body)  # fmt: skip
        was = dict(self.desk.kept(sheet))
        lines: list[Line] = []
        values: dict[str, Any] = {}
        notes: dict[str, str] = {}
        for cells in rows:
            lines.append((_outcome(was, cells), "", ""))
            was |= {k: (v, cells.notes.get(k, was.get(k, ("", ""))[1]))
                    for k, v in cells.values.items()}  # fmt: skip
            values |= cells.values
            notes |= cells.notes
        if self.dry_run or all(line[0] == "unchanged" for line in lines):
            return lines
        try:
            written = self.desk.write(sheet, values, notes)
        except Refusal as refused:
            return [("refused", refused.zh, refused.en)] * len(rows)
        for key, known in self.sheets.items():
            if known is sheet:
                self.sheets[key] = written
        return lines


def _outcome(was: Mapping[str, tuple[Any, str]], cells: Cells) -> str:
    """Whether a row says anything new."""
    before = {k: was.get(k, (None, "")) for k in cells.values}
    if all(
        before[k][0] == v and cells.notes.get(k, before[k][1]) == before[k][1]
        for k, v in cells.values.items()
    ):
        return "unchanged"
    return "created" if all(b[0] in (None, "") for b in before.values()) else "updated"


def _word(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return strip_controls(str(value if value is not None else "")).strip()
