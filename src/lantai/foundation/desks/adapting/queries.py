"""Questions about adaptations: the one in force, those before it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from lantai.foundation.desks.adapting.models import Adaptation


def adaptations(desk: str, definition: str, institution: Any) -> QuerySet[Adaptation]:
    """Every version an institution has made of a definition, newest first."""
    return Adaptation.objects.filter(
        desk=desk, definition=definition, institution=institution
    ).order_by("-version")


def in_force(desk: str, definition: str, institution: Any) -> Adaptation | None:
    """The newest version, if there is one."""
    return adaptations(desk, definition, institution).first()
