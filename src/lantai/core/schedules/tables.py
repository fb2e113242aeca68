"""The three tables 三张表 as rows to paste from a spreadsheet and back, and what two versions differ in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lantai.core.description import record_types
from lantai.core.text import strip_controls

#: table → (the column that names a row, the columns in their order, how each is called)
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "category": (
        ("code", "class2"),
        ("code", "class2", "label_zh", "record_type", "template", "axes"),
        ("代码", "二级", "门类", "著录类型", "档号规则", "分类方法"),
    ),
    "office": (("code",), ("code", "label_zh", "duties"), ("代码", "机构", "职责")),
    "clause": (
        ("no",),
        ("no", "text", "retention", "category", "organ", "basis", "note"),
        ("条款号", "归档范围", "保管期限", "门类", "责任部门", "依据", "备注"),
    ),
}
MOST_ROWS = 5000
MOST_CELL = 32_767  # characters, as a spreadsheet's cell
RETENTIONS = {"永久": "Y", "30年": "D30", "10年": "D10", "定期30年": "D30", "定期10年": "D10"}
_YEARS = re.compile(r"D(\d+)")
SHOWN = {"Y": "永久", "D30": "30年", "D10": "10年"}


class PasteRefused(ValueError):
    """A pasted row cannot be taken in; says which and why."""


@dataclass(frozen=True)
class Change:
    """A row that is in one version only, or differs."""

    table: str
    key: str
    before: str
    after: str


def to_rows(data: Mapping[str, Any], table: str) -> str:
    """The table as tab-separated text with a heading line."""
    _, columns, heads = TABLES[table]
    out = io.StringIO()
    writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    writer.writerow(heads)
    for row in data.get(table, []):
        writer.writerow([_shown(column, row.get(column, "")) for column in columns])
    return out.getvalue()


def from_rows(data: Mapping[str, Any], table: str, text: str) -> list[dict[str, Any]]:
    """The rows of a pasted table; what a spreadsheet does not show is kept from the old row."""
    keys, columns, heads = TABLES[table]
    old = {_key(row, keys): row for row in data.get(table, [])}
    rows: list[dict[str, Any]] = []
    for number, cells in enumerate(_pasted(text), 1):
        if any(len(cell) > MOST_CELL for cell in cells):
            raise PasteRefused(
                f"第 {number} 行有一格超过 {MOST_CELL} 字 / row {number}: a cell is too long"
            )
        clean = [strip_controls(cell).strip() for cell in cells]
        if not any(clean) or (number == 1 and clean[0] == heads[0]):
            continue
        if len(clean) > len(columns) or len(rows) >= MOST_ROWS:
            raise PasteRefused(
                f"第 {number} 行有 {len(clean)} 列，应为 {len(columns)} 列 / row {number}: too many"
            )
        given: dict[str, Any] = dict(zip(columns, clean, strict=False))
        if not given.get(keys[0]):
            raise PasteRefused(f"第 {number} 行没有{heads[0]} / row {number} has no {keys[0]}")
        if "axes" in given:
            given["axes"] = [a for a in given["axes"].replace("，", "、").split("、") if a]
        _as_codes(given)
        kept = dict(old.get(_key(given, keys), {}))
        for name, value in given.items():
            if value or name in kept:
                kept[name] = value
        rows.append({name: value for name, value in kept.items() if value != ""})
    return rows


def _pasted(text: str) -> Iterator[list[str]]:
    """The cells of each line, as a spreadsheet puts them on the clipboard."""
    try:
        yield from csv.reader(io.StringIO(text, newline=""), dialect="excel-tab")
    except csv.Error as problem:
        raise PasteRefused(f"贴入的表格读不出：{problem} / not a table: {problem}") from None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What was added, dropped and changed from one version to the next, table by table."""
    found = []
    for table, (keys, columns, heads) in TABLES.items():
        old = {_key(row, keys): row for row in before.get(table, [])}
        new = {_key(row, keys): row for row in after.get(table, [])}
        for key in [*old, *(k for k in new if k not in old)]:
            was, now = _said(old.get(key), columns, heads), _said(new.get(key), columns, heads)
            if was != now:
                found.append(Change(table, " ".join(part for part in key if part), was, now))
    return found


def _said(row: Mapping[str, Any] | None, columns: Sequence[str], heads: Sequence[str]) -> str:
    if row is None:
        return ""
    return "；".join(
        f"{head} {_shown(column, row[column])}"
        for column, head in zip(columns, heads, strict=True)
        if row.get(column)
    )


def _key(row: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row.get(key, "")) for key in keys)


def _as_codes(given: dict[str, Any]) -> None:
    """Words that people write in the columns of codes become the codes."""
    if given.get("retention"):
        written = given["retention"].replace(" ", "")
        years = re.fullmatch(r"(\d{1,3})年", written)
        code = f"D{years[1]}" if years else given["retention"]
        given["retention"] = RETENTIONS.get(written, code)
    if given.get("record_type"):
        named = {t.label_zh: key for key, t in record_types().all().items()}
        given["record_type"] = named.get(given["record_type"], given["record_type"])


def choices(data: Mapping[str, Any], column: str) -> list[str]:
    """What may be written in a column of few values; empty where anything may."""
    if column == "retention":
        return list(SHOWN.values())
    if column == "record_type":
        return [kind.label_zh for kind in record_types().all().values()]
    if column == "category":
        rows = data.get("category", [])
        return [f"{r['code']}·{r['class2']}" if r.get("class2") else str(r["code"]) for r in rows]
    if column == "organ":
        return [str(row["code"]) for row in data.get("office", [])]
    return []


def _shown(column: str, value: Any) -> str:
    if column == "retention":
        found = _YEARS.fullmatch(str(value))
        return SHOWN.get(str(value)) or (f"{found[1]}年" if found else str(value))
    if column == "record_type" and value in record_types().all():
        return record_types().get(value).label_zh
    return _cell(value)


def _cell(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
