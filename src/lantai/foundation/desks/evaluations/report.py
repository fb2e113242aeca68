"""The feedback report 反馈报告 of an assessment: docx or PDF with the chart and every indicator."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate

from lantai.core.desks.charts import bar_picture
from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.core.desks.printing import Block, write_docx, write_pdf
from lantai.foundation.desks.evaluations.models import Assessment
from lantai.foundation.desks.evaluations.queries import scheme_of

WORDS = {"yes": "符合", "no": "不符合", "none": "不适用"}


def word_for(scheme: EvaluationDefinition, value: Any) -> str:
    """A value as it is read in Chinese."""
    if value in (None, ""):
        return "—"
    labels = {code: zh for code, zh, _, _ in scheme.choices} | WORDS
    return labels.get(str(value), f"{value:g}" if isinstance(value, (int, float)) else str(value))


def report(row: Assessment, kind: str) -> bytes:
    """The bytes of the report."""
    scheme = scheme_of(row.round)
    values, sums = row.result.get("values", {}), row.result.get("sums", {})
    grade = next((g.label_zh for g in scheme.grades if g.id == row.grade), "未定等次")
    blocks = [Block("title", f"{row.subject.name}{scheme.label_zh}反馈报告")]
    if not scheme.verified:
        blocks.append(Block("paragraph", f"（本方案指标或分值待核实：{scheme.source}）"))
    blocks += [
        Block("heading", "一、结论"),
        Block(
            "paragraph", f"批次：{row.round.title}（{row.round.number}，方案版本 {scheme.version}）"
        ),
        Block("paragraph", f"结果：{_total(row, scheme)}；等次：{grade}。"),
    ]
    if row.result.get("vetoes"):
        named = "、".join(f"{k} {scheme.by_id[k].label_zh}" for k in row.result["vetoes"])
        blocks.append(Block("paragraph", f"一票否决项未通过：{named}。"))
    tops = [e for e in scheme.indicators if "." not in e.id]
    if scheme.mode == "points" and tops:
        full = [
            sum(x.maximum * x.weight for x in scheme.leaves if x.id.split(".")[0] == e.id)
            for e in tops
        ]
        picture = bar_picture([e.label_zh for e in tops], [sums.get(e.id, 0.0) for e in tops], full)
        blocks.append(Block("picture", picture=picture))
    rows = [("指标", "名称", "满分", "自评", "评定", "专家意见")]
    for entry in scheme.leaves:
        said = "；".join(
            o["notes"][entry.id] for o in row.opinions.values() if o.get("notes", {}).get(entry.id)
        )
        rows.append((
            entry.id, entry.label_zh, f"{entry.maximum:g}" if entry.maximum else "",
            word_for(scheme, row.answers.get(entry.id, {}).get("claimed")),
            word_for(scheme, values.get(entry.id)), said,
        ))  # fmt: skip
    blocks += [
        Block("heading", "二、各项得分"), Block("table", rows=tuple(rows)),
        Block("heading", "三、反馈意见"), Block("paragraph", row.feedback or "（尚未反馈）"),
        Block("paragraph", f"{row.round.organiser.name}　{localdate():%Y年%m月%d日}"),
    ]  # fmt: skip
    return write_pdf(blocks) if kind == "pdf" else write_docx(blocks)


def _total(row: Assessment, scheme: EvaluationDefinition) -> str:
    if scheme.mode == "conclusion":
        return "本方案不计总分，按各项结论排列风险"
    if row.total is None:
        return "未计"
    return f"{row.total:.1%}" if scheme.mode == "verdict" else f"{row.total:g} / {scheme.full:g} 分"
