"""The three tables: pasted from a spreadsheet, compared, reviewed clause by clause."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from lantai.core.schedules.tables import PasteRefused, differences, from_rows, to_rows
from lantai.foundation.refusal import Refusal
from lantai.governance.schedules.operations import (
    adopt_schedule,
    approve_schedule,
    submit_schedule,
)
from lantai.governance.schedules.queries import model_data
from tests.people import make_county

MODEL = "yunxi-civil-affairs"


def test_a_table_goes_to_the_spreadsheet_and_back_unchanged():
    data = model_data(MODEL)
    for table in ("category", "office", "clause"):
        rows = from_rows(data, table, to_rows(data, table))
        assert differences(data, {**data, table: rows}) == []
        assert len(rows) == len(data[table])


def test_a_pasted_row_is_named_when_it_does_not_fit():
    data = model_data(MODEL)
    with pytest.raises(PasteRefused, match="第 2 行"):
        from_rows(data, "office", "代码\t机构\t职责\nA\tb\tc\td\te")
    with pytest.raises(PasteRefused, match="条款号"):
        from_rows(data, "clause", "\t没有号\t永久")
    made = from_rows(data, "clause", '9.9\t"=1+1"\t30年\tWS')
    assert made == [{"no": "9.9", "text": "=1+1", "retention": "D30", "category": "WS"}]


@pytest.mark.django_db
def test_a_schedule_is_pasted_compared_and_sent_back_clause_by_clause(data_folder: Any):
    county, unit, boss = make_county(), Client(), Client()
    unit.force_login(county.people["officer"])
    boss.force_login(county.people["supervisor"])
    adopt_schedule(county.act("officer"), unit=county.unit, model=MODEL, version="1")
    plan = adopt_schedule(county.act("officer"), unit=county.unit, model=MODEL, version="2")
    sheet = {t: to_rows(plan.data, t) for t in ("category", "office", "clause")}
    changed = sheet["clause"].replace("\t永久\t", "\t30年\t", 1)
    address = f"/schedules/{plan.pk}/"
    assert unit.post(f"{address}tables/", {**sheet, "clause": changed}).status_code == 302
    page = unit.get(f"{address}compare/").content.decode()
    assert "30年" in page and "归档范围和保管期限表" in page
    unit.post(f"{address}tables/", sheet)
    submit_schedule(county.act("officer"), plan=plan)
    leaf = next(c for c in plan.data["clause"] if c.get("retention"))
    assert leaf["no"] in boss.get(f"{address}review/").content.decode()
    boss.post(f"{address}review/", {f"c-{leaf['no']}": "期限偏短"})
    plan.refresh_from_db()
    assert plan.state == "submitted" and plan.opinions == {leaf["no"]: "期限偏短"}
    with pytest.raises(Refusal, match="带着意见"):
        approve_schedule(county.act("supervisor"), plan=plan, number="1",
                         effective_from=date(2026, 1, 1))  # fmt: skip
    boss.post(f"{address}review/", {f"c-{leaf['no']}": "期限偏短", "do": "return"})
    plan.refresh_from_db()
    assert plan.state == "draft" and "期限偏短" in unit.get(address).content.decode()
    broken = {**sheet, "clause": f"{sheet['clause']}9.9.9.9.9\t写错的号\n"}
    answer = unit.post(f"{address}tables/", broken)
    assert answer.status_code == 422 and "写错的号" in answer.content.decode()
    found = unit.post(f"{address}tables/check/", broken).json()
    assert found["findings"][0]["severity"] == "error" and "条款号" in found["html"]
    assert unit.get(f"{address}review/").status_code in (403, 404)
