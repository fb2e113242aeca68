"""Holdings by decade 馆藏分年代统计."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count

from lantai.catalogue.records.models import Record
from lantai.foundation.refusal import localised
from lantai.governance.access_rules.visibility import visible
from lantai.governance.reporting.report import Report


class HoldingsByDecade(Report):
    """How many items were made in each decade."""

    id = "holdings-by-decade"
    zh = "馆藏分年代统计"
    en = "Holdings by decade"
    columns = (("decade", "年代", "Decade"), ("items", "件数", "Items"))
    chart = "bar"

    def rows(self, actor: Any) -> Iterator[Sequence[Any]]:
        """One a decade, oldest first."""
        decades: Counter[int] = Counter()
        found = Record.objects.filter(visible(actor), level="item", year__isnull=False)
        for row in found.values("year").annotate(items=Count("pk")).order_by("year"):
            decades[row["year"] // 10 * 10] += row["items"]
        for decade in sorted(decades):
            yield localised(f"{decade}年代", f"{decade}s"), decades[decade]
