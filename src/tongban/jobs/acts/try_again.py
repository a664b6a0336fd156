"""Try again what was given up. Invariant: a job that is done or still due is left alone."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from tongban.jobs.acts.enqueue import CHANNEL
from tongban.jobs.errors import NotGivenUpError
from tongban.kernel import clock

_AGAIN = """
WITH again AS (UPDATE jobs_job SET gave_up_at = NULL, attempts = 0, run_at = %s WHERE id = %s AND gave_up_at IS NOT NULL RETURNING id)
SELECT id, pg_notify(%s, '') FROM again
"""


def try_again(job_id: UUID) -> None:
    """Make a job that was given up due now, with all its attempts before it. Raises NotGivenUpError."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [clock.now(), job_id, CHANNEL])
        if cursor.fetchone() is None:
            raise NotGivenUpError(job_id)
