"""Verbs on settings."""

from __future__ import annotations

from typing import Any

from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.site.models import SiteSetting
from lantai.foundation.work import Act, keep, note


@operation(permission="site.set", event="configuration")
def remember(act: Act, /, *, institution: Institution, name: str, value: Any) -> SiteSetting:
    """Set a named value of an institution."""
    row, _ = SiteSetting.objects.update_or_create(
        institution=institution, name=name, defaults={"value": value}
    )
    note(name=name)
    keep(row)
    return row


def remembered(institution: Institution, name: str) -> Any:
    """A named value, or None."""
    row = SiteSetting.objects.filter(institution=institution, name=name).first()
    return row.value if row else None
