"""Every example of DA/T 13-2022 is read, and codes are made by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.core.identifiers import (
    ReferenceCode,
    ReferenceCodeError,
    ReferenceCodeRule,
    code_file_name,
    normalise_reference_code,
    sequence_report,
    sequences,
)

EXAMPLES = {
    "A439-WS·2015·D30·003-005": "fonds=A439 record_class=WS year=2015 retention=D30 organ=003 item_no=005",
    "Z109-WS·2011·Y·办公室-0001": "fonds=Z109 record_class=WS year=2011 retention=Y organ=办公室 item_no=0001",
    "Z008-WS·2019·Y-037": "fonds=Z008 record_class=WS year=2019 retention=Y item_no=037",
    "J019-LY·2019·Y-001": "fonds=J019 record_class=LY year=2019 retention=Y item_no=001",
    "C015-WY·TZGG·2019·D10-00001": "fonds=C015 record_class=WY class2=TZGG year=2019 retention=D10 item_no=00001",
    "B168-SW·2015·Y-001": "fonds=B168 record_class=SW year=2015 retention=Y item_no=001",
    "J019-ZY·JC·CC·2019·D30-001-001": "fonds=J019 record_class=ZY class2=JC class3=CC year=2019 retention=D30 volume_no=001 item_no=001",
    "J019-KU·01·2017-001-001": "fonds=J019 record_class=KU class2=01 year=2017 volume_no=001 item_no=001",
    "A002-RS-001-002": "fonds=A002 record_class=RS volume_no=001 item_no=002",
    "X032-KJ·KY·01-003": "fonds=X032 record_class=KJ class2=KY project=01 volume_no=003",
    "X032-KJ·JJ·02-005-054": "fonds=X032 record_class=KJ class2=JJ project=02 volume_no=005 page_no=054",
    "K021-ZP·2019·D30-025-005": "fonds=K021 record_class=ZP year=2019 retention=D30 volume_no=025 item_no=005",
    "C038-001-002-003": "fonds=C038 catalogue_no=001 volume_no=002 item_no=003",
    "Z109-WS·2011-Y-BGS-0001": "fonds=Z109 record_class=WS year=2011 retention=Y organ=BGS item_no=0001",
}
WS = ReferenceCodeRule(
    "ws", "{fonds}-WS·{year}·{retention}[·{organ}]-{item_no:4}", record_class="WS"
)


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_standard_are_read(text):
    expected = dict(pair.split("=") for pair in EXAMPLES[text].split())
    assert dict(ReferenceCode.parse(text).parts) == expected


@pytest.mark.parametrize("dot", [".", "・", "•", "．", "·"])
def test_every_interpunct_is_stored_as_one(dot):
    assert normalise_reference_code(f" A439-WS{dot}2015{dot}D30－005 ") == "A439-WS·2015·D30-005"


@pytest.mark.parametrize(
    "text",
    ["", "-", "A439", "A439-WS", "A439-WS·2015·D30-", "A439-QQ·2015-001", "A439-WS·2015·D30-x", "../etc-WS-1",
     "A439-WS·2015·D30·A·B-001", "A" * 500, "A439-WS·" + "A·" * 90 + "-1"],
)  # fmt: skip
def test_what_is_no_code_is_refused_with_a_reason(text):
    with pytest.raises(ReferenceCodeError) as refused:
        ReferenceCode.parse(text)
    assert refused.value.message_zh and refused.value.message_en


def test_a_code_is_built_by_rule_and_read_back():
    code = ReferenceCode.build(WS, fonds="A439", year=2015, retention="D30", organ="003", item_no=5)
    assert code.text == "A439-WS·2015·D30·003-0005"
    assert code.parts["record_class"] == "WS"
    assert (code.scope, code.number) == ("A439-WS·2015·D30·003", 5)


def test_an_optional_part_may_be_absent():
    code = ReferenceCode.build(WS, fonds="A439", year=2015, retention="Y", item_no=12)
    assert code.text == "A439-WS·2015·Y-0012"


def test_a_missing_part_is_named():
    with pytest.raises(ReferenceCodeError, match="year"):
        ReferenceCode.build(WS, fonds="A439", retention="Y", item_no=1)


def test_a_number_too_wide_for_the_rule_is_refused():
    with pytest.raises(ReferenceCodeError):
        ReferenceCode.build(WS, fonds="A439", year=2015, retention="Y", item_no=12345)


def test_a_rule_may_have_its_own_shape_of_fonds():
    rule = ReferenceCodeRule.from_data(
        {"id": "old", "template": "{fonds}-{catalogue_no}-{volume_no:3}", "patterns": {"fonds": r"\d{1,4}"}}
    )  # fmt: skip
    assert ReferenceCode.parse("12-3-004", rule).parts["fonds"] == "12"


@pytest.mark.parametrize("template", ["", "WS", "{fonds", "{fonds}-[{year}", "{fonds}-{fonds}"])
def test_a_malformed_rule_is_refused(template):
    with pytest.raises(ReferenceCodeError):
        ReferenceCodeRule.from_data({"id": "x", "template": template})


def test_parts_are_compared_with_metadata():
    code = ReferenceCode.parse("A439-WS·2015·D30·003-005")
    assert code.differences({"year": "2015", "item_no": "5", "retention": "D30"}) == []
    assert code.differences({"year": "2016", "fonds": ""}) == [("year", "2015", "2016")]


def test_gaps_and_duplicates_are_reported_not_mended():
    report = sequence_report([2, 3, 3, 7])
    assert report.gaps == ((1, 1), (4, 6))
    assert report.missing == 4
    assert report.duplicates == {3: 2}
    assert not report.continuous
    assert sequence_report([1, 2, 3]).continuous
    assert sequence_report([]).continuous


def test_each_scope_counts_for_itself():
    codes = [
        ReferenceCode.parse(f"A439-WS·{y}·Y-{n:03}") for y, n in [(2015, 1), (2015, 3), (2016, 1)]
    ]
    found = sequences(codes)
    assert found["A439-WS·2015·Y"].gaps == ((2, 2),)
    assert found["A439-WS·2016·Y"].continuous


def test_file_names_are_safe():
    assert code_file_name("A439-WS·2015·D30·a/b-005") == "A439-WS·2015·D30·a_b-005"
    assert code_file_name("..") == "··"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_never_worse(text):
    try:
        code = ReferenceCode.parse(text)
    except ReferenceCodeError:
        return
    assert ReferenceCode.parse(code.text).parts == code.parts


@given(
    st.integers(1949, 2030), st.sampled_from(["Y", "D30", "D10"]), st.integers(1, 9999),
    st.sampled_from(["", "BGS", "办公室", "003"]),
)  # fmt: skip
def test_what_a_rule_builds_the_general_grammar_reads_alike(year, retention, item_no, organ):
    code = ReferenceCode.build(
        WS, fonds="A439", year=year, retention=retention, organ=organ, item_no=item_no
    )
    assert dict(ReferenceCode.parse(code.text).parts) == dict(code.parts)
