"""Deliver messages by their channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban import statements
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.messages.acts.send import DELIVER
from tongban.messages.core.quiet import may_send_at
from tongban.messages.errors import MessageNotFoundError
from tongban.messages.kinds import CHANNELS
from tongban.messages.models import Message
from tongban.messages.reads import to_message

_DELIVERED = "UPDATE messages_message SET delivered_at = $1 WHERE id = ANY($2)"


def deliver(message_id: UUID) -> bool:
    """Hand a message over, once; whether it is delivered now. In quiet hours it asks for itself again in the morning.

    Raises MessageNotFoundError, and whatever the channel raises, so that its job is tried again.
    """
    outcome = deliver_all([message_id])[message_id]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def deliver_all(message_ids: Sequence[UUID]) -> dict[UUID, bool | Exception]:
    """The same for many at once, in one transaction; what went wrong with one stands in its place and stops no other."""
    with transaction.atomic():
        rows = {row.id: row for row in statements.read(Message, "t.id = ANY($1) ORDER BY t.id FOR UPDATE", [list(message_ids)])}
        now = clock.now()
        outcomes = {id_: _handed_over(rows.get(id_), now) for id_ in dict.fromkeys(message_ids)}
        fresh = [id_ for id_, outcome in outcomes.items() if outcome is True and rows[id_].delivered_at is None]
        if fresh:
            statements.rows(_DELIVERED, [now, fresh])
    return outcomes


def _handed_over(row: Message | None, now: datetime) -> bool | Exception:
    if row is None:
        return MessageNotFoundError()
    if row.delivered_at is not None:
        return True
    due = may_send_at(now, (row.quiet_from, row.quiet_until) if row.quiet_from else None)
    if due > now:
        enqueue(DELIVER, {"message_id": str(row.id)}, run_at=due, key=f"{row.id}:{due.isoformat()}")
        return False
    try:
        CHANNELS[row.channel].hand_over(to_message(row))
    except Exception as fault:  # noqa: BLE001 - a channel is somebody else's program
        return fault
    return True
