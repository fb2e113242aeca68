"""Questions about opening: what is due, how far a review is, what is published."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import LessThanOrEqual

from lantai.access.opening.due_rules import YEARS_OF_T01, DueRule, add_years, rules_of, secrecy_ends
from lantai.access.opening.models import (
    CLOSED,
    DELAYED,
    OpeningItem,
    Publication,
    PublicationEntry,
)
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of
from lantai.foundation.refusal import NotFound
from lantai.foundation.years import YearOf

REVIEWED = (Record.FILE, Record.ITEM)
MOST_SECRET = 5_000  # secret records looked at one by one


@dataclass
class DueYear:
    """Counts of one fonds and year."""

    fonds: int
    code: str
    name: str
    year: int
    due: int = 0
    again: int = 0
    early: int = 0


@dataclass
class DuePreview:
    """What is due at one archives on a day: rows by fonds and year, and what was left out."""

    rows: list[DueYear] = field(default_factory=list)
    secret: int = 0
    estimated: int = 0

    @property
    def total(self) -> int:
        """How many records are due, those for another review with them."""
        return sum(row.due + row.again for row in self.rows)


def archives_of(actor: Any) -> list[Institution]:
    """The archives at which the person reviews or decides on opening."""
    return institutions_of(actor, ("archivist", "archives_director"))


def due_records(holder: Institution, day: date, mode: str = "") -> QuerySet[Record]:
    """The records due at the archives on the day by the rules of a mode ("": due and again)."""
    wanted = Q(pk__in=[])
    for rule in rules_of(mode) if mode else [*rules_of("due"), *rules_of("again")]:
        wanted |= _by_rule(rule, day)
    running = OpeningItem.objects.filter(record=OuterRef("pk"), active=True)
    return (
        Record.objects.filter(wanted, holder=holder, level__in=REVIEWED)
        .filter(~Exists(running))
        .exclude(pk__in=still_secret(holder, day))
    )


def _by_rule(rule: DueRule, day: date) -> Q:
    if rule.mode == "again":
        return Q(access_status__in=rule.statuses, next_review__lte=day)
    reach = add_years(day, YEARS_OF_T01 - rule.years)
    year = LessThanOrEqual(YearOf("opening_due"), reach.year)  # which the index goes by
    found = Q(year, access_status__in=rule.statuses, opening_due__lte=reach)
    if rule.mode == "early":
        named = Q(pk__in=[])
        for word in rule.fonds_words:
            named |= Q(fonds__name__contains=word)
        found &= named & Q(opening_due__gt=day)
    return found


def still_secret(holder: Institution, day: date) -> list[int]:
    """Secret records whose term is not over (or has no end that can be told): not reviewed."""
    rows = Record.objects.filter(holder=holder, secrecy_level__gt=0, level__in=REVIEWED)
    found = []
    for row in rows.only("secrecy_level", "description", "date_latest", "year")[:MOST_SECRET]:
        made = row.date_latest or (date(row.year, 12, 31) if row.year else None)
        end = secrecy_ends(row.secrecy_level, row.description.get("secrecy_term", ""), made)
        if end is None or end > day:
            found.append(row.pk)
    return found


def preview_due(holder: Institution, day: date) -> DuePreview:
    """Counts of what is due per fonds and year, before anything is planned."""
    found: dict[tuple[int, int], DueYear] = {}
    for mode in ("due", "again", "early"):
        rows = (
            due_records(holder, day, mode)
            .order_by()
            .values("fonds_id", "fonds__code", "fonds__name", "year")
            .annotate(n=Count("pk"))
        )
        for row in rows:
            key = (row["fonds_id"], row["year"] or 0)
            line = found.setdefault(
                key, DueYear(key[0], row["fonds__code"], row["fonds__name"], key[1])
            )
            setattr(line, mode, row["n"])
    return DuePreview(
        rows=sorted(found.values(), key=lambda r: (r.code, r.year)),
        secret=len(still_secret(holder, day)),
        estimated=due_records(holder, day, "due").filter(date_latest=None).count(),
    )


def progress_of(case: Case) -> dict[str, int]:
    """Counts that guards and pages ask about one review."""
    doubt = Q(doubtful=True)
    stand = _stands_at(DELAYED) | _stands_at(CLOSED)
    return case.opening_items.aggregate(
        items=Count("pk"),
        screened=Count("pk", filter=Q(screened_at__isnull=False)),
        first_done=Count("pk", filter=~Q(first_conclusion="") & Q(returned_reason="")),
        second_done=Count("pk", filter=~Q(second_conclusion="")),
        returned=Count("pk", filter=~Q(returned_reason="")),
        doubts=Count("pk", filter=doubt),
        undecided_doubts=Count("pk", filter=doubt & Q(council_conclusion="")),
        unit_done=Count("pk", filter=~Q(unit_opinion="")),
        disputes=Count("pk", filter=Q(unit_opinion="disagree")),
        delayed=Count("pk", filter=stand),
    )


def _stands_at(conclusion: str) -> Q:
    """Items whose latest conclusion is this one (council's over second's over first's)."""
    return (
        Q(council_conclusion=conclusion)
        | Q(council_conclusion="", second_conclusion=conclusion)
        | Q(council_conclusion="", second_conclusion="", first_conclusion=conclusion)
    )


def items_of(case: Case) -> QuerySet[OpeningItem]:
    """The items of a review in order, records with them."""
    return case.opening_items.select_related("record", "record__fonds", "unit").order_by("position")


def standing_at(rows: QuerySet[OpeningItem], conclusion: str) -> QuerySet[OpeningItem]:
    """Those of the items that stand at a conclusion now."""
    return rows.filter(_stands_at(conclusion))


def unit_of(case: Case) -> Institution | None:
    """The unit to be consulted: the fonds' creator, or its successor named in the plan."""
    code = case.data.get("unit", "")
    return Institution.objects.filter(code=code).first() if code else None


def authority_of(case: Case) -> Institution | None:
    """The authority at the archives' own level: the nearest one above it."""
    place = case.institution.parent
    while place is not None and place.kind != Institution.AUTHORITY:
        place = place.parent
    return place


def publications(holder: Institution | None = None) -> QuerySet[Publication]:
    """Published batches, newest first: open to everybody."""
    rows = Publication.objects.select_related("holder", "fonds").order_by("-date", "-pk")
    return rows.filter(holder=holder) if holder else rows


def publication_by(number: str) -> Publication:
    """One published batch, or `NotFound`."""
    row = publications().filter(number=number).first()
    if row is None:
        raise NotFound(f"没有找到公布批次 {number}。", f"No publication {number}.")
    return row


def published_records(
    batch: Publication, *, with_withdrawn: bool = False
) -> QuerySet[PublicationEntry]:
    """The lines of a published list; what was taken down is left out of the public one.

    A line whose record is not public any more for another reason is left out as well.
    """
    rows = batch.entries.select_related("record__fonds").order_by("position")
    return rows if with_withdrawn else still_public(rows)


def still_public(rows: QuerySet[PublicationEntry]) -> QuerySet[PublicationEntry]:
    """The lines that the public reads now."""
    return rows.filter(
        withdrawn_at=None,
        record__access_status="open",
        record__secrecy_level=0,
    ).exclude(record__publication="")


@dataclass(frozen=True)
class OpeningRate:
    """开放率 of one fonds: opened ÷ all records (files and items)."""

    code: str
    name: str
    total: int
    opened: int
    controlled: int
    delayed: int
    pending: int

    @property
    def rate(self) -> float:
        """Per cent, one place."""
        return round(self.opened * 100 / self.total, 1) if self.total else 0.0


def opening_rates(holder: Institution) -> list[OpeningRate]:
    """The rate of every fonds of an archives. An opened record is open *and* published."""
    rows = Fonds.objects.filter(holder=holder).order_by("code").annotate(
        total=_count(),
        opened=_count(Q(records__access_status="open") & ~Q(records__publication="")),
        controlled=_count(Q(records__access_status="controlled")),
        delayed=_count(Q(records__access_status__in=[DELAYED, CLOSED])),
        pending=_count(Q(records__access_status="pending")),
    )  # fmt: skip
    return [
        OpeningRate(r.code, r.name, r.total, r.opened, r.controlled, r.delayed, r.pending)
        for r in rows
    ]


def _count(condition: Q | None = None) -> Count:
    found = Q(records__level__in=REVIEWED)
    return Count("records", filter=found & condition if condition else found)
