"""Every case definition works as its people: opened, moved through every step, printed, counted.

The steps go through the pages (where files are sent) and through the API, signed in as the people
the definition names; a neighbour of the body is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.utils.timezone import localdate

from lantai.core.desks.cases import check_transition
from lantai.foundation.desks.cases.authority import may_step, opening_places
from lantai.foundation.desks.cases.definitions import case_definitions, kind_of
from lantai.foundation.desks.cases.facts import facts_of
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.work import Act
from tests.people import make_county

pytestmark = pytest.mark.django_db
DEFINITIONS = {k: d for k, d in case_definitions().all().items() if d.open_who}
PEOPLE = ("supervisor", "director", "archivist", "archivist2", "officer", "leader", "clerk")
#: what is filled in, tried in turn until the guards are content
FILLINGS = [
    {"number": 1, "option": 0, "days": 200, "lines": 5, "true": "是"},
    {"number": 0, "option": 0, "days": 200, "lines": 5, "true": ""},
    {"number": 90, "option": 1, "days": 0, "lines": 3, "true": ""},
    {"number": 5, "option": 4, "days": 10, "lines": 2, "true": ""},
]


class Desk:
    """One county's people, each at a browser."""

    def __init__(self) -> None:
        self.county = make_county()
        self.data_folder = settings.LANTAI.data
        self.clients: dict[str, Client] = {}
        for who in (*PEOPLE, "other_officer"):
            self.clients[who] = Client()
            self.clients[who].force_login(self.county.people[who])

    def client(self, who: str) -> Client:
        return self.clients[who]

    def value(self, entry: Any, filling: dict[str, Any]) -> Any:
        if entry.options:
            return entry.options[min(filling["option"], len(entry.options) - 1)][0]
        made = {
            "integer": filling["number"], "number": filling["number"], "money": filling["number"],
            "date": (localdate() + timedelta(filling["days"])).isoformat(),
            "institution": "MZ", "boolean": filling["true"],
            "list": [f"甲{n}" for n in range(filling["lines"])],
        }  # fmt: skip
        return made.get(entry.datatype, f"{entry.label_zh}的内容")

    def data(self, fields: Any, filling: dict[str, Any]) -> dict[str, Any]:
        made = {e.name: self.value(e, filling) for e in fields if e.datatype != "file"}
        for place, entry in enumerate(fields):  # no two numbers alike
            if entry.datatype in ("number", "money") and filling["number"] > 1:
                made[entry.name] -= place
        return {k: v for k, v in made.items() if v not in ("", None)}

    def open(self, rules: Any, filling: dict[str, Any]) -> Case:
        """Through the start page, as the first person who may."""
        who, place = next(
            (who, places[0].code)
            for who in PEOPLE
            if (places := opening_places(self.county.people[who], rules))
        )
        self.last_opener = who
        data = {k: "\n".join(v) if isinstance(v, list) else v
                for k, v in self.data(rules.fields, filling).items()}  # fmt: skip
        files = {
            e.name: SimpleUploadedFile("附件 一.txt", f"{e.label_zh}".encode())
            for e in rules.fields
            if e.datatype == "file"
        }
        answer = self.client(who).post(
            f"/cases/new/{rules.id}/", {"institution": place, "title": "试办", **data, **files}
        )
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        return Case.objects.order_by("-pk")[0]

    def step(self, case: Case, rules: Any, step: Any, turn: int, again: bool) -> bool:
        """Make the step as whoever may; False when its guard stays closed or nobody may."""
        for who in PEOPLE:
            person, kind = self.county.people[who], kind_of(case)
            if not may_step(person, case, step, kind):
                continue
            facts = facts_of(person, case, kind, [e.name for e in step.fields])
            for filling in FILLINGS[turn % 4 :] + FILLINGS[: turn % 4]:
                data = self.data(step.fields, filling)
                named = {e.name: ["x"] for e in step.fields if e.datatype == "file"}
                if not check_transition(rules, case.state, step.id, facts, {**data, **named}):
                    if again and not named:  # made before through its door
                        move_case(Act(by=person), case=case, transition=step.id, data=data)
                        case.refresh_from_db()
                        return True
                    assert self._post(who, case, step, filling), step.id
                    return True
        return False

    def _post(self, who: str, case: Case, step: Any, filling: dict[str, Any]) -> bool:
        data = self.data(step.fields, filling)
        before = case.steps.count()
        if any(e.datatype == "file" for e in step.fields):
            sent: dict[str, Any] = {
                f"{step.id}-{k}": "\n".join(v) if isinstance(v, list) else v
                for k, v in data.items()
            }
            for e in step.fields:
                if e.datatype == "file":
                    sent[f"{step.id}-{e.name}"] = SimpleUploadedFile("证据.txt", b"\xe8\xaf\x81")
            self.client(who).post(f"/cases/{case.number}/move/{step.id}/", sent)
        else:
            self.client(who).post(
                f"/api/v1/cases/{case.number}/moves/{step.id}",
                json.dumps({"data": data}), content_type="application/json",
            )  # fmt: skip
        case.refresh_from_db()
        return case.steps.count() > before


