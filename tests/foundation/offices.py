"""A region for the desks: nation, province, city, county, its archives and units, and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from lantai.foundation.accounts.operations import assign_role, create_person
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from tests.people import PASSWORD

PLACES = (
    ("GJ", "国家档案局", "authority", ""),
    ("SS", "示范省档案局", "authority", "GJ"),
    ("QS", "清江市档案局", "authority", "SS"),
    ("YX", "云溪县档案局", "authority", "QS"),
    ("YXG", "云溪县档案馆", "archives", "YX"),
    ("MZ", "云溪县民政局", "unit", "YX"),
    ("JY", "云溪县教育局", "unit", "YX"),
)
PEOPLE = (
    ("nation", "GJ", "supervisor"),
    ("province", "SS", "supervisor"),
    ("city", "QS", "supervisor"),
    ("county", "YX", "supervisor"),
    ("archivist", "YXG", "archivist"),
    ("director", "YXG", "archives_director"),
    ("security", "YXG", "security_admin"),
    ("officer", "MZ", "records_officer"),
    ("leader", "MZ", "unit_leader"),
    ("other", "JY", "records_officer"),
)


@dataclass
class Region:
    """Institutions by code, people by name, and a signed-in client for each."""

    places: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def act(self, who: str, **more: Any) -> Act:
        """An act by one of the people."""
        return Act(by=self.people[who], **more)

    def client(self, who: str) -> Client:
        """The person's browser."""
        client = Client()
        client.force_login(self.people[who])
        return client

    def worker(self, role: str, place: str) -> str:
        """Who holds a role at a place."""
        return next(name for name, at, held in PEOPLE if held == role and at == place)


def make_region() -> Region:
    """Everything through the operations."""
    by = Act(by=Operator(), channel="cli")
    region = Region()
    for code, name, kind, parent in PLACES:
        region.places[code] = register_institution(
            by, code=code, name=name, kind=kind, parent=region.places.get(parent)
        )
    region.places["MZ"].archives = region.places["YXG"]
    for name, place, role in PEOPLE:
        person = create_person(by, username=name, name=f"{name}员", password=PASSWORD)
        assign_role(by, person=person, institution=region.places[place], role=role)
        region.people[name] = person
    return region
