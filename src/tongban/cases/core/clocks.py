"""The clocks of a case, from its dates alone.

Invariants: correction happens before acceptance and pauses nothing, because nothing runs yet; the decision's clocks start on the day the set of
papers was complete, not on the day an officer looked at it; the statutory and the promised limit are two clocks; a case that
waits for the applicant has no date due; the result depends on the dates, the limits and the calendar, and on nothing else.

Source: Administrative Licensing Law, articles 32, 42, 44; Civil Code, articles 201 and 203.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongban.catalogue.core.definition import Limit, Limits
from tongban.kernel.days import Calendar


@dataclass(frozen=True)
class Dates:
    """What has happened so far, as legal dates."""

    complete_on: date | None
    """The day the set became complete; none while a correction is awaited."""
    accepted_on: date | None = None
    decided_on: date | None = None


@dataclass(frozen=True)
class Clocks:
    """What is due, and when."""

    answer_due_on: date | None
    """By when the applicant must be told what to correct, or that the application is accepted."""
    promised_due_on: date | None
    statutory_due_on: date | None


NOTHING_DUE = Clocks(None, None, None)


def end_of(limit: Limit, start: date, calendar: Calendar) -> date:
    """The last day of a limit that starts (excluded) on `start`. Raises UndeclaredYearError."""
    count = calendar.add_working if limit.counted == "working" else calendar.add_calendar
    return count(start, limit.days)


def clocks(dates: Dates, limits: Limits, answer_within: Limit | None, calendar: Calendar) -> Clocks:
    """What is due on a case with these dates. Raises UndeclaredYearError."""
    if dates.complete_on is None or dates.decided_on is not None:
        return NOTHING_DUE
    answer_due = end_of(answer_within, dates.complete_on, calendar) if answer_within and dates.accepted_on is None else None
    return Clocks(
        answer_due_on=answer_due,
        promised_due_on=end_of(limits.promised, dates.complete_on, calendar),
        statutory_due_on=end_of(limits.statutory, dates.complete_on, calendar),
    )


def days_left(due: date | None, today: date, calendar: Calendar) -> int | None:
    """Working days left until a date due; negative once it is past. Raises UndeclaredYearError."""
    return None if due is None else calendar.working_between(today, due)
