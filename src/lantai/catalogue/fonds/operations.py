"""Verbs on fonds."""

from __future__ import annotations

from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict
from lantai.foundation.work import Act, keep


@operation(permission="fonds.manage", event="fonds_registration")
def register_fonds(act: Act, /, *, holder: Institution, code: str, name: str, **more: Any) -> Fonds:
    """Enter a fonds. ``more``: creator, name_en, start_year, end_year, description."""
    if Fonds.objects.filter(holder=holder, code=code).exists():
        raise Conflict(f"全宗号 {code} 在{holder.name}已经使用。", f"Fonds code {code} is in use.")
    row = Fonds.objects.create(holder=holder, code=code, name=name, **more)
    keep(row, kind="created")
    return row
