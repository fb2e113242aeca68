"""Clocks run in working days by the yearly notices."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tyme4py.holiday import LegalHoliday

from lantai.core.calendar import (
    add_working_days,
    arrangements,
    holiday_name,
    is_official,
    is_working_day,
    reckon,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday worked for the National Day
        (date(2026, 10, 8), True),
        (date(2025, 1, 26), True),
        (date(2025, 10, 8), False),
        (date(2022, 12, 31), False),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_known_days(day, works):
    assert is_working_day(day) is works


def test_five_days_over_the_national_day_of_2026():
    assert add_working_days(date(2026, 9, 30), 5) == date(2026, 10, 13)


def test_days_before():
    assert add_working_days(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 8)


def test_a_year_not_on_file_is_said_to_be_unofficial():
    assert reckon(date(2026, 9, 30), 5).official
    assert not reckon(date(2026, 12, 30), 5).official
    assert not is_official(2030)
    assert is_working_day(date(2030, 10, 1))


def test_an_absurd_clock_is_refused():
    with pytest.raises(ValueError, match="too many"):
        reckon(date(2026, 1, 1), 10**9)


@pytest.mark.parametrize("year", ["2023", "2024", "2025", "2026"])
def test_the_years_agree_with_an_independent_table(year):
    day = date(int(year), 1, 1)
    while day.year == int(year) and (day.month, day.day) < (12, 25):
        legal = LegalHoliday.from_ymd(day.year, day.month, day.day)
        expected = legal.is_work() if legal else day.weekday() < 5
        assert is_working_day(day) is expected, day
        day += timedelta(1)
    assert arrangements().get(year).notice


def test_holidays_have_names():
    assert holiday_name(date(2026, 2, 17)) == "春节"
    assert holiday_name(date(2026, 2, 17), "en") == "Spring Festival"
    assert holiday_name(date(2026, 11, 23)) == ""


@given(st.dates(date(2023, 1, 1), date(2026, 11, 30)), st.integers(0, 60))
def test_counting_forth_and_back_agrees(day, count):
    due = add_working_days(day, count)
    assert is_working_day(due)
    assert working_days_between(day, due) == count or (count == 0 and not is_working_day(day))
