"""Records that go to the upper level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from tongban.docking.models import Follower, Report
from tongban.kernel import clock
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day's records by what became of them: due (应报) is all of them."""

    day: date
    due: int
    waiting: int
    sent: int
    received: int
    returned: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """One record."""

    id: UUID
    system: str
    kind: str
    subject_id: UUID
    number: str
    service: str
    department: str
    day: date
    state: str
    reason: str
    fields: tuple[str, ...]
    """Which fields the upper level named when it returned it."""
    corrections: int
    attempts: int
    settled_at: datetime | None
    body: Mapping[str, str]
    """The fields that were reported; empty in lists."""


def report_days(system: str, days: int = 7) -> tuple[DayCount, ...]:
    """The last days with a record, newest first; one SQL statement over these days alone."""
    first = date.fromordinal(clock.today().toordinal() - days)
    counted: dict[date, dict[str, int]] = {}
    rows = Report.objects.filter(system=system, day__gt=first).values_list("day", "state").annotate(n=Count("id"))
    for day, state, n in rows:
        counted.setdefault(day, {})[state] = n
    return tuple(
        DayCount(day, sum(of.values()), of.get("due", 0), of.get("sent", 0), of.get("received", 0), of.get("returned", 0))
        for day, of in sorted(counted.items(), reverse=True)
    )


def returned(system: str, limit: int = 100) -> tuple[ReportView, ...]:
    """The records that wait to be corrected, newest first."""
    rows = Report.objects.filter(system=system, state="returned").order_by("-id")[:limit]
    return tuple(_view(row, {}) for row in rows)


def report(report_id: UUID) -> ReportView | None:
    """One record with its fields."""
    row = Report.objects.filter(pk=report_id).first()
    if row is None:
        return None
    return _view(row, json.loads(sealer().open(row.body, Place("docking_report", "body", row.id))))


def read_up_to(follower: str) -> int | None:
    """The index of the next leaf that a follower of the record reads; None where it has not begun."""
    return Follower.objects.filter(pk=follower).values_list("index", flat=True).first()


def _view(row: Report, body: Mapping[str, str]) -> ReportView:
    return ReportView(
        row.id,
        row.system,
        row.kind,
        row.subject_id,
        row.number,
        row.service,
        row.department,
        row.day,
        row.state,
        row.reason,
        tuple(row.fields),
        row.corrections,
        row.attempts,
        row.settled_at,
        body,
    )
