"""The wall: what is due, by kind and by day, for the departments whose cases somebody may see; and the cases behind each number.

Invariants: only what is open is counted, through the indexes of what is due, so that it does not grow with the number of cases; late against the promise
and late against the law are two rows; each number opens exactly the cases that it counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tongban.cases.models import Case, Task
from tongban.cases.permissions import posts_reach, verbs
from tongban.cases.reads.queue import PURPOSES
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

Kind = Literal["answer", "promise", "statute", "deliver", "reply", "owed", "stop", "check"]
KINDS: Final[Mapping[Kind, str]] = {
    "statute": "statutory_due_on",
    "promise": "due_on",
    "answer": "answer_due_on",
    "stop": "stop_due_on",
    "deliver": "deliver_due_on",
    "owed": "owed_due_on",
    "reply": "reply_due_on",
    "check": "step_due_on",
}
"""By kind, the column that says when; the gravest first."""
DAYS = 6
"""So many working days are shown, today among them."""
_MOST = 50


@dataclass(frozen=True)
class Cell:
    """One number of the wall."""

    kind: Kind
    bucket: str
    """`late`, or a day."""
    count: int


@dataclass(frozen=True)
class Wall:
    """By kind, what is late and what is due on each of the next working days."""

    days: tuple[date, ...]
    rows: Mapping[Kind, tuple[Cell, ...]]


@dataclass(frozen=True)
class DueRow:
    """One case behind a number."""

    case_id: UUID
    number: str
    title: Text
    what: Text | None
    applicant_name: str
    department: Text
    due_on: date


def wall(actor: Actor) -> Wall:
    """What is due where this official may see cases."""
    days = _days()
    return Wall(days, {kind: _row(actor, kind, days) for kind in KINDS})


def behind(actor: Actor, kind: Kind, bucket: str, *, after: str = "", limit: int = _MOST) -> tuple[tuple[DueRow, ...], str]:
    """The cases behind one number, earliest first, and where the next page begins."""
    column = KINDS[kind]
    rows = _due(actor, kind).filter(**_within(column, bucket)).order_by(column, "pk")
    on, _, last = after.partition("/")
    if last:
        rows = rows.filter(Q(**{f"{column}__gt": on}) | Q(**{column: on, "pk__gt": last}))
    found: list[Any] = list(rows[: limit + 1])
    shown = tuple(_told(one, column) for one in found[:limit])
    return shown, f"{getattr(found[limit - 1], column)}/{found[limit - 1].pk}" if len(found) > limit else ""


def _days() -> tuple[date, ...]:
    calendar, today = catalogue.city().calendar, clock.today()
    return (today, *(calendar.add_working(today, n) for n in range(1, DAYS)))


def _row(actor: Actor, kind: Kind, days: tuple[date, ...]) -> tuple[Cell, ...]:
    column = KINDS[kind]
    due = _due(actor, kind).filter(**{f"{column}__lte": days[-1]})
    counted: Counter[str] = Counter()
    for on, count in due.values_list(column).annotate(n=Count("pk")).order_by(column):
        counted["late" if on < days[0] else str(next(day for day in days if on <= day))] += count
    return tuple(Cell(kind, bucket, counted[bucket]) for bucket in ("late", *map(str, days)))


def _within(column: str, bucket: str) -> dict[str, object]:
    """The days of one cell: before today; or after the day before it, up to it, so that a day off counts with the working day after it."""
    days = _days()
    if bucket == "late":
        return {f"{column}__lt": days[0]}
    day = date.fromisoformat(bucket)
    before = [one for one in days if one < day]
    return {f"{column}__lte": day, f"{column}__gt": before[-1]} if before else {column: day}


def _due(actor: Actor, kind: Kind) -> QuerySet[Case] | QuerySet[Task]:
    reach = posts_reach(actor, verbs(), "department")
    if kind == "check":
        return Task.objects.filter(reach, is_open=True, purpose__in=PURPOSES).select_related("case")
    if kind == "deliver":
        return Case.objects.filter(reach, deliver_due_on__isnull=False)
    rows = Case.objects.filter(reach, is_open=True)
    return rows.filter(accepted_on=None) if kind == "answer" else rows


def _told(one: Case | Task, column: str) -> DueRow:
    city = catalogue.city()
    case = one.case if isinstance(one, Task) else one
    service, department = city.services.get(case.service), city.departments.get(one.department)
    return DueRow(
        case_id=case.pk,
        number=case.number or "",
        title=service.title if service else Text(case.service, case.service),
        what=PURPOSES[one.purpose].format(step="") if isinstance(one, Task) else None,
        applicant_name=case.applicant_name,
        department=department.short if department else Text(one.department, one.department),
        due_on=getattr(one, column),
    )
