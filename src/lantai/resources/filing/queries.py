"""Questions about filing: the list, one item, the schedule's advice, what is still wanting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lantai.core.description import Problem, RecordType, record_type, validate_description
from lantai.core.description.validation import with_defaults
from lantai.core.registry import UnknownId
from lantai.core.schedules import Clause, Schedule, Suggestion, suggest
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, institutions_of
from lantai.foundation.refusal import NotFound
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.queries import plan_in_force, schedule_of
from lantai.resources.filing.models import FilingItem, MonthClosing

ACTS = ("起草", "签发")  # done before filing, so told by the officer; 登记 and 归档 are known
ISSUED = ("reference_code", "item_no")  # given by the rule when it is filed
ALL_AT_ONCE = 5_000  # one transaction holds the ledger's lock so long and no longer
ROLES = ("records_officer", "unit_leader")


@dataclass(frozen=True)
class Advice:
    """What the schedule in force says of an item."""

    plan: SchedulePlan | None
    schedule: Schedule | None
    suggestions: tuple[Suggestion, ...]


def items_for(actor: Any) -> QuerySet[FilingItem]:
    """The items of the viewer's units, newest first."""
    rows = FilingItem.objects.select_related("unit").annotate(file_count=Count("files"))
    if not isinstance(actor, Operator):
        rows = rows.filter(unit__in=institutions_of(actor, ROLES))
    return rows.order_by("-pk")


def item_for(actor: Any, uid: UUID) -> FilingItem:
    """One item of the viewer's units."""
    row = items_for(actor).filter(uid=uid).first()
    if row is None:
        raise NotFound("没有这份归档文件，或它不属于您的单位。", "No such document at your unit.")
    return row


def narrowed(rows: QuerySet[FilingItem], wanted: Mapping[str, str]) -> QuerySet[FilingItem]:
    """By state, year, class and words."""
    if wanted.get("state") in FilingItem.STATES:
        rows = rows.filter(state=wanted["state"])
    if (year := wanted.get("year", "")).isdigit() and len(year) == 4:
        rows = rows.filter(year=int(year))
    if wanted.get("record_class"):
        rows = rows.filter(record_class=wanted["record_class"])
    if words := wanted.get("q", "").strip():
        rows = rows.filter(
            Q(title__icontains=words)
            | Q(doc_no__icontains=words)
            | Q(reference_code__icontains=words)
        )
    return rows


def chosen_items(actor: Any, unit: Any, form: Any, wanted: Mapping[str, str]) -> list[FilingItem]:
    """What a list's bulk form names: the lines ticked, or all that the filters leave."""
    rows = items_for(actor).filter(unit=unit)
    if form.get("select_all") == "1":
        return list(narrowed(rows, wanted)[:ALL_AT_ONCE])
    ticked = [int(pk) for pk in form.getlist("selected") if pk.isdecimal()]
    return list(rows.filter(pk__in=ticked))


def type_of(item: FilingItem) -> RecordType:
    """The record type of the item; documents 文书 where it has none that is known."""
    try:
        return record_type(item.record_type)
    except UnknownId:
        return record_type("document")


def type_of_class(record_class: str) -> str:
    """The record type for a category key of a schedule (``WS``, ``ZY·HY``)."""
    code, _, kind = record_class.partition("·")
    try:
        return record_type(code, kind).id
    except UnknownId:
        return "document"


def advice_for(item: FilingItem, day: date | None = None) -> Advice:
    """The clauses the schedule in force suggests."""
    plan = plan_in_force(item.unit, day or timezone.localdate())
    if plan is None:
        return Advice(None, None, ())
    schedule = schedule_of(plan)
    return Advice(plan, schedule, tuple(suggest(schedule, {**item.hints, **item.values}, limit=3)))


def clause_of(item: FilingItem) -> Clause | None:
    """The clause confirmed for the item, as its version of the schedule says it."""
    if item.plan is None or not item.clause_no:
        return None
    return schedule_of(item.plan).by_no.get(item.clause_no)


def process_of(item: FilingItem) -> dict[str, dict[str, str]]:
    """Who drafted and who signed, and when; what nobody told is proposed from maker and date."""
    told = {**item.hints, **{k: v for k, v in item.values.items() if v}}
    day = told.get("date", "")
    proposed = f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else ""
    return {
        act: {
            "agent": item.process.get(act, {}).get("agent") or told.get("creator", ""),
            "time": item.process.get(act, {}).get("time") or proposed,
        }
        for act in ACTS
    }


def acts_missing(item: FilingItem) -> list[str]:
    """The acts of a document 文书 that nobody has told of yet."""
    if type_of(item).code != "WS":
        return []
    told = item.process
    return [a for a in ACTS if not (told.get(a, {}).get("agent") and told[a].get("time"))]


def problems_of(item: FilingItem) -> list[Problem]:
    """What is still wanting before it can be filed (档号 aside, which filing gives)."""
    known = type_of(item)
    values = with_defaults(known, item.values)
    skip = () if item.reference_code else ISSUED
    return validate_description(known, values, skip=skip)


def wanting(item: FilingItem) -> list[Problem]:
    """For the page of a draft: what neither the officer, nor the files, nor the clause gives."""
    known = type_of(item)
    given = {**item.hints, **{k: v for k, v in item.values.items() if v}}
    values = with_defaults(known, given | {"fonds": item.unit.fonds_code or "?"})
    by_clause = () if item.clause_no else ("retention", "record_class", "organ")
    return validate_description(known, values, skip=(*ISSUED, *by_clause))


def may_be_changed(item: FilingItem) -> bool:
    """Only what is not under way."""
    return item.state in {FilingItem.DRAFT, FilingItem.FILED, FilingItem.RETURNED}


def month_of(item: FilingItem) -> tuple[int, int] | None:
    """The fiscal year and month an accounting record belongs to."""
    year, month = (item.values.get(name, "") for name in ("fiscal_year", "fiscal_month"))
    if item.record_type != "accounting" or not (year.isdecimal() and month.isdecimal()):
        return None
    return int(year), int(month)


def month_is_closed(item: FilingItem) -> bool:
    """Whether it belongs to a month of accounts that is closed 已月结."""
    place = month_of(item)
    return (
        place is not None
        and MonthClosing.objects.filter(
            unit=item.unit, year=place[0], month=place[1], state=MonthClosing.CLOSED
        ).exists()
    )


def units_of(actor: Any) -> list[Institution]:
    """The units the viewer works for."""
    return institutions_of(actor, ROLES)
