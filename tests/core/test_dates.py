"""Chinese dates become EDTF, with the days they cover."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.cli.main import main
from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.edtf import NotEdtf, edtf_bounds

EDTF = {
    "光绪三十年": "1904",
    "光緒三十年": "1904",
    "光绪三十年三月初五": "1904-04-20",
    "光绪三十年三月": "1904-04-16/1904-05-14",
    "宣统三年八月十九日": "1911-10-10",
    "清光绪甲辰年": "1904",
    "乾隆己卯年": "1759",
    "宣统辛亥": "1911",
    "康熙年间": "1662/1722",
    "贞观十四年": "0640",
    "民国元年": "1912",
    "民国二十六年七月": "1937-07",
    "中華民國二十六年七月七日": "1937-07-07",
    "民国26年7月7日": "1937-07-07",
    "民国二十六年至三十四年": "1937/1945",
    "一九八四年三月十八日": "1984-03-18",
    "二○○四年五月": "2004-05",
    "１９８４年３月１８日": "1984-03-18",
    "1984.3.18": "1984-03-18",
    "1984/3/18": "1984-03-18",
    "19840318": "1984-03-18",
    "19840300": "1984-03",
    "19840000": "1984",
    "1984": "1984",
    "[19450815]": "1945-08-15?",
    "〔1945〕": "1945?",
    "约1950年": "1950~",
    "50年末": "1950-10%/1950-12%",
    "约53年": "1953%",
    "1950年左右": "1950~",
    "1950-1960": "1950/1960",
    "1950-60": "1950/1960",
    "1966—1976年": "1966/1976",
    "1984.3.18-1985.2.1": "1984-03-18/1985-02-01",
    "19840318-19850201": "1984-03-18/1985-02-01",
    "1984年3月18日至20日": "1984-03-18/1984-03-20",
    "1984年3月至5月": "1984-03/1984-05",
    "1950年至今": "1950/..",
    "1950年以前": "../1950",
    "二十世纪五十年代": "195X",
    "20世纪50年代": "195X",
    "1950年代": "195X",
    "二十世纪": "19XX",
    "1985年春": "1985-21",
    "1984年上半年": "1984-40",
    "1984年第三季度": "1984-35",
    "1984年3月上旬": "1984-03-01/1984-03-10",
    "1984年农历三月初五": "1984-04-05",
    "1950年腊月廿三": "1951-01-30",
    "198×年": "198X",
    "1984年3月×日": "1984-03-XX",
    "1984-XX": "1984-XX",
    "1984-03-18T10:20:00+08:00": "1984-03-18",
    "1984年3月18日上午9时": "1984-03-18",
    "公元前221年": "-0220",
    "日期不详": "XXXX",
    "抗战时期": "1937-07-07/1945-09-02",
}


@pytest.mark.parametrize("text", EDTF)
def test_a_date_becomes_edtf(text):
    value = parse_date(text)
    assert value.edtf == EDTF[text]
    assert value.text == text


def test_an_imperial_year_covers_its_lunar_year():
    value = parse_date("光绪三十年")
    assert (value.earliest, value.latest) == (date(1904, 2, 16), date(1905, 2, 3))


def test_a_leap_month_is_read_where_there_was_one():
    assert parse_date("光绪二十六年闰八月初一").edtf == "1900-09-24"
    with pytest.raises(DateNotUnderstood):
        parse_date("光绪二十年闰五月")


@pytest.mark.parametrize(
    "text",
    ["", "  ", "hello", "1984年2月30日", "2024-13-01", "光绪三十五年", "19841340", "第三号", "0",
     "1" * 500, "年", "民国", "1960-1950", "婚姻登记", "/", "..", "--"],
)  # fmt: skip
def test_what_is_no_date_is_refused_in_both_languages(text):
    with pytest.raises(DateNotUnderstood, match="date not understood"):
        parse_date(text)


def test_the_era_named_in_the_refusal():
    with pytest.raises(DateNotUnderstood, match="1875—1908"):
        parse_date("光绪三十五年")


@given(st.dates(date(1000, 1, 1)))
def test_every_day_is_read_in_each_writing(day):
    for text in (
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        day.isoformat(),
    ):
        value = parse_date(text)
        assert value.edtf == day.isoformat()
        assert value.earliest == value.latest == day


@given(
    st.text(
        alphabet="〇一二三十百年月日元民国光绪康熙约至-/.0123456789X?～季春初末闰[]", max_size=20
    )
)
def test_any_text_is_read_or_refused_and_bounds_are_in_order(text):
    try:
        value = parse_date(text)
    except DateNotUnderstood:
        return
    edtf_bounds(value.edtf)
    if value.earliest and value.latest:
        assert value.earliest <= value.latest


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("1984", (date(1984, 1, 1), date(1984, 12, 31))),
        ("1984-02", (date(1984, 2, 1), date(1984, 2, 29))),
        ("1984-24", (date(1984, 12, 1), date(1985, 2, 28))),
        ("19XX", (date(1900, 1, 1), date(1999, 12, 31))),
        ("../1950", (None, date(1950, 12, 31))),
    ],
)
def test_edtf_covers_days(text, bounds):
    assert edtf_bounds(text) == bounds


def test_edtf_refuses_the_impossible():
    for text in ("1984-13", "1984-02-30", "84", "1985/1984"):
        with pytest.raises(NotEdtf):
            edtf_bounds(text)


def test_the_command_answers_what_it_can_and_names_the_rest(capsys):
    assert main(["date", "光绪三十年", "不是日期", "1984.3.18"]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == (
        '{"text": "光绪三十年", "edtf": "1904", "earliest": "1904-02-16", "latest": "1905-02-03"}'
    )
    assert len(out.splitlines()) == 2
    assert "不是日期" in err
