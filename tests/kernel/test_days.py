"""Legal days: the two published examples, and what holds of every calendar."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.days import Calendar, UndeclaredYearError


def _year(year: int) -> frozenset[date]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return frozenset(day for day in days if not chinese_calendar.is_workday(day))


CALENDAR = Calendar({year: _year(year) for year in (2019, 2020, 2026)})


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2020, 1, 20), date(2020, 2, 25)), (date(2026, 9, 28), date(2026, 10, 30)), (date(2026, 9, 25), date(2026, 10, 29))],
)
def test_twenty_working_days_across_a_long_holiday_end_where_the_law_says(start: date, end: date) -> None:
    assert CALENDAR.add_working(start, 20) == end


def test_a_year_that_is_not_declared_is_refused_and_never_guessed() -> None:
    with pytest.raises(UndeclaredYearError):
        CALENDAR.add_working(date(2026, 12, 21), 20)
    with pytest.raises(UndeclaredYearError):
        CALENDAR.is_working(date(2021, 1, 4))
    with pytest.raises(UndeclaredYearError):
        CALENDAR.working_between(date(2020, 12, 1), date(2026, 1, 5))


def test_a_calendar_day_period_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert CALENDAR.add_calendar(date(2026, 9, 24), 8) == date(2026, 10, 8)


@given(st.dates(date(2019, 1, 1), date(2020, 11, 1)), st.integers(0, 25))
def test_counting_forward_and_counting_between_agree(start: date, count: int) -> None:
    end = CALENDAR.add_working(start, count)
    assert CALENDAR.working_between(start, end) == count
    assert count == 0 or CALENDAR.is_working(end)


@given(st.dates(date(2019, 1, 1), date(2020, 11, 1)), st.integers(0, 10), st.integers(0, 10))
def test_two_periods_in_a_row_are_one_long_period(start: date, first: int, second: int) -> None:
    assert CALENDAR.add_working(CALENDAR.add_working(start, first), second) == CALENDAR.add_working(start, first + second)
