"""What an evaluation definition 评价定义 is made of, and every mistake in its file with its line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lantai.core.desks.adapting import Part
from lantai.core.desks.case_definition import DefinitionError, Mistake
from lantai.core.desks.definition_text import Places, read_toml, unknown_keys
from lantai.core.desks.expressions import ExpressionError, compile_expression

#: points: a score up to ``maximum``; verdict: met or not (a share is graded);
#: conclusion: one of the ``choices``, no sum at all
MODES = ("points", "verdict", "conclusion")
GRADE_FACTS = frozenset(
    {"score", "share", "full", "vetoed", "failed", "worst", "answered", "count_items"}
)


@dataclass(frozen=True)
class Indicator:
    """One indicator 指标. ``id`` 1.2.3 lies below 1.2; only those without children are scored.

    ``fact`` names a live fact that is shown beside it; ``formula`` (over live facts and
    ``maximum``) proposes the score. ``evidence`` names readers of the running system, whose
    words are shown beside it. ``veto``: failing it vetoes the whole.
    """

    id: str
    label_zh: str = ""
    label_en: str = ""
    maximum: float = 0.0
    weight: float = 1.0
    method_zh: str = ""
    method_en: str = ""
    kind: str = "file"  # auto, file, demo: what proves it
    fact: str = ""
    formula: str = ""
    evidence: tuple[str, ...] = ()
    veto: bool = False
    verified: bool = True


@dataclass(frozen=True)
class Grade:
    """A grade 等次 that is given when its condition holds; the first that holds is given."""

    id: str
    label_zh: str = ""
    label_en: str = ""
    when: str = ""
    tone: str = ""


@dataclass(frozen=True)
class EvaluationDefinition:
    """A scheme 评价方案: the tree, the grades, who scores."""

    id: str
    version: str
    label_zh: str
    label_en: str
    mode: str
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]
    subject: tuple[str, ...] = ("archives",)  # kinds of institutions that are evaluated
    run_by: str = "supervisor"
    self_by: str = "archives_director archivist"
    choices: tuple[tuple[str, str, str, int], ...] = ()  # code, 中文, English, rank (0 best)
    covers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    source: str = ""
    verified: bool = True
    note_zh: str = ""
    note_en: str = ""

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        """The indicators by id."""
        return {entry.id: entry for entry in self.indicators}

    @cached_property
    def leaves(self) -> tuple[Indicator, ...]:
        """Those that are scored."""
        parents = {entry.id.rpartition(".")[0] for entry in self.indicators}
        return tuple(entry for entry in self.indicators if entry.id not in parents)

    @property
    def full(self) -> float:
        """The highest sum."""
        return sum(entry.maximum * entry.weight for entry in self.leaves)


PARTS = {
    "indicator": Part("indicators", "id", (
        "label_zh", "label_en", "maximum", "weight", "method_zh", "method_en"), row=Indicator,
        grows=("label_zh", "label_en", "maximum", "weight", "method_zh", "method_en"),
        keys=r"\d{1,3}(\.\d{1,3}){0,3}", shrinks=True),
    "grade": Part("grades", "id", ("label_zh", "label_en")),
}  # fmt: skip
_TOP = set(EvaluationDefinition.__dataclass_fields__) - {"indicators", "grades"} | {
    "indicator", "grade",
}  # fmt: skip


def load_evaluation(path: Path, data: dict[str, Any] | None = None) -> EvaluationDefinition:
    """Read a definition file (a `DataShelf` loader); all its mistakes in one `DefinitionError`."""
    return read_evaluation(path, path.read_text(encoding="utf-8"))


def read_evaluation(path: Path, text: str) -> EvaluationDefinition:
    """`load_evaluation` of a text."""
    data, places = read_toml(path, text)
    mistakes = _unknown(data, places)
    if mistakes:
        raise DefinitionError(mistakes)
    try:
        made = _built(path, data)
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError) as problem:
        mistake = Mistake(path.name, 1, f"内容结构有误：{problem}", f"bad structure: {problem}")
        raise DefinitionError([mistake]) from None
    mistakes = [places.mistake(*found) for found in find_faults(made)]
    if mistakes:
        raise DefinitionError(mistakes)
    return made


def _unknown(data: dict[str, Any], places: Places) -> list[Mistake]:
    found = unknown_keys(places, "", 0, data, _TOP)
    for table, cls in (("indicator", Indicator), ("grade", Grade)):
        rows = data.get(table, [])
        if not isinstance(rows, list):
            found.append(places.mistake(table, 0, "", f"{table} 应写成 [[{table}]]",
                                        f"{table} must be [[{table}]] tables"))  # fmt: skip
            continue
        for index, row in enumerate(rows):
            found += unknown_keys(places, table, index, row, set(cls.__dataclass_fields__), "id")
    return found


def _built(path: Path, data: dict[str, Any]) -> EvaluationDefinition:
    lists: dict[str, Any] = {
        k: tuple(data[k]) for k in ("subject", "covers", "clauses") if k in data
    }
    texts: dict[str, Any] = {
        k: str(data[k]) for k in ("run_by", "self_by", "source", "note_zh", "note_en") if k in data
    }
    return EvaluationDefinition(
        id=str(data.get("id", path.stem)),
        version=str(data.get("version", "1")),
        label_zh=str(data.get("label_zh", "")),
        label_en=str(data.get("label_en", "")),
        mode=str(data.get("mode", "points")),
        indicators=tuple(
            Indicator(**{**row, "id": str(row["id"]), "maximum": float(row.get("maximum", 0)),
                         "weight": float(row.get("weight", 1)),
                         "evidence": tuple(map(str, row.get("evidence", ())))})
            for row in data.get("indicator", [])
        ),
        grades=tuple(Grade(**row) for row in data.get("grade", [])),
        choices=tuple((str(c), str(z), str(e), int(r)) for c, z, e, r in data.get("choices", ())),
        verified=bool(data.get("verified", True)),
        **texts,
        **lists,
    )  # fmt: skip


def find_faults(made: EvaluationDefinition) -> list[tuple[str, int, str, str, str]]:
    """(table, which one, key, zh, en) for each mistake."""
    found: list[tuple[str, int, str, str, str]] = []
    if made.mode not in MODES:
        found.append(("", 0, "mode", f"mode 只能是 {'、'.join(MODES)}", f"mode: one of {MODES}"))
    if made.mode == "conclusion" and len(made.choices) < 2:
        found.append(("", 0, "choices", "结论式评价须写 choices", "a conclusion needs choices"))
    if not made.indicators:
        found.append(("", 0, "", "没有指标", "there are no indicators"))
    seen: set[str] = set()
    leaves = {entry.id for entry in made.leaves}
    for index, entry in enumerate(made.indicators):
        found += [
            ("indicator", index, *rest) for rest in _indicator_faults(made, entry, seen, leaves)
        ]
        seen.add(entry.id)
    for index, grade in enumerate(made.grades):
        if grade.when:
            found += [
                ("grade", index, "when", zh, en) for zh, en in _formula(grade.when, GRADE_FACTS)
            ]
    return found


def _indicator_faults(
    made: EvaluationDefinition, entry: Indicator, seen: set[str], leaves: set[str]
) -> list[tuple[str, str, str]]:
    found = []
    parent = entry.id.rpartition(".")[0]
    if entry.id in seen:
        found.append(("id", f"指标 {entry.id} 重复", f"indicator {entry.id} stands twice"))
    if parent and parent not in seen:
        found.append(
            ("id", f"指标 {entry.id} 的上级 {parent} 不在它前面", f"{entry.id} before {parent}")
        )
    if not entry.label_zh or not entry.label_en:
        found.append(("", f"指标 {entry.id} 缺少中英文名称", f"indicator {entry.id} lacks a label"))
    if made.mode == "points" and entry.id in leaves and entry.maximum <= 0:
        found.append(
            ("maximum", f"指标 {entry.id} 没有满分", f"indicator {entry.id} has no maximum")
        )
    if entry.formula:
        found += [("formula", f"指标 {entry.id}：{zh}", f"{entry.id}: {en}")
                  for zh, en in _formula(entry.formula, None)]  # fmt: skip
    return found


def _formula(source: str, known: frozenset[str] | None) -> list[tuple[str, str]]:
    try:
        names = compile_expression(source).names
    except ExpressionError as problem:
        return [(f"公式有误：{problem.message_zh}", f"bad formula: {problem.message_en}")]
    strange = sorted(names - known) if known is not None else []
    return [(f"公式里没有 {name} 这个量", f"no {name} in a formula") for name in strange]
