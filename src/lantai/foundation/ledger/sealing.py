"""Sealing 封段: closing the newest segment before it is full, so that a day's acts are signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from lantai.core.ledger.segments import seal_path, segment_numbers, segment_path
from lantai.foundation.ledger.writing import locked_head, segment_writer

SEAL_AFTER = timedelta(days=1)  # an open segment older than this is closed


def seal_now() -> str:
    """Seal the open segment; the seal's file name, or empty when nothing was written in it."""
    with transaction.atomic():
        locked_head()
        seal = segment_writer().seal()
    return seal.name if seal else ""


def ledger_state() -> dict[str, Any]:
    """How many segments there are, how many sealed, and how old the open one is."""
    folder = settings.LANTAI.ledger
    numbers = segment_numbers(folder)
    sealed = [n for n in numbers if seal_path(folder, n).exists()]
    open_since = None
    if numbers and numbers[-1] not in sealed:
        newest = segment_path(folder, numbers[-1])
        before = seal_path(folder, numbers[-1] - 1)
        began = before.stat().st_mtime if before.exists() else newest.stat().st_ctime
        open_since = datetime.fromtimestamp(began, UTC)
    return {"segments": len(numbers), "sealed": len(sealed), "open_since": open_since}
