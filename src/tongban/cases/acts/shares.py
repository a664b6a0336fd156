"""Count what arrived: by which channel, from which area, for which service, month by month.

Invariants: each case that was sent is counted once, whatever stops in between: its row is taken away by the statement that counts it; the work is that of
the cases that are new, however many there are already; two workers count different rows.
"""

from __future__ import annotations

from django.db import connection

AT_ONCE = 5000
_COUNT = """
WITH taken AS (
  DELETE FROM cases_arrival WHERE id IN (SELECT id FROM cases_arrival ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
  RETURNING month, service, area, channel, kind
),
counted AS (
  SELECT month, service, area, channel, kind, count(*) AS number FROM taken GROUP BY month, service, area, channel, kind
  UNION ALL SELECT month, '', area, channel, kind, count(*) FROM taken GROUP BY month, area, channel, kind
)
INSERT INTO cases_share AS share (month, service, area, channel, kind, number)
SELECT month, service, area, channel, kind, number FROM counted ORDER BY service, month, area, channel, kind
ON CONFLICT (service, month, area, channel, kind) DO UPDATE SET number = share.number + excluded.number
"""


def count_arrivals() -> bool:
    """Count some of the cases that arrived; whether there were any."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [AT_ONCE])
        return bool(cursor.rowcount > 0)
