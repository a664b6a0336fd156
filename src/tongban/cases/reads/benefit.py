"""What cases that were decided have spared, by service: from the sums of days that are over, and from today's decisions as they stand.

Invariants: a page reads one row a day and service and counts only the days that the worker has not counted yet, so it does not grow with the number of cases;
each case is measured by the version under which it was decided; a bundle is counted by its parts, a paper that several of them have is one paper,
and the way to an office that they were brought in by is one way; a case about another one, as a review is, spares nobody anything and is not counted; nor is a
ticket, which decides nothing and may be answered more than once: it has figures of its own; nor what an office begins by itself, for which nobody would have come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Final

from django.db import connection
from django.db.models import Max, Sum

from tongban.cases.core.benefit import WITHOUT_ANSWER, Happened, Sums, sums, total
from tongban.cases.models import BenefitDay
from tongban.catalogue import reads as catalogue
from tongban.catalogue.errors import UnknownVersionError, VersionChangedError
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError

_FIELDS: Final = tuple(one.name for one in fields(Sums))
_DAY: Final = """
SELECT c.service, c.service_hash, c.way, c.channel, c.situation, c.complete_on, c.decided_on, a.answered, count(*)::int, sum(u.n)::int, sum(t.steps)::int,
  count(*) FILTER (WHERE t.acts = 0 AND NOT EXISTS (SELECT FROM cases_event WHERE case_id = c.id AND act = 'deem-granted'))::int,
  count(*) FILTER (WHERE c.late_promise)::int, count(*) FILTER (WHERE c.late_law)::int,
  count(c.parent_id)::int,
  count(*) FILTER (WHERE NOT EXISTS (SELECT FROM cases_case o WHERE o.parent_id = c.parent_id AND o.id < c.id))::int
FROM cases_case c
CROSS JOIN LATERAL (
  SELECT count(*) AS n FROM cases_upload p WHERE p.case_id = c.id AND p.removed_at IS NULL
    AND NOT EXISTS (SELECT FROM cases_upload o WHERE o.original_id = p.original_id AND o.id < p.id)
) u
CROSS JOIN LATERAL (
  SELECT count(*) AS acts, count(*) FILTER (WHERE step <> 'accept') AS steps FROM cases_task
  WHERE case_id = c.id AND done_by IS NOT NULL AND purpose = ''
) t
CROSS JOIN LATERAL (SELECT NOT EXISTS (SELECT FROM cases_event WHERE case_id = c.id AND act = ANY(%s)) AS answered) a
WHERE c.decided_on >= %s AND c.decided_on < %s AND c.about_id IS NULL AND NOT EXISTS (SELECT FROM cases_bundlepart b WHERE b.bundle_id = c.id)
  AND NOT EXISTS (SELECT FROM cases_ticket WHERE case_id = c.id)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


def benefit(first: date) -> Mapping[str, Sums]:
    """By service, what its cases spared that were decided from a day until now."""
    counted = counted_until()
    stored = (
        BenefitDay.objects.filter(day__gte=first)
        .exclude(service="")
        .values("service")
        .annotate(**{f"sum_{name}": Sum(name) for name in _FIELDS})
        .values_list("service", *(f"sum_{name}" for name in _FIELDS))
    )
    found = {service: Sums(*numbers) for service, *numbers in stored}
    since = max(first, counted + timedelta(days=1)) if counted else first
    for (_, service), more in count_days(since, clock.today() + timedelta(days=1)).items():
        found[service] = found.get(service, Sums()) + more
    return found


def counted_until() -> date | None:
    """The last day whose decisions were counted; none before the first."""
    last: date | None = BenefitDay.objects.aggregate(last=Max("day"))["last"]
    return last


def _is_by_office(hash_: str) -> bool:
    """Whether an office begins the cases of this version of a service, as it does the ending of a licence."""
    try:
        return catalogue.service(hash_).initiative == "office"
    except (UnknownVersionError, VersionChangedError):
        return False


def count_days(first: date, before: date) -> Mapping[tuple[date, str], Sums]:
    """By day and service, what the decisions of some days came to: one statement, grouped before it is read."""
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [list(WITHOUT_ANSWER), first, before])
        rows = cursor.fetchall()
    found: defaultdict[tuple[date, str], list[Sums]] = defaultdict(list)
    for service, hash_, way, channel, situation, complete_on, decided_on, answered, *numbers in rows:
        if _is_by_office(hash_):
            continue
        span = _span(complete_on, decided_on)
        found[decided_on, service].append(_sums(hash_, way, channel, situation, span, *numbers) if answered else Sums(ended=numbers[0]))
    return {key: total(many) for key, many in found.items()}


def _sums(
    hash_: str,
    way: str,
    channel: str,
    situation: str,
    span: int | None,
    n: int,
    papers: int,
    steps: int,
    machine: int,
    late: int,
    unlawful: int,
    joined: int,
    trips: int,
) -> Sums:
    try:
        service = catalogue.service(hash_)
    except (UnknownVersionError, VersionChangedError):
        return Sums(ended=n)  # what they took on paper is not known any more
    timed, days = (0, 0) if span is None else (n, span * n)
    return sums(Happened(n, papers, steps, machine, joined, trips, timed, days, late, unlawful), service, way, channel, situation)


def _span(start: date | None, end: date) -> int | None:
    if start is None:
        return None
    try:
        return catalogue.city().calendar.working_between(start, end)
    except UndeclaredYearError:
        return None
