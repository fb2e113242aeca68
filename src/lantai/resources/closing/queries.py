"""Questions about month closing: the months of a year, the items of a month, what is closed."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from lantai.core.invoices.model import money
from lantai.foundation.institutions.models import Institution
from lantai.resources.filing.models import FilingItem, MonthClosing

MONTHS = range(1, 13)


def items_of(unit: Institution, year: int, month: int | None = None) -> QuerySet[FilingItem]:
    """The unit's accounting records of a fiscal year or month, in their order."""
    rows = FilingItem.objects.filter(
        unit=unit, record_type="accounting", values__fiscal_year=str(year)
    )
    if month is not None:
        rows = rows.filter(values__fiscal_month__in=[str(month), f"{month:02d}"])
    return rows.order_by("pk")


def fingerprint_of(items: Any) -> str:
    """Changes when an item of the month is added, altered or taken away."""
    told = "\n".join(sorted(f"{item.uid} {item.version} {item.state}" for item in items))
    return hashlib.sha256(told.encode()).hexdigest()


def amount_of(item: FilingItem) -> Decimal | None:
    """The sum a voucher states."""
    return money(item.values.get("amount", ""))


def closings_of(unit: Institution, year: int) -> dict[int, MonthClosing]:
    """What was judged or closed, by month."""
    rows = MonthClosing.objects.filter(unit=unit, year=year)
    return {row.month: row for row in rows}


def booked_elsewhere(unit: Institution, year: int, month: int) -> dict[str, str]:
    """The invoices of the unit's other closed months: key → reference code of the voucher."""
    rows = MonthClosing.objects.filter(unit=unit, state=MonthClosing.CLOSED)
    found: dict[str, str] = {}
    for row in rows.exclude(year=year, month=month):
        found |= row.invoices
    return found
