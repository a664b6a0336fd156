"""The two clocks of a case against a plain model: generated orders of events, counted day by day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongban.cases.core.clocks import NOTHING_DUE, Dates, clocks, days_left, end_of
from tongban.catalogue.core.definition import Limit, Limits
from tongban.kernel.days import Calendar


def _weekends(year: int) -> frozenset[date]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return frozenset(day for day in days if day.year == year and day.weekday() >= 5)


CALENDAR = Calendar({year: _weekends(year) - {date(2026, 2, 14)} | {date(2026, 2, 17), date(2026, 2, 18)} for year in (2025, 2026, 2027)})
TEN_AND_FIVE = Limits(statutory=Limit(10, "working"), promised=Limit(5, "working"))
WITHIN = Limit(5, "working")
DAYS = st.dates(date(2025, 2, 1), date(2027, 6, 1))


def plainly(start: date, count: int) -> date:
    """Count working days as a clerk does on a wall calendar."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= CALENDAR.is_working(day)
    return day


@given(DAYS, st.integers(0, 40))
def test_a_limit_in_working_days_ends_where_a_clerk_counting_on_a_wall_calendar_ends(start: date, count: int) -> None:
    assert end_of(Limit(count, "working"), start, CALENDAR) == plainly(start, count)


@given(DAYS)
def test_before_acceptance_the_applicant_is_owed_an_answer_and_both_limits_are_projected(complete_on: date) -> None:
    due = clocks(Dates(complete_on), TEN_AND_FIVE, WITHIN, CALENDAR)
    assert due.answer_due_on == plainly(complete_on, 5)
    assert due.promised_due_on == plainly(complete_on, 5)
    assert due.statutory_due_on == plainly(complete_on, 10)


@given(DAYS, st.integers(0, 9))
def test_accepting_late_does_not_move_the_limits(complete_on: date, later: int) -> None:
    accepted = clocks(Dates(complete_on, accepted_on=complete_on + timedelta(days=later)), TEN_AND_FIVE, WITHIN, CALENDAR)
    assert accepted.statutory_due_on == plainly(complete_on, 10)
    assert accepted.answer_due_on is None


@given(st.lists(st.tuples(st.sampled_from(["ask", "correct"]), st.integers(0, 5)), max_size=8), DAYS)
def test_corrections_never_add_up_the_clock_starts_afresh_on_the_day_the_set_is_complete(
    events: list[tuple[str, int]], start: date
) -> None:
    complete_on: date | None = start
    today = start
    for what, later in events:
        today += timedelta(days=later)
        complete_on = None if what == "ask" else today
        due = clocks(Dates(complete_on), TEN_AND_FIVE, WITHIN, CALENDAR)
        if complete_on is None:
            assert due == NOTHING_DUE
        else:
            assert due.statutory_due_on == plainly(complete_on, 10)


@given(DAYS)
def test_nothing_is_due_on_a_decided_case(day: date) -> None:
    assert clocks(Dates(day, day, day), TEN_AND_FIVE, WITHIN, CALENDAR) == NOTHING_DUE


@given(DAYS, st.integers(-20, 20))
def test_days_left_are_working_days_and_negative_once_late(today: date, distance: int) -> None:
    due = today + timedelta(days=distance)
    left = days_left(due, today, CALENDAR)
    counted = sum(CALENDAR.is_working(min(today, due) + timedelta(days=n)) for n in range(1, abs(distance) + 1))
    assert left == (counted if distance >= 0 else -counted)
