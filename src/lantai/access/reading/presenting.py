"""The record's page in pieces: facts, life, history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from lantai.catalogue.records.models import Record
from lantai.catalogue.records.presenting import language, shown_value, type_of, word
from lantai.core.description.record_type import known_element
from lantai.foundation.ledger.models import LedgerEntry
from lantai.governance.access_rules.visibility import may_see

MOST_EVENTS = 200


def life(entries: QuerySet[LedgerEntry]) -> list[dict[str, Any]]:
    """The record's story from the ledger, oldest first, for the timeline."""
    return [
        {
            "at": timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M"),
            "label": word("event_type", entry.event),
            "detail": entry.reason,
            "by": entry.agent_name,
            "state": "done" if entry.outcome == "success" else "failed",
            "tone": "" if entry.outcome == "success" else "error",
        }
        for entry in entries[:MOST_EVENTS]
    ]


def before(events: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """What was done with it before it came 业务过程, as its package told, for the timeline."""
    return [
        {
            "at": event["time"].replace("T", " ")[:16],
            "label": event["act"],
            "detail": event.get("note", ""),
            "by": event["agent"],
            "state": "done",
            "tone": "",
        }
        for event in events
    ]


def history(record: Record) -> list[dict[str, Any]]:
    """Every edit, newest first, for the diff component."""
    return [
        {
            "at": timezone.localtime(revision.at).strftime("%Y-%m-%d %H:%M"),
            "by": f"{revision.by_name} {revision.reason}".strip(),
            "changes": changes_between(record, revision.before, revision.after),
        }
        for revision in record.revisions.order_by("-number")[:100]
    ]


def changes_between(
    record: Record, before: dict[str, Any], after: dict[str, Any]
) -> list[dict[str, str]]:
    """What differs between two descriptions, by element, in words."""
    kind = type_of(record)
    made = []
    for name in sorted({*before, *after}):
        element = kind.element(name) or known_element(name)
        old, new = (shown_value(element, side.get(name, "")) for side in (before, after))
        if old != new:
            label = element.label(language()) if element else name
            made.append({"label": label, "before": old, "after": new})
    return made


def breadcrumbs(actor: Any, record: Record) -> list[dict[str, str]]:
    """Fonds › class › file › the record; what the viewer may not see above it is not named."""
    fonds = record.fonds
    above: list[dict[str, str]] = []
    parent = record.parent
    while parent is not None and len(above) < 8:
        if may_see(actor, parent):
            page = reverse("reading:record", args=[parent.uid])
            above.append({"label": parent.title, "url": page})
        parent = parent.parent
    page = reverse("fonds:fonds", args=[fonds.holder.code, fonds.code])
    return [
        {"label": f"{fonds.code} {fonds.name}", "url": page},
        *reversed(above),
        {"label": record.title, "url": ""},
    ]
