"""The feedback report 反馈报告 of an assessment: the conclusion, a chart and every indicator."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.core.desks.charts import bar_picture
from lantai.core.desks.evaluation_definition import EvaluationDefinition, Indicator
from lantai.core.desks.printing import Block
from lantai.foundation.desks.evaluations.models import Assessment
from lantai.foundation.desks.evaluations.queries import scheme_of
from lantai.foundation.refusal import localised


def word_for(scheme: EvaluationDefinition, value: Any) -> str:
    """A value as it is read."""
    if value in (None, ""):
        return "—"
    labels = {code: localised(zh, en) for code, zh, en, _rank in scheme.choices}
    labels |= {"yes": _("符合"), "no": _("不符合"), "none": _("不适用")}
    return labels.get(str(value), f"{value:g}" if isinstance(value, (int, float)) else str(value))


def report(row: Assessment) -> list[Block]:
    """The report in the reader's language."""
    scheme = scheme_of(row.round)
    about = {"body": row.subject.name, "scheme": localised(scheme.label_zh, scheme.label_en)}
    blocks = [Block("kicker", row.round.title),
              Block("title", _("{body}{scheme}反馈报告").format(**about))]  # fmt: skip
    blocks.append(Block("facts", rows=tuple(_facts(row, scheme))))
    if not scheme.verified:
        blocks.append(
            Block("note", _("本方案指标或分值待核实：{source}").format(source=scheme.source))
        )
    blocks += [Block("heading", _("一、各项得分")), *_chart(row, scheme),
               Block("table", rows=tuple(_rows(row, scheme)))]  # fmt: skip
    lost = _lost(row, scheme)
    blocks.append(Block("heading", _("二、主要差距")))
    blocks += [Block("item", line) for line in lost] or [Block("paragraph", _("没有失分项。"))]
    blocks.append(Block("heading", _("三、反馈意见")))
    blocks += [
        Block("paragraph", line)
        for line in (row.feedback or _("（尚未反馈）")).splitlines()
        if line
    ]
    today = localdate()
    day = localised(f"{today.year}年{today.month}月{today.day}日", f"{today.day} {today:%B %Y}")
    return [*blocks, Block("signed", row.round.organiser.name), Block("signed", day)]


def _facts(row: Assessment, scheme: EvaluationDefinition) -> list[tuple[str, str]]:
    grade = next(
        (localised(g.label_zh, g.label_en) for g in scheme.grades if g.id == row.grade), "—"
    )
    facts = [
        (_("被评单位"), row.subject.name),
        (_("批次"), f"{row.round.title}（{row.round.number}）"),
        (_("方案版本"), scheme.version),
        (_("评审专家"), "、".join(o["name"] for o in row.opinions.values()) or "—"),
        (_("结果"), _total(row, scheme)),
        (_("等次"), grade),
    ]
    if row.result.get("vetoes"):
        facts.append((_("一票否决项未通过"), "、".join(vetoes(row, scheme))))
    return facts


def vetoes(row: Assessment, scheme: EvaluationDefinition) -> list[str]:
    """The veto indicators that were not met, with their names."""
    return [
        f"{key} {localised(entry.label_zh, entry.label_en)}"
        for key in row.result.get("vetoes", [])
        if (entry := scheme.by_id.get(key))
    ]


def reached(row: Assessment, scheme: EvaluationDefinition) -> list[tuple[Indicator, float, float]]:
    """Each indicator of the first level with what was reached of what could be."""
    if scheme.mode != "points":
        return []
    sums = row.result.get("sums", {})
    found = []
    for entry in scheme.indicators:
        if "." in entry.id:
            continue
        below = [x for x in scheme.leaves if x.id.split(".")[0] == entry.id]
        full = sum(x.maximum * x.weight for x in below)
        if full:
            found.append((entry, float(sums.get(entry.id, 0.0)), full))
    return found


def _chart(row: Assessment, scheme: EvaluationDefinition) -> list[Block]:
    bars = reached(row, scheme)
    if not bars:
        return []
    labels = [localised(e.label_zh, e.label_en) for e, _value, _full in bars]
    picture = bar_picture(labels, [v for _e, v, _f in bars], [f for _e, _v, f in bars])
    return [Block("picture", _("各项得分与满分"), picture=picture)]


def _rows(row: Assessment, scheme: EvaluationDefinition) -> list[tuple[str, ...]]:
    values = row.result.get("values", {})
    rows: list[tuple[str, ...]] = [
        (_("指标"), _("名称"), _("满分"), _("自评"), _("评定"), _("专家意见"))
    ]
    for entry in scheme.leaves:
        said = "；".join(
            o["notes"][entry.id] for o in row.opinions.values() if o.get("notes", {}).get(entry.id)
        )
        rows.append((
            entry.id, localised(entry.label_zh, entry.label_en),
            f"{entry.maximum:g}" if entry.maximum else "—",
            word_for(scheme, row.answers.get(entry.id, {}).get("claimed")),
            word_for(scheme, values.get(entry.id)), said,
        ))  # fmt: skip
    return rows


def _lost(row: Assessment, scheme: EvaluationDefinition) -> list[str]:
    """The indicators that lost most, the worst first."""
    values = row.result.get("values", {})
    if scheme.mode == "points":
        gaps = [
            (e.maximum - float(values[e.id]), e)
            for e in scheme.leaves
            if isinstance(values.get(e.id), (int, float)) and values[e.id] < e.maximum
        ]
        return [
            f"{e.id} {localised(e.label_zh, e.label_en)}："
            + _("失 {lost} 分").format(lost=f"{gap:g}")
            for gap, e in sorted(gaps, key=lambda pair: -pair[0])[:10]
        ]
    return [
        f"{e.id} {localised(e.label_zh, e.label_en)}"
        for e in scheme.leaves
        if values.get(e.id) == "no"
    ]


def _total(row: Assessment, scheme: EvaluationDefinition) -> str:
    if scheme.mode == "conclusion":
        return _("本方案不计总分，按各项结论排列风险")
    if row.total is None:
        return "—"
    if scheme.mode == "verdict":
        return f"{row.total:.1%}"
    return _("{total} / {full} 分").format(total=f"{row.total:g}", full=f"{scheme.full:g}")
