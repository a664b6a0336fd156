"""Once a day: hold what a system says that it has of ours against what we believe it has.

Invariants: the list is asked for outside every transaction; one comparison a system and day; an answer that had been missed is taken over as if it had been
heard; what else differs is listed for people and settles nothing by itself, but for what both sides have come to agree on since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, Q

from tongban.docking.acts.differing import locked, settle, told
from tongban.docking.acts.hand_over import PUSH, RUNNING
from tongban.docking.acts.line import call, may_be_called, open_line
from tongban.docking.acts.report import hear_report, send_report_again
from tongban.docking.acts.take import take_in
from tongban.docking.core import comparing
from tongban.docking.core.comparing import Ours, compare
from tongban.docking.core.parcels import There
from tongban.docking.core.patience import last_hour
from tongban.docking.errors import AlreadyOverError, DownError
from tongban.docking.models import Difference, Handover, Reconciliation, Report, System
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.ledger.acts import Act, append_all

REACH: Final = timedelta(days=60)
"""No further back than this is compared."""
_AT_LEAST: Final = timedelta(days=2)
_MARGIN: Final = timedelta(hours=1)
"""The other side may have noted a parcel a little before we noted that it was sent."""


@dataclass(frozen=True)
class _Compared:
    """The rows of ours that are compared, by id."""

    handovers: Mapping[UUID, Handover]
    reports: Mapping[UUID, Report]

    def ours(self) -> dict[UUID, Ours]:
        """As the pure comparison takes them."""
        found = {id_: Ours(row.state, row.by_hand or row.answer or {}) for id_, row in self.handovers.items()}  # type: ignore[arg-type]
        return found | {id_: Ours(row.state) for id_, row in self.reports.items()}  # type: ignore[arg-type]

    def number_of(self, id_: UUID) -> str:
        """By what number people call it."""
        row = self.handovers.get(id_) or self.reports.get(id_)
        return row.number if row else ""


def reconcile_due() -> tuple[tuple[str, datetime], ...]:
    """The systems, with the hour, whose hour has come and which were not compared since."""
    now = clock.local(clock.now())
    done = dict(Reconciliation.objects.values_list("system").annotate(Max("day")))
    found = []
    for row in System.objects.only("id", "reconcile_at").order_by("id"):
        hour = last_hour(now, row.reconcile_at)
        if done.get(row.id, date.min) < hour.date():
            found.append((row.id, hour))
    return tuple(found)


def reconcile(system_id: str, hour: datetime) -> bool:
    """Compare both lists of one system for the day of that hour; returns whether that was done. A system that is silent is compared later, one that had
    nothing of ours by then not at all. Must not be in a transaction."""
    system, now, day = System.objects.get(pk=system_id), clock.now(), clock.local_date(hour)
    since = _since(system_id, hour, now) if may_be_called(system, now) else None
    if since is None:
        return False
    try:
        theirs = call(system, lambda connector, line: connector.held(line, since - _MARGIN))
    except DownError:
        return False
    with transaction.atomic(durable=True):
        compared = _compared(system_id, since, list(theirs))
        ours = compared.ours()
        found = compare(ours, theirs)
        if Reconciliation.objects.filter(system=system_id, day=day).exists():
            return False
        taken = _keep(system_id, day, now, found, compared)
        _settle_agreed(system_id, found, {*ours, *theirs}, now)
        Reconciliation.objects.create(system=system_id, day=day, at=now, here=len(_there_by_us(ours)), there=len(theirs), taken_over=taken)
    return True


def send_again(difference_id: UUID, *, by: str, departments: frozenset[str] | None = None) -> None:
    """Send what the other side lost once more, under its old id. Raises HandoverNotFoundError, AlreadyOverError."""
    with transaction.atomic(durable=True):
        row = locked(difference_id, departments)
        if row.kind != "missing-there":
            raise AlreadyOverError
        if row.is_report:
            send_report_again(row.parcel_id, by=by)
        else:
            handover = Handover.objects.select_for_update().get(pk=row.parcel_id)
            if handover.state not in RUNNING:
                raise AlreadyOverError
            handover.state, handover.next_at = "waiting", clock.now()
            handover.patient_until = clock.now() + timedelta(
                seconds=System.objects.values_list("patience_seconds", flat=True).get(pk=handover.system)
            )
            handover.save(update_fields=["state", "next_at", "patient_until"])
        open_line(row.system)
        enqueue(PUSH, {"system": row.system})
        settle(row, by=by, words="", how="sent-again")


def _since(system_id: str, hour: datetime, now: datetime) -> datetime | None:
    """From when on both lists are compared: from the oldest that is still open, at least two days back; None where nothing had been sent by that hour."""
    sent = Handover.objects.filter(system=system_id, sent_at__isnull=False)
    reported = Report.objects.filter(system=system_id, sent_at__isnull=False)
    if not (sent.filter(sent_at__lte=hour).exists() or reported.filter(sent_at__lte=hour).exists()):
        return None
    open_: list[datetime | None] = [
        sent.filter(ended_at=None).aggregate(at=Min("sent_at"))["at"],
        reported.filter(state="sent").aggregate(at=Min("sent_at"))["at"],
        now - _AT_LEAST,
    ]
    return max(min(at for at in open_ if at is not None), now - REACH)


def _compared(system_id: str, since: datetime, told_of: Sequence[UUID]) -> _Compared:
    """Ours that were sent since then, and those that the other side tells of, whatever we believe of them."""
    which = Q(sent_at__gte=since) | Q(pk__in=told_of)
    handovers = Handover.objects.select_for_update().filter(which, system=system_id).order_by("pk")
    reports = Report.objects.select_for_update().filter(which, system=system_id).order_by("pk")
    return _Compared({row.id: row for row in handovers}, {row.id: row for row in reports})


def _there_by_us(ours: Mapping[UUID, Ours]) -> list[UUID]:
    return [id_ for id_, one in ours.items() if one.state not in ("withdrawn", "failed")]


def _keep(system_id: str, day: date, now: datetime, found: Sequence[comparing.Difference], compared: _Compared) -> int:
    """List what differs; take over the answers that were missed. Returns how many were."""
    entries: list[Act] = []
    rows: list[Difference] = []
    for one in found:
        row = Difference(
            system=system_id,
            day=day,
            kind=one.kind,
            parcel_id=one.id,
            is_report=one.id in compared.reports,
            number=compared.number_of(one.id),
            here={"state": one.ours.state, "records": dict(one.ours.records)} if one.ours else {},
            there=told(one.theirs),
            remote_id=one.theirs.remote if one.theirs else "",
            found_at=now,
        )
        if one.kind == "answer-missed" and one.theirs is not None:
            entries += _take_over(compared, one.id, one.theirs, now)
            row.settled_at, row.settled_by, row.how = now, "machine", "taken-over"
        rows.append(row)
    Difference.objects.bulk_create(rows, ignore_conflicts=True)
    append_all(entries)
    return len(entries)


def _take_over(compared: _Compared, id_: UUID, there: There, now: datetime) -> list[Act]:
    handover = compared.handovers.get(id_)
    if handover is not None:
        entries = take_in(handover, there, now)
        handover.save()
        return entries
    report = compared.reports[id_]
    entry = hear_report(report, there, now)
    report.save()
    return [entry] if entry else []


def _settle_agreed(system_id: str, found: Sequence[comparing.Difference], looked_at: set[UUID], now: datetime) -> None:
    """Open differences of before that are none any more."""
    still = {(one.id, one.kind) for one in found}
    open_: Any = Difference.objects.filter(system=system_id, settled_at=None, parcel_id__in=looked_at)
    gone = [row.pk for row in open_ if (row.parcel_id, row.kind) not in still]
    Difference.objects.filter(pk__in=gone).update(settled_at=now, settled_by="machine", how="agreed")