@pytest.fixture(scope="module")
def county_desk(
    django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """One county for all definitions, in one transaction that is rolled back."""
    own = replace(settings.LANTAI, data=tmp_path_factory.mktemp("cases"))
    quick = override_settings(LANTAI=own, PASSWORD_HASHERS=["tests.hashers.QuickArgon2"])
    with django_db_blocker.unblock(), quick, transaction.atomic():
        yield Desk()
        transaction.set_rollback(True)


@pytest.fixture
def desk(county_desk: Desk) -> Iterator[Desk]:
    """The county, with what one definition did to it taken back."""
    with override_settings(LANTAI=replace(settings.LANTAI, data=county_desk.data_folder)):
        point = transaction.savepoint()
        yield county_desk
        transaction.savepoint_rollback(point)


def way_to(rules: Any, state: str, left: set[str], shut: set[str]) -> Any:
    """The first step of the shortest way to a step not made yet; None when there is no way."""
    seen, queue = {state}, [(state, None)]
    while queue:
        here, first = queue.pop(0)
        ways = sorted(rules.from_state(here), key=lambda s: rules.by_state[s.to].kind == "end")
        for step in ways:
            if step.id in left:
                return first or step
        for step in ways:
            if step.to not in seen and step.id not in shut:
                seen.add(step.to)
                queue.append((step.to, first or step))
    return None


@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_a_case_works_as_its_people(desk: Desk, key: str):
    """Begun on its page and walked to an end by whoever may, printed, counted, kept from others."""
    assert DEFINITIONS[key].transitions
    walk(desk, DEFINITIONS[key], cases=1)
    rows = Case.objects.filter(definition=key)
    if not rows.exclude(closed_at=None).exists():  # what was filled in shut a step: fill in others
        walk(desk, DEFINITIONS[key], cases=3)
    assert rows.exclude(closed_at=None).exists(), f"stood still at {rows[0].state}"


@pytest.mark.soak
@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_every_step_of_a_case_can_be_made(desk: Desk, key: str):
    left = walk(desk, DEFINITIONS[key], cases=8)
    assert not left, f"never made: {left}"


def walk(desk: Desk, rules: Any, cases: int) -> set[str]:
    """Walk so many cases, each to its end; the steps that none of them made."""
    left = {step.id for step in rules.transitions}
    for turn in range(cases):
        tried: set[str] = set()
        case = desk.open(rules, FILLINGS[turn % len(FILLINGS)])
        walked: set[str] = set()
        while not case.closed_at and left:
            step = way_to(rules, case.state, left - tried, tried)
            if step is None:  # a step not walked in this case may open a guard
                step = next(
                    (s for s in rules.from_state(case.state)
                     if s.id not in walked | tried and rules.by_state[s.to].kind != "end"), None,
                )  # fmt: skip
                if step is None:
                    break
                tried.clear()
            walked.add(step.id)
            if desk.step(case, rules, step, turn, step.id not in left):
                left.discard(step.id)
            else:
                tried.add(step.id)
        if not left:
            break
    _printed_counted_and_closed_to_neighbours(
        desk, rules, Case.objects.filter(definition=rules.id).order_by("pk")[0], whole=not left
    )
    return left


def _printed_counted_and_closed_to_neighbours(
    desk: Desk, rules: Any, case: Case, *, whole: bool
) -> None:
    inside = desk.client(desk.last_opener)
    page = inside.get(f"/cases/{case.number}/")
    assert page.status_code == 200 and case.title in page.content.decode()
    assert rules.label_zh in inside.get("/cases/?status=all").content.decode()
    told = inside.get(f"/api/v1/case-definitions/{rules.id}/statistics").json()
    assert told["total"] == Case.objects.filter(definition=rules.id).count()
    assert inside.get(f"/cases/statistics/{rules.id}/").status_code == 200
    outside = desk.client("other_officer")
    assert outside.get(f"/cases/{case.number}/").status_code == 404
    assert outside.get(f"/api/v1/cases/{case.number}").status_code == 404
    _its_lines_stand_in_the_registers(rules, whole=whole)
    for paper in rules.printed:
        shown = [
            row for row in Case.objects.filter(definition=rules.id)
            if not paper.states or row.steps.filter(to_state__in=paper.states).exists()
        ]  # fmt: skip
        if not shown and not whole:
            continue
        assert shown, paper.id
        answer = inside.get(f"/cases/{shown[0].number}/papers/{paper.id}.docx")
        assert answer.status_code == 200 and answer.content[:2] == b"PK"


def _its_lines_stand_in_the_registers(rules: Any, *, whole: bool) -> None:
    """What a case keeps in a register says what the case says, and links back to it."""
    for entry in rules.entries:
        kept = RegisterEntry.objects.filter(register=entry.register, source__startswith="case:")
        assert entry.existing or kept.exists() or not whole, entry.register
        for row in kept:
            case = Case.objects.get(number=row.source.removeprefix("case:"))
            if entry.state:
                assert row.values.get(entry.state, "") == entry.states[case.state], case.state
            assert row.definition_version and row.title


def test_at_least_eighteen_definitions_are_shipped_and_each_names_its_source():
    assert len(DEFINITIONS) >= 18
    for rules in DEFINITIONS.values():
        assert rules.covers and rules.clauses and rules.source, rules.id
