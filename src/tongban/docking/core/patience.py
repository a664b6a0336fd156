"""When a system that did not answer is called again, and when the daily reconciliation is due.

Invariants: each silence doubles the wait, up to half an hour; a reconciliation is due once a day, from its hour on, and stays due until it was done.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(minutes=30)


def wait_after(failures: int) -> timedelta:
    """How long not to call after so many silences in a row, at least one."""
    doubled: timedelta = FIRST * (1 << min(max(failures, 1) - 1, 10))
    return min(doubled, LONGEST)


def last_hour(now_local: datetime, hour: str) -> datetime:
    """The latest instant, on the city's wall clock, at which it was that time of day."""
    hours, _, minutes = hour.partition(":")
    today = datetime.combine(now_local.date(), time(int(hours), int(minutes)), now_local.tzinfo)
    return today if today <= now_local else today - timedelta(days=1)
