"""1-5 数据值合理性: values agree with each other and with the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.dates import DateNotUnderstood, DateValue, parse_date


class ValuesAreReasonable(Check):
    """Date not in the future nor after filing, year as the date, pages and sizes above zero."""

    id = "1-5"
    property = Property.AUTHENTICITY
    name_zh = "元数据项数据值合理性"
    name_en = "reasonable values"
    clauses = ("DA/T 70-2018 1-5", "保守国家秘密法实施条例")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Ranges, then logic across elements."""
        yield from _dates(context)
        pages = context.values.get("pages", "")
        if re.fullmatch(r"0+", pages):
            yield context.finding("pages-zero", value=pages)
        for file in context.item.files:
            if file.size == 0:
                yield context.finding("size-zero", file.path)
        for problem in context.problems(frozenset({"secrecy_term"})):
            yield context.finding("secrecy-term", zh=problem.message_zh, en=problem.message_en)
        level, term = context.values.get("secrecy", ""), context.values.get("secrecy_term", "")
        if level in {"秘密", "机密", "绝密"} and not term:
            yield context.finding("secrecy-term-absent", value=level)


def _dates(context: CheckContext) -> Iterator[Remark]:
    values = context.values
    found = _understood(values.get("date", ""))
    if found is None or found.earliest is None:
        return
    if found.earliest > context.today:
        yield context.finding("date-in-future", value=values["date"])
    filed = _filed_on(context)
    if filed is not None and found.earliest > filed:
        yield context.finding("date-after-filing", value=values["date"], filed=filed.isoformat())
    year = values.get("year", "")
    latest = found.latest or found.earliest
    if (
        year.isascii()
        and year.isdecimal()
        and not (found.earliest.year <= int(year[:6]) <= latest.year)
    ):
        yield context.finding("year-not-of-date", value=values["date"], year=year)


def _understood(text: str) -> DateValue | None:
    try:
        return parse_date(text) if text else None
    except DateNotUnderstood:
        return None  # 1-3 says so


def _filed_on(context: CheckContext) -> date | None:
    """The day of the latest 归档 act."""
    days = []
    for event in context.item.events:
        if event.act == "归档":
            try:
                days.append(datetime.fromisoformat(event.time).date())
            except ValueError:
                continue  # 2-5 says so
    return max(days, default=None)
