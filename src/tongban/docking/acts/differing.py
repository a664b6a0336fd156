"""Note a difference between here and there, and settle it.

Invariants: one open difference of a kind for a parcel; a difference is settled by a person with words, or by both sides having come to say the same; noting
one changes neither side.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.docking.acts.telling import of_handover
from tongban.docking.core.parcels import There
from tongban.docking.errors import AlreadyOverError, HandoverNotFoundError, ReasonMissingError
from tongban.docking.models import Difference, Handover
from tongban.kernel import clock
from tongban.ledger.acts import Act, append


def note_difference(row: Handover, there: There, now: datetime) -> Act:
    """A later answer of the system says another thing than what was entered by hand; in the caller's transaction. Returns the entry."""
    Difference.objects.bulk_create(
        [
            Difference(
                system=row.system,
                day=clock.local_date(now),
                kind="differs",
                parcel_id=row.id,
                is_report=False,
                number=row.number,
                here={"state": row.state, "records": row.by_hand or row.answer or {}},
                there=told(there),
                remote_id=row.remote_id,
                found_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    return of_handover("differs", row, now, by="machine")


def told(there: There | None) -> dict[str, Any]:
    """The other side, as a difference keeps it."""
    if there is None:
        return {}
    return {"state": there.state, "records": dict(there.records), "reason": there.reason}


def settle_difference(
    difference_id: UUID, *, by: str, words: str, how: str = "explained", departments: frozenset[str] | None = None
) -> None:
    """Settle a difference with words. `departments`: only one of a system of these. Raises HandoverNotFoundError, AlreadyOverError, ReasonMissingError."""
    if not words.strip():
        raise ReasonMissingError
    with transaction.atomic(durable=True):
        settle(locked(difference_id, departments), by=by, words=words, how=how)


def locked(difference_id: UUID, departments: frozenset[str] | None) -> Difference:
    """An open difference, locked. Raises HandoverNotFoundError, AlreadyOverError."""
    from tongban.docking.models import System

    row = Difference.objects.select_for_update().filter(pk=difference_id).first()
    if row is None or (departments is not None and not System.objects.filter(pk=row.system, department__in=departments).exists()):
        raise HandoverNotFoundError
    if row.settled_at is not None:
        raise AlreadyOverError
    return row


def settle(row: Difference, *, by: str, words: str, how: str) -> None:
    """Settle a locked difference, with its entry, in the caller's transaction."""
    row.settled_at, row.settled_by, row.words, row.how = clock.now(), by, words, how
    row.save(update_fields=["settled_at", "settled_by", "words", "how"])
    payload: Mapping[str, Any] = {
        "difference": str(row.id),
        "kind": row.kind,
        "parcel": str(row.parcel_id),
        "system": row.system,
        "how": how,
    }
    append(
        Act(
            act="docking.settle",
            actor=by,
            at=row.settled_at,
            case_id=None,
            department="",
            purpose="docking",
            payload={**payload, "words": words},
        )
    )
