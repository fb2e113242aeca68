"""The schedule 机关档案分类方案、归档范围、保管期限表 with its three linked tables, from TOML.

``category`` rows are the classification scheme, ``clause`` rows the filing scope and, on the
leaves, the retention table; ``office`` rows name who files. A clause takes category, office,
basis and defaults from its parent when it has none of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from lantai.core.identifiers import ReferenceCodeError, ReferenceCodeRule
from lantai.core.registry import DataShelf

MODELS = Path(__file__).with_name("models")
_NUMBER = re.compile(r"\d{1,3}(\.\d{1,3}){0,3}")


class ScheduleError(ValueError):
    """A schedule cannot be read at all (structure, numbers); the message names the place."""


@dataclass(frozen=True)
class Office:
    """An office or issue 机构或问题 with the code that stands in 档号."""

    code: str
    label_zh: str
    label_en: str = ""
    duties: str = ""


@dataclass(frozen=True)
class Category:
    """A 门类 of the classification scheme 分类方案 with its arrangement and 档号 rule."""

    code: str
    label_zh: str
    label_en: str
    record_type: str
    rule: ReferenceCodeRule | None
    class2: str = ""
    axes: tuple[str, ...] = ()
    arrangement: str = "item"
    note: str = ""

    @property
    def key(self) -> str:
        """``WS``, or ``ZY·HY`` for a kind inside a class."""
        return f"{self.code}·{self.class2}" if self.class2 else self.code


@dataclass(frozen=True)
class Clause:
    """A row 条款 of filing scope and retention table; leaves have a retention, others none."""

    no: str
    text: str
    category: str = ""
    organ: str = ""
    retention: str = ""
    keywords: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()  # words that speak against the clause
    basis: str = ""
    note: str = ""
    transfer: bool = False  # 移交进馆
    disclosure: str = ""
    opening_hint: str = ""
    carrier: str = ""
    source_system: str = ""
    full_text: str = ""  # with the texts of the clauses above

    @property
    def parent_no(self) -> str:
        """The number of the clause above, empty on the first level."""
        return self.no.rpartition(".")[0]

    @property
    def level(self) -> int:
        """1 to 4."""
        return self.no.count(".") + 1


@dataclass(frozen=True)
class Schedule:
    """One version of a unit's 三合一."""

    id: str
    title: str
    unit: str
    unit_en: str
    version: str
    fonds: str
    preface: str
    offices: tuple[Office, ...]
    categories: tuple[Category, ...]
    clauses: tuple[Clause, ...]
    approval: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    not_filed: tuple[str, ...] = ()  # 不归档范围 (8号令 art. 4)
    fictional: bool = False
    order: str = "8"  # the order it is written under: 8号令 (organs) or 10号令 (enterprises)

    @cached_property
    def by_no(self) -> Mapping[str, Clause]:
        """The clauses by number."""
        return {clause.no: clause for clause in self.clauses}

    @cached_property
    def leaves(self) -> tuple[Clause, ...]:
        """The clauses with no clause below: what can be filed under."""
        parents = {clause.parent_no for clause in self.clauses}
        return tuple(clause for clause in self.clauses if clause.no not in parents)

    @property
    def reference_code_rules(self) -> dict[str, ReferenceCodeRule]:
        """The 档号 rule of each category by its key."""
        return {c.key: c.rule for c in self.categories if c.rule is not None}

    def category(self, key: str) -> Category | None:
        """The category of a key (``WS``, ``ZY·HY``), or None."""
        return next((c for c in self.categories if c.key == key), None)

    def office(self, code: str) -> Office | None:
        """The office of a code, or None."""
        return next((o for o in self.offices if o.code == code), None)

    def children(self, no: str) -> tuple[Clause, ...]:
        """The clauses right below a number ("" for the first level)."""
        return tuple(clause for clause in self.clauses if clause.parent_no == no)


def load_schedule(path: Path, data: dict[str, Any] | None = None) -> Schedule:
    """Read a schedule file (a `DataShelf` loader); `ScheduleError` if it cannot be one."""
    if data is None:
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise ScheduleError(f"{path.name}: 无法读取 / cannot be read: {problem}") from None
    return schedule_from(data, path.name)


def schedule_from(data: Mapping[str, Any], place: str) -> Schedule:
    """A schedule of parsed data (also of the editor's rows); ``place`` goes into errors."""
    try:
        return Schedule(
            id=str(data.get("id") or Path(place).stem),
            title=str(data["title"]),
            unit=str(data["unit"]),
            unit_en=str(data.get("unit_en", "")),
            version=str(data["version"]),
            fonds=str(data.get("fonds", "")),
            preface=str(data.get("preface", "")),
            offices=tuple(Office(**row) for row in data.get("office", [])),
            categories=tuple(_category(row, place) for row in data.get("category", [])),
            clauses=_clauses(data.get("clause", []), place),
            approval=dict(data.get("approval", {})),
            sources=tuple(data.get("sources", ())),
            not_filed=tuple(data.get("not_filed", ())),
            fictional=bool(data.get("fictional", False)),
            order=str(data.get("order", "8")),
        )
    except (KeyError, TypeError, AttributeError) as problem:
        raise ScheduleError(f"{place}: 内容结构有误 / bad structure: {problem}") from None


def _category(row: Mapping[str, Any], place: str) -> Category:
    template = str(row.get("template", ""))
    rule = None
    code, class2 = str(row["code"]), str(row.get("class2", ""))
    if template:
        try:
            rule = ReferenceCodeRule.from_data(
                {
                    "id": f"{code}·{class2}" if class2 else code,
                    "template": template,
                    "record_class": code,
                    "patterns": row.get("patterns", {}),
                }
            )
        except ReferenceCodeError as problem:
            raise ScheduleError(f"{place}: {code}: {problem}") from None
    return Category(
        code=code,
        label_zh=str(row["label_zh"]),
        label_en=str(row.get("label_en", "")),
        record_type=str(row["record_type"]),
        rule=rule,
        class2=class2,
        axes=tuple(row.get("axes", ())),
        arrangement=str(row.get("arrangement", "item")),
        note=str(row.get("note", "")),
    )


def _clauses(rows: list[Mapping[str, Any]], place: str) -> tuple[Clause, ...]:
    found: dict[str, Clause] = {}
    for row in rows:
        no = str(row.get("no", ""))
        if not _NUMBER.fullmatch(no):
            raise ScheduleError(f"{place}: 条款号“{no}”不合规 / bad clause number {no!r}")
        if no in found:
            raise ScheduleError(f"{place}: 条款号 {no} 重复 / clause {no} stands twice")
        lists = {key: tuple(row.get(key, ())) for key in ("keywords", "unless")}
        clause = Clause(**{**row, **lists})
        found[no] = _inherit(clause, found.get(clause.parent_no))
        if clause.parent_no and clause.parent_no not in found:
            raise ScheduleError(f"{place}: 条款 {no} 没有上级 / clause {no} has no parent")
    return tuple(found.values())


def _inherit(clause: Clause, parent: Clause | None) -> Clause:
    if parent is None:
        return replace(clause, full_text=clause.text)
    taken = {
        name: getattr(clause, name) or getattr(parent, name)
        for name in ("category", "organ", "basis", "disclosure", "opening_hint", "carrier",
                     "source_system")
    }  # fmt: skip
    return replace(clause, full_text=f"{parent.full_text}：{clause.text}", **taken)


_SHELF: DataShelf[Schedule] = DataShelf(load_schedule, MODELS)


def schedules() -> DataShelf[Schedule]:
    """The shelf of model schedules."""
    return _SHELF
