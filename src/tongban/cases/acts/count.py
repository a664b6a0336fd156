"""Count what the decisions of a day came to, once the day is over: the worker does, so that no page counts cases.

Invariants: a day is counted once, by one statement, in one transaction with its rows; today is never counted; a day is over for this only some minutes after
midnight, so that an act begun at 23:59 is in it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Final

from django.db import connection, transaction

from tongban.cases.core.benefit import Sums
from tongban.cases.models import BenefitDay, Case
from tongban.cases.reads.benefit import count_days, counted_until
from tongban.kernel import clock

_GRACE: Final = timedelta(minutes=10)
_AT_ONCE: Final = 31
"""So many days are counted in one transaction; a city that has never counted catches up in rounds."""
_LOCK: Final = 0x62656E65666974


def count_benefit() -> int:
    """Count the oldest days that are over and were not counted; how many rows that made."""
    last = clock.local_date(clock.now() - _GRACE) - timedelta(days=1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        first = _first_uncounted(last)
        if first is None:
            return 0
        until = min(last, first + timedelta(days=_AT_ONCE - 1))
        found = count_days(first, until + timedelta(days=1))
        marks = {(until, ""): Sums()}
        rows = [BenefitDay(day=day, service=service, **asdict(one)) for (day, service), one in {**found, **marks}.items()]
        BenefitDay.objects.bulk_create(rows)
    return len(rows)


def _first_uncounted(last: date) -> date | None:
    """The first day to count, none if all are; a row without a service marks how far the counting has come."""
    counted = counted_until()
    if counted is not None:
        return counted + timedelta(days=1) if counted < last else None
    first: date | None = Case.objects.filter(decided_on__lte=last).order_by("decided_on").values_list("decided_on", flat=True).first()
    return first
