"""Verbs on fonds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict
from lantai.foundation.work import Act, keep, note


@operation(permission="fonds.manage", event="fonds_registration")
def register_fonds(act: Act, /, *, holder: Institution, code: str, name: str, **more: Any) -> Fonds:
    """Enter a fonds. ``more``: creator, name_en, start_year, end_year, description."""
    if Fonds.objects.filter(holder=holder, code=code).exists():
        raise Conflict(f"全宗号 {code} 在{holder.name}已经使用。", f"Fonds code {code} is in use.")
    row = Fonds.objects.create(holder=holder, code=code, name=name, **more)
    keep(row, kind="created")
    return row


CHANGEABLE = ("name", "name_en", "start_year", "end_year", "description")


@operation(permission="fonds.manage", event="fonds_modification")
def change_fonds(act: Act, /, *, fonds: Fonds, version: int, values: Mapping[str, Any]) -> Fonds:
    """Change what is said of a fonds; ``version`` is the one that was read."""
    current = Fonds.objects.select_for_update().get(pk=fonds.pk)
    if current.version != version:
        raise Conflict(
            "您打开之后，这个全宗的说明已被别人修改。您的修改没有保存，请刷新后再改。",
            "Somebody changed this fonds after you opened it. Nothing was saved; reload.",
        )
    changed = [n for n in CHANGEABLE if n in values and getattr(current, n) != values[n]]
    for name in changed:
        setattr(current, name, values[name])
    if not changed:
        return current
    current.version += 1
    current.save()
    keep(current)
    note(changed=changed)
    return current
