"""The two clocks of a case against a plain model: generated orders of events, counted day by day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongban.cases.core.clocks import NOTHING_DUE, Clocks, Dates, Stopped, Terms, clocks, days_left, end_of, step_end, used_of
from tongban.catalogue.core.definition import Limit, Limits
from tongban.kernel.days import Calendar


def _weekends(year: int) -> frozenset[date]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return frozenset(day for day in days if day.year == year and day.weekday() >= 5)


CALENDAR = Calendar({year: _weekends(year) - {date(2026, 2, 14)} | {date(2026, 2, 17), date(2026, 2, 18)} for year in (2025, 2026, 2027)})
TEN_AND_FIVE = Limits(statutory=Limit(10, "working"), promised=Limit(5, "working"))
TERMS = Terms(
    TEN_AND_FIVE,
    answer_within=Limit(5, "working"),
    reply_within=Limit(10, "working"),
    deliver_within=Limit(10, "working"),
    extension=Limit(10, "working"),
)
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
    due = clocks(Dates(complete_on), TERMS, CALENDAR)
    assert due.answer_due_on == plainly(complete_on, 5)
    assert due.promised_due_on == plainly(complete_on, 5)
    assert due.statutory_due_on == plainly(complete_on, 10)


@given(DAYS, st.integers(0, 9))
def test_accepting_late_does_not_move_the_limits(complete_on: date, later: int) -> None:
    accepted = clocks(Dates(complete_on, accepted_on=complete_on + timedelta(days=later)), TERMS, CALENDAR)
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
        due = clocks(Dates(complete_on), TERMS, CALENDAR)
        if complete_on is None:
            assert due == NOTHING_DUE
        else:
            assert due.statutory_due_on == plainly(complete_on, 10)


@given(DAYS)
def test_on_a_decided_case_only_its_delivery_is_due_and_nothing_once_it_was_delivered(day: date) -> None:
    assert clocks(Dates(day, day, day), TERMS, CALENDAR) == Clocks(deliver_due_on=plainly(day, 10))
    assert clocks(Dates(day, day, day, delivered_on=day), TERMS, CALENDAR) == NOTHING_DUE
    assert clocks(Dates(day, day, day), TERMS, CALENDAR, is_granted=False) == NOTHING_DUE, "a refusal is told, nothing is handed over"


@given(DAYS)
def test_while_corrections_are_awaited_only_the_applicant_has_a_day(day: date) -> None:
    assert clocks(Dates(None, asked_on=day), TERMS, CALENDAR) == Clocks(reply_due_on=plainly(day, 10))


LENGTHS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=4)
"""Lawful stops: how long after the last one each begins, and how long it lasts."""


def _stops(start: date, lengths: list[tuple[int, int]]) -> tuple[Stopped, ...]:
    found, at = [], start
    for pause, long in lengths:
        began = at + timedelta(days=pause)
        at = began + timedelta(days=long)
        found.append(Stopped(began, at))
    return tuple(found)


def _on_a_wall_calendar(start: date, count: int, stops: tuple[Stopped, ...], *, counted: str) -> date:
    """Tick off day after day, leaving out the days of each stop after the one on which it began."""
    day = start
    while count:
        day += timedelta(days=1)
        stopped = any(stop.began_on < day <= stop.ended_on for stop in stops if stop.ended_on)
        count -= not stopped and (counted == "calendar" or CALENDAR.is_working(day))
    return CALENDAR.first_working_on_or_after(day) if counted == "calendar" else day


@given(DAYS.filter(lambda day: day < date(2027, 1, 1)), LENGTHS, st.integers(0, 10))
def test_every_day_that_was_stopped_in_time_comes_on_top_and_so_does_an_extension(
    start: date, lengths: list[tuple[int, int]], more: int
) -> None:
    stops = _stops(start, lengths)
    due = clocks(Dates(start, accepted_on=start, stops=stops, extended_by=more), TERMS, CALENDAR)
    assert due.statutory_due_on == _longer_by(start, 10 + more, stops)
    assert due.promised_due_on == _longer_by(start, 5, stops)


def _longer_by(start: date, days: int, stops: tuple[Stopped, ...]) -> date:
    """A limit and every stop that began before it had passed, one after another; what began too late mends nothing."""
    for stop in stops:
        if stop.began_on > plainly(start, days):
            break
        assert stop.ended_on
        days += sum(CALENDAR.is_working(stop.began_on + timedelta(days=n)) for n in range(1, (stop.ended_on - stop.began_on).days + 1))
    return plainly(start, days)


@given(DAYS.filter(lambda day: day < date(2027, 1, 1)), st.integers(0, 4), st.integers(0, 30))
def test_one_stop_in_time_takes_out_exactly_the_days_it_lasted(start: date, after: int, long: int) -> None:
    began = start + timedelta(days=after)
    stop = Stopped(began, began + timedelta(days=long))
    working = clocks(Dates(start, accepted_on=start, stops=(stop,)), TERMS, CALENDAR).statutory_due_on
    assert working == _on_a_wall_calendar(start, 10, (stop,), counted="working")
    in_days = Terms(Limits(Limit(15, "calendar"), Limit(15, "calendar")))
    calendar = clocks(Dates(start, accepted_on=start, stops=(stop,)), in_days, CALENDAR).statutory_due_on
    assert calendar == _on_a_wall_calendar(start, 15, (stop,), counted="calendar")


@given(DAYS, st.integers(0, 20))
def test_while_it_is_stopped_nothing_is_due(start: date, after: int) -> None:
    assert clocks(Dates(start, accepted_on=start, stops=(Stopped(start + timedelta(days=after)),)), TERMS, CALENDAR) == NOTHING_DUE


@given(DAYS, st.integers(1, 10))
def test_an_extension_never_moves_the_promise(start: date, more: int) -> None:
    plain = clocks(Dates(start, accepted_on=start), TERMS, CALENDAR)
    longer = clocks(Dates(start, accepted_on=start, extended_by=more), TERMS, CALENDAR)
    assert longer.promised_due_on == plain.promised_due_on
    assert longer.statutory_due_on == plainly(start, 10 + more)


@given(DAYS.filter(lambda day: day < date(2027, 1, 1)), st.integers(0, 5), st.integers(0, 9))
def test_a_step_that_was_stopped_has_its_own_days_afterwards(opened: date, after: int, long: int) -> None:
    began = opened + timedelta(days=after)
    stop = Stopped(began, began + timedelta(days=long))
    before = Stopped(opened - timedelta(days=9), opened - timedelta(days=2))
    assert step_end(Limit(6, "working"), opened, (before, stop), CALENDAR) == _on_a_wall_calendar(opened, 6, (stop,), counted="working")


@given(DAYS, st.integers(-20, 20))
def test_days_left_are_working_days_and_negative_once_late(today: date, distance: int) -> None:
    due = today + timedelta(days=distance)
    left = days_left(due, today, CALENDAR)
    counted = sum(CALENDAR.is_working(min(today, due) + timedelta(days=n)) for n in range(1, abs(distance) + 1))
    assert left == (counted if distance >= 0 else -counted)


@given(DAYS.filter(lambda day: day < date(2027, 1, 1)), LENGTHS, st.integers(1, 12), st.integers(0, 40))
def test_what_a_clock_used_and_whether_it_was_late_is_told_alike_when_it_ended(
    start: date, lengths: list[tuple[int, int]], days: int, later: int
) -> None:
    stops = _stops(start, lengths)
    until = max([start, *(stop.ended_on for stop in stops if stop.ended_on)]) + timedelta(days=later)
    limit = Limit(days, "working")
    used, is_past = used_of(limit, start, until, stops, CALENDAR)
    assert is_past == (until > _longer_by(start, days, stops))
    assert used <= days or is_past, "more than it has is late"


@given(DAYS.filter(lambda day: day < date(2027, 1, 1)), LENGTHS, st.integers(1, 12))
def test_a_step_s_own_time_is_mended_by_no_stop_that_began_after_it(start: date, lengths: list[tuple[int, int]], days: int) -> None:
    assert step_end(Limit(days, "working"), start, _stops(start, lengths), CALENDAR) == _longer_by(start, days, _stops(start, lengths))
