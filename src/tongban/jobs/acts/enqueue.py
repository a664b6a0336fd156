"""Ask for a job. Invariant: one statement, in the caller's transaction; a key asks once, however often it is used; workers wake after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from tongban.jobs.models import Job
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.statements import Part, Writing, make

CHANNEL: Final = "tongban_jobs"

_ENQUEUE = """
WITH kept AS (
  INSERT INTO jobs_job (id, kind, payload, key, asked_at, run_at, attempts, error) VALUES (%s, %s, %s, %s, %s, %s, 0, '')
  ON CONFLICT (key) DO NOTHING RETURNING id
)
SELECT id, CASE WHEN %s THEN pg_notify(%s, '') END FROM kept
"""


_WAKE: Final = Part("", (), f"pg_notify('{CHANNEL}', '')")


def enqueue(
    kind: str, payload: Mapping[str, Any], *, run_at: datetime | None = None, key: str | None = None, rows: Writing | None = None
) -> UUID:
    """Ask for a job, at once or not before `run_at`; returns its id, which is the first one's if the key was used before.

    With `rows`, and without a key, the job is written by the statement that writes those.
    """
    now = clock.now()
    due = run_at is None or run_at <= now
    if rows is not None:
        assert key is None, "what a key was used for before is known only once it is written"
        if due:
            rows.part(_WAKE)
        return rows.add(make(Job, kind=kind, payload=payload, asked_at=now, run_at=run_at or now)).id
    with connection.cursor() as cursor:
        values: list[Any] = [uuid7(), kind, Jsonb(payload), key, now, run_at or now, due, CHANNEL]
        cursor.execute(_ENQUEUE, values)
        row = cursor.fetchone()
        if row is None:
            cursor.execute("SELECT id FROM jobs_job WHERE key = %s", [key])
            row = cursor.fetchone()
    found = row[0]
    assert isinstance(found, UUID)
    return found
