"""Questions of the portal: what is open, by class and decade, and what was published lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet

from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import records_for
from lantai.foundation.policy import Anonymous

PUBLIC = Anonymous()
KEPT = 120  # seconds the counts of the first page are kept; a take-down shows within two minutes
NEWEST = 6


@dataclass(frozen=True)
class Opened:
    """What is open to everyone."""

    total: int
    by_class: list[tuple[str, int]]
    by_decade: list[tuple[int, int]]
    earliest: int | None
    latest: int | None


@dataclass(frozen=True)
class Batch:
    """One publication 公布批次."""

    id: str
    count: int
    at: datetime | None
    titles: list[str]


def open_records() -> QuerySet[Record]:
    """What everyone may see."""
    return records_for(PUBLIC)


def opened() -> Opened:
    """Counts of what is open; kept for two minutes, since the first page asks on every visit."""
    known: Opened | None = cache.get("portal.opened")
    if known is None:
        known = _count()
        cache.set("portal.opened", known, KEPT)
    return known


def _count() -> Opened:
    rows = open_records().order_by()
    classes = rows.values_list("record_class").annotate(n=Count("pk")).order_by("-n")
    years = list(rows.exclude(year=None).values_list("year").annotate(n=Count("pk")))
    decades: dict[int, int] = {}
    for year, count in years:
        decades[year // 10 * 10] = decades.get(year // 10 * 10, 0) + count
    known = [year for year, _ in years]
    return Opened(
        total=rows.count(),
        by_class=list(classes)[:10],
        by_decade=sorted(decades.items()),
        earliest=min(known, default=None),
        latest=max(known, default=None),
    )


def batches() -> list[dict[str, Any]]:
    """Every publication with what it opened, newest first."""
    rows = open_records().order_by().values("publication")
    return list(rows.annotate(count=Count("pk"), at=Max("published_at")).order_by("-at"))


def latest_batches() -> list[Batch]:
    """The newest publications with some of their titles."""
    found = []
    for row in batches()[:NEWEST]:
        titles = in_batch(row["publication"]).values_list("title", flat=True)[:3]
        found.append(Batch(row["publication"], row["count"], row["at"], list(titles)))
    return found


def in_batch(publication: str) -> QuerySet[Record]:
    """The records that a publication opened and that are open still."""
    return open_records().filter(publication=publication).order_by("reference_code", "pk")
