"""Verbs of exporting: the ledger is told who took which part of the catalogue away."""

from __future__ import annotations

from typing import Any

from lantai.foundation.operation import operation
from lantai.foundation.work import Act, note


@operation(permission="records.export", event="catalogue_export")
def tell_of_export(act: Act, /, *, question: dict[str, Any], form: str) -> None:
    """Enter an export before its first row leaves."""
    note(question=question, format=form)
