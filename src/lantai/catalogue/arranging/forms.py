"""Where a branch is to go, as the page and the programs say it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import record_for

TOP = "top"  # directly below the fonds


def place_named(actor: Any, given: str) -> Record | None:
    """The parent named by its uid, None for ``top``; `NotFound` for what the viewer may not see."""
    if given in ("", TOP):
        return None
    try:
        uid = UUID(given)
    except ValueError:
        uid = UUID(int=0)
    return record_for(actor, uid)
