"""Holdings by class 馆藏分门类统计 (D21: yearly statistics)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from lantai.catalogue.records.models import Record
from lantai.core.terms import vocabularies
from lantai.foundation.refusal import localised
from lantai.governance.access_rules.visibility import visible
from lantai.governance.reporting.report import Report


class HoldingsByClass(Report):
    """How many items each class holds, how many are open, and their pages."""

    id = "holdings-by-class"
    zh = "馆藏分门类统计"
    en = "Holdings by class"
    columns = (
        ("class", "门类", "Class"),
        ("items", "件数", "Items"),
        ("open", "开放件数", "Open"),
        ("pages", "页数", "Pages"),
    )
    chart = "bar"

    def rows(self, actor: Any) -> Iterator[Sequence[Any]]:
        """One a class."""
        words = vocabularies().get("record_class")
        found = (
            Record.objects.filter(visible(actor), level="item")
            .values("record_class")
            .annotate(
                items=Count("pk"),
                opened=Count("pk", filter=Q(access_status="open")),
                pages=Sum("pages"),
            )
            .order_by("-items", "record_class")
        )
        for row in found:
            code = row["record_class"]
            label = words.label(code, localised("zh", "en")) if code else localised("未分", "none")
            yield label, row["items"], row["opened"], row["pages"] or 0
