"""Wait for work.

Invariants: whoever commits a due job wakes every waiting worker (LISTEN/NOTIFY on a connection of its own, outside Django's); a step of the city's clock
wakes them too, because it makes postponed jobs due; a lost connection costs one wait, not a job, since jobs are rows and the caller looks again.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, Final

import psycopg
from django.db import connections

from tongban.jobs.acts.enqueue import CHANNEL
from tongban.kernel import clock

_SLICE: Final = 0.25
_STEP: Final = 1.0
_ears: list[psycopg.Connection[Any]] = []


def wait(timeout: float) -> bool:
    """Wait until a job was asked for, the city's clock was moved, or `timeout` seconds have passed (False). Listens from the first call on."""
    end = time.monotonic() + timeout
    try:
        ear = _ear()
        while (left := end - time.monotonic()) > 0:
            before, began = clock.now(), time.monotonic()
            if _heard(ear, min(left, _SLICE)) or _moved(before, began):
                return True
    except psycopg.OperationalError:
        deafen()
        time.sleep(max(0.0, min(end - time.monotonic(), _STEP)))
        return True
    return False


def deafen() -> None:
    """Close the listening connection; the next `wait` opens another."""
    while _ears:
        _ears.pop().close()


def _ear() -> psycopg.Connection[Any]:
    if not _ears or _ears[0].closed:
        deafen()
        parameters = connections["default"].get_connection_params()
        heard = psycopg.connect(
            **{name: value for name, value in parameters.items() if name not in {"cursor_factory", "context"}}, autocommit=True
        )
        heard.execute(f"LISTEN {CHANNEL}")
        _ears.append(heard)
    return _ears[0]


def _heard(ear: psycopg.Connection[Any], seconds: float) -> bool:
    return sum(1 for _ in ear.notifies(timeout=seconds, stop_after=1)) > 0


def _moved(before: datetime, began: float) -> bool:
    """Whether the city's clock went another way than the machine's."""
    return abs((clock.now() - before).total_seconds() - (time.monotonic() - began)) > _STEP
