"""Questions about messages. Invariant: a person sees their own only; the telephone feed is for the demonstration."""

from __future__ import annotations

from uuid import UUID

from tongban.kernel.text import Text
from tongban.messages.core import message as core
from tongban.messages.models import Message


def inbox(person_id: UUID, limit: int = 50, before: UUID | None = None) -> tuple[core.Message, ...]:
    """A person's messages, newest first; `before` is the last id of the page before."""
    rows = Message.objects.filter(to=person_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return tuple(to_message(row) for row in rows.order_by("-id")[:limit])


def unread(person_id: UUID) -> int:
    """How many messages a person has not read; counted up to 100."""
    return Message.objects.filter(to=person_id, read_at__isnull=True)[:100].count()


def of_case(case_id: UUID) -> tuple[core.Message, ...]:
    """What was sent about a case, with its receipts, oldest first."""
    return tuple(to_message(row) for row in Message.objects.filter(case_id=case_id).order_by("id"))


def phone(limit: int = 20) -> tuple[core.Message, ...]:
    """What the demonstration's telephone shows: delivered messages of everybody, latest first."""
    rows = Message.objects.filter(channel="demo-phone", delivered_at__isnull=False).order_by("-delivered_at", "-id")
    return tuple(to_message(row) for row in rows[:limit])


def to_message(row: Message) -> core.Message:
    """A row as other rooms see it."""
    return core.Message(
        id=row.id,
        to=row.to,
        template=row.template,
        text=Text(zh=row.zh, en=row.en),
        case_id=row.case_id,
        link=row.link,
        urgent=row.urgent,
        channel=row.channel,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
    )
