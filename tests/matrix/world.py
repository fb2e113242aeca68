"""The matrix's world: one archives with a record in every state, and everybody who may ask."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client
from PIL import Image

from lantai.access.search.followers import bring_up_to_date
from lantai.catalogue.records.models import Record
from lantai.foundation.accounts.operations import assign_role, create_person, set_active
from lantai.foundation.operation import operation
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act, keep
from lantai.preservation.depositing.items import DepositFile, DepositItem
from lantai.preservation.depositing.operations import register_deposit
from lantai.preservation.depositing.storing import store_items
from tests.people import PASSWORD, County, make_county
from tests.publications import list_published

with Path(__file__).with_name("expected.toml").open("rb") as _stream:
    EXPECTED: dict[str, Any] = tomllib.load(_stream)
STATES: dict[str, dict[str, Any]] = EXPECTED["states"]
VIEWERS: list[str] = list(EXPECTED["sees"])
CLEARANCE = 2
COMMON = "通知"  # in every title


def seen(viewer: str) -> set[str]:
    """The states this viewer may see, by the table."""
    return set(EXPECTED["groups"][EXPECTED["sees"][viewer]])


def hidden(viewer: str) -> set[str]:
    """All others."""
    return set(STATES) - seen(viewer)


def words(state: str) -> tuple[str, str, str]:
    """The words that only a record of this state has: in title, notes and file."""
    row = STATES[state]
    return row["title"], f"{row['title']}附记", row["text"]


@dataclass
class World:
    """People, records by state, and a browser for each viewer."""

    county: County
    records: dict[str, Record]
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, viewer: str) -> Client:
        """The viewer's browser; it raises nothing, so that a 500 is seen as a 500."""
        if viewer not in self.clients:
            browser = Client(raise_request_exception=False)
            if viewer not in {"nobody", "disabled"}:
                browser.force_login(self.county.people[viewer])
            elif viewer == "disabled":
                browser.force_login(self.county.people["archivist"])  # a session from before
                browser.cookies.clear()
                browser.login(username="disabled", password=PASSWORD)
            self.clients[viewer] = browser
        return self.clients[viewer]


@operation(permission="records.enter", event="metadata_modification")
def set_state(act: Act, /, *, fonds: Any, record: Record, columns: dict[str, Any]) -> Record:
    """What the opening desk leaves behind on a record."""
    for name, value in columns.items():
        setattr(record, name, value)
    record.save()
    keep(record)
    return record


def make_world(folder: Path) -> World:
    """Everything through the operations: deposit, then the state of each record."""
    county = make_county()
    _more_people(county)
    items = [_item(folder, state, number) for number, state in enumerate(STATES, 1)]
    stored = store_items(holder=county.archives, accession="A2026-1", items=items)
    register_deposit(
        county.act("archivist"),
        fonds=county.fonds,
        accession="A2026-1",
        stored=stored,
        creating_unit=county.unit,
    )
    records = {}
    for state, row in STATES.items():
        record = Record.objects.get(title__contains=row["title"])
        columns = {k: row[k] for k in ("access_status", "publication") if k in row}
        records[state] = set_state(
            county.act("archivist"), fonds=county.fonds, record=record, columns=columns
        )
        if records[state].publication:
            list_published(records[state])
    bring_up_to_date()
    world = World(county, records)
    for viewer in VIEWERS:
        world.client(viewer)  # signed in now: a session made inside a test ends with the test
    return world


def _more_people(county: County) -> None:
    by = Act(by=Operator(), channel="cli")
    cleared = county.people["archivist2"]
    cleared.clearance = CLEARANCE
    cleared.save()
    gone = create_person(by, username="disabled", name="寅离职", password=PASSWORD)
    assign_role(by, person=gone, institution=county.archives, role="archivist")
    county.people["disabled"] = set_active(by, person=gone, active=False)


def _item(folder: Path, state: str, number: int) -> DepositItem:
    row = STATES[state]
    title, notes, text = words(state)
    letter = folder / f"{state}.txt"
    letter.write_text(f"云溪县民政局文件。{text}。\n", "utf-8")
    scan = folder / "scan.png"
    if not scan.exists():
        Image.new("RGB", (60, 80), "white").save(scan)
    values = {
        "title": f"关于{title}的{COMMON}",
        "reference_code": f"J012-WS·{row['year']}-Y-BGS-{number:04d}",
        "doc_no": f"云民〔{row['year']}〕{number}号",
        "date": f"{row['year']}0301",
        "year": str(row["year"]),
        "retention": "Y",
        "fonds": "J012",
        "creator": "云溪县民政局",
        "item_no": f"{number:04d}",
        "organ": "BGS",
        "record_class": "WS",
        "notes": notes,
        "secrecy": row.get("secrecy", ""),
    }
    files = [DepositFile(letter, letter.name), DepositFile(scan, "第1页.png", sequence=2)]
    return DepositItem(f"{state}", values, files=files)
