"""A schedule is whole, is checked like the authority checks it, and advises filing."""

import tomllib
from dataclasses import replace

import pytest

from lantai.core.identifiers import ReferenceCodeError
from lantai.core.schedules import (
    ScheduleError,
    load_schedule,
    next_item_code,
    schedules,
    suggest,
    validate_schedule,
)
from lantai.core.schedules.filing import UNSURE
from lantai.core.schedules.schedule import MODELS, schedule_from

CIVIL = schedules().get("yunxi-civil-affairs")


@pytest.mark.parametrize("key", sorted(schedules().all()))
def test_every_model_is_valid(key):
    schedule = schedules().get(key)
    assert [str(p) for p in validate_schedule(schedule)] == []
    assert len(schedule.leaves) >= 30
    assert schedule.preface
    assert schedule.approval.get("number") or "××" in schedule.title  # of a unit, or for any


def test_the_civil_affairs_schedule_is_complete():
    assert len(CIVIL.leaves) >= 60
    assert {c.level for c in CIVIL.clauses} == {1, 2, 3}
    assert {"WS", "KU", "ZP", "LX", "ZY·HY"} <= {c.key for c in CIVIL.categories}


TITLES = {
    "云溪县民政局党组会议纪要": ("Y", "BGS"),
    "关于提高全县农村低保标准的通知": ("Y", "SHJZ"),
    "关于同意设立云溪县书法家协会成立登记的批复": ("Y", "SHZZ"),
    "关于青石镇与白水乡行政区域界线联合检查报告": ("Y", "QHDM"),
    "雲溪縣公墓建設審批表": ("Y", "BZGL"),
    "关于临时救助小额救助审批表": ("D30", "SHJZ"),
    "关于国庆节放假通知和值班安排": ("D10", "BGS"),
}


@pytest.mark.parametrize("title", TITLES)
def test_a_plain_title_finds_its_clause(title):
    best = suggest(CIVIL, {"title": title, "record_class": "WS"})[0]
    assert (best.retention, best.organ) == TITLES[title]
    assert best.reasons_zh and best.reasons_en
    assert best.schedule_version == "yunxi-civil-affairs@2024-1"


def test_classes_are_kept_apart():
    best = suggest(CIVIL, {"title": "结婚登记审查处理表", "record_class": "ZY"})[0]
    assert (best.record_class, best.retention) == ("ZY·HY", "D100")
    assert (
        suggest(CIVIL, {"title": "2023年12月记账凭证", "record_class": "KU"})[0].retention == "D30"
    )


def test_unsure_is_said():
    for title in ("关于有关事项的函", "xyz", ""):
        assert all(s.confidence < UNSURE for s in suggest(CIVIL, {"title": title}))


def test_close_rivals_with_other_retention_lower_the_confidence():
    two = suggest(CIVIL, {"title": "重点建议答复"})
    close = [s for s in two if s.retention != two[0].retention]
    if close and two[0].confidence > UNSURE:
        assert two[0].confidence > close[0].confidence


def test_a_long_text_does_no_harm():
    assert suggest(CIVIL, {"title": "低保" * 100_000})


def broken(**changes):
    return replace(CIVIL, **changes)


def clause(no, **changes):
    return broken(clauses=tuple(replace(c, **changes) if c.no == no else c for c in CIVIL.clauses))


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        (clause("1.1", retention=""), "retention"),
        (clause("1", retention="Y"), "retention"),
        (clause("1.1", retention="长期"), "retention"),
        (clause("1.1", retention="永远"), "retention"),
        (clause("1.1", text="其他"), "text"),
        (clause("1.2", full_text=CIVIL.by_no["1.1"].full_text), "duplicate"),
        (clause("1.1", organ="XXX"), "office"),
        (clause("1.1", category="QQ"), "category"),
        (broken(clauses=tuple(c for c in CIVIL.clauses if c.no != "1.2")), "number"),
        (broken(clauses=tuple(c for c in CIVIL.clauses if c.organ != "QHDM")), "office"),
        (broken(clauses=tuple(c for c in CIVIL.clauses if c.category != "ZP")), "category"),
        (broken(categories=tuple(replace(c, rule=None) for c in CIVIL.categories)), "rule"),
        (broken(clauses=tuple(replace(c, retention="D10") if c.category == "ZY·HY" and c.retention
                              else c for c in CIVIL.clauses)), "minimum"),
        (broken(clauses=tuple(replace(c, retention="D10") if c.category == "KU" and c.retention
                              else c for c in CIVIL.clauses)), "minimum"),
        (broken(clauses=tuple(c for c in CIVIL.clauses if not c.text.startswith("一般的"))), "pair"),
    ],
)  # fmt: skip
def test_each_fault_of_a_table_is_found(schedule, code):
    problems = validate_schedule(schedule)
    assert code in {p.code for p in problems}
    assert all(p.message_zh and p.message_en for p in problems)


