"""The job of month closing: read every invoice of the month, judge, record."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lantai.core.invoices import NoInvoice, read_forms
from lantai.core.invoices.closing import (
    LEDGER,
    REPORT,
    VOUCHER,
    AccountsItem,
    AccountsMonth,
    judge_month,
)
from lantai.core.invoices.rule import InvoiceFile
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.resources.closing.operations import record_check
from lantai.resources.closing.queries import amount_of, booked_elsewhere, fingerprint_of, items_of
from lantai.resources.filing.models import FilingItem

_CARRIERS = (".xml", ".ofd", ".pdf")


@task("accounts.check")
def check(running: Running) -> dict[str, Any]:
    """Judge a month of a unit's accounts and keep what was found."""
    asked = running.arguments
    unit = Institution.objects.get(code=asked["unit"])
    year, month = int(asked["year"]), int(asked["month"])
    rows = list(items_of(unit, year, month).prefetch_related("files"))
    fingerprint = fingerprint_of(rows)
    items = []
    for number, row in enumerate(rows, 1):
        items.append(_read(row))
        running.progress(number, len(rows), row.reference_code or row.title)
    told = AccountsMonth(year, month, tuple(items), booked_elsewhere(unit, year, month))
    findings = judge_month(told)
    forms = [item.form for item in items]
    counts = {
        "vouchers": forms.count(VOUCHER),
        "ledgers": forms.count(LEDGER),
        "reports": forms.count(REPORT),
        "invoices": len(told.invoice_keys),
        "amount": str(sum(item.amount or 0 for item in told.vouchers)),
        "errors": sum(one.severity == "error" for one in findings),
        "warnings": sum(one.severity == "warning" for one in findings),
    }
    record_check(
        running.act, unit=unit, year=year, month=month, fingerprint=fingerprint, counts=counts,
        findings=[asdict(one) for one in findings], invoices=told.invoice_keys,
    )  # fmt: skip
    return counts


def _read(row: FilingItem) -> AccountsItem:
    place = row.reference_code or row.title or str(row.uid)
    found = []
    for file in row.files.all():
        if not file.name.lower().endswith(_CARRIERS):
            continue
        try:
            forms = read_forms(file.path).forms
        except (NoInvoice, OSError):
            continue  # a paper that is no invoice; whether it opens, the checks will say
        found.append(InvoiceFile(f"{place}/{file.name}", forms))
    return AccountsItem(
        place=place,
        form=row.values.get("accounting_form", ""),
        voucher_no=row.values.get("voucher_no", ""),
        date=row.values.get("date", ""),
        amount=amount_of(row),
        retention=row.retention,
        filed=row.state != FilingItem.DRAFT,
        invoices=tuple(found),
    )
