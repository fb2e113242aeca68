"""Reading a register definition file 台账定义文件, and every mistake in it with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

from lantai.core.desks.definition_text import Fault, read_definition
from lantai.core.desks.register_definition import (
    CHARTS,
    FIELD_TYPES,
    HOLDER_KINDS,
    MOST_INDEXED,
    PUBLICATIONS,
    Reach,
    RegisterDefinition,
    RegisterField,
    Reminder,
    Statistic,
    View,
    Word,
)
from lantai.core.terms import vocabularies

_TOP = {
    "id", "version", "label_zh", "label_en", "note_zh", "note_en", "title", "key", "holders",
    "publication", "calendar", "covers", "clauses", "source", "verified", "renamed", "see",
    "write", "field", "view", "statistic", "reminder",
}  # fmt: skip
_TABLES = {
    "field": RegisterField, "view": View, "statistic": Statistic, "reminder": Reminder,
    "see": Reach, "write": Reach,
}  # fmt: skip
_KNOWN = {kind: {f.name for f in fields_of(cls)} for kind, cls in _TABLES.items()}


def load_register(path: Path, data: Mapping[str, Any] | None = None) -> RegisterDefinition:
    """Read a definition file (a `DataShelf` loader); all its mistakes in one `DefinitionError`."""
    return read_register(path.read_text(encoding="utf-8"), path.name, data)


def read_register(
    text: str, name: str, data: Mapping[str, Any] | None = None
) -> RegisterDefinition:
    """Read a definition from its text; ``data`` when it was parsed already."""
    return read_definition(
        text, name, data, top=_TOP, tables=_KNOWN, build=_definition,
        find_faults=lambda definition, _data: find_faults(definition),
    )  # fmt: skip


def _definition(name: str, data: Mapping[str, Any]) -> RegisterDefinition:
    entries = tuple(_field(row) for row in data.get("field", []))
    first = entries[0].name if entries else ""
    return RegisterDefinition(
        id=str(data.get("id", Path(name).stem)),
        version=str(data.get("version", "1")),
        label_zh=str(data.get("label_zh", "")),
        label_en=str(data.get("label_en", "")),
        note_zh=str(data.get("note_zh", "")),
        note_en=str(data.get("note_en", "")),
        fields=entries,
        title=str(data.get("title", first)),
        key=tuple(data.get("key", (first,))),
        holders=tuple(data.get("holders", ("archives",))),
        see=tuple(_reach(row) for row in data.get("see", [])),
        write=tuple(_reach(row) for row in data.get("write", [])),
        views=tuple(_view(row) for row in data.get("view", [])),
        statistics=tuple(Statistic(**row) for row in data.get("statistic", [])),
        reminders=tuple(Reminder(**row) for row in data.get("reminder", [])),
        calendar=str(data.get("calendar", "")),
        publication=str(data.get("publication", "closed")),
        covers=tuple(data.get("covers", ())),
        clauses=tuple(data.get("clauses", ())),
        source=str(data.get("source", "")),
        verified=bool(data.get("verified", True)),
        path=name,
        renamed=dict(data.get("renamed", {})),
        data=dict(data),
    )


def _field(row: Mapping[str, Any]) -> RegisterField:
    words = tuple(
        Word(*map(str, word)) if isinstance(word, list) else Word(str(word), str(word), str(word))
        for word in row.get("words", ())
    )
    rest = {k: v for k, v in row.items() if k != "words"}
    defaults = {"max_length": 4_000} if row.get("type") == "lines" else {}
    return RegisterField(**{**defaults, **rest}, words=words)


def _reach(row: Mapping[str, Any]) -> Reach:
    return Reach(tuple(row.get("roles", ())), str(row.get("reach", "own")))


def _view(row: Mapping[str, Any]) -> View:
    return View(**{**row, "columns": tuple(row.get("columns", ()))})


def find_faults(definition: RegisterDefinition) -> Iterator[Fault]:
    """Every mistake of a definition that could be read, with its place."""
    if not definition.label_zh or not definition.label_en:
        yield ("", 0, "label_zh"), "台账没有中英文名称", "the register lacks a label"
    if not definition.fields:
        yield ("", 0, ""), "没有 [[field]]：台账至少要有一个字段", "there is no [[field]]"
    for number, entry in enumerate(definition.fields):
        for key, zh, en in _field_faults(definition, entry, number):
            yield ("field", number, key), zh, en
    for look in (_name_faults, _view_faults, _statistic_faults, _keeper_faults):
        yield from look(definition)


def _field_faults(
    definition: RegisterDefinition, entry: RegisterField, number: int
) -> Iterator[tuple[str, str, str]]:
    name = entry.name
    if not name.isidentifier():
        yield "name", f"字段名 {name!r} 只能用英文字母、数字和下划线", f"{name!r} is no name"
    if name in [f.name for f in definition.fields[:number]]:
        yield "name", f"字段 {name} 重复", f"field {name} stands twice"
    if not entry.label_zh or not entry.label_en:
        yield "label_zh", f"字段 {name} 缺少中英文名称", f"field {name} lacks a label"
    if entry.type not in FIELD_TYPES:
        known = "、".join(FIELD_TYPES)
        yield (
            "type",
            f"字段 {name} 的类型 {entry.type} 不对，可用：{known}",
            f"{name}: no such type",
        )
    if entry.has_words and not (entry.words or entry.vocabulary):
        yield "type", f"字段 {name} 没有 words 或 vocabulary", f"field {name} has no words"
    if entry.vocabulary and entry.vocabulary not in vocabularies().all():
        zh = f"字段 {name}：没有词表 {entry.vocabulary}"
        yield "vocabulary", zh, f"{name}: no vocabulary {entry.vocabulary!r}"
    codes = [word.code for word in entry.words]
    if len(set(codes)) != len(codes):
        yield "words", f"字段 {name} 的选项代码重复", f"field {name}: a code stands twice"
    if entry.type == "entry" and not entry.target:
        yield "target", f"字段 {name} 没有写明指向哪个台账（target）", f"{name}: no target"
    if entry.minimum is not None and entry.maximum is not None and entry.minimum > entry.maximum:
        yield "minimum", f"字段 {name} 的下限大于上限", f"{name}: minimum over maximum"


def _name_faults(definition: RegisterDefinition) -> Iterator[Fault]:
    known = definition.by_field
    for key, names in (
        ("title", (definition.title,)),
        ("key", definition.key),
        ("calendar", (definition.calendar,) if definition.calendar else ()),
    ):
        for name in names:
            if name not in known:
                yield ("", 0, key), f"{key} 里没有字段“{name}”", f"{key}: no field {name!r}"
    for name in definition.key:
        if name in known and not known[name].required:
            zh, en = f"关键字段 {name} 应为必填", f"the key field {name} must be required"
            yield ("field", list(known).index(name), "required"), zh, en
    indexed = [n for n, f in enumerate(definition.fields) if f.indexed]
    for number in indexed[MOST_INDEXED:]:
        zh = f"indexed 的字段最多 {MOST_INDEXED} 个"
        yield ("field", number, "indexed"), zh, f"at most {MOST_INDEXED} fields are indexed"
    if definition.calendar in known and known[definition.calendar].type != "date":
        yield ("", 0, "calendar"), "日历字段应是日期", "the calendar's field is not a date"


def _view_faults(definition: RegisterDefinition) -> Iterator[Fault]:
    known = definition.by_field
    for number, view in enumerate(definition.views):
        wanted = (*view.columns, view.sort.lstrip("-"), *view.where)
        for name in wanted:
            if name and name not in (*known, "number", "updated_at", "institution"):
                zh, en = f"视图 {view.id}：没有字段“{name}”", f"view {view.id}: no field {name!r}"
                yield ("view", number, "columns"), zh, en


def _statistic_faults(definition: RegisterDefinition) -> Iterator[Fault]:
    known = definition.by_field
    for number, one in enumerate(definition.statistics):
        for key, name in (("by", one.by), ("of", one.of)):
            if name and name not in (*known, "institution"):
                zh, en = f"统计 {one.id}：没有字段“{name}”", f"{one.id}: no field {name!r}"
                yield ("statistic", number, key), zh, en
        if one.of in known and not known[one.of].is_number:
            yield ("statistic", number, "of"), f"{one.of} 不是数字", f"{one.of} is no number"
        if one.chart not in CHARTS:
            yield ("statistic", number, "chart"), f"没有图形 {one.chart}", f"no chart {one.chart}"


def _keeper_faults(definition: RegisterDefinition) -> Iterator[Fault]:
    known = definition.by_field
    for number, due in enumerate(definition.reminders):
        if due.field not in known or known[due.field].type != "date":
            zh = f"提醒字段“{due.field}”应是日期字段"
            yield ("reminder", number, "field"), zh, f"reminder: {due.field!r} is no date field"
    for kind in definition.holders:
        if kind not in HOLDER_KINDS:
            yield ("", 0, "holders"), f"没有机构类型 {kind}", f"no kind of institution {kind}"
    if definition.publication not in PUBLICATIONS:
        known_words = "、".join(PUBLICATIONS)
        yield ("", 0, "publication"), f"publication 只能是：{known_words}", "unknown publication"
    for verb, rows in (("see", definition.see), ("write", definition.write)):
        if not any(row.roles for row in rows):
            yield (verb, 0, "roles"), f"[[{verb}]] 没有写明角色", f"[[{verb}]] names no role"
        yield from _reach_faults(verb, rows)


def _reach_faults(verb: str, rows: tuple[Reach, ...]) -> Iterator[Fault]:
    for number, row in enumerate(rows):
        if row.reach not in ("own", "subtree", "any"):
            yield (verb, number, "reach"), "reach 只能是 own、subtree、any", "unknown reach"
