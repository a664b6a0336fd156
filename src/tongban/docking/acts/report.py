"""Queue records for the upper level, send them, hear whether they were received, correct and send again.

Invariants: a record is queued once for the entry that made it due, however often the entry is read; how far the record was read commits with what was queued
from it; what was returned is not sent again until a person has corrected it; what the upper level received is not changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tongban.docking.acts.line import call, may_be_called, open_line
from tongban.docking.acts.telling import machine, of_report
from tongban.docking.core.parcels import Acknowledgement, Parcel, There
from tongban.docking.core.patience import wait_after
from tongban.docking.errors import AlreadyOverError, DownError, HandoverNotFoundError, NothingCorrectedError, ReasonMissingError
from tongban.docking.models import Follower, Report, System
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append, append_all
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer

TABLE: Final = "docking_report"
BATCH: Final = 200
_CHANGED: Final = ("state", "remote_id", "reason", "fields", "next_at", "sent_at", "settled_at")


@dataclass(frozen=True, slots=True)
class Due:
    """One record that is due: for which entry of the record, about what, with which fields."""

    system: str
    kind: str
    subject_id: UUID
    entry_id: UUID
    number: str
    service: str
    department: str
    day: date
    fields: Mapping[str, str]


def queue_reports(due: Sequence[Due], *, follower: str, index: int) -> int:
    """Queue records, and keep that the record was read up to (not including) the leaf `index`; in one transaction. Returns how many are new."""
    now = clock.now()
    with transaction.atomic(durable=True):
        Follower.objects.update_or_create(pk=follower, defaults={"index": index})
        known = set(Report.objects.filter(entry_id__in=[one.entry_id for one in due]).values_list("entry_id", "kind", "system"))
        fresh = [one for one in due if (one.entry_id, one.kind, one.system) not in known]
        Report.objects.bulk_create([_row(one, now) for one in fresh], ignore_conflicts=True)
    return len(fresh)


def _row(one: Due, now: datetime) -> Report:
    id_ = uuid7()
    return Report(
        id=id_,
        system=one.system,
        kind=one.kind,
        subject_id=one.subject_id,
        entry_id=one.entry_id,
        number=one.number,
        service=one.service,
        department=one.department,
        day=one.day,
        body=_sealed(id_, one.fields),
        next_at=now,
        due_at=now,
    )


def send_reports(system_id: str) -> int:
    """Send what is due to a system, up to one batch; returns how many it took or returned. Must not be in a transaction."""
    system, now = System.objects.filter(pk=system_id).first(), clock.now()
    if system is None or not may_be_called(system, now):
        return 0
    rows = _claim(system, "due", now, now + timedelta(seconds=3 * system.timeout_seconds + 60))
    if not rows:
        return 0
    parcels = [Parcel(row.id, row.kind, {"number": row.number, "service": row.service, "fields": opened(row)}) for row in rows]
    ids = [row.id for row in rows]
    try:
        acknowledgements = call(system, lambda connector, line: connector.push(line, parcels))
    except DownError:
        Report.objects.filter(pk__in=ids, state="due").update(next_at=system.not_before)
        return 0
    return _settle(ids, lambda row, at: _sent(row, acknowledgements.get(row.id), at, timedelta(seconds=system.poll_seconds)))


def ask_reports(system_id: str) -> int:
    """Ask whether what was sent was received; returns how many were settled. Must not be in a transaction."""
    system, now = System.objects.filter(pk=system_id).first(), clock.now()
    if system is None or not may_be_called(system, now):
        return 0
    ids = [row.id for row in _claim(system, "sent", now, now + timedelta(seconds=system.poll_seconds))]
    if not ids:
        return 0
    try:
        found = call(system, lambda connector, line: connector.ask(line, ids))
    except DownError:
        return 0
    return _settle(ids, lambda row, at: hear_report(row, found.get(row.id), at))


def hear_report(row: Report, there: There | None, now: datetime) -> Act | None:
    """Settle a locked record by what the upper level says of it; the caller keeps row and entry."""
    if row.state != "sent" or there is None or there.state not in ("received", "returned"):
        return None
    row.remote_id, row.next_at, row.settled_at = there.remote or row.remote_id, None, now
    if there.state == "received":
        row.state, row.reason, row.fields = "received", "", []
    else:
        row.state, row.reason, row.fields = "returned", there.reason, list(there.fields)
    return of_report(f"report-{row.state}", row, now, by=machine(row.system), reason=row.reason)


def correct_report(report_id: UUID, changes: Mapping[str, str], *, by: str, words: str, departments: frozenset[str] | None = None) -> None:
    """Correct a returned record and send it again. Fields that it does not have are passed over; an empty change leaves a field as it is.

    `departments`: only one that goes to a system of these. Raises HandoverNotFoundError, AlreadyOverError, ReasonMissingError, NothingCorrectedError.
    """
    if not words.strip():
        raise ReasonMissingError
    with transaction.atomic(durable=True):
        row = _returned(report_id, departments)
        now, before = clock.now(), opened(row)
        changed = {
            name: value.strip() for name, value in changes.items() if name in before and value.strip() and value.strip() != before[name]
        }
        if not changed:
            raise NothingCorrectedError
        row.body = _sealed(row.id, before | changed)
        row.state, row.next_at, row.settled_at, row.corrections = "due", now, None, row.corrections + 1
        row.save(update_fields=["body", "state", "next_at", "settled_at", "corrections"])
        open_line(row.system)
        append(of_report("correct-report", row, now, by=by, fields=sorted(changed), words=words))


def send_report_again(report_id: UUID, *, by: str) -> None:
    """Send a record again that is not there, in the caller's transaction. Raises HandoverNotFoundError."""
    row = Report.objects.select_for_update().filter(pk=report_id).first()
    if row is None:
        raise HandoverNotFoundError
    row.state, row.next_at, row.settled_at = "due", clock.now(), None
    row.save(update_fields=["state", "next_at", "settled_at"])
    append(of_report("send-again", row, clock.now(), by=by))


