"""The telephone that the demonstration shows beside its pages."""

from __future__ import annotations

from tongban.messages.core.message import Message


class DemoPhone:
    """Reads delivered messages from this room's own rows (`reads.phone`), so it has them once the delivery is kept."""

    def hand_over(self, message: Message) -> None:
        """Nothing leaves this machine."""
