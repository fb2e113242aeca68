"""The calendar of the desks: what is due when, at each level, what is late, and only one's own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from lantai.core.calendar import add_working_days
from lantai.core.desks.register_values import words_of
from lantai.foundation.desks.calendar.desk import Dated, dated_desks
from lantai.foundation.desks.calendar.months import IN_A_CELL
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import open_case
from lantai.foundation.desks.evaluations.operations import open_round as open_evaluation
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.operations import add_entry
from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.operations import fill_form, open_round, submit_form
from lantai.foundation.refusal import Refusal
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db


def dates(region: Region, who: str, desk: str, first: date, last: date) -> list[Dated]:
    return list(dated_desks()[desk].between(region.people[who], first, last))


def asked(region: Region, matter: str, due: date) -> Case:
    case = open_case(
        region.act("officer"), definition="mutual_lookup", institution=region.places["MZ"],
        title="", data={"asked": "JY", "matter": matter, "purpose": "证明"},
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(due_date=due)
    return case


def test_the_desks_stand_together_and_each_can_be_looked_at_alone(region: Region):
    assert list(dated_desks()) == ["cases", "evaluations", "returns", "registers"]
    today = localdate()
    case = asked(region, "学籍证明", today - timedelta(days=1))
    for number in range(IN_A_CELL + 2):
        asked(region, f"第{number}件", date(2031, 5, 6))
    client = region.client("officer")
    page = client.get("/calendar/").content.decode()
    assert "已逾期" in page and case.title in page and "逾期" in page
    may = client.get("/calendar/", {"month": "2031-05"}).content.decode()
    assert "还有 2 条" in may and "?month=2031-04" in may and "?month=2031-06" in may
    whole = client.get("/calendar/", {"month": "2031-05", "day": "2031-05-06"}).content.decode()
    assert all(f"第{n}件" in whole for n in range(IN_A_CELL + 2))
    assert "第0件" not in client.get("/calendar/?month=2031-05&desk=returns").content.decode()
    empty = client.get("/calendar/", {"month": "2044-01", "desk": "cases"}).content.decode()
    assert "这个月没有日期" in empty and "desk=cases&amp;month=2043-12" in empty
    for strange in ("9999-12", "0001-01", "2026-13", "x", "2026-1"):
        assert client.get("/calendar/", {"month": strange, "day": "x"}).status_code == 200
    assert (
        "第0件" not in region.client("archivist").get("/calendar/?month=2031-05").content.decode()
    )
    assert not dates(region, "archivist", "cases", date(2031, 5, 1), date(2031, 5, 31))


def test_a_round_of_an_evaluation_begins_is_due_twice_and_ends(region: Region):
    due, review = date(2031, 6, 2), date(2031, 6, 20)
    given = {"definition": "digital_archives_room", "organiser": region.places["YX"], "title": "一批",
             "subjects": [region.places["MZ"]], "panel": [region.people["county"]]}  # fmt: skip
    with pytest.raises(Refusal, match="不能早于"):
        open_evaluation(region.act("county"), **given, due=review, review_due=due)
    open_evaluation(region.act("county"), **given, due=due, review_due=review)
    found = dates(region, "officer", "evaluations", date(2031, 6, 1), date(2031, 6, 30))
    assert [(one.day, one.kind, one.late) for one in found] == [
        (due, "自评截止", False), (review, "评审截止", False),
    ]  # fmt: skip
    now = dates(region, "officer", "evaluations", localdate(), localdate())
    assert [one.kind for one in now] == ["评价开始"]
    assert not dates(region, "other", "evaluations", date(2031, 6, 1), date(2031, 6, 30))
    given["title"] = "旧的一批"
    open_evaluation(region.act("county"), **given, due=localdate() - timedelta(days=2))
    late = dated_desks()["evaluations"].overdue(region.people["officer"], localdate())
    assert [one.label for one in late] == ["旧的一批"]


def test_forms_are_due_at_the_bodies_and_then_level_by_level(region: Region):
    due = date(2031, 3, 3)
    row = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2030", bodies=[region.places["MZ"]], due_date=due, review_days=5,
    )  # fmt: skip
    span = (date(2031, 3, 1), date(2031, 4, 30))
    kinds = {who: [(d.day, d.kind) for d in dates(region, who, "returns", *span)]
             for who in ("officer", "county", "nation", "other")}  # fmt: skip
    assert kinds["officer"] == [(due, "填报截止")] and kinds["other"] == []
    assert kinds["county"][1] == (add_working_days(due, 5), "审核截止（云溪县档案局）")
    assert kinds["nation"][1] == (add_working_days(due, 20), "审核截止（国家档案局）")
    type(row).objects.filter(pk=row.pk).update(due_date=localdate() - timedelta(days=60))
    desk = dated_desks()["returns"]
    assert [d.kind for d in desk.overdue(region.people["officer"], localdate())] == ["填报截止"]
    cells = {"staff": 2, "ws_j": 100, "ws_i": 20, "after_j": 100, "after_i": 20, "good": 120,
             "closed": 120}  # fmt: skip
    form = fill_form(region.act("officer"), form=ReturnForm.objects.get(round=row), cells=cells)
    submit_form(region.act("officer"), form=form)
    assert not list(desk.overdue(region.people["officer"], localdate()))
    late = list(desk.overdue(region.people["county"], localdate()))
    assert [d.kind for d in late] == ["审核截止（云溪县档案局）"] and "at=YX" in late[0].url


def test_entries_of_registers_stand_on_their_day_for_who_may_see_them(region: Region):
    kind = words_of(definition_of("activities").by_field["kind"])[0].code
    row = add_entry(
        region.act("archivist"), register="activities", institution=region.places["YXG"],
        values={"title": "国际档案日", "kind": kind, "begins": "2031-06-09"},
    )  # fmt: skip
    found = dates(region, "archivist", "registers", row.day, row.day)
    assert [one.label for one in found] == [row.title]
    assert row.title in region.client("archivist").get(
        f"/calendar/?month={row.day:%Y-%m}"
    ).content.decode()  # fmt: skip
