"""The pure parts: limits in hours and days, rungs, likeness, rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongban.cases.core.tickets.alike import CELL, Point, cell_of, cells_around, metres_between, overlap, point_of
from tongban.cases.core.tickets.clock import due_of, may_still, next_rung_at, rung_at
from tongban.cases.core.tickets.counts import Rate, Told, counts_by_department, counts_of, rates
from tongban.cases.core.tickets.course import climb, disputing, not_fixed_leads_to
from tongban.catalogue.core.definition import Hours, Limit, Rung
from tongban.kernel import clock
from tongban.kernel.days import Calendar

OFF = frozenset(
    day for n in range(365) if (day := date(2026, 1, 1) + timedelta(days=n)).weekday() >= 5 or date(2026, 10, 1) <= day <= date(2026, 10, 7)
)
CALENDAR = Calendar({2026: OFF, 2027: frozenset()})
INSTANTS = st.integers(0, 330 * 24 * 3600).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
PLACES = st.builds(Point, st.floats(-60, 60), st.floats(-179, 179))


@given(INSTANTS, st.integers(1, 400))
def test_hours_run_through_nights_weekends_and_holidays(at: datetime, hours: int) -> None:
    due = due_of(Hours(hours), at, clock.local_date(at), CALENDAR)
    assert due.ends - at == timedelta(hours=hours)
    assert due.on == clock.local_date(due.ends)
    assert not due.is_past(due.ends)
    assert due.is_past(due.ends + timedelta(microseconds=1))


def test_two_hours_from_a_minute_to_midnight_end_on_the_next_day() -> None:
    at = datetime(2026, 9, 30, 15, 59, tzinfo=UTC)  # 23:59 in the city, before a week off
    due = due_of(Hours(2), at, date(2026, 9, 30), CALENDAR)
    assert (due.on, clock.local(due.ends).strftime("%H:%M")) == (date(2026, 10, 1), "01:59")


@given(INSTANTS, st.integers(1, 30))
def test_days_end_with_the_last_instant_of_their_date_and_never_on_a_day_off(at: datetime, days: int) -> None:
    due = due_of(Limit(days, "calendar"), at, clock.local_date(at), CALENDAR)
    assert due.at is None
    assert due.on >= clock.local_date(at) + timedelta(days=days)
    assert CALENDAR.is_working(due.on)
    assert clock.local_date(due.ends) == due.on
    assert clock.local_date(due.ends + timedelta(microseconds=1)) == due.on + timedelta(days=1)


@given(INSTANTS, INSTANTS, st.integers(1, 100), st.integers(1, 400))
def test_a_later_beginning_never_ends_sooner(one: datetime, other: datetime, hours: int, days: int) -> None:
    first, second = sorted((one, other))
    for within in (Hours(hours), Limit(min(days, 30), "working"), Limit(min(days, 30), "calendar")):
        ends = [due_of(within, at, clock.local_date(at), CALENDAR).ends for at in (first, second)]
        assert ends[0] <= ends[1]


@given(INSTANTS, st.integers(1, 1000), st.lists(st.integers(1, 100), min_size=1, max_size=5, unique=True))
def test_rungs_rise_within_the_limit_and_the_last_is_at_it(at: datetime, hours: int, shares: list[int]) -> None:
    ladder = [Rung("holder", percent=share) for share in sorted({*shares, 100})]
    ends = at + timedelta(hours=hours)
    times = [rung_at(rung, at, ends) for rung in ladder]
    assert times == sorted(times)
    assert at < times[0]
    assert times[-1] == ends
    assert [next_rung_at(ladder, done, at, ends) for done in range(len(ladder) + 1)] == [*times, None]


def test_after_the_limit_hours_are_counted_from_it() -> None:
    at, ends = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    assert rung_at(Rung("district", "head", after=Hours(24)), at, ends) == ends + timedelta(hours=24)


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.integers(0, 5))
def test_the_first_held_rung_from_below_is_told_and_the_empty_ones_are_named(held: list[bool], start: int) -> None:
    start = min(start, len(held) - 1)
    ladder = [Rung("holder", percent=n + 1) for n in range(len(held))]
    found = climb(ladder, start, lambda rung: ["somebody"] if held[rung.percent - 1] else [])
    above = [n for n in range(start, len(held)) if held[n]]
    assert found.rung == (above[0] if above else len(held) - 1)
    assert found.empty == tuple(range(start, above[0] if above else len(held)))
    assert bool(found.holders) == bool(above)


@given(st.lists(st.sampled_from(["a", "b", "c", "last"]), max_size=12))
def test_disputes_end(departments: list[str]) -> None:
    """Whoever disputes in whatever order: at most two disputes are heard, and the last resort's never."""
    disputed: list[str] = []
    now = datetime(2026, 3, 1, tzinfo=UTC)
    holder = "a"
    for department in departments:
        if department != holder:
            continue
        leads_to = disputing(department, disputed, "last", now, Hours(4), now)
        if leads_to in ("ruling", "last-resort"):
            disputed.append(department)
            holder = "last" if leads_to == "last-resort" else "b"
    assert len(disputed) <= 2
    assert "last" not in disputed
    assert disputing("last", disputed, "last", now, Hours(4), now) == "may-not"


