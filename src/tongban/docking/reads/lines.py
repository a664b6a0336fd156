"""The lines to other bodies' systems, and how much waits on each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from tongban.docking.models import Handover, Report, System
from tongban.kernel import clock
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class LineView:
    """One system: how the line is, and how many cases are open with it."""

    id: str
    title: Text
    department: str
    down_since: datetime | None
    not_before: datetime | None
    answered_at: datetime | None
    error: Text
    waiting: int
    """Not pushed yet."""
    sent: int
    """Pushed, not answered."""
    with_people: int
    """Given up, or answered outside the agreement: people have to look."""
    reconcile_at: str


def lines(departments: Collection[str] | None = None) -> tuple[LineView, ...]:
    """The systems of these departments, or all; two SQL statements."""
    systems = System.objects.order_by("id")
    if departments is not None:
        systems = systems.filter(department__in=list(departments))
    rows = list(systems)
    counted: dict[tuple[str, str], int] = {
        (system, state): n
        for system, state, n in Handover.objects.filter(system__in=[row.id for row in rows], ended_at=None)
        .values_list("system", "state")
        .annotate(n=Count("id"))
    }
    return tuple(
        LineView(
            row.id,
            Text(row.zh, row.en),
            row.department,
            row.down_since,
            row.not_before,
            row.answered_at,
            Text(row.error_zh, row.error_en),
            counted.get((row.id, "waiting"), 0),
            counted.get((row.id, "sent"), 0),
            counted.get((row.id, "failed"), 0) + counted.get((row.id, "unfit"), 0),
            row.reconcile_at,
        )
        for row in rows
    )


def due_systems() -> tuple[str, ...]:
    """The systems for which something is due now; those that may not be called yet are among them, because patience with them may be over."""
    now = clock.now()
    handed = Handover.objects.filter(system=OuterRef("pk"), next_at__lte=now)
    reported = Report.objects.filter(system=OuterRef("pk"), next_at__lte=now)
    losing = Handover.objects.filter(system=OuterRef("pk"), state="waiting", next_at__isnull=False, patient_until__lt=now)
    return tuple(System.objects.filter(Exists(handed) | Exists(reported) | Exists(losing)).order_by("id").values_list("id", flat=True))
