"""Questions about the quarantine."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from lantai.foundation.policy import Operator, institutions_of
from lantai.preservation.quarantine.models import QuarantinedFile


def quarantined_for(actor: Any) -> QuerySet[QuarantinedFile]:
    """The refused files at the person's own archives, newest first."""
    rows = QuarantinedFile.objects.select_related("holder").order_by("-pk")
    if isinstance(actor, Operator):
        return rows
    return rows.filter(holder__in=institutions_of(actor, ("archivist", "archives_director")))
