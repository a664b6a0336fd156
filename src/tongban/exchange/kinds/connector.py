"""What every kind of connector does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tongban.exchange.core.answers import Found


class Ask(Protocol):
    """Look one key up, within two seconds."""

    def __call__(self, settings: Mapping[str, str], *, resource: str, key_name: str, key: str, items: tuple[str, ...]) -> Found:
        """The record's wanted items, or that there is no record. Raises SilentError."""
