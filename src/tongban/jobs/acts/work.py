"""Work on jobs that are due.

Invariants: each job is taken in its own transaction under a row lock that others skip, so a killed worker loses nothing and two workers never do the
same; what the job's function writes commits together with `done_at`; what fails leaves no trace but the job's error, waits longer each time, and is given
up after the eighth failure.

A function that must keep transactions of its own (an act that is the outermost one, a call to another city's system) is marked `apart`: the job is
then leased and not locked, so a worker that is killed after the function and before the mark lets it run again. Such a function must bear that.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import connection, transaction

from tongban.jobs.reads import document_of
from tongban.kernel import clock

MOST_ATTEMPTS: Final = 8
LEASE: Final = timedelta(minutes=10)
"""How long a job that runs apart is nobody else's."""

_FIRST_WAIT: Final = timedelta(seconds=10)
_ERROR_LENGTH: Final = 4000
_DUE = "done_at IS NULL AND gave_up_at IS NULL"
_CLAIM = f"SELECT id, kind, payload FROM jobs_job WHERE {_DUE} AND run_at <= %s AND kind = ANY(%s) ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"  # noqa: S608
_LEASE = "UPDATE jobs_job SET run_at = %s WHERE id = %s"
_DONE = f"UPDATE jobs_job SET done_at = %s, attempts = attempts + 1, error = '' WHERE id = %s AND {_DUE}"  # noqa: S608
_FAILED = f"""
UPDATE jobs_job SET attempts = attempts + 1, error = %(error)s,
  run_at = %(now)s + %(wait)s * power(2, LEAST(attempts, 20)),
  gave_up_at = CASE WHEN attempts + 1 >= %(most)s THEN %(now)s END
WHERE id = %(id)s AND {_DUE}
"""  # noqa: S608

Function = Callable[[Mapping[str, Any]], None]
_Marked = TypeVar("_Marked", bound=Callable[..., None])


def apart(function: _Marked) -> _Marked:
    """Mark a job's function as one that keeps its own transactions and may run twice if the worker is killed."""
    function.apart = True  # type: ignore[attr-defined]
    return function


def work(kinds: Mapping[str, Function], limit: int = 100) -> int:
    """Work on up to `limit` due jobs of these kinds, earliest first; returns how many were taken, done or failed. Must not be in a transaction."""
    taken = 0
    while taken < limit and _next(kinds):
        taken += 1
    return taken


def _next(kinds: Mapping[str, Function]) -> bool:
    job: tuple[UUID, str, Any] | None = None
    try:
        with transaction.atomic(durable=True):
            job = _claim(kinds)
            if job is None:
                return False
            function = kinds[job[1]]
            if getattr(function, "apart", False):
                _run(_LEASE, clock.now() + LEASE, job[0])
            else:
                function(document_of(job[2]))
                _run(_DONE, clock.now(), job[0])
        if getattr(function, "apart", False):
            function(document_of(job[2]))
            _run(_DONE, clock.now(), job[0])
    except Exception as error:
        if job is None:
            raise
        _failed(job[0], error)
    return True


def _claim(kinds: Mapping[str, Function]) -> tuple[UUID, str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [clock.now(), list(kinds)])
        row: tuple[UUID, str, Any] | None = cursor.fetchone()
    return row


def _failed(job_id: UUID, error: Exception) -> None:
    said = "".join(traceback.format_exception(error))[-_ERROR_LENGTH:].replace("\0", "")
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"id": job_id, "error": said, "now": clock.now(), "wait": _FIRST_WAIT, "most": MOST_ATTEMPTS}
        cursor.execute(_FAILED, values)


def _run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
