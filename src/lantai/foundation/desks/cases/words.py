"""Words 字面: a value that a case holds, as people read it."""

from __future__ import annotations

from typing import Any

from lantai.core.desks.cases import Field
from lantai.core.terms import vocabularies
from lantai.foundation.institutions.models import Institution


def words_of(entry: Field, value: Any, language: str = "zh") -> str:
    """A field's value as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "、".join(words_of(entry, part, language) for part in value)
    if entry.options:
        column = 2 if language.startswith("en") else 1
        return next((o[column] for o in entry.options if o[0] == str(value)), str(value))
    if entry.vocabulary:
        return vocabularies().get(entry.vocabulary).label(str(value), language)
    if entry.datatype == "institution":
        place = Institution.objects.filter(code=str(value)).first()
        return place.name if place else str(value)
    if entry.datatype == "boolean":
        return (
            ("是", "yes")[language.startswith("en")]
            if value in (True, "是", "true")
            else (("否", "no")[language.startswith("en")])
        )
    if isinstance(value, float):
        return f"{value:.15g}"  # 3200, not 3200.0
    return str(value)
