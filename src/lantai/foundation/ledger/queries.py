"""Questions about the ledger."""

from __future__ import annotations

from django.db.models import QuerySet

from lantai.foundation.ledger.models import LedgerEntry


def story_of(urn: str) -> QuerySet[LedgerEntry]:
    """Everything that was done to a subject, oldest first."""
    return LedgerEntry.objects.filter(ledgersubject__urn=urn).order_by("sequence").distinct()
