"""Work on jobs that are due.

Invariants: a job is taken under a row lock that others skip, so a killed worker loses nothing and two workers never do the same; what the job's function
writes commits together with `done_at`; what fails leaves no trace but the job's error, waits longer each time, and is given up after the eighth failure.

Each job has its own transaction, but for functions that are marked `at_once`: those take the due jobs of their kind together, in one transaction, and say of
each what went wrong; where they raise instead, the same jobs are worked on one by one.

A function that must keep transactions of its own (an act that is the outermost one, a call to another city's system) is marked `apart`: the job is
then leased and not locked, so a worker that is killed after the function and before the mark lets it run again. Such a function must bear that.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction

from tongban import statements
from tongban.jobs.reads import document_of
from tongban.kernel import clock

MOST_ATTEMPTS: Final = 8
LEASE: Final = timedelta(minutes=10)
"""How long a job that runs apart is nobody else's."""

_FIRST_WAIT: Final = timedelta(seconds=10)
_ERROR_LENGTH: Final = 4000
_DUE = "done_at IS NULL AND gave_up_at IS NULL"
_CLAIM = f"""
SELECT id, kind, payload FROM jobs_job WHERE {_DUE} AND run_at <= $1 AND kind = ANY($2) ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
"""  # noqa: S608
_CLAIM_AGAIN = f"SELECT id, kind, payload FROM jobs_job WHERE {_DUE} AND id = $1 FOR UPDATE SKIP LOCKED"  # noqa: S608
_LEASE = "UPDATE jobs_job SET run_at = $1 WHERE id = $2"
_DONE = f"UPDATE jobs_job SET done_at = $1, attempts = attempts + 1, error = '' WHERE id = ANY($2) AND {_DUE}"  # noqa: S608
_FAILED = f"""
UPDATE jobs_job SET attempts = attempts + 1, error = $2,
  run_at = $3::timestamptz + $4::interval * power(2, LEAST(attempts, 20)),
  gave_up_at = CASE WHEN attempts + 1 >= $5::int THEN $3 END
WHERE id = $1 AND {_DUE}
"""  # noqa: S608

Function = Callable[[Any], Any]
"""Takes a job's payload; one that is marked `at_once` takes several, and answers for each the exception that it met, or None."""
_Marked = TypeVar("_Marked", bound=Callable[..., Any])


class _Job(NamedTuple):
    id: UUID
    kind: str
    payload: Any


def apart(function: _Marked) -> _Marked:
    """Mark a job's function as one that keeps its own transactions and may run twice if the worker is killed."""
    function.apart = True  # type: ignore[attr-defined]
    return function


def at_once(function: _Marked) -> _Marked:
    """Mark a job's function as one that takes the payloads of many jobs at once, in one transaction."""
    function.at_once = True  # type: ignore[attr-defined]
    return function


def work(kinds: Mapping[str, Function], limit: int = 100) -> int:
    """Work on up to `limit` due jobs of these kinds, earliest first; returns how many were taken, done or failed. Must not be in a transaction."""
    taken = 0
    while taken < limit and (more := _next(kinds, limit - taken)):
        taken += more
    return taken


def _next(kinds: Mapping[str, Function], most: int) -> int:
    """Work on the earliest due job, and on those of its kind that are due with it if its function takes them at once; how many there were."""
    jobs: list[_Job] = []
    try:
        with transaction.atomic(durable=True):
            jobs = _claimed(kinds, most)
            if not jobs:
                return 0
            function = kinds[jobs[0].kind]
            if getattr(function, "apart", False):
                statements.rows(_LEASE, [clock.now() + LEASE, jobs[0].id])
            else:
                _do(function, jobs)
        if getattr(function, "apart", False):
            _do(function, jobs)
    except Exception as error:
        if not jobs:
            raise
        if len(jobs) == 1:
            _failed(jobs[0].id, error)
        else:
            _one_by_one(function, jobs)
    return len(jobs)


def _claimed(kinds: Mapping[str, Function], most: int) -> list[_Job]:
    """The earliest due job; with all that are due of its kind, up to `most`, where its function takes many."""
    now = clock.now()
    for row in statements.rows(_CLAIM, [now, list(kinds), 1]):
        first = _Job(*row)
        if most > 1 and getattr(kinds[first.kind], "at_once", False):
            return [_Job(*row) for row in statements.rows(_CLAIM, [now, [first.kind], most])]
        return [first]
    return []


def _do(function: Function, jobs: Sequence[_Job]) -> None:
    """Let the function work, and mark what is done."""
    payloads = [document_of(job.payload) for job in jobs]
    if getattr(function, "at_once", False):
        outcomes: Sequence[Exception | None] = function(payloads)
    else:
        outcomes = [function(payloads[0])]
    done = [job.id for job, outcome in zip(jobs, outcomes, strict=True) if not isinstance(outcome, Exception)]
    for job, outcome in zip(jobs, outcomes, strict=True):
        if isinstance(outcome, Exception):
            _failed(job.id, outcome)
    statements.rows(_DONE, [clock.now(), done])


def _one_by_one(function: Function, jobs: Sequence[_Job]) -> None:
    """The same jobs, each in its own transaction; one that another worker has taken meanwhile is left to it."""
    for job in jobs:
        try:
            with transaction.atomic(durable=True):
                if statements.rows(_CLAIM_AGAIN, [job.id]):
                    _do(function, [job])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this job's
            _failed(job.id, error)


def _failed(job_id: UUID, error: Exception) -> None:
    said = "".join(traceback.format_exception(error))[-_ERROR_LENGTH:].replace("\0", "")
    statements.rows(_FAILED, [job_id, said, clock.now(), _FIRST_WAIT, MOST_ATTEMPTS])
