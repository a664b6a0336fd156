"""Nobody is woken for a licence."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import clock
from tongban.messages.core.quiet import may_send_at

NIGHT = ("22:00", "07:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-05 21:59", "2026-03-05 21:59"),
        ("2026-03-05 22:00", "2026-03-06 07:00"),
        ("2026-03-05 23:59", "2026-03-06 07:00"),
        ("2026-03-06 00:00", "2026-03-06 07:00"),
        ("2026-03-06 06:59", "2026-03-06 07:00"),
        ("2026-03-06 07:00", "2026-03-06 07:00"),
        ("2026-12-31 23:00", "2027-01-01 07:00"),
    ],
)
def test_the_night_ends_in_the_morning_by_the_citys_clock(now, due):
    assert may_send_at(at(now), NIGHT) == at(due)


def test_a_rest_at_noon_ends_the_same_day():
    assert may_send_at(at("2026-03-05 12:30"), ("12:00", "14:00")) == at("2026-03-05 14:00")
    assert may_send_at(at("2026-03-05 14:00"), ("12:00", "14:00")) == at("2026-03-05 14:00")


def test_without_quiet_hours_everything_goes_at_once():
    for quiet in (None, ("08:00", "08:00")):
        assert may_send_at(at("2026-03-05 03:00"), quiet) == at("2026-03-05 03:00")


def test_what_is_no_time_is_refused():
    with pytest.raises(ValueError):
        may_send_at(at("2026-03-05 03:00"), ("25:00", "07:00"))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda d: d.replace(tzinfo=clock.ZONE).astimezone(UTC))  # noqa: DTZ001 - the zone is put on after
minutes = st.integers(0, 1439).map(lambda n: f"{n // 60:02d}:{n % 60:02d}")


@given(moments, minutes, minutes)
def test_a_message_waits_less_than_a_day_and_only_for_the_end_of_quiet_hours(now, start, end):
    due = may_send_at(now, (start, end))
    assert timedelta() <= due - now < timedelta(days=1)
    assert due == now or clock.local(due).time() == time.fromisoformat(end)
    assert may_send_at(due, (start, end)) == due
