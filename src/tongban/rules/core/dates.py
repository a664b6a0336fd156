"""Calendar arithmetic on whole days.

Invariant: the corresponding day decides. A month or year later is the day of the same number; where that month has no
such day, its last day. So 29 February counts a year on 28 February of a common year, and
`years_between(d, add_months(d, 12 * n)) == n` for every day and every n inside the calendar.
"""

from __future__ import annotations

import calendar
import datetime as dt


def add_days(day: dt.date, count: int) -> dt.date:
    """The day `count` days later. Raises OverflowError outside years 1 to 9999."""
    return day + dt.timedelta(days=count)


def add_months(day: dt.date, count: int) -> dt.date:
    """The corresponding day `count` months later, or the last of that month. Raises ValueError outside years 1 to 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ValueError("outside the calendar")
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def add_years(day: dt.date, count: int) -> dt.date:
    """The corresponding day `count` years later, or the last of that month. Raises ValueError outside years 1 to 9999."""
    return add_months(day, 12 * count)


def months_between(first: dt.date, second: dt.date) -> int:
    """Whole months completed from `first` to `second`; negative if `second` is earlier."""
    if second < first:
        return -months_between(second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    last = calendar.monthrange(second.year, second.month)[1]
    return months - (second.day < min(first.day, last))


def years_between(first: dt.date, second: dt.date) -> int:
    """Whole years completed from `first` to `second` (an age); negative if `second` is earlier."""
    if second < first:
        return -years_between(second, first)
    return months_between(first, second) // 12
