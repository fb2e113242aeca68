"""Statistics 统计: counts and sums of a register by a field, and the chart of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, FloatField, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Substr

from lantai.core.desks.register_definition import RegisterDefinition, Statistic
from lantai.core.desks.register_values import words_of
from lantai.foundation.desks.figures import Figures
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import localised

MOST_BARS = 40


def statistics_of(rows: QuerySet[RegisterEntry], definition: RegisterDefinition) -> list[Figures]:
    """Every statistic the definition names, over these entries."""
    return [_figures(rows, definition, one) for one in definition.statistics]


def _figures(
    rows: QuerySet[RegisterEntry], definition: RegisterDefinition, one: Statistic
) -> Figures:
    of = definition.by_field.get(one.of)
    found = _sums(rows, definition, one)
    labels = _labels(definition, one)
    entry = definition.by_field.get(one.by)
    in_time = entry is not None and entry.type == "date"
    pairs = [
        (labels.get(key, key) or localised("未填", "not given"), value, key)
        for key, value in found.items()
    ]
    pairs.sort(key=(lambda pair: pair[2]) if in_time else (lambda pair: -pair[1]))
    return Figures(
        label=localised(one.label_zh, one.label_en),
        unit=of.unit if of else "",
        chart=one.chart,
        by=one.by,
        rows=[
            (name, int(v) if float(v).is_integer() else round(v, 2), k)
            for name, v, k in pairs[:MOST_BARS]
        ],
    )


def _sums(
    rows: QuerySet[RegisterEntry], definition: RegisterDefinition, one: Statistic
) -> Counter[str]:
    measure = Sum(Cast(KT(f"values__{one.of}"), FloatField())) if one.of else Count("pk")
    rows = rows.order_by()
    found: Counter[str] = Counter()
    if one.by == "institution":
        for key, value in rows.values_list("institution__code").annotate(m=measure):
            found[key] += value or 0
        return found
    entry = definition.by_field[one.by]
    if entry.type == "codes":
        for codes in rows.values_list(f"values__{one.by}", flat=True):
            found.update(codes or [""])
        return found
    group: Any = KT(f"values__{one.by}")
    if entry.type == "date":
        group = Substr(group, 1, 4)
    for key, value in rows.annotate(g=group).values_list("g").annotate(m=measure):
        found[{True: "true", False: "false"}.get(key, str(key or ""))] += value or 0
    return found


def _labels(definition: RegisterDefinition, one: Statistic) -> dict[str, str]:
    if one.by == "institution":
        return dict(Institution.objects.values_list("code", "name"))
    entry = definition.by_field[one.by]
    if entry.type == "boolean":
        yes, no = localised("是", "Yes"), localised("否", "No")
        return {"true": yes, "1": yes, "false": no, "0": no}
    return {word.code: localised(word.zh, word.en) for word in words_of(entry)}
