"""Send a message, deliver it, mark it as read."""

from __future__ import annotations

from tongban.messages.acts.deliver import deliver
from tongban.messages.acts.mark_read import mark_read
from tongban.messages.acts.send import send

__all__ = ["deliver", "mark_read", "send"]
