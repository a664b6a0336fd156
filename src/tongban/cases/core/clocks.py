"""The clocks of a case, from its dates alone.

Invariants: correction happens before acceptance and pauses nothing, because nothing runs yet; the decision's clocks start on the day the set of
papers was complete, not on the day an officer looked at it; the statutory and the promised limit are two clocks; only a lawful stop after acceptance
takes time out of them, the day on which it begins still counting and the day on which it ends not, and out of one that has passed before it nothing; an extension lengthens the statutory limit alone, so that
nothing mends a broken promise; a case that waits for the applicant, or is stopped, has no date due; the result depends on the dates, the terms
and the calendar, and on nothing else.

Source: Administrative Licensing Law, articles 32, 42, 44, 45; Civil Code, articles 201 and 203.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tongban.catalogue.core.definition import Limit, Limits
from tongban.kernel.days import Calendar


@dataclass(frozen=True)
class Stopped:
    """One lawful stop: the day on which it began, and on which it ended; none while it lasts."""

    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True)
class Dates:
    """What has happened so far, as legal dates."""

    complete_on: date | None
    """The day the set became complete; none while a correction is awaited."""
    accepted_on: date | None = None
    decided_on: date | None = None
    asked_on: date | None = None
    """The day on which corrections were asked for, while they are awaited."""
    delivered_on: date | None = None
    stops: tuple[Stopped, ...] = ()
    extended_by: int = 0
    """Days, counted as the procedure counts its extension."""


@dataclass(frozen=True)
class Terms:
    """Which limits bind: the service's, the procedure's, and what the service declares of the applicant's silence."""

    limits: Limits
    answer_within: Limit | None = None
    """For the office to ask for corrections or to accept."""
    reply_within: Limit | None = None
    """For the applicant to correct."""
    deliver_within: Limit | None = None
    extension: Limit | None = None


@dataclass(frozen=True)
class Clocks:
    """What is due, and when."""

    answer_due_on: date | None = None
    """By when the applicant must be told what to correct, or that the application is accepted."""
    promised_due_on: date | None = None
    statutory_due_on: date | None = None
    reply_due_on: date | None = None
    """By when the applicant should have corrected it."""
    deliver_due_on: date | None = None
    """By when the result must have reached the applicant."""


NOTHING_DUE = Clocks()


def end_of(limit: Limit, start: date, calendar: Calendar) -> date:
    """The last day of a limit that starts (excluded) on `start`. Raises UndeclaredYearError."""
    count = calendar.add_working if limit.counted == "working" else calendar.add_calendar
    return count(start, limit.days)


def clocks(dates: Dates, terms: Terms, calendar: Calendar, *, is_granted: bool = True) -> Clocks:
    """What is due on a case with these dates. Raises UndeclaredYearError."""
    if dates.decided_on is not None:
        is_owed = is_granted and dates.delivered_on is None and terms.deliver_within is not None
        return Clocks(deliver_due_on=end_of(terms.deliver_within, dates.decided_on, calendar) if is_owed and terms.deliver_within else None)
    if dates.complete_on is None:
        waits = dates.asked_on is not None and terms.reply_within is not None
        return Clocks(
            reply_due_on=end_of(terms.reply_within, dates.asked_on, calendar) if waits and terms.reply_within and dates.asked_on else None
        )
    if any(stop.ended_on is None for stop in dates.stops):
        return NOTHING_DUE
    answers = terms.answer_within is not None and dates.accepted_on is None
    return Clocks(
        answer_due_on=end_of(terms.answer_within, dates.complete_on, calendar) if answers and terms.answer_within else None,
        promised_due_on=_end(terms.limits.promised, dates, calendar),
        statutory_due_on=_extended(dates, terms, calendar),
    )


def _end(limit: Limit, dates: Dates, calendar: Calendar, more: int = 0) -> date:
    assert dates.complete_on is not None
    return _stretched(Limit(limit.days + more, limit.counted), dates.complete_on, dates.stops, calendar)[0]


def _stretched(limit: Limit, start: date, stops: Iterable[Stopped], calendar: Calendar) -> tuple[date, int]:
    """The end of a limit, later by what was stopped before it had passed, and by how many days: no stop mends what is late already."""
    end, taken = end_of(limit, start, calendar), 0
    for stop in stops:
        if stop.began_on > end:
            break
        taken += taken_out(stop, limit, calendar)
        end = end_of(Limit(limit.days + taken, limit.counted), start, calendar)
    return end, taken


def _extended(dates: Dates, terms: Terms, calendar: Calendar) -> date:
    statutory, extension = terms.limits.statutory, terms.extension
    if not dates.extended_by or extension is None or extension.counted == statutory.counted:
        return _end(statutory, dates, calendar, dates.extended_by)
    return end_of(Limit(dates.extended_by, extension.counted), _end(statutory, dates, calendar), calendar)


def taken_out(stop: Stopped, limit: Limit, calendar: Calendar) -> int:
    """How many days of a limit a stop took out: those after the day it began, up to and including the day it ended."""
    if stop.ended_on is None:
        return 0
    return calendar.working_between(stop.began_on, stop.ended_on) if limit.counted == "working" else (stop.ended_on - stop.began_on).days


def step_end(within: Limit, opened_on: date, stops: Iterable[Stopped], calendar: Calendar) -> date:
    """The last day of a step's own time: stops that fell into it do not count, those that began once it had passed do."""
    since = (
        Stopped(max(stop.began_on, opened_on), stop.ended_on) for stop in stops if stop.ended_on is not None and stop.ended_on > opened_on
    )
    return _stretched(within, opened_on, since, calendar)[0]


def used_of(limit: Limit, start: date, until: date, stops: Iterable[Stopped], calendar: Calendar) -> tuple[int, bool]:
    """How many of a limit's own days had gone by on a day on which its clock ended or stood, and whether its last day had. Raises UndeclaredYearError."""
    end, taken = _stretched(limit, start, [stop for stop in stops if stop.ended_on is not None], calendar)
    gone = calendar.working_between(start, until) if limit.counted == "working" else (until - start).days
    return gone - taken, until > end


def days_left(due: date | None, today: date, calendar: Calendar) -> int | None:
    """Working days left until a date due; below nought once working days have gone by since. Raises UndeclaredYearError.

    Nought does not mean today: on a day off after the last day no working day has gone by, and before a last day that is a day off none is left.
    Whether a date is past is told by the dates, never by this count.
    """
    return None if due is None else calendar.working_between(today, due)
