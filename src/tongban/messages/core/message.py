"""A message, as other rooms see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.kernel.text import Text


@dataclass(frozen=True)
class Message:
    """One message to one person. `link` is a path of this site or empty."""

    id: UUID
    to: UUID
    template: str
    text: Text
    case_id: UUID | None
    link: str
    urgent: bool
    channel: str
    sent_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
