"""Ask for a job. Invariant: one statement, in the caller's transaction; a key asks once, however often it is used; workers wake after the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from tongban.kernel import clock
from tongban.kernel.ids import uuid7

CHANNEL: Final = "tongban_jobs"

_ENQUEUE = """
WITH {beside}kept AS (
  INSERT INTO jobs_job (id, kind, payload, key, asked_at, run_at, attempts, error) VALUES (%s, %s, %s, %s, %s, %s, 0, '')
  ON CONFLICT (key) DO NOTHING RETURNING id
)
SELECT id, CASE WHEN %s THEN pg_notify(%s, '') END FROM kept
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """An INSERT into the asking room's own table, written by the statement that asks for the job."""

    sql: str
    values: Sequence[Any]


def enqueue(
    kind: str, payload: Mapping[str, Any], *, run_at: datetime | None = None, key: str | None = None, beside: Beside | None = None
) -> UUID:
    """Ask for a job, at once or not before `run_at`; returns its id, which is the first one's if the key was used before."""
    now = clock.now()
    with connection.cursor() as cursor:
        due = run_at is None or run_at <= now
        values: list[Any] = [uuid7(), kind, Jsonb(payload), key, now, run_at or now, due, CHANNEL]
        sql = _ENQUEUE.format(beside=f"beside AS ({beside.sql}), " if beside else "")
        cursor.execute(sql, [*(beside.values if beside else ()), *values])
        row = cursor.fetchone()
        if row is None:
            cursor.execute("SELECT id FROM jobs_job WHERE key = %s", [key])
            row = cursor.fetchone()
    found = row[0]
    assert isinstance(found, UUID)
    return found