def opened(row: Report) -> dict[str, str]:
    """The fields of a record. Raises SealBrokenError."""
    fields: dict[str, str] = json.loads(sealer().open(row.body, Place(TABLE, "body", row.id)))
    return fields


def _sealed(id_: UUID, fields: Mapping[str, str]) -> bytes:
    return sealer().seal(json.dumps(dict(fields), ensure_ascii=False), Place(TABLE, "body", id_))


def _returned(report_id: UUID, departments: frozenset[str] | None) -> Report:
    row = Report.objects.select_for_update().filter(pk=report_id).first()
    if row is None or (departments is not None and not System.objects.filter(pk=row.system, department__in=departments).exists()):
        raise HandoverNotFoundError
    if row.state != "returned":
        raise AlreadyOverError
    return row


def _claim(system: System, state: str, now: datetime, until: datetime) -> list[Report]:
    with transaction.atomic(durable=True):
        due = Report.objects.select_for_update(skip_locked=True).filter(system=system.id, state=state, next_at__lte=now)
        rows = list(due.order_by("next_at", "id")[:BATCH])
        claimed = Report.objects.filter(pk__in=[row.pk for row in rows])
        if state == "due":
            claimed.update(next_at=until, attempts=F("attempts") + 1)
        else:
            claimed.update(next_at=until)
    return rows


def _sent(row: Report, told: Acknowledgement | None, now: datetime, poll: timedelta) -> Act | None:
    if row.state != "due":
        return None
    if told is None:
        row.next_at = now + wait_after(row.attempts)
        return None
    row.sent_at = now
    if told.refused:
        row.state, row.reason, row.fields = "returned", told.refused, list(told.fields)
        row.next_at, row.settled_at = None, now
        return of_report("report-returned", row, now, by=machine(row.system), reason=row.reason)
    row.state, row.remote_id, row.next_at = "sent", told.remote[:120], now + poll
    return of_report("report-sent", row, now, by=machine(row.system))


def _settle(ids: Sequence[UUID], settle: Any) -> int:
    """Settle locked rows one by one and keep them with their entries; returns how many changed."""
    now = clock.now()
    with transaction.atomic(durable=True):
        rows = list(Report.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        entries = [entry for row in rows if (entry := settle(row, now)) is not None]
        Report.objects.bulk_update(rows, _CHANGED)
        append_all(entries)
    return len(entries)
