"""Hand a case over to another body's system, in the transaction of the act that opens the step; and take it back.

Invariants: the handover commits with the act and with the job that pushes it, or not at all; its id is what the other side knows it by; what travels is sealed
for its own row; nothing that ended begins again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection

from tongban.docking.acts.telling import of_handover
from tongban.docking.errors import UnknownSystemError
from tongban.docking.models import Handover
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer
from tongban.statements import Part, Writing

PUSH: Final = "docking.push"
TABLE: Final = "docking_handover"
RUNNING: Final = ("waiting", "sent", "failed", "unfit")
"""The states in which an answer is still awaited, by itself or through people."""

_KEEP: Final = """handed AS (
  INSERT INTO docking_handover (id, system, case_id, task_id, service, number, body, expects, state, remote_id, attempts, next_at, handed_at, handed_by,
    error_zh, error_en, by_hand_by, patient_until)
  VALUES ({0}, {1}::varchar, {2}, {3}, {4}, {5}, {6}, {7}, 'waiting', '', 0, {8}::timestamptz, {8}::timestamptz, {9}, '', '', '',
    {8}::timestamptz + make_interval(secs => (SELECT patience_seconds FROM docking_system WHERE id = {1}::varchar)))
)"""
"""A system that nobody declared has no patience: the row then lacks its last column, and the database refuses it."""


def hand_over(
    system_id: str,
    *,
    case_id: UUID,
    task_id: UUID,
    service: str,
    body: Mapping[str, Any],
    by: str,
    number: str = "",
    expects: Mapping[str, Sequence[str]] | None = None,
    record: Callable[[Act], object] = append,
) -> UUID:
    """Queue a case for another body's system, in the caller's transaction; returns the handover's id. One SQL statement, besides the entry.

    `expects` are the options of each record that fit. An act that says more collects the entry (`record`). Raises UnknownSystemError; RuntimeError outside a
    transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a case is handed over in the transaction of the act that opens the step")
    now, row_id = clock.now(), uuid7()
    sealed = sealer().seal(json.dumps(dict(body), ensure_ascii=False), Place(TABLE, "body", row_id))
    options = json.dumps({name: list(values) for name, values in (expects or {}).items()})
    values = [str(row_id), system_id, str(case_id), str(task_id), service, number, "\\x" + sealed.hex(), options, now.isoformat(), by]
    rows = Writing()
    rows.part(Part(_KEEP, values))
    enqueue(PUSH, {"system": system_id}, rows=rows)
    try:
        rows.execute()
    except IntegrityError as missing:
        raise UnknownSystemError(system_id) from missing
    row = Handover(id=row_id, system=system_id, case_id=case_id, task_id=task_id, service=service, number=number)
    record(of_handover("hand-over", row, now, by=by, fields=sorted(body.get("fields", body))))
    return row_id


def call_off(task_ids: Collection[UUID], *, by: str, record: Callable[[Act], object] = append) -> int:
    """Nothing more is wanted of the handovers of these tasks, in the caller's transaction; where the case had arrived, the system is told. Returns how many ended."""
    now = clock.now()
    rows = list(Handover.objects.select_for_update().filter(task_id__in=list(task_ids), state__in=RUNNING))
    for row in rows:
        row.state, row.ended_at, row.taken_at = "withdrawn", now, now
        row.next_at = now if row.remote_id else None
        record(of_handover("call-off", row, now, by=by))
    Handover.objects.bulk_update(rows, ["state", "ended_at", "taken_at", "next_at"])
    return len(rows)
