"""The worker: jobs, the record's sequencer, and what happens because time passes.

Invariants: every kind of job stands in one table; a round that fails leaves everything for the next one; time's own acts (silence, lapse,
escalation) run soon after the city's clock has moved, however it moved; after a round that did all there was the worker takes a breath, so that what comes
meanwhile is delivered together and sealed under one signature, at most that breath later.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tongban.house.lifeline import die_with_parent

_IDLE_SECONDS = 0.5
_BREATH_SECONDS = 0.1
_JOBS_A_ROUND, _ENTRIES_A_ROUND = 200, 5000
_SWEEP_SECONDS = 15.0
_JANITOR_SECONDS = 1800.0
log = logging.getLogger(__name__)

Job = Callable[[Any], Any]


def kinds() -> dict[str, Job]:
    """Every kind of job that a room may ask for, and who does it."""
    from tongban.benefits import tasks as benefits
    from tongban.cases import tasks as cases
    from tongban.docking import tasks as docking
    from tongban.exchange import tasks as exchange
    from tongban.messages import tasks as messages

    return {**benefits.KINDS, **cases.KINDS, **docking.KINDS, **exchange.KINDS, **messages.KINDS}


def round_once() -> int:
    """Jobs that are due and entries that wait for their place in the record; how many there were."""
    from tongban.jobs.acts import work
    from tongban.ledger.acts import sequence

    return work(kinds(), limit=_JOBS_A_ROUND) + sequence(_ENTRIES_A_ROUND)


def pass_time() -> int:
    """What happens because time passes, then everything that follows from it at once. Returns how much there was."""
    from tongban.benefits import tasks as benefits
    from tongban.cases import tasks as cases
    from tongban.docking import tasks as docking

    done = docking.sweep() + cases.sweep() + benefits.sweep()
    cases.count_months()
    for _ in range(20):
        more = round_once()
        done += more
        if not more:
            break
    return done


def tidy() -> None:
    """Orphaned uploads, uploads for registers that nobody applied, jobs long done, old sign-in attempts and sessions."""
    from django.contrib.sessions.backends.db import SessionStore

    from tongban.exchange.acts import expire_uploads
    from tongban.files.acts import sweep as sweep_files
    from tongban.house.entrance.attempts import forget_old
    from tongban.jobs.acts import sweep as sweep_jobs
    from tongban.parties.acts import forget_searches

    sweep_files()
    expire_uploads()
    sweep_jobs(timedelta(days=30))
    forget_old()
    forget_searches()
    SessionStore.clear_expired()


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    die_with_parent()
    os.nice(5)  # pages first, also while both are starting
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    import django

    django.setup()
    from tongban.jobs.acts import wait

    due = {pass_time: 0.0, tidy: time.monotonic() + _JANITOR_SECONDS}
    pauses = {pass_time: _SWEEP_SECONDS, tidy: _JANITOR_SECONDS}
    while not ending.is_set():
        busy = _carefully(round_once)
        for act, at in due.items():
            if time.monotonic() >= at:
                _carefully(act)
                due[act] = time.monotonic() + pauses[act]
        if 0 < busy < _JOBS_A_ROUND:
            ending.wait(_BREATH_SECONDS)
        elif not busy and wait(_IDLE_SECONDS):
            due[pass_time] = 0.0


def _carefully(act: Callable[[], int | None]) -> int:
    """Run one part of a round; a fault is told and costs this round only."""
    from django.db import InterfaceError, OperationalError, connections

    try:
        return act() or 0
    except (OperationalError, InterfaceError):
        log.exception("the database does not answer; trying again")
        connections.close_all()
        time.sleep(1)
    except Exception:
        log.exception("%s failed; trying again", getattr(act, "__name__", act))
        time.sleep(1)
    return 0


if __name__ == "__main__":
    main()
