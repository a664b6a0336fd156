"""What every kind of connector does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tongban.exchange.core.answers import Found


class Ask(Protocol):
    """Look one key up, within two seconds."""

    def __call__(self, settings: Mapping[str, str], *, resource: str, key_name: str, key: str, items: tuple[str, ...]) -> Found:
        """The record's wanted items, or that there is no record. Raises SilentError."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A register's key and items, into a CSV file with a head: the key, `as_of`, the items."""

    settings: Mapping[str, str]
    resource: str
    key_name: str
    items: tuple[str, ...]
    into: Path
    keys: tuple[str, ...] | None = None
    """Whose records; None for every record."""


class TakeOut(Protocol):
    """Write every record that is wanted."""

    def __call__(self, wanted: Wanted) -> tuple[int, datetime | None]:
        """How many records there were, and as of when the oldest is. Raises SilentError."""
