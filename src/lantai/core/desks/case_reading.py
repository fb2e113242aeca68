"""Reading a case definition file 办件定义文件, and every mistake in it with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lantai.core.desks.case_definition import (
    FIELD_TYPES,
    CaseDefinition,
    DefinitionError,
    Field,
    Mistake,
    State,
    Transition,
)
from lantai.core.desks.expressions import ExpressionError, compile_expression
from lantai.core.terms import vocabularies

_HEADER = re.compile(r"^\s*\[\[(\w+)\]\]")


def read_lines(text: str) -> dict[tuple[str, int], int]:
    """(table, index) → line number of each ``[[table]]`` header."""
    counts: dict[str, int] = {}
    lines: dict[tuple[str, int], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _HEADER.match(line)
        if match:
            name = match.group(1)
            lines[(name, counts.get(name, 0))] = number
            counts[name] = counts.get(name, 0) + 1
    return lines


def load_definition(path: Path, data: dict[str, Any] | None = None) -> CaseDefinition:
    """Read a definition file (a `DataShelf` loader); all its mistakes in one `DefinitionError`."""
    text = path.read_text(encoding="utf-8")
    if data is None:
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            mistake = Mistake(path.name, 1, f"TOML 写法有误：{problem}", f"bad TOML: {problem}")
            raise DefinitionError([mistake]) from None
    lines = read_lines(text)
    mistakes = [Mistake(path.name, *rest) for rest in _unknown_keys(data, lines)]
    if mistakes:
        raise DefinitionError(mistakes)
    try:
        definition = _definition(path, data)
    except (TypeError, AttributeError) as problem:
        mistake = Mistake(path.name, 1, f"内容结构有误：{problem}", f"bad structure: {problem}")
        raise DefinitionError([mistake]) from None
    mistakes = [
        Mistake(path.name, lines.get((kind, index), 1), zh, en)
        for kind, index, zh, en in find_mistakes(definition)
    ]
    if mistakes:
        raise DefinitionError(mistakes)
    return definition


def _definition(path: Path, data: dict[str, Any]) -> CaseDefinition:
    return CaseDefinition(
        id=str(data.get("id", path.stem)),
        version=str(data.get("version", "1")),
        label_zh=str(data.get("label_zh", "")),
        label_en=str(data.get("label_en", "")),
        states=tuple(State(**row) for row in data.get("state", [])),
        transitions=tuple(_transition(row) for row in data.get("transition", [])),
        fields=tuple(Field(**row) for row in data.get("field", [])),
        documents=tuple(data.get("documents", ())),
        covers=tuple(data.get("covers", ())),
        clauses=tuple(data.get("clauses", ())),
        verified=bool(data.get("verified", True)),
        extra=dict(data.get("extra", {})),
        path=str(path.name),
    )


_KEYS: dict[str, Any] = {"state": State, "field": Field, "transition": Transition}


def _unknown_keys(
    data: dict[str, Any], lines: Mapping[tuple[str, int], int]
) -> list[tuple[int, str, str]]:
    found = []
    for kind, cls in _KEYS.items():
        known = set(cls.__dataclass_fields__) - {"from_states"} | (
            {"from"} if kind == "transition" else set()
        )
        rows = data.get(kind, [])
        if not isinstance(rows, list):
            found.append((1, f"{kind} 应写成 [[{kind}]]", f"{kind} must be [[{kind}]] tables"))
            continue
        for index, row in enumerate(rows):
            line = lines.get((kind, index), 1)
            if not isinstance(row, dict) or not row.get("id" if kind != "field" else "name"):
                found.append((line, f"[[{kind}]] 没有 id", f"[[{kind}]] has no id"))
            else:
                found += [
                    (line, f"[[{kind}]] 不认识的键 {key}", f"unknown key {key} in [[{kind}]]")
                    for key in row
                    if key not in known
                ]
    return found


def _transition(row: dict[str, Any]) -> Transition:
    origin = row.get("from", [])
    rest = {k: v for k, v in row.items() if k not in ("from", "fields", "clauses")}
    return Transition(
        from_states=tuple([origin] if isinstance(origin, str) else origin),
        fields=tuple(Field(**f) for f in row.get("fields", [])),
        clauses=tuple(row.get("clauses", ())),
        **{"to": "", **rest},
    )


def find_mistakes(definition: CaseDefinition) -> list[tuple[str, int, str, str]]:
    """(kind, index, zh, en) for each mistake of a definition."""
    found: list[tuple[str, int, str, str]] = []
    found += _state_mistakes(definition)
    for index, step in enumerate(definition.transitions):
        found += [("transition", index, zh, en) for zh, en in _step_mistakes(definition, step)]
    found += _reachability_mistakes(definition)
    return found


def _state_mistakes(definition: CaseDefinition) -> list[tuple[str, int, str, str]]:
    found = []
    starts = [s for s in definition.states if s.kind == "start"]
    if len(starts) != 1:
        found.append(("state", 0, f"应有一个起始状态，现有 {len(starts)} 个",
                      f"one start state is needed, there are {len(starts)}"))  # fmt: skip
    for kind, ids in (
        ("state", [state.id for state in definition.states]),
        ("transition", [step.id for step in definition.transitions]),
    ):
        for index, name in enumerate(ids):
            if name in ids[:index]:
                found.append((kind, index, f"{name} 重复", f"{name} stands twice"))
    for index, state in enumerate(definition.states):
        if state.kind not in ("start", "normal", "end"):
            found.append(("state", index, f"状态 {state.id} 的 kind “{state.kind}”不对",
                          f"state {state.id}: kind {state.kind!r} is not a kind"))  # fmt: skip
        if not state.label_zh or not state.label_en:
            found.append(("state", index, f"状态 {state.id} 缺少中英文名称",
                          f"state {state.id} lacks a label"))  # fmt: skip
    return found


def _step_mistakes(definition: CaseDefinition, step: Transition) -> list[tuple[str, str]]:
    found = _guard_mistakes(step) + _field_mistakes(step)
    if not step.from_states:
        found.append((f"动作 {step.id} 没有 from", f"transition {step.id} has no from"))
    for name in (*step.from_states, step.to):
        if name not in definition.by_state:
            found.append((f"动作 {step.id}：没有状态“{name}”", f"{step.id}: no state {name!r}"))
    for name in step.from_states:
        state = definition.by_state.get(name)
        if state and state.kind == "end":
            found.append((f"动作 {step.id} 从终结状态 {name} 出发",
                          f"{step.id} leaves the end state {name}"))  # fmt: skip
    if not step.label_zh or not step.label_en:
        found.append((f"动作 {step.id} 缺少中英文名称", f"transition {step.id} lacks a label"))
    if step.tone not in ("", "primary", "danger"):
        found.append((f"动作 {step.id} 的 tone 不对", f"{step.id}: tone {step.tone!r}"))
    return found


def _guard_mistakes(step: Transition) -> list[tuple[str, str]]:
    found = []
    if step.guard:
        try:
            compile_expression(step.guard)
        except ExpressionError as problem:
            found.append((f"动作 {step.id} 的条件有误：{problem.message_zh}",
                          f"{step.id}: bad guard: {problem.message_en}"))  # fmt: skip
        if not step.guard_zh or not step.guard_en:
            found.append((f"动作 {step.id} 的条件没有说明", f"{step.id}: the guard has no message"))
    return found


def _field_mistakes(step: Transition) -> list[tuple[str, str]]:
    found = []
    for entry in step.fields:
        if entry.datatype not in FIELD_TYPES:
            found.append((f"填写项 {entry.name} 的类型 {entry.datatype} 不对",
                          f"field {entry.name}: datatype {entry.datatype!r}"))  # fmt: skip
        if entry.vocabulary and entry.vocabulary not in vocabularies().all():
            found.append((f"填写项 {entry.name}：没有词表 {entry.vocabulary}",
                          f"field {entry.name}: no vocabulary {entry.vocabulary!r}"))  # fmt: skip
    return found


def _reachability_mistakes(definition: CaseDefinition) -> list[tuple[str, int, str, str]]:
    reached = {s.id for s in definition.states if s.kind == "start"}
    waiting = list(reached)
    while waiting:
        here = waiting.pop()
        for step in definition.from_state(here):
            if step.to not in reached:
                reached.add(step.to)
                waiting.append(step.to)
    found = []
    for index, state in enumerate(definition.states):
        if state.id not in reached:
            found.append(("state", index, f"状态 {state.id} 无法到达",
                          f"state {state.id} cannot be reached"))  # fmt: skip
        elif state.kind != "end" and not definition.from_state(state.id):
            found.append(("state", index, f"状态 {state.id} 没有出路",
                          f"state {state.id} has no way out and is not an end"))  # fmt: skip
    return found
