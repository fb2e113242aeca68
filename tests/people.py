"""Named people of the permission matrix: one in each role, and two where two are needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lantai.catalogue.fonds.operations import register_fonds
from lantai.foundation.accounts.operations import assign_role, create_person
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act

PASSWORD = "yun-xi-archives-1949"


@dataclass
class County:
    """A small county: an archives with fonds, an authority, two units, and their people."""

    archives: Any
    other_archives: Any
    authority: Any
    unit: Any
    other_unit: Any
    fonds: Any
    people: dict[str, Any] = field(default_factory=dict)

    def act(self, who: str, **more: Any) -> Act:
        """An act by one of the people."""
        return Act(by=self.people[who], **more)


def make_county() -> County:
    """Everything through the operations, so that the ledger tells of it."""
    by = Act(by=Operator(), channel="cli")
    authority = register_institution(by, code="AUTH", name="云溪县档案局", kind="authority")
    archives = register_institution(
        by,
        code="YX",
        name="云溪县档案馆",
        name_en="Yunxi County Archives",
        kind="archives",
        parent=authority,
    )
    other = register_institution(by, code="QJ", name="清江市档案馆", kind="archives")
    unit = register_institution(
        by,
        code="MZ",
        name="云溪县民政局",
        kind="unit",
        parent=authority,
        archives=archives,
        fonds_code="J012",
    )
    other_unit = register_institution(
        by,
        code="JY",
        name="云溪县教育局",
        kind="unit",
        parent=authority,
        archives=archives,
        fonds_code="J015",
    )
    fonds = register_fonds(by, holder=archives, code="J012", name="云溪县民政局", creator=unit)
    county = County(archives, other, authority, unit, other_unit, fonds)
    for username, name, place, role in (
        ("officer", "甲档案员", unit, "records_officer"),
        ("leader", "乙局长", unit, "unit_leader"),
        ("other_officer", "丙档案员", other_unit, "records_officer"),
        ("archivist", "丁馆员", archives, "archivist"),
        ("archivist2", "戊馆员", archives, "archivist"),
        ("director", "己馆长", archives, "archives_director"),
        ("clerk", "庚接待员", archives, "reading_room"),
        ("other_archivist", "辛馆员", other, "archivist"),
        ("supervisor", "壬科长", authority, "supervisor"),
        ("sysadmin", "癸系统", archives, "system_admin"),
        ("secadmin", "子安全", archives, "security_admin"),
        ("auditadmin", "丑审计", archives, "audit_admin"),
    ):
        person = create_person(by, username=username, name=name, password=PASSWORD)
        assign_role(by, person=person, institution=place, role=role)
        county.people[username] = person
    return county
