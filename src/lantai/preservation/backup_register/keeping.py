"""Keeping 备份入账: a backup made, a carrier written or tested, a drill held, each in its line."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.keeping import keep_line, line_of
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import Act

REGISTER = "backup-sets"
MEDIA = {"optical": "disc", "tape": "tape", "disk": "disk"}
GIGABYTE = 1_000_000_000


def keep_backup_set(act: Act, *, set_no: str, source: str, **values: Any) -> None:
    """Write or bring up to date one line; an installation without an archives keeps none."""
    place = Institution.objects.filter(kind=Institution.ARCHIVES).order_by("pk").first()
    if place is None:
        return
    register = definition_of(REGISTER, place)
    row = line_of(register, place, {"set_no": set_no})
    known = row.values if row else {"made": localdate(act.at).isoformat(), "result": "waiting"}
    given = {"set_no": set_no, **{k: v for k, v in values.items() if v not in (None, "")}}
    given = {**known, **given}
    if not given.get("range") or not given.get("place") or not given.get("kind"):
        return  # a drill on a backup that another installation made
    keep_line(act, register, place, given, source=source, row=row)


def size_of(count: int) -> float:
    """Bytes as the register's gigabytes."""
    return round(count / GIGABYTE, 3)


def day(value: date | None) -> str:
    """A date as the register keeps it."""
    return value.isoformat() if value else ""
