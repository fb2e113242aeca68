"""Every register that is shipped, used through its API and pages by the people it names."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from lantai.core.desks.register_definition import RegisterDefinition, RegisterField
from lantai.core.desks.register_values import words_of
from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.statistics import statistics_of
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db
PLACE = {"archives": "YXG", "unit": "MZ", "authority": "YX"}
IDS = sorted(register_definitions().shipped())


def sample(entry: RegisterField, number: int) -> Any:
    """A value that fits the field."""
    if entry.type == "integer":
        return int(max(entry.minimum or 0, 1)) + number
    if entry.type == "number":
        return max(entry.minimum or 0, 1) + number + 0.5
    if entry.type == "date":
        return f"2026-0{number}-15"
    if entry.type == "boolean":
        return True
    if entry.type == "code":
        return words_of(entry)[0].code
    if entry.type == "codes":
        return [word.code for word in words_of(entry)[:2]]
    return {"url": "https://example.org/a", "email": "a@example.org"}.get(
        entry.type, f"{entry.label_zh}甲{number}"
    )


def values(definition: RegisterDefinition, number: int) -> dict[str, Any]:
    return {entry.name: sample(entry, number) for entry in definition.shown}


@pytest.mark.parametrize("key", IDS)
def test_a_register_works_as_its_people(region: Region, key: str):
    """Entered by the keeper, listed, counted, printed, exported and read in again; others may not."""
    definition = register_definitions().get(key)
    place = PLACE[definition.holders[0]]
    keeper = region.client(region.worker(definition.write[0].roles[0], place))
    address = f"/api/v1/registers/{key}/entries"
    made = keeper.post(address, json.dumps(values(definition, 1)), "application/json")
    assert made.status_code == 201, made.content.decode()
    entry = made.json()
    twice = keeper.post(address, json.dumps(values(definition, 1)), "application/json")
    assert twice.status_code == 409
    lacking = keeper.post(address, "{}", "application/json")
    assert lacking.status_code == 422 and lacking.json()["errors"][0]["code"] == "missing"

    word = entry["title"]
    listed = keeper.get(address, {"q": word}).json()
    assert listed["total"] == 1 and listed["entries"][0]["values"] == entry["values"]
    whole = next((view.id for view in definition.views if not view.where), "all")
    page = keeper.get(f"/registers/{key}/", {"view": whole}).content.decode()
    assert definition.label_zh in page and word in page
    assert keeper.get(f"/registers/{key}/{entry['id']}/print/docx/").content[:2] == b"PK"
    entries = RegisterEntry.objects.filter(register=key)
    assert all(figures.rows for figures in statistics_of(entries, definition))

    written = b"".join(
        keeper.get(f"/registers/{key}/export/csv/", {"view": whole}).streaming_content
    )
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[0][2] == definition.shown[0].label_zh

    stranger = region.client("leader")
    refused = stranger.post(address, json.dumps(values(definition, 2)), "application/json")
    assert refused.status_code == 403
    outsider = region.client("other")
    to_all = any(seen.reach == "any" and "records_officer" in seen.roles for seen in definition.see)
    answer = outsider.get(f"{address}/{entry['id']}")
    assert answer.status_code in ({200} if to_all else {403, 404})


def test_every_shipped_register_names_what_it_covers():
    shelf = register_definitions().shipped()
    assert len(shelf) >= 30
    assert all(d.covers and d.note_zh and d.note_en for d in shelf.values())
    assert all(t.target in shelf for d in shelf.values() for t in d.fields if t.type == "entry")
