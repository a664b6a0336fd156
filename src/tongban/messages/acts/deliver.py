"""Deliver a message by its channel."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.messages.acts.send import DELIVER
from tongban.messages.core.quiet import may_send_at
from tongban.messages.errors import MessageNotFoundError
from tongban.messages.kinds import CHANNELS
from tongban.messages.models import Message
from tongban.messages.reads import to_message


def deliver(message_id: UUID) -> bool:
    """Hand a message over, once; whether it is delivered now. In quiet hours it asks for itself again in the morning.

    Raises MessageNotFoundError, and whatever the channel raises, so that its job is tried again.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(id=message_id).first()
        if row is None:
            raise MessageNotFoundError
        if row.delivered_at is not None:
            return True
        now = clock.now()
        due = may_send_at(now, (row.quiet_from, row.quiet_until) if row.quiet_from else None)
        if due > now:
            enqueue(DELIVER, {"message_id": str(row.id)}, run_at=due, key=f"{row.id}:{due.isoformat()}")
            return False
        CHANNELS[row.channel].hand_over(to_message(row))
        row.delivered_at = now
        row.save(update_fields=["delivered_at"])
    return True
