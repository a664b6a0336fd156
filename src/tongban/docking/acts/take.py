"""Take an answer in: from a system as it comes, then by the case that waits for it.

Invariants: an answer outside the declared options is kept as it came and settles nothing; an answer that differs from what a person entered is a difference for
people and overwrites nothing; a case takes note of an outcome once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tongban.docking.acts.differing import note_difference
from tongban.docking.acts.hand_over import RUNNING, TABLE
from tongban.docking.acts.telling import machine, of_handover
from tongban.docking.core.fitness import misfits
from tongban.docking.core.parcels import There
from tongban.docking.models import Handover, System
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Act
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case takes note of: an answer that fits, one that does not, or that there is none."""

    id: UUID
    system: str
    title: Text
    task_id: UUID
    state: Literal["answered", "unfit", "failed"]
    remote_id: str
    records: Mapping[str, str]
    error: Text
    answered_at: datetime | None


def take_in(row: Handover, there: There, now: datetime) -> list[Act]:
    """Settle a locked row by the system's answer; the caller keeps row and entries. Nothing where it was answered or withdrawn before."""
    wrong = misfits(there.records, row.expects)
    if row.state in RUNNING:
        return _settle(row, there, now, fits=not wrong)
    if row.state != "by-hand" or row.answered_at is not None:
        return []
    row.answered_at, row.next_at = there.at or now, None
    row.answer = None if wrong else dict(there.records)
    if dict(there.records) == dict(row.by_hand or {}):
        return [of_handover("answered", row, now, by=machine(row.system), fits=True)]
    return [note_difference(row, there, now)]


def _settle(row: Handover, there: There, now: datetime, *, fits: bool) -> list[Act]:
    if not fits and row.unfit is not None and dict(there.records) == unfit_of(row):
        return []
    row.remote_id, row.answered_at = there.remote or row.remote_id, there.at or now
    row.sent_at = row.sent_at or now
    row.error_zh, row.error_en, row.taken_at = "", "", None
    if fits:
        row.state, row.answer, row.ended_at, row.next_at = "answered", dict(there.records), now, None
    else:
        row.state = "unfit"
        row.unfit = sealer().seal(json.dumps(dict(there.records), ensure_ascii=False), Place(TABLE, "unfit", row.id))
    return [of_handover("answered", row, now, by=machine(row.system), fits=fits)]


def unfit_of(row: Handover) -> dict[str, str]:
    """What the system recorded where that does not fit; empty where nothing such came. Raises SealBrokenError."""
    if row.unfit is None:
        return {}
    records: dict[str, str] = json.loads(sealer().open(row.unfit, Place(TABLE, "unfit", row.id)))
    return records


def take(handover_id: UUID) -> Outcome | None:
    """What came of a handover, once, in the transaction of the act that follows from it; None where it was taken before or nothing came yet."""
    row = Handover.objects.select_for_update().filter(pk=handover_id, taken_at=None, state__in=("answered", "unfit", "failed")).first()
    if row is None:
        return None
    row.taken_at = clock.now()
    row.save(update_fields=["taken_at"])
    system = System.objects.get(pk=row.system)
    return Outcome(
        row.id,
        row.system,
        Text(system.zh, system.en),
        row.task_id,
        row.state,  # type: ignore[arg-type]  # the query asks for these three
        row.remote_id,
        row.answer or {},
        Text(row.error_zh, row.error_en),
        row.answered_at,
    )
