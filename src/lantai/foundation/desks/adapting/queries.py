"""Questions about adaptations: the one in force, those before it, how they are listed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.foundation.desks.adapting.models import Adaptation


def adaptations(desk: str, definition: str, institution: Any = None) -> QuerySet[Adaptation]:
    """Every version of a definition at an institution (for all, when none), newest first."""
    return Adaptation.objects.filter(
        desk=desk, definition=definition, institution=institution
    ).order_by("-version")


def in_force(desk: str, definition: str, institution: Any = None) -> Adaptation | None:
    """The newest version, if there is one."""
    return adaptations(desk, definition, institution).first()


def versions_told(desk: str, definition: str, institution: Any = None) -> list[dict[str, str]]:
    """The versions as the timeline component shows them."""
    return [
        {
            "label": _("第 {n} 版").format(n=one.version),
            "at": localtime(one.created_at).strftime("%Y-%m-%d %H:%M"),
            "by": one.created_by_name,
            "detail": one.note,
            "state": "done",
        }
        for one in adaptations(desk, definition, institution)[:20]
    ]
