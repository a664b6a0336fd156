"""How tickets are handled, in figures and as a list of answers: what the city publishes about itself.

Invariants: figures are read from the sums, never counted from tickets; a silence is told apart and is nobody's satisfaction; the public list holds no word of
the person, no name and no address - only what the department wrote for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Q, Sum

from tongban.cases.core.tickets.counts import Rate, rates
from tongban.cases.models import Ticket, TicketCount
from tongban.cases.reads.tickets.titles import area_title, category_title
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Closing
from tongban.kernel import clock
from tongban.kernel.text import Text

By = Literal["department", "category", "month"]


@dataclass(frozen=True)
class Figures:
    """The figures of one department, category or month, or of all."""

    key: str
    title: Text
    counts: Mapping[str, int]
    rates: tuple[Rate, ...]


def figures(by: By, *, since: date, until: date, department: str = "") -> tuple[Figures, ...]:
    """The figures of tickets that came in from one month to another, by department, category or month; only those with any."""
    rows = TicketCount.objects.filter(month__gte=since, month__lte=until)
    if department:
        rows = rows.filter(department=department)
    group = ("service", "category") if by == "category" else (by,)
    found: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for row in rows.values_list(*group, "measure").annotate(total=Sum("count")).order_by(*group):
        *key, measure, total = row
        if total:
            found[tuple(str(part) for part in key)][measure] = total
    city = catalogue.city()
    return tuple(Figures("/".join(key), _title(city, by, key), counts, rates(counts)) for key, counts in found.items())


def total(*, since: date, until: date, department: str = "") -> Figures:
    """The figures of all tickets that came in from one month to another."""
    rows = TicketCount.objects.filter(Q(department=department) if department else Q(), month__gte=since, month__lte=until)
    counts = {measure: int(number) for measure, number in rows.values_list("measure").annotate(total=Sum("count"))}
    return Figures("", Text("合计", "All"), counts, rates(counts))


@dataclass(frozen=True)
class PublicAnswer:
    """One answered ticket as everybody may read it."""

    service: Text
    kind: Text
    category: Text
    area: Text
    department: Text
    received_on: date
    answered_at: datetime
    reason: Closing | None
    plan_on: date | None
    words: str
    said_fixed: bool | None


def public_answers(*, before: datetime | None = None, limit: int = 30) -> tuple[PublicAnswer, ...]:
    """The latest answers, newest first; the next page begins before the last instant of this one."""
    rows = Ticket.objects.filter(is_public=True, answered_at__isnull=False, is_running=False)
    if before is not None:
        rows = rows.filter(answered_at__lt=before)
    city = catalogue.city()
    return tuple(_public(city, row) for row in rows.order_by("-answered_at")[:limit])


def _public(city: City, ticket: Ticket) -> PublicAnswer:
    service = city.services.get(ticket.service)
    tickets = service.tickets if service else None
    kind = tickets.kinds.get(ticket.kind) if tickets else None
    department = city.departments.get(ticket.department)
    assert ticket.answered_at is not None, "asked for"
    return PublicAnswer(
        service=service.title if service else Text(ticket.service, ticket.service),
        kind=kind.title if kind else Text(ticket.kind, ticket.kind),
        category=category_title(city, ticket.service, ticket.category),
        area=area_title(city, ticket.area),
        department=department.short if department else Text(ticket.department, ticket.department),
        received_on=clock.local_date(ticket.received_at),
        answered_at=ticket.answered_at,
        reason=tickets.closing.get(ticket.reason) if tickets else None,
        plan_on=ticket.plan_on,
        words=ticket.public_words,
        said_fixed=ticket.said_fixed,
    )


def _title(city: City, by: By, key: tuple[str, ...]) -> Text:
    if by == "department":
        department = city.departments.get(key[0])
        return department.short if department else Text(key[0], key[0])
    if by == "category":
        return category_title(city, *key)
    month = date.fromisoformat(key[0])
    return Text(f"{month.year}年{month.month}月", f"{month:%B} {month.year}")
