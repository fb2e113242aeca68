"""Pages of month closing: the year with its months, one month with what stands against it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.catalogue.records.presenting import word
from lantai.core.invoices.model import money
from lantai.foundation.accounts.models import Person
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import Refusal, localised
from lantai.foundation.work import Act
from lantai.resources.closing.operations import close_month, reopen_month
from lantai.resources.closing.queries import (
    MONTHS,
    closings_of,
    fingerprint_of,
    items_of,
)
from lantai.resources.filing.models import FilingItem, MonthClosing
from lantai.resources.filing.queries import month_of, units_of

EMPTY = "empty"
STATES: dict[str, tuple[str, str, str]] = {
    EMPTY: ("没有会计资料", "no records", "neutral"),
    "": ("未检查", "not checked", "neutral"),
    MonthClosing.CHECKED: ("已检查", "checked", "running"),
    MonthClosing.CLOSED: ("已月结", "closed", "pass"),
    MonthClosing.REOPENED: ("已反结账", "opened again", "fail"),
}


def year(request: HttpRequest) -> HttpResponse:
    """The twelve months of a year: what they hold and how they stand."""
    unit = _unit(request)
    asked = request.GET.get("year", "")
    chosen = int(asked) if asked.isdecimal() and len(asked) == 4 else localdate().year
    held = dict.fromkeys(MONTHS, 0)
    for item in items_of(unit, chosen):
        if (place := month_of(item)) and place[1] in held:
            held[place[1]] += 1
    closings = closings_of(unit, chosen)
    return render(
        request,
        "resources/closing/year.html",
        {
            "year": chosen,
            "columns": [
                {"label": label}
                for label in (
                    _("月份"), _("会计资料"), _("凭证"), _("发票"), _("凭证金额（元）"),
                    _("差错"), _("待说明"), _("状态"),
                )
            ],
            "rows": [_row(chosen, n, held[n], closings.get(n)) for n in MONTHS],
            **_year_sums(held, closings),
        },
    )  # fmt: skip


def _year_sums(held: dict[int, int], closings: dict[int, MonthClosing]) -> dict[str, Any]:
    """How the year stands: closed months, those with records still open, errors, vouchers."""
    closed = {n for n, row in closings.items() if row.state == MonthClosing.CLOSED}
    return {
        "closed": len(closed),
        "open": sum(1 for n in MONTHS if held[n] and n not in closed),
        "errors": sum(r.counts.get("errors", 0) for n, r in closings.items() if n not in closed),
        "vouchers": sum(row.counts.get("vouchers", 0) for row in closings.values()),
    }


def _row(year: int, number: int, held: int, closing: MonthClosing | None) -> dict[str, Any]:
    counts = closing.counts if closing else {}
    zh, en, tone = STATES[closing.state] if closing else STATES["" if held else EMPTY]
    told = [str(counts.get(k, "—")) for k in ("vouchers", "invoices")]
    told.append(_yuan(counts.get("amount", "")))
    return {
        "id": number,
        "label": str(number),
        "cells": [
            {"text": f"{year}-{number:02d}", "url": f"/accounts/{year}/{number}/"},
            str(held),
            *told,
            str(counts.get("errors", "—")),
            str(counts.get("warnings", "—")),
            {"text": localised(zh, en), "tone": tone},
        ],
    }


def _yuan(text: str) -> str:
    """A sum with its thousands marked; a dash where none is told."""
    amount = money(str(text))
    return "—" if amount is None else f"{amount:,.2f}"


def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """One month: check, close, open again; what was found and its papers."""
    if not (1900 <= year <= 2999 and month in MONTHS):
        raise Http404
    unit = _unit(request)
    if request.method == "POST":
        return _act(request, unit, year, month)
    row = MonthClosing.objects.filter(unit=unit, year=year, month=month).first()
    items = list(items_of(unit, year, month))
    context = {
        "year": year,
        "month": month,
        "closing": row,
        "counts": _counts(row),
        "closed_by": _closer(row),
        "stale": row is not None and row.fingerprint != fingerprint_of(items),
        "breadcrumbs": [
            {"label": _("会计月结"), "url": f"{reverse('closing:year')}?year={year}"},
            {"label": f"{year}-{month:02d}"},
        ],
        "may_close": decide(request.user, "accounts.close", unit=unit),
        "may_reopen": decide(request.user, "accounts.reopen", unit=unit),
        **_state(row),
        **_tables(row, items),
    }
    return render(request, "resources/closing/month.html", context)


def _state(row: MonthClosing | None) -> dict[str, str]:
    zh, en, tone = STATES[row.state if row else ""]
    return {"state": localised(zh, en), "tone": tone}


def _closer(row: MonthClosing | None) -> str:
    """Who closed it, by name."""
    username = row.closed_by.removeprefix("person:") if row else ""
    person = Person.objects.filter(username=username).first() if username else None
    return person.name if person else username


def _counts(row: MonthClosing | None) -> dict[str, Any]:
    """What was counted when the month was judged, its sum as people read it."""
    counts = dict(row.counts) if row else {}
    return {**counts, "amount": _yuan(counts.get("amount", ""))} if counts else {}


def _tables(row: MonthClosing | None, items: list[FilingItem]) -> dict[str, Any]:
    """The month's records with the invoices behind each; what was found, errors first."""
    tied: dict[str, list[str]] = {}
    for key, place in (row.invoices if row else {}).items():
        tied.setdefault(place, []).append(key)
    found = sorted(row.findings if row else (), key=lambda one: one["severity"] != "error")
    names = (_("档号或题名"), _("形式"), _("凭证号"), _("金额（元）"), _("所附发票"))
    return {
        "columns": [{"label": label} for label in names],
        "rows": [_item(item, tied) for item in items],
        "finding_columns": [
            {"label": label} for label in (_("程度"), _("所在"), _("问题"), _("下一步"))
        ],
        "findings": [_finding(n, one) for n, one in enumerate(found)],
    }


