"""Verbs on institutions."""

from __future__ import annotations

from typing import Any

from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, keep


@operation(permission="institutions.manage", event="institution_registration")
def register_institution(
    act: Act, /, *, code: str, name: str, kind: str, **more: Any
) -> Institution:
    """Enter an institution. ``more``: name_en, division, parent, archives, fonds_code, details."""
    if kind not in {"archives", "unit", "authority", "provider"}:
        raise Refusal(
            f"机构类型“{kind}”不认识；请选档案馆、立档单位、主管部门或服务机构。",
            f"Unknown kind of institution {kind!r}.",
        )
    if Institution.objects.filter(code=code).exists():
        raise Refusal(f"机构代码 {code} 已经登记过。", f"Institution code {code} is taken.")
    row = Institution.objects.create(code=code, name=name, kind=kind, **more)
    keep(row, kind="created")
    return row