def test_to_the_hour_is_in_time_and_a_moment_later_is_not() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert may_still(at, Hours(4), at + timedelta(hours=4))
    assert not may_still(at, Hours(4), at + timedelta(hours=4, microseconds=1))
    assert may_still(None, Hours(4), at)


def test_as_often_as_declared_and_then_the_supervision_office() -> None:
    assert [not_fixed_leads_to(times, 2) for times in range(4)] == ["reopen", "reopen", "to-supervision", "to-supervision"]


@given(PLACES, PLACES)
def test_a_distance_is_the_same_there_and_back_and_none_to_oneself(one: Point, other: Point) -> None:
    assert metres_between(one, other) == metres_between(other, one)
    assert metres_between(one, one) == 0


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert abs(metres_between(Point(30, 150), Point(31, 150)) - 111_195) < 5


@given(PLACES, st.floats(-1, 1), st.floats(-1, 1), st.integers(10, 1000))
def test_whatever_lies_within_the_metres_lies_in_a_cell_that_is_looked_at(here: Point, up: float, along: float, metres: int) -> None:
    there = Point(here.latitude + up * 2 * CELL, here.longitude + along * 2 * CELL)
    if metres_between(here, there) <= metres:
        assert cell_of(there) in cells_around(here, metres)


@given(st.sets(st.integers(), max_size=30), st.sets(st.integers(), max_size=30))
def test_likeness_is_symmetric_and_whole_for_a_part(one: set[int], other: set[int]) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, one) == (100 if one else 0)
    assert 0 <= overlap(one, other) <= 100


def test_only_a_point_is_a_point() -> None:
    assert point_of("30.3101,150.2302") == Point(30.3101, 150.2302)
    assert point_of("30.3101，150.2302") == Point(30.3101, 150.2302)
    for text in ("", "30", "30.1,", "north,east", "91,10", "30,181", "30.1,150.2;DROP TABLE", "1e3,2", "nan,nan", "３０,１５０"):
        assert point_of(text) is None, text


NOW = datetime(2026, 3, 5, tzinfo=UTC)
QUIET = Told(NOW, False, ("roads",), NOW, None, "", None, None, False, (), 0)


def test_silence_is_counted_as_silence() -> None:
    silent = counts_of(replace(QUIET, answered_at=NOW, fixed="yes", is_over=True))
    assert silent["said_nothing"] == 1
    assert not {"satisfied", "said_fixed", "unsolved"} & silent.keys()
    assert {rate.id: rate.permille for rate in rates(silent)}["satisfied"] is None


def test_not_fixed_is_counted_apart_even_if_nobody_complains() -> None:
    told = counts_of(replace(QUIET, answered_at=NOW, fixed="no", is_over=True))
    assert (told["not_fixed"], told["unsolved"]) == (1, 1)
    assert {rate.id: (rate.part, rate.whole) for rate in rates(told)}["solved"] == (0, 1)


def test_a_dispute_counts_with_whoever_disputed_and_not_with_whoever_has_it_now() -> None:
    sent = replace(QUIET, dispatched_to=("roads", "housing", "roads"), disputed_by=("housing",))
    assert counts_by_department(sent) == {"housing": {"dispatches": 1, "disputes": 1}, "roads": {"dispatches": 2}}
    assert counts_by_department(replace(sent, is_withdrawn=True)) == {}


def test_an_answer_to_the_instant_is_in_time_and_one_later_is_late() -> None:
    for late, at in ((0, NOW), (1, NOW + timedelta(microseconds=1))):
        told = counts_of(replace(QUIET, answered_at=at, fixed="yes"))
        assert (told.get("late", 0), told.get("in_time", 0)) == (late, 1 - late)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_rate_is_rounded_half_up_and_nothing_has_none(part: int, whole: int) -> None:
    permille = Rate("x", None, min(part, whole), whole).permille  # type: ignore[arg-type]
    assert permille is not None
    assert abs(permille * whole - 1000 * min(part, whole)) * 2 <= whole
    assert Rate("x", None, 0, 0).permille is None  # type: ignore[arg-type]
