"""What people do with a handover: push it again, or enter the system's answer by hand. Who may is the caller's table of permissions.

Invariants: a person's entry ends the waiting and is kept beside whatever the system says later; an answer that has come already is not overtaken by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from tongban.docking.acts.hand_over import PUSH, RUNNING
from tongban.docking.acts.line import open_line
from tongban.docking.acts.telling import of_handover
from tongban.docking.errors import AlreadyOverError, HandoverNotFoundError
from tongban.docking.models import Handover, System
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.ledger.acts import Act, append


def push_again(task_id: UUID, *, by: str, record: Callable[[Act], object] = append) -> UUID:
    """Offer a case to its system anew, at once, in the caller's transaction. Raises HandoverNotFoundError, AlreadyOverError."""
    row = _running(task_id)
    now = clock.now()
    patience = System.objects.values_list("patience_seconds", flat=True).get(pk=row.system)
    row.state, row.next_at, row.taken_at = "waiting", now, None
    row.patient_until = now + timedelta(seconds=patience)
    row.save(update_fields=["state", "next_at", "taken_at", "patient_until"])
    open_line(row.system)
    enqueue(PUSH, {"system": row.system})
    record(of_handover("push-again", row, now, by=by))
    return row.id


def enter_by_hand(task_id: UUID, records: Mapping[str, str], *, by: str, record: Callable[[Act], object] = append) -> UUID:
    """Keep what a person says that the system's answer is, in the caller's transaction. Raises HandoverNotFoundError, AlreadyOverError."""
    row = _running(task_id)
    now = clock.now()
    row.state, row.by_hand, row.by_hand_at, row.by_hand_by = "by-hand", dict(records), now, by
    row.ended_at = row.taken_at = now
    row.next_at = (
        now + timedelta(seconds=System.objects.values_list("poll_seconds", flat=True).get(pk=row.system)) if row.remote_id else None
    )
    row.save(update_fields=["state", "by_hand", "by_hand_at", "by_hand_by", "ended_at", "taken_at", "next_at"])
    record(of_handover("by-hand", row, now, by=by))
    return row.id


def _running(task_id: UUID) -> Handover:
    row = Handover.objects.select_for_update().filter(task_id=task_id).first()
    if row is None:
        raise HandoverNotFoundError
    if row.state not in RUNNING:
        raise AlreadyOverError
    return row
