"""What the daily comparison found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from tongban.docking.models import Difference, Handover, Reconciliation
from tongban.kernel import clock


@dataclass(frozen=True, slots=True)
class ReconciliationView:
    """One comparison of both lists."""

    system: str
    day: date
    at: datetime
    here: int
    there: int
    taken_over: int


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """One thing that both sides disagree on, or did."""

    id: UUID
    system: str
    day: date
    kind: str
    parcel_id: UUID
    is_report: bool
    number: str
    case_id: UUID | None
    here: Mapping[str, Any]
    there: Mapping[str, Any]
    remote_id: str
    found_at: datetime
    settled_at: datetime | None
    settled_by: str
    how: str
    words: str


def reconciliations(systems: Collection[str], days: int = 7) -> tuple[ReconciliationView, ...]:
    """The comparisons of these systems in the last days, newest first."""
    rows = Reconciliation.objects.filter(system__in=list(systems), day__gt=_back(days)).order_by("-day", "system")
    return tuple(ReconciliationView(row.system, row.day, row.at, row.here, row.there, row.taken_over) for row in rows)


def differences(systems: Collection[str], days: int = 7, limit: int = 200) -> tuple[DifferenceView, ...]:
    """What differs and is open, and what was found in the last days; newest first. Two SQL statements."""
    found = Difference.objects.filter(Q(settled_at=None) | Q(day__gt=_back(days)), system__in=list(systems))
    rows = list(found.order_by("-day", "-id")[:limit])
    handed = [row.parcel_id for row in rows if not row.is_report]
    cases = dict(Handover.objects.filter(pk__in=handed).values_list("pk", "case_id")) if handed else {}
    return tuple(_view(row, cases.get(row.parcel_id)) for row in rows)


def _back(days: int) -> date:
    return date.fromordinal(clock.today().toordinal() - days)


def _view(row: Difference, case_id: UUID | None) -> DifferenceView:
    return DifferenceView(
        row.id,
        row.system,
        row.day,
        row.kind,
        row.parcel_id,
        row.is_report,
        row.number,
        case_id,
        row.here,
        row.there,
        row.remote_id,
        row.found_at,
        row.settled_at,
        row.settled_by,
        row.how,
        row.words,
    )
