"""An archives adds indicators and fields of its own on the page, and leaves indicators out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lantai.core.desks.adapting import differences, with_changes
from lantai.foundation.desks.cases.definitions import rules_for
from lantai.foundation.desks.evaluations.definitions import DESK, scheme_for
from tests.people import make_county

pytestmark = pytest.mark.django_db
SCHEME, RISK = "/definitions/evaluation/unit_performance/edit/", "unit_performance"


@pytest.fixture
def director(data_folder: Any) -> Client:
    county = make_county()
    client = Client()
    client.force_login(county.people["director"])
    return client


def whole(page: Any) -> dict[str, Any]:
    """The form as a browser would send it: every value, and the marks of rows."""
    context = page.context
    given: dict[str, Any] = {v["path"]: v["value"] for g in context["groups"] for v in g["values"]}
    given["+"] = [group["stem"] for group in context["groups"] if group["own"]]
    given["-"] = [row["stem"] for row in context["removed"]]
    return given


def test_an_indicator_of_ones_own_is_scored_and_comes_back_in_the_form(director: Client):
    before = scheme_for(RISK)
    last = before.leaves[-1]
    own = f"{last.id.rpartition('.')[0]}.99".lstrip(".")
    new = {
        "new.indicator": own, "new.indicator.label_zh": "乡镇档案室覆盖",
        "new.indicator.label_en": "Township records rooms", "new.indicator.maximum": "5",
    }  # fmt: skip
    given = whole(director.get(SCHEME))
    seen = director.post(SCHEME, {**given, **new, "do": "preview"}).content.decode()
    assert "乡镇档案室覆盖" in seen and scheme_for(RISK).version == before.version
    assert director.post(SCHEME, {**given, **new, "do": "save"}).status_code == 302
    made = scheme_for(RISK)
    assert made.by_id[own].maximum == 5 and made.full == before.full + 5 * made.by_id[own].weight
    assert made.leaves[-1].id == own and scheme_for(RISK, before.version).full == before.full
    given = whole(director.get(SCHEME))
    assert given["+"] == [f"indicator.{own}"] and given[f"indicator.{own}.maximum"] == 5
    given[f"indicator.{own}.maximum"] = "7"
    assert director.post(SCHEME, {**given, "do": "save"}).status_code == 302
    assert scheme_for(RISK).by_id[own].maximum == 7
    given = whole(director.get(SCHEME))
    given["-"] = [f"indicator.{own}"]
    assert director.post(SCHEME, {**given, "do": "save"}).status_code == 302
    assert own not in scheme_for(RISK).by_id


def test_an_indicator_of_the_file_is_left_out_and_taken_back(director: Client):
    leaf = scheme_for(RISK).leaves[0]
    given = whole(director.get(SCHEME))
    given["-"] = [f"indicator.{leaf.id}"]
    assert director.post(SCHEME, {**given, "do": "save"}).status_code == 302
    assert leaf.id not in scheme_for(RISK).by_id
    page = director.get(SCHEME)
    assert whole(page)["-"] == [f"indicator.{leaf.id}"] and leaf.label_zh in page.content.decode()
    assert director.post(SCHEME, {**whole(page), "-": [], "do": "save"}).status_code == 302
    assert leaf.id in scheme_for(RISK).by_id


@pytest.mark.parametrize(
    ("key", "maximum", "words"),
    [("x y", "5", "不能作编号"), ("1", "5", "已经有了"), ("77", "很多", "不是合适的数")],
)
def test_a_row_that_does_not_fit_is_refused_with_its_reason(director, key, maximum, words):
    new = {"new.indicator": key, "new.indicator.label_zh": "甲", "new.indicator.label_en": "A",
           "new.indicator.maximum": maximum}  # fmt: skip
    answer = director.post(SCHEME, {**whole(director.get(SCHEME)), **new, "do": "save"})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert "+" not in scheme_for(RISK).version


def test_leaving_out_what_others_stand_below_does_not_stand(director: Client):
    base = scheme_for("digital_archives")
    parent = next(e for e in base.indicators if e.id not in {leaf.id for leaf in base.leaves})
    changes, errors = differences(base, DESK.parts, {}, removed=[f"indicator.{parent.id}"])
    assert not errors
    assert DESK.judge(with_changes(base, changes, DESK.parts))


def test_a_field_of_ones_own_is_asked_in_the_start_form(director: Client):
    page = "/definitions/case/administrative_approval/edit/"
    new = {"new.field": "village", "new.field.label_zh": "所在村", "new.field.label_en": "Village"}
    answer = director.post(page, {**whole(director.get(page)), **new, "do": "save"})
    assert answer.status_code == 302, answer.content.decode()
    assert "village" in rules_for("administrative_approval").every_field
    assert "所在村" in director.get("/cases/new/administrative_approval/").content.decode()
    taken = {**new, "new.field": "Village"}
    answer = director.post(page, {**whole(director.get(page)), **taken, "do": "save"})
    assert answer.status_code == 422 and "不能作编号" in answer.content.decode()
