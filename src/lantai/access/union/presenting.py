"""The union catalogue for people and programs: an entry with its holders."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from lantai.access.union.queries import UnionEntry
from lantai.catalogue.records.models import Record
from lantai.core.description.record_type import record_types
from lantai.foundation.refusal import localised
from lantai.governance.access_rules.public_description import public_reads


def record_url(record: Record) -> str:
    """Where the record is read: by everyone, or by those who may see it closed."""
    view = "portal:record" if record.is_public else "reading:record"
    return reverse(view, args=[record.uid])


def shown(record: Record, name: str) -> str:
    """An element of the description, unless the record is public and the public does not read it."""
    kind = record_types().all().get(record.record_type)
    return "" if record.is_public and not public_reads(kind, name) else str(getattr(record, name))


def holder_row(record: Record) -> dict[str, Any]:
    """馆名, 馆代码, 档号 of one holder's record."""
    holder = record.holder
    return {
        "name": localised(holder.name, holder.name_en),
        "code": holder.code,
        "reference_code": record.reference_code,
        "fonds": f"{record.fonds.code} {localised(record.fonds.name, record.fonds.name_en)}",
        "title": record.open_title,
        "date": shown(record, "date"),
        "url": record_url(record),
    }


def entry_row(entry: UnionEntry) -> dict[str, Any]:
    """An entry as the pages show it."""
    title = entry.highlights.get("title") or {}
    record = entry.record
    return {
        "title": record.open_title,
        "title_spans": title.get("places", []) if title.get("text") == record.open_title else [],
        "date": shown(record, "date"),
        "doc_no": shown(record, "doc_no"),
        "creator": shown(record, "creator"),
        "merged": len(entry.group.members) > 1,
        "certain": entry.group.certain,
        "holders": [holder_row(member) for member in entry.group.members],
        "url": reverse("union:entry", args=[record.uid]),
    }


def entry_document(entry: UnionEntry) -> dict[str, Any]:
    """An entry as JSON: every holder's record under its own id."""
    record = entry.record
    return {
        "id": str(record.uid),
        "title": record.open_title,
        "date": shown(record, "date"),
        "doc_no": shown(record, "doc_no"),
        "creator": shown(record, "creator"),
        "certain": entry.group.certain,
        "holders": [
            {
                "id": str(member.uid),
                "holder": member.holder.code,
                "holder_name": member.holder.name,
                "fonds": member.fonds.code,
                "reference_code": member.reference_code,
                "url": record_url(member),
            }
            for member in entry.group.members
        ],
    }
