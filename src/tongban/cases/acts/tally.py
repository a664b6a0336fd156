"""Count what a month came to, once it is over: the worker does, so that no page counts cases or ratings.

Invariants: a month is counted by one statement for its cases, one for its ratings and one for what became of the bad ones, and kept as one row a service; counting
again gives the same but for what happened since; the running month is never counted, so that nobody sees a number move when one person rates.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import connection, transaction

from tongban.cases.core.ratings import Redress, month_of
from tongban.cases.models import RatingTally
from tongban.cases.reads.supervision import redress_by_service
from tongban.kernel import clock

MONTHS: Final = 12
MOVING: Final = 3
"""The redress of so many months may still go on: they are counted again, once a day."""
_LOCK: Final = 0x7261746564
_FINISHED: Final = """
SELECT department, service, count(*)::int FROM cases_case
WHERE decided_on >= %s AND decided_on < %s AND about_id IS NULL GROUP BY department, service
"""
_LEVELS: Final = """
SELECT department, service, level, count(*)::int FROM cases_rating WHERE month = %s AND mistaken_on IS NULL GROUP BY department, service, level
"""


def tally_months() -> int:
    """Count the months that are over and were not counted, or may have changed since yesterday; how many were."""
    today = clock.today()
    counted = dict(RatingTally.objects.values_list("month", "counted_on").distinct())
    due = [month for age, month in enumerate(_months_before(today)) if month not in counted or (age < MOVING and counted[month] < today)]
    return sum(_tally(month, today) for month in due)


def _months_before(today: date) -> list[date]:
    """The last months that are over, the latest first."""
    found = [month_of(month_of(today) - timedelta(days=1))]
    while len(found) < MONTHS:
        found.append(month_of(found[-1] - timedelta(days=1)))
    return found


def _tally(month: date, today: date) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        rows = _count(month, today)
        RatingTally.objects.filter(month=month).delete()
        RatingTally.objects.bulk_create(rows)
    return bool(rows)


def _count(month: date, today: date) -> list[RatingTally]:
    rows: dict[tuple[str, str], RatingTally] = {}

    def row(department: str, service: str) -> RatingTally:
        made = RatingTally(month=month, department=department, service=service, levels=[0] * 5, counted_on=today)
        return rows.setdefault((department, service), made)

    with connection.cursor() as cursor:
        cursor.execute(_FINISHED, [month, month_of(month + timedelta(days=31))])
        for department, service, finished in cursor.fetchall():
            row(department, service).finished = finished
        cursor.execute(_LEVELS, [month])
        for department, service, level, count in cursor.fetchall():
            row(department, service).levels[level - 1] = count
    for (department, service), redress in redress_by_service(month).items():
        row(department, service).redress = redress.to_json()
    if not rows:
        rows["", ""] = RatingTally(month=month, department="", service="", levels=[0] * 5, redress=Redress().to_json(), counted_on=today)
    return list(rows.values())
