"""What waits for a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.policy import standings


def waiting_for(actor: Any) -> QuerySet[InboxItem]:
    """Open lines for the person or a role the person holds there, soonest due first."""
    mine = Q(person_id=actor.pk) if getattr(actor, "pk", None) else Q(pk__in=[])
    for role, place in standings(actor):
        mine |= Q(institution=place, role=role, person=None)
    return (
        InboxItem.objects.filter(mine, closed_at=None)
        .select_related("institution")
        .order_by("due_date", "created_at", "pk")
    )
