"""The channels by which a message reaches a person. A new one is a class with `hand_over` and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from tongban.messages.core.message import Message
from tongban.messages.kinds.demo_phone import DemoPhone


class Channel(Protocol):
    """Takes a message; raises when it could not, and is asked again later."""

    def hand_over(self, message: Message) -> None:
        """Hand the message to the person's device. May be asked twice for one message, after a crash."""


CHANNELS: Final[Mapping[str, Channel]] = {"demo-phone": DemoPhone()}
DEFAULT: Final = "demo-phone"
