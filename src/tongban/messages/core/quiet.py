"""Quiet hours, on the city's wall clock. Invariant: what is postponed is due at the end of the quiet hours it fell into, never earlier, never later."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from tongban.kernel import clock

Quiet = tuple[str, str]
"""`("22:00", "07:00")`: from, until; until lies on the next day when it is not later than from. Both equal: never quiet."""


def may_send_at(now: datetime, quiet: Quiet | None) -> datetime:
    """The first instant from `now` on that is not in quiet hours. Raises ValueError for what is no time of day."""
    if quiet is None:
        return now
    start, end = (time.fromisoformat(part) for part in quiet)
    local = clock.local(now)
    if not _is_quiet(local.time(), start, end):
        return now
    day = local.date() + timedelta(days=1) if local.time() >= end else local.date()
    return datetime.combine(day, end, clock.ZONE).astimezone(UTC)


def _is_quiet(now: time, start: time, end: time) -> bool:
    return start <= now < end if start <= end else now >= start or now < end
