"""Verbs of month closing: record what was found, close, open again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.resources.closing.queries import fingerprint_of, items_of
from lantai.resources.filing.models import MonthClosing

MOST_FINDINGS = 500


@operation(permission="accounts.close", event="accounts_check")
def record_check(
    act: Act,
    /,
    *,
    unit: Institution,
    year: int,
    month: int,
    fingerprint: str,
    counts: Mapping[str, Any],
    findings: Sequence[Mapping[str, str]],
    invoices: Mapping[str, str],
) -> MonthClosing:
    """What the job found in a month; a closed one stays as it was closed."""
    row = _row(unit, year, month)
    if row is not None and row.state == MonthClosing.CLOSED:
        raise Conflict("这个月已经月结，不再检查。", "The month is closed already.")
    made = row is None
    row = row or MonthClosing(unit=unit, year=year, month=month)
    row.state, row.fingerprint, row.checked_at = MonthClosing.CHECKED, fingerprint, act.at
    row.counts, row.invoices = dict(counts), dict(invoices)
    row.findings = [dict(one) for one in findings[:MOST_FINDINGS]]
    row.save()
    keep(row, kind="created" if made else "updated")
    note(month=str(row), **{k: v for k, v in counts.items() if k in ("errors", "warnings")})
    return row


@operation(permission="accounts.close", event="accounts_close")
def close_month(
    act: Act, /, *, unit: Institution, year: int, month: int, explanation: str = ""
) -> MonthClosing:
    """月结: no error stands, warnings are explained, and nothing changed since it was judged."""
    row = _row(unit, year, month)
    if row is None or row.state == MonthClosing.REOPENED:
        raise Refusal("请先检查这个月，再月结。", "Check the month first.")
    if row.state == MonthClosing.CLOSED:
        raise Conflict("这个月已经月结。", "The month is closed already.")
    if row.fingerprint != fingerprint_of(items_of(unit, year, month)):
        raise Conflict(
            "检查之后本月的会计资料有变动，请重新检查。",
            "The month's records changed since they were checked: check again.",
        )
    if row.counts.get("errors"):
        raise Refusal(
            f"还有 {row.counts['errors']} 处差错，改正并重新检查后再月结。",
            f"{row.counts['errors']} errors stand: correct them and check again.",
        )
    if row.counts.get("warnings") and not explanation.strip():
        raise Refusal(
            "有需要说明的事项（断号、差额等），请填写月结说明。",
            "There are gaps or differences: write an explanation.",
        )
    row.state, row.note = MonthClosing.CLOSED, explanation.strip()[:2000]
    row.closed_at, row.closed_by, row.reason = act.at, act.by.urn, ""
    row.save()
    keep(row)
    note(month=str(row), items=row.fingerprint, explanation=row.note)
    return row


@operation(permission="accounts.reopen", event="accounts_reopen")
def reopen_month(
    act: Act, /, *, unit: Institution, year: int, month: int, reason: str
) -> MonthClosing:
    """反结账: by another than who closed it, with a reason that stays in the ledger."""
    row = _row(unit, year, month)
    if row is None or row.state != MonthClosing.CLOSED:
        raise Conflict("这个月没有月结。", "The month is not closed.")
    if not reason.strip():
        raise Refusal("请写明反结账的理由。", "Say why the month is opened again.")
    if row.closed_by == act.by.urn:
        raise Refusal("反结账须由月结人以外的人办理。", "Another than who closed it must do this.")
    row.state, row.reason = MonthClosing.REOPENED, reason.strip()[:2000]
    row.save()
    keep(row)
    note(month=str(row), reason=row.reason)
    return row


def _row(unit: Institution, year: int, month: int) -> MonthClosing | None:
    if not (1900 <= year <= 2999 and 1 <= month <= 12):
        raise Refusal("没有这个会计月份。", "There is no such month.")
    rows = MonthClosing.objects.select_for_update(of=("self",))
    return rows.filter(unit=unit, year=year, month=month).first()
