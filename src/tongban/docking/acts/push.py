"""Push what waits to a system, ask it for answers, and tell it what is not wanted any more.

Invariants: rows are claimed in a transaction of their own before the call and settled in another after it, so no lock is held while a system is waited for;
whoever is killed in between leaves a claim that runs out, and what is then pushed again carries the same id, so it is the same case there; what a person or
an act decided meanwhile is never undone by an answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tongban.docking.acts.hand_over import RUNNING, TABLE
from tongban.docking.acts.line import call, may_be_called
from tongban.docking.acts.take import take_in
from tongban.docking.acts.telling import machine, of_handover
from tongban.docking.core.parcels import CASE, Acknowledgement, Parcel, There
from tongban.docking.core.patience import wait_after
from tongban.docking.errors import DownError
from tongban.docking.models import Handover, System
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append_all
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer

BATCH: Final = 100
COMPARED_FOR: Final = timedelta(days=30)
"""For how long the system's own answer is still asked for after a person entered one."""
_LEFT_OUT = Text("对方没有确认收到", "the system did not say that it had it")
_NOT_THERE = Text("对方查不到这件", "the system has no such case")
_CANCELLED = Text("对方已撤销这件", "the system cancelled the case")
_CHANGED: Final = (
    "state", "remote_id", "next_at", "error_zh", "error_en", "sent_at", "answered_at", "answer", "unfit", "ended_at", "taken_at",
)  # fmt: skip


def push(system_id: str) -> int:
    """Offer a system what is due for it; returns how many it took. Must not be in a transaction."""
    system, now = System.objects.filter(pk=system_id).first(), clock.now()
    if system is None or not may_be_called(system, now):
        if system is not None:
            _lose_patience(system, now)
        return 0
    rows = _claim(system, ("waiting",), now, counted=True)
    if not rows:
        return 0
    parcels = [Parcel(row.id, CASE, _opened(row)) for row in rows]
    try:
        acknowledgements = call(system, lambda connector, line: connector.push(line, parcels))
    except DownError as down:
        _postpone(system, rows, down)
        return 0
    return _sent(system, [row.id for row in rows], acknowledgements)


def ask(system_id: str) -> int:
    """Ask a system for answers that are due; returns how many came. Must not be in a transaction."""
    system, now = System.objects.filter(pk=system_id).first(), clock.now()
    if system is None or not may_be_called(system, now):
        return 0
    rows = _claim(system, ("sent", "unfit", "by-hand"), now)
    if not rows:
        return 0
    ids = [row.id for row in rows]
    try:
        found = call(system, lambda connector, line: connector.ask(line, ids))
    except DownError:
        return 0
    return _heard(ids, found)


def tell_called_off(system_id: str) -> int:
    """Tell a system which cases are not wanted any more; returns how many. Must not be in a transaction."""
    system, now = System.objects.filter(pk=system_id).first(), clock.now()
    if system is None or not may_be_called(system, now):
        return 0
    rows = _claim(system, ("withdrawn",), now)
    ids = [row.id for row in rows]
    if not ids:
        return 0
    try:
        call(system, lambda connector, line: connector.withdraw(line, ids))
    except DownError:
        return 0
    return Handover.objects.filter(pk__in=ids, state="withdrawn").update(next_at=None)


def _claim(system: System, states: Sequence[str], now: datetime, *, counted: bool = False) -> list[Handover]:
    """Rows that are due, taken by this call until well after it can last."""
    until = now + (timedelta(seconds=3 * system.timeout_seconds + 60) if counted else timedelta(seconds=system.poll_seconds))
    with transaction.atomic(durable=True):
        due = Handover.objects.select_for_update(skip_locked=True).filter(system=system.id, state__in=states, next_at__lte=now)
        rows = list(due.order_by("next_at", "id")[:BATCH])
        if counted:
            Handover.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=until, tried_at=now, attempts=F("attempts") + 1)
        else:
            Handover.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=until)
    return rows


