"""Questions of the portal: what is open, by class and decade, and what was published lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, QuerySet

from lantai.access.opening.models import Publication, PublicationEntry
from lantai.access.opening.queries import publications, published_records, still_public
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
    title: str
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


def latest_batches() -> list[Batch]:
    """The newest publications with some of their titles."""
    return batches_of(list(publications()[:NEWEST]), titles=3)


def batches_of(rows: Sequence[Publication], titles: int = 0) -> list[Batch]:
    """Publications with what of them is open still."""
    open_still = still_public(PublicationEntry.objects.filter(publication__in=rows)).order_by()
    counts = dict(open_still.values_list("publication").annotate(n=Count("pk")))
    return [
        Batch(row.number, row.title, counts.get(row.pk, 0), row.published_at, _some(row, titles))
        for row in rows
    ]


def _some(row: Publication, titles: int) -> list[str]:
    return list(published_records(row).values_list("title", flat=True)[:titles]) if titles else []
