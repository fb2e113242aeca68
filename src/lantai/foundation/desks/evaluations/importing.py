"""Importing self-scores 自评导入: the cells of one body or of many, by the verb of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lantai.core.desks.evaluation_definition import EvaluationDefinition, Indicator
from lantai.core.desks.evaluation_scoring import fits
from lantai.core.text import fold, strip_controls
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.operations import save_self_score
from lantai.foundation.desks.evaluations.presenting import state_label
from lantai.foundation.desks.evaluations.queries import assessments_for, scheme_of, scores_self
from lantai.foundation.desks.tables.cells import CellDesk, Wrong
from lantai.foundation.work import Act

VERDICTS = {
    "yes": ("符合", "met"),
    "no": ("不符合", "not met"),
    "none": ("不适用", "not applicable"),
}


def choices_of(scheme: EvaluationDefinition) -> dict[str, tuple[str, str]]:
    """What may be written for an indicator that is not a figure: code → (中文, English)."""
    if scheme.mode == "verdict":
        return VERDICTS
    return {code: (zh, en) for code, zh, en, _rank in scheme.choices}


class SelfScores(CellDesk):
    """The sheets of one round, as one person may write them."""

    def __init__(self, act: Act, round_: EvaluationRound) -> None:
        self.act, self.scheme = act, scheme_of(round_)
        self.rows = assessments_for(act.by, round_)
        self.leaves = {entry.id: entry for entry in self.scheme.leaves}
        self.words = {
            fold(word): code
            for code, words in choices_of(self.scheme).items()
            for word in (code, *words)
        }

    def indicators(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """The leaves, by number, by label, and as an export heads them."""
        labels = [e.label_zh for e in self.scheme.leaves]
        for entry in self.scheme.leaves:
            alone = (entry.label_zh, entry.label_en) if labels.count(entry.label_zh) == 1 else ()
            heads = (f"{entry.id} {entry.label_zh}", f"{entry.id} {entry.label_en}")
            yield entry.id, (*heads, *alone)

    def sheet(self, body: str, name: str) -> Assessment:
        """The body's own sheet while it scores itself."""
        named = {"subject__code": body} if body else {"subject__name": name}
        row = self.rows.filter(**named).first()
        if row is None:
            raise Wrong(f"本批次没有您可以看到的单位“{(body or name)[:40]}”",
                        f"no body {(body or name)[:40]!r} of this round that you see")  # fmt: skip
        if not scores_self(self.act.by, row):
            raise Wrong("自评由被评单位办理", "the body scores itself")
        if row.state != Assessment.SELF:
            label = state_label(row)
            raise Wrong(f"{row.subject.name}已提交自评，现为“{label}”，不能再改",
                        f"{row.subject.name} has handed in its self-score")  # fmt: skip
        return row

    def body_of(self, sheet: Assessment) -> str:
        """Its code."""
        return sheet.subject.code

    def read(self, sheet: Assessment, given: Mapping[str, Any]) -> dict[str, Any]:
        """Points as figures, words as their codes."""
        return {key: self._value(self.leaves[key], raw) for key, raw in given.items()}

    def _value(self, entry: Indicator, raw: Any) -> Any:
        text = strip_controls(str(raw)).strip()
        value: Any = self.words.get(fold(text), text)
        if self.scheme.mode == "points":
            try:
                value = float(text)
            except ValueError:
                value = None
        if not fits(self.scheme, entry, value):
            told = (f"应在 0 到 {entry.maximum:g} 之间" if self.scheme.mode == "points"
                    else f"应为{'、'.join(zh for zh, _en in choices_of(self.scheme).values())}之一")  # fmt: skip
            raise Wrong(f"指标 {entry.id} 的自评“{text[:40]}”不合规：{told}",
                        f"indicator {entry.id}: {text[:40]!r} does not fit")  # fmt: skip
        return value

    def kept(self, sheet: Assessment) -> Mapping[str, tuple[Any, str]]:
        """What it has claimed."""
        return {k: (v.get("claimed"), v.get("note", "")) for k, v in sheet.answers.items()}

    def write(
        self, sheet: Assessment, values: dict[str, Any], notes: Mapping[str, str]
    ) -> Assessment:
        """As saved on the page, not handed in; a note that stands stays where none is given."""
        given = {
            key: {
                "claimed": value,
                "note": notes.get(key, sheet.answers.get(key, {}).get("note", "")),
            }
            for key, value in values.items()
        }
        return save_self_score(self.act, assessment=sheet, values=given, version=sheet.version)
