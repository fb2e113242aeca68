"""What of an open record's description the public reads 公开著录项, and so may find it by.

Personal data and the keepers' own remarks are left out of the public page, and out of the index
as soon as a record is public: what is not shown must not be guessable by searching for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantai.core.description.record_type import RecordType, personal_somewhere, record_types

#: Elements that are for the keepers: secrecy marks, remarks, persons named.
KEPT_BACK = frozenset({"secrecy", "secrecy_term", "notes", "disclosure", "persons"})


def public_reads(kind: RecordType | None, name: str) -> bool:
    """May the public read this element of an open record?

    One that another type left there (the record was moved to another class) stays personal data
    where any type says so.
    """
    if name in KEPT_BACK:
        return False
    element = kind.element(name) if kind else None
    return not (element.personal if element else personal_somewhere(name))


def public_values(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the element values of an open record, those the public reads, under its published title."""
    kind = record_types().all().get(record.record_type)
    shown = {name: value for name, value in values.items() if public_reads(kind, name)}
    return {**shown, "title": record.open_title}
