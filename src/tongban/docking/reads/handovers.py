"""Cases that were handed over."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.docking.models import Handover, System
from tongban.kernel.text import Text
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer


@dataclass(frozen=True, slots=True)
class HandoverView:
    """How one case stands with another body's system."""

    id: UUID
    system: str
    title: Text
    case_id: UUID
    task_id: UUID
    state: str
    remote_id: str
    attempts: int
    handed_at: datetime
    tried_at: datetime | None
    sent_at: datetime | None
    answered_at: datetime | None
    answer: Mapping[str, str]
    """What the system recorded, where that fits."""
    unfit: Mapping[str, str]
    """What it recorded where that does not fit."""
    by_hand: Mapping[str, str]
    error: Text
    next_at: datetime | None
    down_since: datetime | None
    """Since when the line is silent."""


def of_tasks(task_ids: Collection[UUID]) -> dict[UUID, HandoverView]:
    """The handovers of these tasks, by task; two SQL statements, none where there is no task."""
    if not task_ids:
        return {}
    rows = list(Handover.objects.filter(task_id__in=list(task_ids)))
    systems = System.objects.in_bulk({row.system for row in rows}) if rows else {}
    return {row.task_id: _view(row, systems[row.system]) for row in rows}


def answer_of(handover_id: UUID) -> HandoverView | None:
    """One handover, with its answer if there is one."""
    row = Handover.objects.filter(pk=handover_id).first()
    return _view(row, System.objects.get(pk=row.system)) if row else None


def untaken(limit: int = 200) -> tuple[tuple[UUID, UUID], ...]:
    """The handovers whose outcome no case has taken note of yet, with the case's id, oldest first."""
    rows = Handover.objects.filter(taken_at=None, state__in=("answered", "unfit", "failed")).order_by("id")
    return tuple(rows.values_list("id", "case_id")[:limit])


def _view(row: Handover, system: System) -> HandoverView:
    unfit = json.loads(sealer().open(row.unfit, Place("docking_handover", "unfit", row.id))) if row.unfit is not None else {}
    return HandoverView(
        row.id,
        row.system,
        Text(system.zh, system.en),
        row.case_id,
        row.task_id,
        row.state,
        row.remote_id,
        row.attempts,
        row.handed_at,
        row.tried_at,
        row.sent_at,
        row.answered_at,
        row.answer or {},
        unfit,
        row.by_hand or {},
        Text(row.error_zh, row.error_en),
        row.next_at,
        system.down_since,
    )
