"""A case moves only as its definition lets it, and a wrong definition is explained."""

import pytest

from lantai.core.desks.cases import DefinitionError, available, check_transition, load_definition
from lantai.core.registry import DataShelf

REVIEW = """\
version = "1"
label_zh = "开放审核"
label_en = "opening review"
covers = ["S143"]

[[state]]
id = "first"
label_zh = "初审"
label_en = "first review"
kind = "start"
clock_working_days = 5

[[state]]
id = "second"
label_zh = "复审"
label_en = "second review"

[[state]]
id = "done"
label_zh = "办结"
label_en = "done"
kind = "end"

[[transition]]
id = "conclude"
from = "first"
to = "second"
label_zh = "提交初审"
label_en = "conclude"
permission = "opening.review"
guard = "opened == items and not (conclusion == 'delayed' and empty(ground))"
guard_zh = "有未打开的条目，或延期缺理由"
guard_en = "some items were not opened, or a delay lacks its ground"
tone = "primary"
fields = [
    { name = "conclusion", label_zh = "结论", label_en = "conclusion", required = true, vocabulary = "opening_conclusion" },
    { name = "ground", label_zh = "理由", label_en = "ground", vocabulary = "delay_ground" },
    { name = "review_date", label_zh = "复评日期", label_en = "review date", datatype = "date" },
]

[[transition]]
id = "approve"
from = ["second"]
to = "done"
label_zh = "同意"
label_en = "approve"
guard = "person != first_reviewer"
guard_zh = "复审人不能是初审人"
guard_en = "the second reviewer must be another person"
"""


@pytest.fixture
def definition(tmp_path):
    path = tmp_path / "review.toml"
    path.write_text(REVIEW, encoding="utf-8")
    return load_definition(path)


FACTS = {"opened": 3, "items": 3, "person": "甲", "first_reviewer": "乙"}


def refused(*args, **kwargs):
    return [(r.code, r.field) for r in check_transition(*args, **kwargs)]


def test_a_definition_is_read(definition):
    assert definition.id == "review"
    assert definition.start.id == "first"
    assert definition.start.clock_working_days == 5
    assert definition.by_transition["conclude"].tone == "primary"


def test_a_definition_lies_on_a_shelf(tmp_path, definition):
    assert list(DataShelf(load_definition, tmp_path).all()) == ["review"]


def test_a_step_with_good_data_is_let_through(definition):
    assert refused(definition, "first", "conclude", FACTS, {"conclusion": "open"}) == []


@pytest.mark.parametrize(
    ("state", "step", "data", "code"),
    [
        ("first", "nothing", {}, ("unknown_transition", "")),
        ("second", "conclude", {}, ("wrong_state", "")),
        ("first", "conclude", {}, ("missing", "conclusion")),
        ("first", "conclude", {"conclusion": "x"}, ("invalid", "conclusion")),
        ("first", "conclude", {"conclusion": "delayed"}, ("guard", "")),
        ("first", "conclude", {"conclusion": "open", "review_date": "某天"}, ("invalid", "review_date")),
        ("first", "conclude", {"conclusion": "open", "x": "1"}, ("unknown_field", "x")),
    ],
)  # fmt: skip
def test_a_step_is_refused_with_its_reason(definition, state, step, data, code):
    assert code in refused(definition, state, step, FACTS, data)


def test_nobody_concludes_on_what_nobody_opened(definition):
    facts = {**FACTS, "opened": 2}
    assert ("guard", "") in refused(definition, "first", "conclude", facts, {"conclusion": "open"})


def test_data_cannot_overrule_a_fact(definition):
    facts = {**FACTS, "conclusion": "delayed"}
    assert ("guard", "") in refused(definition, "first", "conclude", facts, {"conclusion": "open"})


def test_a_missing_fact_fails_closed(definition):
    assert [c.allowed for c in available(definition, "second", {})] == [False]
    assert "判断" in available(definition, "second", {})[0].reason_zh


def test_buttons_say_why_not(definition):
    same = {**FACTS, "first_reviewer": "甲"}
    assert available(definition, "second", FACTS)[0].allowed
    assert available(definition, "second", same)[0].reason_zh == "复审人不能是初审人"


def test_permission_is_asked_when_given(definition):
    args = (definition, "first", "conclude", FACTS, {"conclusion": "open"})
    assert refused(*args, permissions=[]) == [("permission", "")]
    assert refused(*args, permissions=["opening.review"]) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('to = "done"', 'to = "gone"', "gone"),
        ('from = "first"', 'from = "nowhere"', "nowhere"),
        ("opened == items", "opened = items", "条件有误"),
        ('kind = "start"', 'kind = "normal"', "起始状态"),
        ('id = "second"', 'id = "third"', "无法到达"),
        ('tone = "primary"', 'tone = "loud"', "tone"),
        ('tone = "primary"', 'colour = "red"', "colour"),
        ('vocabulary = "delay_ground"', 'vocabulary = "no_such"', "no_such"),
        ('kind = "end"', "", "没有出路"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, old, new, words):
    path = tmp_path / "review.toml"
    path.write_text(REVIEW.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError) as wrong:
        load_definition(path)
    before = REVIEW[: REVIEW.index(old)].rpartition("[[")[0]
    line = before.count("\n") + 1
    if "起始" in words:
        line = 6
    key = REVIEW[: REVIEW.index(old)].count("\n") + 1  # the line itself is better than its table
    found = [m.line for m in wrong.value.mistakes if words in str(m)]
    assert found and set(found) <= {line, key, line + 1}, wrong.value


@pytest.mark.parametrize(
    "text", ["=", "state = 3", "[[state]]\n", "[[transition]]\nid = 'a'\nfields = [1]"]
)
def test_garbage_is_refused_not_crashed_on(tmp_path, text):
    path = tmp_path / "review.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError):
        load_definition(path)
