"""The person opened the message."""

from __future__ import annotations

from uuid import UUID

from tongban.kernel import clock
from tongban.messages.errors import MessageNotFoundError
from tongban.messages.models import Message


def mark_read(message_id: UUID, person_id: UUID) -> None:
    """Note when a person first read their message. Raises MessageNotFoundError for another person's."""
    own = Message.objects.filter(id=message_id, to=person_id)
    if not own.filter(read_at__isnull=True).update(read_at=clock.now()) and not own.exists():
        raise MessageNotFoundError
