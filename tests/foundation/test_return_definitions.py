"""Every return that is shipped, from the body that fills it in to the nation that locks it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lantai.core.desks.return_checking import check_form, work_out
from lantai.core.desks.return_definition import ReturnDefinition
from lantai.foundation.desks.returns.definitions import return_definitions
from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.operations import lock_round, open_round
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db
PLACE = {"archives": ("YXG", "archivist"), "unit": ("MZ", "officer")}
WAY = ("county", "city", "province", "nation")
IDS = sorted(return_definitions().shipped())
# Figures that satisfy the checks; what is not named is left empty.
FIGURES: dict[str, dict[str, Any]] = {
    "digitisation-bulletin": {"pages": 900, "scanned": 300.5, "this_year": 20, "target": 600},
    "holdings-census": {"staff": 2, "ws_j": 120, "ws_i": 30, "after_j": 120, "after_i": 30,
                        "good": 150, "open": 40, "closed": 110},
    "look-back": {"total": 200, "sampled": 40, "good": 38, "lacking_found": 2, "lacking_mended": 2},
    "opening-rate": {"after_held": 500, "after_due": 100, "after_reviewed": 100, "after_open": 90},
    "performance-review": {"duty": 18, "filing": 19, "transfer": 20, "safety": 20, "service": 9,
                           "digital": 8.5},
    "responsibility": {"leader": "周局长", "department": "办公室", "keeper": "林档案员",
                       "phone": "0571-0000", "full_time": 1, "in_duties": "是", "in_review": "是",
                       "in_plan": "是", "has_rules": "是", "has_schedule": "是"},
    "room-statistics": {"full": 1, "part": 2, "should": 400, "filed": 398},
    "two-kinds": {"poverty_expected": 100, "poverty_filed": 90, "epidemic_expected": 50,
                  "epidemic_filed": 45},
    "yearly-statistics": {"i1": 12, "i2": 10, "i4": 3, "i5": 4, "i6": 3, "i11": 10, "i29": 1000,
                          "i30": 20, "i50": 1000, "i108": 400, "i110": 600},
}  # fmt: skip


def values(definition: ReturnDefinition) -> dict[str, Any]:
    return FIGURES[definition.id]


@pytest.mark.parametrize("key", IDS)
def test_a_return_works_as_its_people(region: Region, key: str):
    """Opened by the nation, filled in over the API, passed by four levels, added up, locked."""
    definition = return_definitions().get(key)
    place, who = PLACE[definition.respondents[0]]
    worked = work_out(definition, values(definition))
    assert not [f for f in check_form(definition, worked) if f.severity == "error"]
    row = open_round(region.act("nation"), owner=region.places["GJ"], definition=key,
                     period="2025", bodies=[region.places[place]])  # fmt: skip
    filler, form = region.client(who), ReturnForm.objects.get(round=row)
    address = f"/api/v1/returns/forms/{form.pk}"
    filled = filler.put(f"{address}?note=说明", json.dumps(values(definition)), "application/json")
    assert filled.status_code == 200, filled.content.decode()
    assert filled.json()["cells"] == worked
    assert definition.label_zh in filler.get(f"/returns/forms/{form.pk}/").content.decode()
    assert filler.post(f"{address}/submit").json()["at"] == "YX"
    for level in WAY:
        passed = region.client(level).post(f"{address}/accept")
        assert passed.status_code == 200, passed.content.decode()
    assert passed.json()["state"] == "accepted"
    totals = region.client("nation").get(f"/api/v1/returns/rounds/{row.number}/totals").json()
    assert totals["forms"] == 1
    summed = [c for c in definition.numbers if c.rollup == "sum" and c.code in worked]
    assert {c.code: worked[c.code] for c in summed}.items() <= totals["figures"].items()
    assert lock_round(region.act("nation"), round=row).state == "locked"
    assert filler.put(address, "{}", "application/json").status_code == 409


def test_the_shipped_returns_name_what_they_cover_and_what_is_not_verified():
    shelf = return_definitions().shipped()
    assert len(shelf) >= 6
    assert all(d.covers and not d.verified for d in shelf.values())
    assert len(shelf["yearly-statistics"].indicators) == 123
