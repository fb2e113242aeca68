"""Settling 办理结果: what the moves of a review do to its items (effects of the definition)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lantai.access.opening.models import CLOSED, DELAYED, OpeningItem
from lantai.access.opening.queries import standing_at
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.work import Act, keep_all


def start_screening(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """Put the screening of the batch in the queue."""
    enqueue(
        "opening.screen",
        title=f"智能预审：{case.title}"[:200],
        arguments={"case": case.pk},
        key=f"opening.screen:{case.number}",
        person=act.by,
        institution=case.institution,
        subject=case.urn,
    )


def release_items(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """A cancelled plan lets its records go: they are due as before."""
    items = list(case.opening_items.select_related("record").filter(active=True))
    OpeningItem.objects.filter(pk__in=[i.pk for i in items]).update(active=False)
    for item in items:
        item.active = False
        if item.record.access_status == "pending":
            item.record.access_status = "not_due"
            item.record.save(update_fields=["access_status"])
    keep_all(items)
    keep_all(item.record for item in items)


def take_silence(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """The unit said nothing in time: taken as no objection, and kept as silence."""
    _update(case.opening_items.filter(unit_opinion=""), unit_opinion="silent", unit_at=act.at)


def settle_conclusions(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """On approval the conclusion that stands becomes the final one."""
    items = list(case.opening_items.order_by("position"))
    for item in items:
        stand = item.stand
        item.final_conclusion = stand["conclusion"]
        item.final_ground = stand["ground"]
        item.next_review = stand["next_review"]
        item.version += 1
    _save(items, "final_conclusion", "final_ground", "next_review", "version")


def record_consent(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """The authority consents to the delays."""
    for conclusion in (DELAYED, CLOSED):
        _update(standing_at(case.opening_items.all(), conclusion), authority_answer="agreed")


def record_refusal(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """The authority does not consent: those items go back to be reviewed anew."""
    for conclusion in (DELAYED, CLOSED):
        _update(
            standing_at(case.opening_items.all(), conclusion),
            authority_answer="refused",
            second_conclusion="",
            council_conclusion="",
            final_conclusion="",
        )


def _update(rows: Iterable[OpeningItem], **values: Any) -> None:
    items = list(rows)
    for item in items:
        for name, value in values.items():
            setattr(item, name, value)
        item.version += 1
    _save(items, *values, "version")


def _save(items: list[OpeningItem], *names: str) -> None:
    OpeningItem.objects.bulk_update(items, names, batch_size=200)
    keep_all(items)
