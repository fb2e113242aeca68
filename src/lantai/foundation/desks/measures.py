"""Measures 计量单位: the unit of a figure in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from lantai.core.terms import vocabulary


def measure(unit: str) -> str:
    """The unit's words; one that is in no list is shown as it was written."""
    return vocabulary("measure").label(unit, get_language() or "zh") if unit else ""


def with_measure(label: str, unit: str) -> str:
    """A label with its unit in brackets."""
    words = measure(unit)
    if not words:
        return label
    return f"{label}（{words}）" if words == unit else f"{label} ({words})"
