"""Founding 建馆: the county's institutions, fonds and people; passwords at random, told once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.fonds.operations import register_fonds
from lantai.core.specimens.records import load_world
from lantai.foundation.accounts.models import Person
from lantai.foundation.accounts.operations import assign_role, create_person, reset_password
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.policy import Operator, roles
from lantai.foundation.work import Act

ROLES = {
    "reading_room_clerk": "reading_room",
    "system_administrator": "system_admin",
    "security_administrator": "security_admin",
    "audit_administrator": "audit_admin",
}
HOURS = "周一至周五 8:30—12:00，14:30—17:30（法定节假日除外）"


@dataclass(frozen=True)
class DemoAccount:
    """A person of the demonstration and how to sign in as that person."""

    username: str
    password: str
    who: str


def founded() -> bool:
    """Is the county there already?"""
    return Institution.objects.filter(code=archives_code()).exists()


def archives_code() -> str:
    """The code of the demonstration's archives."""
    return str(_institution("archives")["code"])


def institution(key: str) -> Institution:
    """An institution of the world by its id there (archives, authority, civil …)."""
    return Institution.objects.get(code=_institution(key)["code"])


def person(login: str) -> Person:
    """A person of the world by login."""
    return Person.objects.get(username=login)


def fonds(code: str) -> Fonds:
    """A fonds of the world by its code."""
    return Fonds.objects.get(holder__code=archives_code(), code=code)


def act_of(login: str, reason: str = "") -> Act:
    """An act by one of the county's people."""
    return Act(by=person(login), channel="job", reason=reason)


def found_county() -> list[DemoAccount]:
    """Register everything; harmless when it was cut short and is called again."""
    act = Act(by=Operator(), channel="cli", reason="示范档案馆 demonstration")
    _found_institutions(act)
    _found_fonds(act)
    return [_found_person(act, account) for account in load_world()["account"]]


def _found_institutions(act: Act) -> None:
    made: dict[str, Institution] = {}
    rows = load_world()["institution"]
    order = {"authority": 0, "archives": 1, "unit": 2}
    for row in sorted(rows, key=lambda r: order[r["kind"]]):
        known = Institution.objects.filter(code=row["code"]).first()
        made[row["id"]] = known or register_institution(
            act,
            code=row["code"],
            name=row["name_zh"],
            kind=row["kind"],
            name_en=row["name_en"],
            division=load_world()["division"]["county_code"],
            parent=made.get("authority"),
            archives=made.get("archives") if row["kind"] == "unit" else None,
            fonds_code=row.get("fonds", ""),
            details={
                "address": row.get("address", ""),
                "phone": row.get("phone", ""),
                "hours": HOURS if row["kind"] == "archives" else "",
            },
        )


def _found_fonds(act: Act) -> None:
    holder = institution("archives")
    makers = {row.fonds_code: row for row in Institution.objects.exclude(fonds_code="")}
    for row in load_world()["fonds"]:
        if Fonds.objects.filter(holder=holder, code=row["code"]).exists():
            continue
        register_fonds(
            act,
            holder=holder,
            code=row["code"],
            name=row["name_zh"],
            name_en=row["name_en"],
            creator=makers.get(row["code"]),
            start_year=int(row["start"]),
            end_year=int(row["end"]) if row["end"] else None,
            description={
                "history": row["history"],
                "custody": row["custody"],
                "names": row.get("name", []),
            },
        )


def _found_person(act: Act, account: dict[str, Any]) -> DemoAccount:
    row = Person.objects.filter(username=account["login"]).first()
    if row is None:
        row = create_person(act, username=account["login"], name=account["name"])
    role = ROLES.get(account["role"], account["role"])
    place = institution(account["institution"])
    if not row.assignments.filter(role=role, institution=place).exists():
        assign_role(act, person=row, institution=place, role=role)
    password = reset_password(act, person=row)
    return DemoAccount(row.username, password, f"{place.name} {roles()[role].zh} {row.name}")


def _institution(key: str) -> dict[str, Any]:
    return next(row for row in load_world()["institution"] if row["id"] == key)
