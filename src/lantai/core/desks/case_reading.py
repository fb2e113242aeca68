"""Reading a case definition file 办件定义文件, and every mistake in it with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lantai.core.desks.case_definition import (
    ALLOWANCES,
    FIELD_TYPES,
    KINDS_OF_PLACE,
    CaseDefinition,
    DefinitionError,
    Document,
    Entry,
    Field,
    Mistake,
    State,
    Transition,
)
from lantai.core.desks.definition_text import Places, read_toml, unknown_keys
from lantai.core.desks.expressions import ExpressionError, compile_expression
from lantai.core.terms import vocabularies

Found = tuple[str, int, str, str, str]
PRINTED_NAMES = frozenset(
    {"number", "title", "institution", "state", "opened_on", "opened_by", "today", "due", "parties",
     "history", "files", "case_title", "year"}
)  # fmt: skip
_KEYS: dict[str, Any] = {
    "state": State, "field": Field, "transition": Transition, "document": Document,
    "entry": Entry,
}  # fmt: skip
_NEEDED = {"field": "name", "entry": "register"}
BESIDE = ("desk.urge", "desk.return", "desk.withdraw", "desk.delegate")  # acts that may be counted
_TOP = {
    "id", "version", "label_zh", "label_en", "covers", "clauses", "verified", "extra", "documents",
    "state", "field", "transition", "document", "entry", "open_who", "at", "title", "source", "allow",
    "public_states", "public_fields", "renamed", "prefix"
}  # fmt: skip


def load_definition(path: Path, data: dict[str, Any] | None = None) -> CaseDefinition:
    """Read a definition file (a `DataShelf` loader); all its mistakes in one `DefinitionError`."""
    return read_definition(path, path.read_text(encoding="utf-8"))


def read_definition(path: Path, text: str) -> CaseDefinition:
    """`load_definition` of a text that may not lie in a file yet."""
    data, places = read_toml(path, text)
    mistakes = _unknown_keys(data, places)
    if mistakes:
        raise DefinitionError(mistakes)
    try:
        definition = build_definition(path.name, data)
        found = list(find_mistakes(definition))
    except (TypeError, AttributeError, ValueError, LookupError, OverflowError) as problem:
        mistake = Mistake(path.name, 1, f"内容结构有误：{problem}", f"bad structure: {problem}")
        raise DefinitionError([mistake]) from None
    mistakes = [places.mistake(kind, index, key, zh, en) for kind, index, key, zh, en in found]
    if mistakes:
        raise DefinitionError(mistakes)
    return definition


def build_definition(name: str, data: dict[str, Any]) -> CaseDefinition:
    """The definition of tables whose keys are known; nothing is judged."""
    extra = dict(data.get("extra", {}))
    if data.get("prefix"):
        extra["number_prefix"] = str(data["prefix"])
    return CaseDefinition(
        id=str(data.get("id", Path(name).stem)),
        version=str(data.get("version", "1")),
        label_zh=str(data.get("label_zh", "")),
        label_en=str(data.get("label_en", "")),
        states=tuple(State(**row) for row in data.get("state", [])),
        transitions=tuple(_transition(row) for row in data.get("transition", [])),
        fields=tuple(_field(row) for row in data.get("field", [])),
        documents=tuple(data.get("documents", ())),
        printed=tuple(
            Document(**{**row, "states": tuple(row.get("states", ()))})
            for row in data.get("document", [])
        ),
        entries=tuple(Entry(**row) for row in data.get("entry", [])),
        verified=bool(data.get("verified", True)),
        extra=extra,
        path=name,
        **_texts(data),
        **_lists(data),
    )


def _texts(data: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        key: str(data[key]) for key in ("open_who", "at", "title", "source") if key in data
    }
    return {**kept, "renamed": dict(data.get("renamed", {}))}


def _lists(data: dict[str, Any]) -> dict[str, Any]:
    names = ("covers", "clauses", "allow", "public_states", "public_fields")
    return {name: tuple(data[name]) for name in names if name in data}


def _unknown_keys(data: dict[str, Any], places: Places) -> list[Mistake]:
    found = unknown_keys(places, "", 0, data, _TOP)
    inner = 0  # [[transition.fields]] are counted through the whole file
    for kind, cls in _KEYS.items():
        known = set(cls.__dataclass_fields__) - {"from_states"} | (
            {"from"} if kind == "transition" else set()
        )
        rows = data.get(kind, [])
        if not isinstance(rows, list):
            found.append(places.mistake(kind, 0, "", f"{kind} 应写成 [[{kind}]]",
                                        f"{kind} must be [[{kind}]] tables"))  # fmt: skip
            continue
        for index, row in enumerate(rows):
            found += unknown_keys(places, kind, index, row, known, _NEEDED.get(kind, "id"))
            fields = row.get("fields", []) if kind == "transition" and isinstance(row, dict) else []
            apart = ("transition.fields", inner, "") in places.lines
            for number, entry in enumerate(fields):
                where = ("transition.fields", inner + number) if apart else (kind, index)
                found += _field_keys(places, *where, entry)
            inner += len(fields) if apart else 0
    return found


def _field_keys(places: Places, table: str, index: int, entry: Any) -> list[Mistake]:
    known = set(Field.__dataclass_fields__)
    return unknown_keys(places, table, index, entry, known, "name")


def _field(row: dict[str, Any]) -> Field:
    options = tuple((str(o[0]), str(o[1]), str(o[2])) for o in row.get("options", ()))
    return Field(**{**row, "options": options})


def _transition(row: dict[str, Any]) -> Transition:
    origin = row.get("from", [])
    rest = {k: v for k, v in row.items() if k not in ("from", "fields", "clauses")}
    return Transition(
        from_states=tuple([origin] if isinstance(origin, str) else origin),
        fields=tuple(_field(f) for f in row.get("fields", [])),
        clauses=tuple(row.get("clauses", ())),
        **{"to": "", **rest},
    )


def find_mistakes(definition: CaseDefinition) -> list[Found]:
    """(table, which one, key, zh, en) for each mistake of a definition."""
    found = _top_mistakes(definition) + _state_mistakes(definition)
    for index, asked in enumerate(definition.fields):
        found += [("field", index, key, zh, en) for key, zh, en in _field_mistakes(asked)]
    for index, step in enumerate(definition.transitions):
        found += [
            ("transition", index, key, zh, en) for key, zh, en in _step_mistakes(definition, step)
        ]
    for index, paper in enumerate(definition.printed):
        found += [
            ("document", index, key, zh, en)
            for key, zh, en in _document_mistakes(definition, paper)
        ]
    for index, entry in enumerate(definition.entries):
        found += [
            ("entry", index, key, zh, en) for key, zh, en in _entry_mistakes(definition, entry)
        ]
    return found + _reachability_mistakes(definition)


def _entry_mistakes(definition: CaseDefinition, entry: Entry) -> list[tuple[str, str, str]]:
    found = []
    names = [(key, name) for key, text in entry.values.items() for name in names_in(str(text))]
    for key, name in [*names, *entry.sum.items()]:
        if name not in definition.every_field and name not in PRINTED_NAMES:
            found.append((key, f"台账 {entry.register}：没有填写项“{name}”",
                          f"register {entry.register}: no field {name!r}"))  # fmt: skip
    for key, name in entry.count.items():
        if name not in definition.by_transition and name not in BESIDE:
            found.append((key, f"台账 {entry.register}：没有动作“{name}”",
                          f"register {entry.register}: no step {name!r}"))  # fmt: skip
    missing = set(definition.by_state) - set(entry.states) if entry.state else set()
    for name in sorted(missing | (set(entry.states) - set(definition.by_state))):
        found.append(("states", f"台账 {entry.register}：状态“{name}”没有对应，或没有这个状态",
                      f"register {entry.register}: state {name!r} is not matched"))  # fmt: skip
    return found


def _top_mistakes(definition: CaseDefinition) -> list[Found]:
    found: list[Found] = []
    if definition.at not in KINDS_OF_PLACE:
        found.append(("", 0, "at", f"at 只能是 {'、'.join(KINDS_OF_PLACE)}",
                      f"at is one of {', '.join(KINDS_OF_PLACE)}"))  # fmt: skip
    for name in definition.allow:
        if name not in ALLOWANCES:
            found.append(("", 0, "allow", f"allow 里没有 {name} 这一项", f"no allowance {name!r}"))
    for name in definition.public_states:
        if name not in definition.by_state:
            found.append(("", 0, "public_states", f"没有状态“{name}”", f"no state {name!r}"))
    for name in (*definition.public_fields, *names_in(definition.title)):
        if name not in definition.every_field and name not in PRINTED_NAMES:
            found.append(("", 0, "title", f"没有填写项“{name}”", f"no field {name!r}"))
    for name in definition.renamed.values():
        if name not in definition.by_state:
            found.append(("renamed", 0, "", f"没有状态“{name}”", f"no state {name!r}"))
    return found


def _document_mistakes(definition: CaseDefinition, paper: Document) -> list[tuple[str, str, str]]:
    found = []
    if not paper.label_zh or not paper.label_en:
        found.append(("", f"文书 {paper.id} 缺少中英文名称", f"document {paper.id} lacks a label"))
    for name in paper.states:
        if name not in definition.by_state:
            found.append(("states", f"没有状态“{name}”", f"no state {name!r}"))
    for name in dict.fromkeys(names_in(paper.template + paper.template_en)):
        if name not in definition.every_field and name not in PRINTED_NAMES:
            found.append(("template", f"文书 {paper.id}：没有填写项“{name}”",
                          f"document {paper.id}: no field {name!r}"))  # fmt: skip
    return found


def names_in(template: str) -> list[str]:
    """The {names} of a template."""
    return re.findall(r"\{(\w+)\}", template)


def _state_mistakes(definition: CaseDefinition) -> list[Found]:
    found: list[Found] = []
    starts = [s for s in definition.states if s.kind == "start"]
    if len(starts) != 1:
        found.append(("state", 0, "kind", f"应有一个起始状态（kind = \"start\"），现有 {len(starts)} 个",
                      f"one start state is needed, there are {len(starts)}"))  # fmt: skip
    for kind, ids in (
        ("state", [state.id for state in definition.states]),
        ("transition", [step.id for step in definition.transitions]),
    ):
        for index, name in enumerate(ids):
            if name in ids[:index]:
                found.append((kind, index, "id", f"{name} 重复", f"{name} stands twice"))
    for index, state in enumerate(definition.states):
        if state.kind not in ("start", "normal", "end"):
            found.append(("state", index, "kind", f"状态 {state.id} 的 kind “{state.kind}”不对",
                          f"state {state.id}: kind {state.kind!r} is not a kind"))  # fmt: skip
        if not state.label_zh or not state.label_en:
            found.append(("state", index, "", f"状态 {state.id} 缺少中英文名称",
                          f"state {state.id} lacks a label"))  # fmt: skip
        if not 0 <= state.clock_working_days <= 2000:
            found.append(("state", index, "clock_working_days", f"状态 {state.id} 的期限不合理",
                          f"state {state.id}: a clock of that length"))  # fmt: skip
    return found


def _step_mistakes(definition: CaseDefinition, step: Transition) -> list[tuple[str, str, str]]:
    found = _guard_mistakes(step)
    for entry in step.fields:
        found += _field_mistakes(entry)
    if not step.from_states:
        found.append(("", f"动作 {step.id} 没有 from", f"transition {step.id} has no from"))
    for key, names in (("from", step.from_states), ("to", (step.to,))):
        for name in names:
            if name not in definition.by_state:
                found.append(
                    (key, f"动作 {step.id}：没有状态“{name}”", f"{step.id}: no state {name!r}")
                )
    for name in step.from_states:
        state = definition.by_state.get(name)
        if state and state.kind == "end":
            found.append(("from", f"动作 {step.id} 从终结状态 {name} 出发",
                          f"{step.id} leaves the end state {name}"))  # fmt: skip
    if not step.label_zh or not step.label_en:
        found.append(("", f"动作 {step.id} 缺少中英文名称", f"transition {step.id} lacks a label"))
    if step.tone not in ("", "primary", "danger"):
        found.append(("tone", f"动作 {step.id} 的 tone 不对", f"{step.id}: tone {step.tone!r}"))
    return found


def _guard_mistakes(step: Transition) -> list[tuple[str, str, str]]:
    found = []
    if step.guard:
        try:
            compile_expression(step.guard)
        except ExpressionError as problem:
            found.append(("guard", f"动作 {step.id} 的条件有误：{problem.message_zh}",
                          f"{step.id}: bad guard: {problem.message_en}"))  # fmt: skip
        if not step.guard_zh or not step.guard_en:
            found.append(
                ("guard", f"动作 {step.id} 的条件没有说明", f"{step.id}: the guard has no message")
            )
    return found


def _field_mistakes(entry: Field) -> list[tuple[str, str, str]]:
    found = []
    if entry.datatype not in FIELD_TYPES:
        found.append(("datatype", f"填写项 {entry.name} 的类型 {entry.datatype} 不对，可用："
                      + "、".join(FIELD_TYPES), f"field {entry.name}: datatype {entry.datatype!r}"))  # fmt: skip
    if not entry.name.isidentifier():
        found.append(("name", f"填写项名“{entry.name}”只能用字母、数字和下划线",
                      f"field name {entry.name!r} is no identifier"))  # fmt: skip
    if entry.vocabulary and entry.vocabulary not in vocabularies().all():
        found.append(("vocabulary", f"填写项 {entry.name}：没有词表 {entry.vocabulary}",
                      f"field {entry.name}: no vocabulary {entry.vocabulary!r}"))  # fmt: skip
    return found


def _reachability_mistakes(definition: CaseDefinition) -> list[Found]:
    reached = {s.id for s in definition.states if s.kind == "start"}
    waiting = list(reached)
    while waiting:
        here = waiting.pop()
        for step in definition.from_state(here):
            if step.to not in reached:
                reached.add(step.to)
                waiting.append(step.to)
    found: list[Found] = []
    for index, state in enumerate(definition.states):
        if state.id not in reached:
            found.append(("state", index, "", f"状态 {state.id} 无法到达",
                          f"state {state.id} cannot be reached"))  # fmt: skip
        elif state.kind != "end" and not definition.from_state(state.id):
            found.append(("state", index, "", f"状态 {state.id} 没有出路",
                          f"state {state.id} has no way out and is not an end"))  # fmt: skip
    return found