def _act(request: HttpRequest, unit: Any, year: int, month: int) -> HttpResponse:
    act, told = Act(by=request.user), {"unit": unit, "year": year, "month": month}
    kind = request.POST.get("action")
    if kind == "check":
        require(request.user, "accounts.close", unit=unit)
        enqueue(
            "accounts.check", title=f"月结检查 {year}-{month:02d}",
            arguments={**told, "unit": unit.code}, person=request.user, institution=unit,
        )  # fmt: skip
        messages.success(request, _("已开始检查，完成后刷新本页。"))
    elif kind == "close":
        close_month(act, **told, explanation=request.POST.get("explanation", ""))
        messages.success(request, _("已月结。"))
    elif kind == "reopen":
        reopen_month(act, **told, reason=request.POST.get("reason", ""))
        messages.success(request, _("已反结账，可以更改后重新检查。"))
    else:
        raise Refusal("没有这个动作。", "There is no such action.")
    return redirect("closing:month", year=year, month=month)


def _item(item: FilingItem, tied: dict[str, list[str]]) -> dict[str, Any]:
    title = item.reference_code or item.title or str(item.uid)
    form = item.values.get("accounting_form", "")
    return {
        "id": item.pk,
        "label": title,
        "cells": [
            {"text": title, "url": f"/filing/{item.uid}/"},
            word("accounting_form", form) if form else "—",
            item.values.get("voucher_no", "") or "—",
            _yuan(item.values.get("amount", "")),
            "；".join(tied.get(title, [])) or "—",
        ],
    }


def _finding(number: int, one: dict[str, str]) -> dict[str, Any]:
    severe = one["severity"] == "error"
    word = localised("差错", "error") if severe else localised("待说明", "to explain")
    return {
        "id": number,
        "label": str(number),
        "cells": [
            {"text": word, "tone": "fail" if severe else "running"},
            one["path"] or "—",
            localised(one["message_zh"], one["message_en"]),
            localised(one["next_zh"], one["next_en"]) or "—",
        ],
    }


def _unit(request: HttpRequest) -> Any:
    units = units_of(request.user)
    unit = units[0] if units else None
    require(request.user, "accounts.see", unit=unit)
    return unit
