"""Reading a return definition file 报表定义文件, and every mistake in it with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

from lantai.core.desks.definition_text import Fault, read_definition
from lantai.core.desks.expressions import ExpressionError, compile_expression
from lantai.core.desks.register_definition import HOLDER_KINDS
from lantai.core.desks.return_definition import (
    CHECK_FUNCTIONS,
    INDICATOR_TYPES,
    LAST,
    ROLL_UPS,
    SEVERITIES,
    Check,
    Goal,
    Indicator,
    ReturnDefinition,
    Table,
)

_TOP = {
    "id", "version", "label_zh", "label_en", "note_zh", "note_en", "respondents", "anomaly_ratio",
    "anomaly_floor", "covers", "clauses", "source", "verified", "table", "indicator", "check",
    "goal",
}  # fmt: skip
_TABLE_KEYS = {f.name for f in fields_of(Table)} - {"indicators"} | {"type", "rollup", "verified"}
_INDICATOR_KEYS = {f.name for f in fields_of(Indicator)} | {"table"}
_CHECK_KEYS = {f.name for f in fields_of(Check)}
_GOAL_KEYS = {f.name for f in fields_of(Goal)}
_KNOWN = {
    "table": _TABLE_KEYS, "indicator": _INDICATOR_KEYS, "check": _CHECK_KEYS, "goal": _GOAL_KEYS,
}  # fmt: skip
FUNCTION_NAMES = frozenset(CHECK_FUNCTIONS)


def load_return(path: Path, data: Mapping[str, Any] | None = None) -> ReturnDefinition:
    """Read a definition file (a `DataShelf` loader); all its mistakes in one `DefinitionError`."""
    return read_return(path.read_text(encoding="utf-8"), path.name, data)


def read_return(text: str, name: str, data: Mapping[str, Any] | None = None) -> ReturnDefinition:
    """Read a definition from its text; ``data`` when it was parsed already."""
    return read_definition(
        text, name, data, top=_TOP, tables=_KNOWN, build=_definition,
        find_faults=find_faults,
    )  # fmt: skip


def _definition(name: str, data: Mapping[str, Any]) -> ReturnDefinition:
    return ReturnDefinition(
        id=str(data.get("id", Path(name).stem)),
        version=str(data.get("version", "1")),
        label_zh=str(data.get("label_zh", "")),
        label_en=str(data.get("label_en", "")),
        note_zh=str(data.get("note_zh", "")),
        note_en=str(data.get("note_en", "")),
        respondents=tuple(data.get("respondents", ("archives",))),
        tables=tuple(_table(row, data.get("indicator", [])) for row in data.get("table", [])),
        checks=tuple(Check(**row) for row in data.get("check", [])),
        goals=tuple(Goal(**row) for row in data.get("goal", [])),
        anomaly_ratio=float(data.get("anomaly_ratio", 0)),
        anomaly_floor=float(data.get("anomaly_floor", 0)),
        covers=tuple(data.get("covers", ())),
        clauses=tuple(data.get("clauses", ())),
        source=str(data.get("source", "")),
        verified=bool(data.get("verified", True)),
        path=name,
        data=dict(data),
    )


def _table(row: Mapping[str, Any], indicators: list[dict[str, Any]]) -> Table:
    rows = tuple((str(c), str(zh), str(en)) for c, zh, en in row.get("rows", ()))
    columns = tuple(
        (str(c), str(zh), str(en), str(unit)) for c, zh, en, unit in row.get("columns", ())
    )
    own = [_indicator(one) for one in indicators if one.get("table") == row.get("id")]
    named = {one.code for one in own}
    grid = [
        Indicator(
            code=f"{code}_{column}",
            label_zh=f"{zh}·{column_zh}",
            label_en=f"{en}: {column_en}",
            unit=unit,
            type=str(row.get("type", "integer")),
            rollup=str(row.get("rollup", "sum")),
            verified=bool(row.get("verified", True)),
        )
        for code, zh, en in rows
        for column, column_zh, column_en, unit in columns
        if f"{code}_{column}" not in named
    ]
    rest = {
        k: v for k, v in row.items() if k in ("id", "label_zh", "label_en", "note_zh", "note_en")
    }
    return Table(**{"label_zh": "", "label_en": "", **rest}, rows=rows, columns=columns,
                 indicators=(*grid, *own))  # fmt: skip


def _indicator(row: Mapping[str, Any]) -> Indicator:
    choices = tuple((str(zh), str(en)) for zh, en in row.get("choices", ()))
    rest = {k: v for k, v in row.items() if k not in ("table", "choices")}
    return Indicator(**{"label_zh": "", "label_en": "", **rest}, choices=choices)


def find_faults(definition: ReturnDefinition, data: Mapping[str, Any]) -> Iterator[Fault]:
    """Every mistake of a definition that could be read, with its place."""
    if not definition.label_zh or not definition.label_en:
        yield ("", 0, "label_zh"), "报表没有中英文名称", "the return lacks a label"
    if not definition.tables:
        yield ("", 0, ""), "没有 [[table]]", "there is no [[table]]"
    for kind in definition.respondents:
        if kind not in HOLDER_KINDS:
            yield ("", 0, "respondents"), f"没有机构类型 {kind}", f"no kind of institution {kind}"
    yield from _table_faults(definition)
    yield from _indicator_faults(definition, data)
    for number, check in enumerate(definition.checks):
        if check.severity not in SEVERITIES:
            yield (
                ("check", number, "severity"),
                "severity 只能是 error、warning",
                "unknown severity",
            )
        for zh, en in _rule_faults(definition, check.rule):
            yield ("check", number, "rule"), f"审核 {check.id}：{zh}", f"check {check.id}: {en}"
    yield from _goal_faults(definition)


def _goal_faults(definition: ReturnDefinition) -> Iterator[Fault]:
    for number, goal in enumerate(definition.goals):
        for key, code in (("indicator", goal.indicator), ("by", goal.by)):
            known = definition.by_code.get(code)
            if (code or key == "indicator") and (known is None or not known.is_number):
                zh, en = f"目标 {goal.id}：没有数字指标 {code}", f"goal {goal.id}: no figure {code}"
                yield ("goal", number, key), zh, en
        if sum(bool(x) for x in (goal.figure, goal.times, goal.by)) != 1:
            zh = f"目标 {goal.id} 须写 figure、times、by 中的一个"
            yield ("goal", number, "figure"), zh, f"goal {goal.id}: give figure, times or by"
        if not goal.label_zh or not goal.label_en:
            yield (
                ("goal", number, "label_zh"),
                f"目标 {goal.id} 缺少中英文名称",
                "a goal lacks a label",
            )


def _table_faults(definition: ReturnDefinition) -> Iterator[Fault]:
    ids = [table.id for table in definition.tables]
    for number, table in enumerate(definition.tables):
        if not table.label_zh or not table.label_en:
            zh, en = f"表 {table.id} 缺少中英文名称", f"table {table.id} lacks a label"
            yield ("table", number, "label_zh"), zh, en
        if table.id in ids[:number]:
            yield ("table", number, "id"), f"表 {table.id} 重复", f"table {table.id} stands twice"


def _indicator_faults(definition: ReturnDefinition, data: Mapping[str, Any]) -> Iterator[Fault]:
    tables = [table.id for table in definition.tables]
    places = {str(row.get("code")): n for n, row in enumerate(data.get("indicator", []))}
    for number, row in enumerate(data.get("indicator", [])):
        if row.get("table") not in tables:
            zh = f"指标 {row.get('code')} 的表“{row.get('table')}”不存在"
            yield ("indicator", number, "table"), zh, "the indicator's table does not exist"
    codes = [one.code for one in definition.indicators]
    for at, one in enumerate(definition.indicators):
        number = places.get(one.code, 0)
        if one.code in codes[:at]:
            zh, en = f"指标 {one.code} 重复", f"indicator {one.code} stands twice"
            yield ("indicator", number, "code"), zh, en
        for key, zh, en in _one_faults(definition, one):
            yield ("indicator", number, key), zh, en


def _one_faults(definition: ReturnDefinition, one: Indicator) -> Iterator[tuple[str, str, str]]:
    code = one.code
    if not code.isidentifier():
        yield "code", f"指标代码 {code!r} 只能用字母、数字和下划线", f"{code!r} is no proper code"
    if not one.label_zh or not one.label_en:
        yield "label_zh", f"指标 {code} 缺少中英文名称", f"{code} lacks a label"
    if one.type not in INDICATOR_TYPES:
        known = "、".join(INDICATOR_TYPES)
        yield "type", f"指标 {code} 的类型 {one.type} 不对，可用：{known}", f"{code}: no such type"
    if one.type == "choice" and not one.choices:
        yield "choices", f"指标 {code} 没有选项", f"{code} has no choices"
    if one.rollup not in ROLL_UPS:
        yield "rollup", f"指标 {code} 的汇总方式不对", f"{code}: unknown roll-up"
    for zh, en in _rule_faults(definition, one.formula) if one.formula else ():
        yield "formula", f"指标 {code}：{zh}", f"{code}: {en}"


def _rule_faults(definition: ReturnDefinition, rule: str) -> Iterator[tuple[str, str]]:
    try:
        names = compile_expression(rule, FUNCTION_NAMES).names
    except ExpressionError as problem:
        place = f"（第 {problem.column} 列）" if problem.column else ""
        yield f"表达式有误：{problem.message_zh}{place}", f"bad expression: {problem.message_en}"
        return
    for name in sorted(names):
        if name.removeprefix(LAST) not in definition.by_code:
            yield f"没有指标 {name}", f"no indicator {name}"
