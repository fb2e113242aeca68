"""Visibility 可见性: a record carries tokens, a viewer carries tokens; they see what they share.

The same tokens filter database questions, the search engine (hits, totals, facets,
suggestions), pages, thumbnails and exports. Nothing else decides.

- ``public``: open, published, not secret: everyone (档案法 art. 28).
- ``holder:CODE``: staff of the keeping archives who work with records.
- ``maker:CODE``: the creating unit's own officers (its own records).
- ``holder:CODE:sN`` / ``maker:CODE:sN``: the same for records of secrecy level N (1 秘密,
  2 机密, 3 绝密): only people whose clearance reaches N carry it.

The three administrators carry only ``public``: they run the system, they read no records
(GB/T 39784-2021; DA/T 92-2022 9.1.3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from lantai.foundation.policy import Operator, standings

PUBLIC = "public"
READS_AT_HOLDER = frozenset({"archivist", "archives_director", "reading_room"})
READS_AT_MAKER = frozenset({"records_officer", "unit_leader"})


def record_tokens(record: Any) -> list[str]:
    """The tokens a record carries (reads holder, creating_unit, access columns)."""
    unit = record.creating_unit.code if record.creating_unit_id else None
    return tokens_of(record.holder.code, unit, record.secrecy_level, record.is_public)


def tokens_of(holder: str, unit: str | None, level: int, public: bool) -> list[str]:
    """The tokens of every record of this holder, maker, secrecy level and openness."""
    suffix = f":s{level}" if level else ""
    tokens = [f"holder:{holder}{suffix}"]
    if unit is not None:
        tokens.append(f"maker:{unit}{suffix}")
    if public:
        tokens.append(PUBLIC)
    return tokens


def viewer_tokens(actor: Any) -> frozenset[str] | None:
    """The tokens a viewer carries; None for the operator of the machine: sees all."""
    if isinstance(actor, Operator):
        return None
    tokens = {PUBLIC}
    for role, place in standings(actor):
        if role in READS_AT_HOLDER:
            stem = f"holder:{place.code}"
        elif role in READS_AT_MAKER:
            stem = f"maker:{place.code}"
        else:
            continue
        tokens.add(stem)
        tokens.update(f"{stem}:s{level}" for level in range(1, actor.clearance + 1))
    return frozenset(tokens)


def visible(actor: Any, prefix: str = "") -> Q:
    """The same rule as a condition on `Record` rows (``prefix`` reaches it from elsewhere)."""
    if isinstance(actor, Operator):
        return Q()
    field = f"{prefix}__" if prefix else ""
    allowed = Q(**{f"{field}access_status": "open", f"{field}secrecy_level": 0}) & ~Q(
        **{f"{field}publication": ""}
    )
    for role, place in standings(actor):
        if role in READS_AT_HOLDER:
            where = {f"{field}holder": place}
        elif role in READS_AT_MAKER:
            where = {f"{field}creating_unit": place}
        else:
            continue
        allowed |= Q(**where, **{f"{field}secrecy_level__lte": actor.clearance})
    return allowed


def reads_as_public(actor: Any, record: Any) -> bool:
    """Does the viewer see the record only because everybody does?

    Then he reads what the public reads: the published title, the public elements, the redacted copy.
    """
    return public_reader(actor)(record)


def public_reader(actor: Any) -> Callable[[Any], bool]:
    """`reads_as_public` of one viewer for many records: who he is is asked once."""
    tokens = viewer_tokens(actor)

    def reads(record: Any) -> bool:
        return tokens is not None and tokens.isdisjoint(set(record_tokens(record)) - {PUBLIC})

    return reads


def may_see(actor: Any, record: Any) -> bool:
    """May this viewer see this record, description and content?"""
    tokens = viewer_tokens(actor)
    return tokens is None or not tokens.isdisjoint(record_tokens(record))
