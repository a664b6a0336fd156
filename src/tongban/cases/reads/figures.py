"""Figures that the city publishes about itself, from its cases. A bundle is counted by its parts, each of which one department answers for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongban.cases.core.benefit import total
from tongban.cases.core.clocks import days_left
from tongban.cases.models import Case
from tongban.cases.reads.benefit import benefit
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.text import Text


@dataclass(frozen=True)
class MonthFigures:
    """This month so far: cases closed, mean working days from complete papers to decision in tenths (none without cases), late ones still open."""

    month: date
    closed: int
    mean_tenths: int | None
    late: int


@dataclass(frozen=True)
class LateCase:
    """A case that is late against its promise, without anything personal: the tail of its number, service, department, step, working days late."""

    id: UUID
    tail: str
    title: Text
    department: Text
    due_on: date
    days_late: int


def month_figures() -> MonthFigures:
    """How this month went."""
    first = clock.today().replace(day=1)
    month = total(benefit(first).values())
    mean = round(10 * month.days / month.timed) if month.timed else None
    late = Case.objects.filter(_late()).values("pk")[:1000].count()
    return MonthFigures(first, month.ended, mean, late)


def late_cases(limit: int = 100) -> tuple[LateCase, ...]:
    """The cases that are late against their promise, the latest first."""
    city = catalogue.city()
    rows = Case.objects.filter(_late()).order_by("due_on")[:limit]
    found = []
    for case in rows:
        service = city.services.get(case.service)
        left = days_left(case.due_on, clock.today(), city.calendar) or 0
        title = service.title if service else Text(case.service, case.service)
        assert case.due_on is not None
        found.append(LateCase(case.id, (case.number or "")[-7:], title, city.departments[case.department].short, case.due_on, -left))
    return tuple(found)


def _late() -> Q:
    """What is open and past its promise: its day, or its hour; of a bundle the parts, as they stand in the lists."""
    today = clock.today()
    return Q(is_open=True, parts=None) & (Q(due_on__lt=today) | Q(due_on=today, due_at__lt=clock.now()))
