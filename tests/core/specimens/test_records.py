"""The county's records: enough, coherent, coded without gaps, and about nobody real."""

from __future__ import annotations

import re
from collections import Counter

from lantai.core.description import record_type, validate_description
from lantai.core.identifiers import ReferenceCode, sequences
from lantai.core.specimens.makers.maker import makers
from lantai.core.specimens.numerals import capital_amount, chinese_date, identity_number
from lantai.core.specimens.records import STATES, load_world, records

RECORDS = records()


def test_there_are_enough_records_classes_and_decades() -> None:
    assert len(RECORDS) >= 420
    assert len({r.values["record_class"] for r in RECORDS}) >= 6
    assert {r.values["year"][:3] for r in RECORDS} >= {
        "193",
        "194",
        "195",
        "196",
        "197",
        "198",
        "199",
        "200",
        "201",
        "202",
    }
    assert sum(r.values["date"] <= "20011122" for r in RECORDS) >= 150
    assert sum("繁体" in r.values["language"] for r in RECORDS) >= 28


def test_every_state_of_life_is_there() -> None:
    assert set(Counter(r.state for r in RECORDS)) == set(STATES)


def test_every_code_parses_and_numbers_run_without_gaps() -> None:
    codes = [ReferenceCode.parse(r.values["reference_code"]) for r in RECORDS]
    assert len({r.values["reference_code"] for r in RECORDS}) == len(RECORDS)
    assert all(report.continuous for report in sequences(codes).values())


def test_a_code_agrees_with_the_description() -> None:
    for record in RECORDS:
        code = ReferenceCode.parse(record.values["reference_code"])
        wanted = {k: record.values[k] for k in ("fonds", "year", "retention") if k in code.parts}
        assert not code.differences(wanted), record.values["reference_code"]


def test_every_description_is_valid_for_its_record_type() -> None:
    for record in RECORDS:
        kind = record_type(record.values["record_class"], record.values.get("class2", ""))
        assert not validate_description(kind, record.values), record.id


def test_no_text_is_repeated_and_titles_are_told_apart() -> None:
    assert len({r.body for r in RECORDS}) == len(RECORDS)
    assert len({(r.title, r.values["date"]) for r in RECORDS}) == len(RECORDS)


def test_identity_numbers_and_telephones_belong_to_nobody() -> None:
    for record in RECORDS:
        for number in re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", record.body):
            assert number.startswith("999")
        for phone in re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", record.body):
            assert phone.startswith("1990000")


def test_personal_data_waits_for_the_opening_review() -> None:
    assert sum("身份证号" in r.body for r in RECORDS) >= 20


def test_the_tables_add_up() -> None:
    checked = 0
    for record in RECORDS:
        rows = [line.split() for line in record.body.split("\n")]
        figures = [
            row
            for row in rows
            if len(row) > 1 and all(re.fullmatch(r"[\d.]+(?:元)?", c) for c in row[1:])
        ]
        if not figures or not figures[-1][0].startswith("合计"):
            continue
        columns = list(
            zip(*[[float(c.rstrip("元")) for c in row[1:]] for row in figures], strict=True)
        )
        for column in columns:
            assert abs(sum(column[:-1]) - column[-1]) < 0.01, record.title
        checked += 1
    assert checked >= 5


def test_every_file_kind_asked_for_has_a_maker() -> None:
    assert {kind for r in RECORDS for kind in r.kinds} <= set(makers().all())


def test_institutions_and_accounts_fit_together() -> None:
    world = load_world()
    ids = {institution["id"] for institution in world["institution"]}
    assert {account["institution"] for account in world["account"]} <= ids
    assert world["division"]["county_code"].startswith("999")


def test_sums_and_dates_are_written_as_accountants_and_clerks_do() -> None:
    assert capital_amount(1200000) == "壹万贰仟元整"
    assert capital_amount(30520) == "叁佰零伍元贰角整"
    assert capital_amount(1000005) == "壹万元零伍分"
    assert chinese_date("19841110") == "一九八四年十一月十日"
    assert identity_number("19580712", 31)[:6] == "999123"
