"""Facets and filters as links, for every page that searches records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lantai.access.search.question import Question
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.presenting import word
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import localised

SHOWN_VALUES = 12
Facets = Mapping[str, Sequence[tuple[str, int]]]


def facet_groups(question: Question, facets: Facets) -> list[dict[str, Any]]:
    """The facets as links that add or take away a filter; a facet of one value is left out."""
    labels = _facet_labels()
    groups = []
    for name, values in facets.items():
        chosen = question.filters.get(name, [])
        if len(values) < 2 and not chosen:
            continue
        ordered = sorted(values, key=lambda v: v[0], reverse=True) if name == "year" else values
        words = facet_words(name, [value for value, _count in ordered])
        groups.append(
            {
                "label": labels[name],
                "values": [
                    {
                        "label": words.get(value, value) or _("未著录"),
                        "count": count,
                        "active": value in chosen,
                        "url": question.address(**{name: _toggled(chosen, value)}),
                    }
                    for value, count in ordered[: SHOWN_VALUES * (4 if name == "year" else 1)]
                    if value not in ("", "0")
                ],
            }
        )
    return groups


def chips(question: Question) -> list[dict[str, str]]:
    """The filters in use, each with the address without it."""
    labels = _facet_labels()
    made = []
    for name, chosen in question.filters.items():
        words = facet_words(name, chosen)
        made += [
            {
                "label": f"{labels[name]}：{words.get(value, value)}",
                "url": question.address(**{name: _toggled(chosen, value)}),
            }
            for value in chosen
        ]
    if question.year_from is not None or question.year_to is not None:
        label = f"{question.year_from or '…'}—{question.year_to or '…'}"
        made.append({"label": label, "url": question.address(year_from=None, year_to=None)})
    return made


def told(question: Question) -> list[str]:
    """What is asked, for people: the words, then the filters."""
    return [one for one in (question.asked, *(chip["label"] for chip in chips(question))) if one]


def facet_words(name: str, values: list[str]) -> Mapping[str, str]:
    """What people read for a facet's values."""
    if name == "fonds":
        rows = Fonds.objects.filter(code__in=values)
        return {row.code: f"{row.code} {localised(row.name, row.name_en)}" for row in rows}
    if name == "holder":
        places = Institution.objects.filter(code__in=values)
        return {row.code: localised(row.name, row.name_en) for row in places}
    return {value: word(name, value) for value in values}


def _facet_labels() -> dict[str, str]:
    return {
        "fonds": _("全宗"),
        "record_class": _("门类"),
        "year": _("年度"),
        "access_status": _("开放状态"),
        "level": _("层级"),
        "holder": _("馆藏单位"),
    }


def _toggled(chosen: list[str], value: str) -> list[str]:
    return [v for v in chosen if v != value] if value in chosen else [*chosen, value]
