"""The one clock.

Invariants: every instant is UTC and aware; every legal date is the date in the city's zone. The clock may be moved forward in the demo and in
tests: the offset stands in the file named by `TONGBAN_CLOCK`, so that all processes of a city see the same time at once. Without that
variable the clock is the machine's and cannot be moved.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo(os.environ.get("TONGBAN_ZONE", "Asia/Shanghai"))

_MICROSECOND = timedelta(microseconds=1)
_STILL = timedelta()
_read: tuple[int, timedelta] = (-1, timedelta())


class ClockNotMovableError(RuntimeError):
    """The clock of a real city cannot be moved; only a demo's or a test's can."""


def now() -> datetime:
    """This instant, UTC."""
    offset = _offset()
    instant = datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine
    return instant + offset if offset else instant


def unix_ns() -> int:
    """This instant as nanoseconds since 1970."""
    return time.time_ns() + _offset() // _MICROSECOND * 1000


def today() -> date:
    """The legal date in the city's zone."""
    return local_date(now())


def local(instant: datetime) -> datetime:
    """The same instant on the city's wall clock."""
    return instant.astimezone(ZONE)


def local_date(instant: datetime) -> date:
    """The legal date on which an instant falls."""
    return instant.astimezone(ZONE).date()


def is_movable() -> bool:
    """Whether this is a demo's or a test's clock."""
    return "TONGBAN_CLOCK" in os.environ


def move_by(step: timedelta) -> None:
    """Move the clock of every process forward (back, in tests). Raises ClockNotMovableError in a real city."""
    move_to_offset(_offset() + step)


def move_to_offset(offset: timedelta) -> None:
    """Set the offset from the machine's clock. Raises ClockNotMovableError in a real city."""
    if not is_movable():
        raise ClockNotMovableError
    path = Path(os.environ["TONGBAN_CLOCK"])
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{offset.total_seconds():.6f}")
    fresh.replace(path)


def _offset() -> timedelta:
    global _read  # noqa: PLW0603 - the offset is read once for each change of its file
    path = os.environ.get("TONGBAN_CLOCK")
    if path is None:
        return _STILL
    try:
        found = os.stat(path)  # noqa: PTH116 - asked at every reading of the clock
    except FileNotFoundError:
        return timedelta()
    stamp = found.st_mtime_ns ^ found.st_ino
    if stamp != _read[0]:
        _read = (stamp, timedelta(seconds=float(Path(path).read_text())))
    return _read[1]
