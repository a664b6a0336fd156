"""Sweep jobs that are done. Invariant: what was given up stays until somebody looks at it; a swept job's key may be used again."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from tongban.kernel import clock

_SWEEP = "DELETE FROM jobs_job WHERE id IN (SELECT id FROM jobs_job WHERE done_at < %s ORDER BY done_at LIMIT %s)"


def sweep(older_than: timedelta, limit: int = 10_000) -> int:
    """Delete up to `limit` jobs that were done longer ago than that; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [clock.now() - older_than, limit])
        return int(cursor.rowcount)