def _opened(row: Handover) -> dict[str, object]:
    body: dict[str, object] = json.loads(sealer().open(row.body, Place(TABLE, "body", row.id)))
    return body


def _sent(system: System, ids: Sequence[UUID], acknowledgements: Mapping[UUID, Acknowledgement]) -> int:
    now = clock.now()
    poll = timedelta(seconds=system.poll_seconds)
    entries: list[Act] = []
    with transaction.atomic(durable=True):
        rows = list(Handover.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        for row in rows:
            entry = _receive(row, acknowledgements.get(row.id), now, poll)
            if entry is not None:
                entries.append(entry)
        Handover.objects.bulk_update(rows, _CHANGED)
        append_all(entries)
    return len(entries)


def _receive(row: Handover, told: Acknowledgement | None, now: datetime, poll: timedelta) -> Act | None:
    """Settle one row by what the system said of it; the entry, if there is one."""
    if told is None:
        if row.state == "waiting":
            row.error_zh, row.error_en, row.next_at = _LEFT_OUT.zh, _LEFT_OUT.en, now + wait_after(row.attempts)
        return None
    if told.refused:
        if row.state != "waiting":
            return None
        row.state, row.next_at = "failed", None
        row.error_zh = row.error_en = told.refused[:200]
        return of_handover("refused-there", row, now, by=machine(row.system))
    row.remote_id, row.sent_at = told.remote[:120], row.sent_at or now
    row.error_zh = row.error_en = ""
    if row.state == "waiting":
        row.state = "sent"
    row.next_at = now if row.state == "withdrawn" else now + poll
    return of_handover("sent", row, now, by=machine(row.system), attempts=row.attempts)


def _postpone(system: System, rows: Sequence[Handover], down: DownError) -> None:
    """Nothing was taken: try again when the line may be used again, or give up to people."""
    says = {"error_zh": down.says.zh[:200], "error_en": down.says.en[:300]}
    waiting = Handover.objects.filter(pk__in=[row.pk for row in rows], state="waiting")
    waiting.update(next_at=system.not_before, **says)
    _lose_patience(system, clock.now(), at_once=not down.is_connected)


def _lose_patience(system: System, now: datetime, *, at_once: bool = False) -> None:
    """People take over what was offered for long enough, or at once where there is no line at all."""
    with transaction.atomic(durable=True):
        waiting = Handover.objects.select_for_update(skip_locked=True).filter(system=system.id, state="waiting")
        rows = list((waiting if at_once else waiting.filter(patient_until__lt=now)).order_by("pk")[: 10 * BATCH])
        Handover.objects.filter(pk__in=[row.pk for row in rows]).update(state="failed", next_at=None)
        append_all([of_handover("give-up", row, now, by="machine", attempts=row.attempts) for row in rows])


def _heard(ids: Sequence[UUID], found: Mapping[UUID, There]) -> int:
    now = clock.now()
    entries: list[Act] = []
    with transaction.atomic(durable=True):
        rows = list(Handover.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        for row in rows:
            entries += _hear(row, found.get(row.id), now)
        Handover.objects.bulk_update(rows, _CHANGED)
        append_all(entries)
    return len(entries)


def _hear(row: Handover, there: There | None, now: datetime) -> list[Act]:
    """What the system says of one case. Nothing where it is still being done."""
    if row.state == "by-hand" and row.by_hand_at is not None and now - row.by_hand_at > COMPARED_FOR:
        row.next_at = None
    if there is None:
        row.error_zh, row.error_en = _NOT_THERE.zh, _NOT_THERE.en
        return []
    if there.state == "answered":
        return take_in(row, there, now)
    if there.state == "withdrawn" and row.state in RUNNING:
        row.state, row.next_at, row.error_zh, row.error_en = "failed", None, _CANCELLED.zh, _CANCELLED.en
        return [of_handover("cancelled-there", row, now, by=machine(row.system))]
    row.error_zh = row.error_en = ""
    return []
