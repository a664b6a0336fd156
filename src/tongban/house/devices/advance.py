"""Move the demo city's clock. Invariants: only forward, only by working days of the city's own calendar; every process sees it at once, and what time brings about has happened before the next page."""

from __future__ import annotations

from datetime import date, timedelta

from tongban.catalogue import reads as catalogue
from tongban.house import worker
from tongban.kernel import clock

STEPS = (1, 5)


def advance(working_days: int) -> date:
    """Move forward to the same time of day, that many working days on; returns the new date. Raises UndeclaredYearError, ClockNotMovableError."""
    today = clock.today()
    to = catalogue.city().calendar.add_working(today, working_days)
    clock.move_by(timedelta(days=(to - today).days))
    worker.pass_time()
    return to
