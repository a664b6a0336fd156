"""On which days officials may agree to come.

Invariants: a working day, not past, and not after the last day of any check that is open in the visit, so that a part which is not there yet holds up nobody;
a check that is late already bounds nothing, for it would leave no day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from tongban.kernel.days import Calendar, UndeclaredYearError

_MOST: Final = 10
"""So many days are offered at most; a later one may still be agreed upon."""


def last_day(due: Iterable[date | None], today: date) -> date | None:
    """The day by which officials have to go; None where nothing bounds it."""
    return min((one for one in due if one is not None and one >= today), default=None)


def days_open(today: date, last: date | None, calendar: Calendar) -> tuple[date, ...]:
    """The days that may be chosen, nearest first, as far as the calendar is declared."""
    found: list[date] = []
    on = today
    while len(found) < _MOST:
        try:
            on = calendar.first_working_on_or_after(on)
        except UndeclaredYearError:
            break
        if last is not None and on > last:
            break
        found.append(on)
        on += timedelta(days=1)
    return tuple(found)
