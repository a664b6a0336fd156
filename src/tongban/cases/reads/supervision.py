"""What supervision watches: every case that concerns another, where it stands, with whom, by when; and this month as it goes.

Invariants: one statement for the cases and one for what is open on them, however many there are; the latest stand first; whoever had a hand in what a
case concerns is not shown it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from tongban.cases.core.clocks import days_left
from tongban.cases.core.course import step_named
from tongban.cases.core.ratings import Redress, Tally, month_of
from tongban.cases.models import Case, Task
from tongban.cases.permissions import desk_of, verbs
from tongban.cases.reads.ground import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

MOST = 200


@dataclass(frozen=True)
class SupervisedRow:
    """One open case about another: what, about which service, of which department, and what it waits for."""

    case_id: UUID
    number: str
    title: Text
    about: Text
    department: str
    step_title: Text
    with_department: str
    """The department on whose desk it lies."""
    role: str
    assigned_name: str
    opened_at: datetime
    due_on: date | None
    """By when the open step has to be done, or the case where the step has no time of its own."""
    is_late: bool
    days_late: int


def supervised(actor: Actor) -> tuple[SupervisedRow, ...]:
    """The open cases that concern others, those that are late first, then by their day; the first 200."""
    tasks = Prefetch("tasks", Task.objects.filter(is_open=True).order_by("id"), to_attr="open_tasks")
    cases = Case.objects.filter(desk_of(actor, verbs()), about_id__isnull=False, is_open=True).order_by("id").prefetch_related(tasks)
    city = catalogue.city()
    rows = [_row(case, task, city) for case in cases[:MOST] for task in case.open_tasks]
    return tuple(sorted(rows, key=lambda row: (not row.is_late, row.due_on or date.max, row.case_id)))


def this_month() -> Tally:
    """The running month so far, with every rating: for supervision alone."""
    month = month_of(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, [month])
        counted = dict(cursor.fetchall())
        cursor.execute(_FINISHED, [month, month])
        finished = int(cursor.fetchone()[0])
    return Tally(finished, tuple(counted.get(level, 0) for level in range(1, 6)), redress_of(month))


_FINISHED = """
SELECT (SELECT count(*) FROM cases_case WHERE decided_on >= %s) - (SELECT count(*) FROM cases_case WHERE about_id IS NOT NULL AND decided_on >= %s)
"""
"""Two counts, because each is read off an index."""
_LEVELS = "SELECT level, count(*)::int FROM cases_rating WHERE month = %s AND mistaken_on IS NULL GROUP BY level"

REDRESS = """
SELECT r.department, r.service,
  count(*) FILTER (WHERE answered.at IS NOT NULL AND answered.on_time)::int,
  count(*) FILTER (WHERE answered.at IS NOT NULL AND NOT answered.on_time)::int,
  count(*) FILTER (WHERE answered.at IS NULL AND c.is_open AND c.due_on < %(today)s)::int,
  count(*) FILTER (WHERE answered.at IS NULL AND c.is_open AND c.due_on >= %(today)s)::int,
  count(*) FILTER (WHERE answered.at IS NOT NULL AND did.called)::int,
  count(*) FILTER (WHERE did.judged)::int,
  count(*) FILTER (WHERE r.mistaken_on IS NOT NULL)::int
FROM cases_rating r JOIN cases_rated k ON k.rating_id = r.id JOIN cases_case c ON c.id = k.redress_id
LEFT JOIN LATERAL (
  SELECT at, (at AT TIME ZONE %(zone)s)::date <= (data->>'due_on')::date AS on_time FROM cases_event
  WHERE case_id = c.id AND act = 'grant' ORDER BY id LIMIT 1
) answered ON true
LEFT JOIN LATERAL (
  SELECT bool_or(data->>'brings' = 'call-back') AS called, bool_or(data->>'brings' IN ('uphold', 'dismiss')) AS judged
  FROM cases_event WHERE case_id = c.id
) did ON true
WHERE r.month = %(month)s AND k.redress_id IS NOT NULL
GROUP BY 1, 2
"""
"""What became of a month's bad ratings, by department and service: grows with those alone."""


def redress_by_service(month: date) -> dict[tuple[str, str], Redress]:
    """What became of the bad ratings of a month, by department and service."""
    with connection.cursor() as cursor:
        cursor.execute(REDRESS, {"month": month, "today": clock.today(), "zone": str(clock.ZONE)})
        return {(row[0], row[1]): Redress(*row[2:]) for row in cursor.fetchall()}


def redress_of(month: date) -> Redress:
    """What became of all bad ratings of a month."""
    return sum(redress_by_service(month).values(), Redress())


def _row(case: Case, task: Task, city: City) -> SupervisedRow:
    today = clock.today()
    service = ground_of(case).service
    about = city.services.get(case.about_service)
    due = task.step_due_on or task.due_on
    try:
        left = days_left(due, today, city.calendar)
    except UndeclaredYearError:
        left = None
    is_late = due is not None and due < today
    return SupervisedRow(
        case_id=case.id,
        number=case.number or "",
        title=service.title,
        about=about.title if about else Text(case.about_service, case.about_service),
        department=case.department,
        step_title=step_named(service, task.step).title,
        with_department=task.department,
        role=task.role,
        assigned_name=task.assigned_name,
        opened_at=task.opened_at,
        due_on=due,
        is_late=is_late,
        days_late=max(1, -(left or 0)) if is_late else 0,
    )
