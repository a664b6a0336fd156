"""The clock of a ticket, from the instant of its receipt and its tier alone.

Invariants: a limit in hours runs through nights, weekends and holidays; one in days is counted by the calendar, as every other limit of a case; nothing
that happens to a ticket (dispatch, dispute, merging, an answer, reopening) is asked about here, so nothing can stop the clock or start it anew.

Source: Civil Code, articles 200, 201 and 203 (periods in hours begin at once, periods in days with the next day).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tongban.cases.core.clocks import end_of
from tongban.catalogue.core.definition import Hours, Limit, Rung, Term
from tongban.kernel import clock
from tongban.kernel.days import Calendar


@dataclass(frozen=True)
class Due:
    """By when a ticket is to be answered: a legal date, and for a limit in hours the instant on it."""

    on: date
    at: datetime | None = None

    @property
    def ends(self) -> datetime:
        """The last instant that is in time: the hour itself, or the end of the date."""
        return self.at if self.at is not None else end_of_day(self.on)

    def is_past(self, now: datetime) -> bool:
        """Whether an answer given now would be late."""
        return now > self.ends


def due_of(within: Term, received_at: datetime, received_on: date, calendar: Calendar) -> Due:
    """By when a ticket is due that came in at an instant and counts as received on a date. Raises UndeclaredYearError."""
    if isinstance(within, Hours):
        at = received_at + timedelta(hours=within.hours)
        return Due(clock.local_date(at), at)
    return Due(end_of(within, received_on, calendar))


def end_of_day(day: date) -> datetime:
    """The last instant of a legal date."""
    return datetime.combine(day, time.max, clock.ZONE).astimezone(UTC)


def rung_at(rung: Rung, received_at: datetime, ends: datetime) -> datetime:
    """When a rung's time has come."""
    if rung.after is not None:
        return ends + timedelta(hours=rung.after.hours)
    return received_at + (ends - received_at) * rung.percent // 100


def next_rung_at(ladder: Sequence[Rung], done: int, received_at: datetime, ends: datetime) -> datetime | None:
    """When the next rung's time comes, if so many are done; None when all are."""
    return rung_at(ladder[done], received_at, ends) if done < len(ladder) else None


def may_still(since: datetime | None, within: Hours, now: datetime) -> bool:
    """Whether so many hours since an instant are not over yet; what has not begun is not over."""
    return since is None or now <= since + timedelta(hours=within.hours)


def last_day(within: Limit, answered_at: datetime, calendar: Calendar) -> date:
    """The last day on which an answer may be called not good enough. Raises UndeclaredYearError."""
    return end_of(within, clock.local_date(answered_at), calendar)
