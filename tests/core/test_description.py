"""Record types say what describes a record, and what is wrong is named in two languages."""

import pytest

from lantai.core.description import (
    record_type,
    record_types,
    type_after,
    type_reached,
    validate_description,
    with_defaults,
)
from lantai.core.description.element import dictionary
from lantai.core.identifiers import ReferenceCode
from lantai.core.terms import vocabularies, vocabulary

GOOD = {
    "fonds": "A439", "reference_code": "A439-WS·2015·D30·003-0005", "title": "关于婚姻登记的通知",
    "date": "20150318", "creator": "云溪县民政局", "retention": "D30", "year": "2015",
    "item_no": "5", "organ": "003",
}  # fmt: skip


def codes(problems):
    return {(p.element, p.code) for p in problems}


def test_a_good_description_has_no_problem():
    assert validate_description(record_type("document"), GOOD) == []


@pytest.mark.parametrize("name", ["fonds", "reference_code", "title", "date", "creator",
                                  "retention", "year", "item_no"])  # fmt: skip
def test_each_mandatory_element_is_demanded(name):
    values = {k: v for k, v in GOOD.items() if k != name}
    problems = validate_description(record_type("document"), values)
    assert (name, "missing") in codes(problems)
    assert problems[0].message_zh and problems[0].message_en
    assert (name, "missing") not in codes(
        validate_description(record_type("document"), values, skip=[name])
    )


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("date", "昨天", "not_a_date"),
        ("retention", "永远", "not_in_vocabulary"),
        ("secrecy", "绝对机密", "not_in_vocabulary"),
        ("year", "85", "not_a_year"),
        ("pages", "十页", "not_a_number"),
        ("title", "题" * 1001, "too_long"),
        ("title", "题\u202e名", "control_character"),
        ("reference_code", "A439", "not_a_code"),
        ("year", "2016", "code_mismatch"),
        ("secrecy_term", "10年", "secrecy_term"),
        ("colour", "红", "unknown_element"),
    ],
)
def test_each_fault_has_its_code(name, value, code):
    problems = validate_description(record_type("document"), {**GOOD, name: value})
    assert code in {p.code for p in problems}


def test_a_secrecy_term_may_not_exceed_its_level():
    over = {**GOOD, "secrecy": "秘密", "secrecy_term": "20年"}
    assert ("secrecy_term", "secrecy_term") in codes(
        validate_description(record_type("document"), over)
    )
    assert validate_description(record_type("document"), {**over, "secrecy": "机密"}) == []


def test_defaults_stand_in_for_what_was_not_given():
    filled = with_defaults(record_type("document"), {"title": " 题 "})
    assert filled["opening_mark"] == "未审核"
    assert filled["record_class"] == "WS"
    assert filled["title"] == "题"


def test_the_asked_types_are_on_the_shelf():
    found = {t.code for t in record_types().all().values()}
    assert {"WS", "ZP", "LY", "LX", "KU", "KJ", "RS", "ZY", "YJ", "WY", "SJ", "SW"} <= found


def test_a_class_code_finds_its_type_and_its_kind():
    assert record_type("ZY").id == "specialised"
    assert record_type("ZY", "HY").id == "marriage_registration"
    assert record_type("KU", "01").id == "accounting"


@pytest.mark.parametrize("key", sorted(record_types().all()))
def test_every_type_is_whole(key):
    kind = record_types().get(key)
    names = [e.name for e in kind.elements]
    assert len(names) == len(set(names))
    assert {"title", "reference_code", "date", "creator", "fonds", "opening_mark"} <= set(names)
    for element in kind.elements:
        assert element.label_zh and element.label_en and element.standard
        if element.vocabulary:
            assert vocabulary(element.vocabulary).terms
    rule = kind.reference_code_rule
    if kind.id == "catalogue_entry":
        assert rule is None  # lists from elsewhere keep the codes they came with
        return
    assert set(rule.part_names) <= set(names)
    parts = {"fonds": "A439", "year": 2015, "retention": "Y", "class2": "01", "project": "01",
             "volume_no": 3, "item_no": 7, "page_no": 9}  # fmt: skip
    built = ReferenceCode.build(rule, **parts)
    assert built.parts["record_class"] == kind.code
    assert ReferenceCode.parse(built.text).parts["fonds"] == "A439"


def test_the_shared_elements_name_known_vocabularies():
    for element in dictionary().values():
        assert not element.vocabulary or element.vocabulary in vocabularies().all()


def test_words_lead_to_codes():
    retention = vocabulary("retention")
    assert retention.code_of("永久") == "Y"
    assert retention.code_of("30 years") == "D30"
    assert "D15" in retention and "D0" not in retention
    assert vocabulary("delay_ground").code_of("YQ3") == "G3"
    assert not vocabulary("delay_ground").get("G1").verified


def test_every_vocabulary_has_source_and_two_languages():
    for words in vocabularies().all().values():
        assert words.source and words.label_zh and words.label_en and words.terms
        assert len(set(words.codes)) == len(words.codes)


def test_the_type_follows_the_class_and_a_catalogue_entry_becomes_what_it_satisfies():
    full = {**GOOD, "record_class": "WS"}
    bare = {"title": "一张照片", "record_class": "ZP"}
    drawn = {**bare, "designer": "水利队"}  # what neither photographs nor catalogue entries have
    assert type_after("engineering", ("KJ", ""), ("WS", ""), full) == "document"
    assert type_after("engineering", ("KJ", ""), ("ZP", ""), bare) == "catalogue_entry"
    assert type_after("engineering", ("KJ", ""), ("ZP", ""), drawn) == "photograph"
    for before, after in (
        (("WS", ""), ("ZP", "")),
        (("KJ", ""), ("不", "")),
        (("", ""), ("ZP", "")),
    ):
        assert type_after("engineering", before, after, full) == "engineering"
    assert type_reached("catalogue_entry", full) == "document"
    assert type_reached("catalogue_entry", {**full, "date": ""}) == "catalogue_entry"
    assert type_reached("land", full) == "land"
    assert type_reached("catalogue_entry", {"title": "无类"}) == "catalogue_entry"