@pytest.mark.parametrize(
    ("model", "no", "changes", "code", "severity"),
    [
        ("organ-general", "1.1", {"retention": "D30"}, "minimum", "error"),  # art. 7 is its basis
        ("organ-general", "1.1", {"retention": "D30", "basis": ""}, "minimum", "warning"),
        ("organ-general", "7.1", {"retention": "D10", "basis": ""}, "minimum", "warning"),
        ("enterprise-general", "2.1", {"retention": "D30"}, "minimum", "warning"),
        ("enterprise-general", "6.1", {"retention": "D10"}, "minimum", "warning"),
        ("organ-general", "1.3", {"text": "专题会议材料、会议纪要"}, "overlap", "warning"),
        ("organ-general", "1.3", {"text": "会议通知、专题会议材料", "retention": "D30"}, "overlap",
         "warning"),
    ],
)  # fmt: skip
def test_a_term_below_the_orders_tables_and_an_overlap_are_pointed_at(
    model, no, changes, code, severity
):
    table = schedules().get(model)
    changed = tuple(replace(c, **changes) if c.no == no else c for c in table.clauses)
    found = [p for p in validate_schedule(replace(table, clauses=changed)) if p.code == code]
    assert [(p.where, p.severity) for p in found] == [(no, severity)]
    assert severity == "error" or code == "overlap" or "待核实" in found[0].message_zh


def test_the_table_of_enterprises_is_not_asked_of_a_government_body():
    table = schedules().get("enterprise-general")
    changed = tuple(replace(c, retention="D30") if c.no == "2.1" else c for c in table.clauses)
    assert not validate_schedule(replace(table, clauses=changed, order="8"))


def test_item_numbers_follow_the_highest_ever_given():
    rule = CIVIL.reference_code_rules["WS"]
    parts = {"fonds": "B012", "year": 2024, "retention": "Y", "organ": "BGS"}
    assert next_item_code(rule, parts).text == "B012-WS·2024·Y·BGS-0001"
    assert next_item_code(rule, parts, [1, 2, 9]).text == "B012-WS·2024·Y·BGS-0010"
    with pytest.raises(ReferenceCodeError):
        next_item_code(rule, parts, [9999])


@pytest.mark.parametrize(
    "change",
    [{"title": None}, {"clause": [{"no": "x"}]}, {"clause": [{"no": "1.1", "text": "a"}]},
     {"clause": [{"no": "1", "text": "a"}, {"no": "1", "text": "b"}]}, {"clause": 3},
     {"clause": [{"no": "1", "text": "a", "colour": "red"}]}, {"office": [{"x": 1}]},
     {"category": [{"code": "WS", "label_zh": "x", "record_type": "document", "template": "{"}]}],
)  # fmt: skip
def test_a_schedule_that_is_none_is_refused(change):
    with (MODELS / "yunxi-civil-affairs.toml").open("rb") as stream:
        data = tomllib.load(stream)
    data.update(change)
    if change.get("title", "") is None:
        del data["title"]
    with pytest.raises(ScheduleError):
        schedule_from(data, "test.toml")


def test_bad_toml_is_named(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe=")
    with pytest.raises(ScheduleError, match=r"x\.toml"):
        load_schedule(path)
