"""The kinds of connector, an explicit table. A kind takes the resource's settings and id, the name of its key, the key, the wanted items, and answers `Found` or raises SilentError."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongban.exchange.kinds import kept, table, unreachable
from tongban.exchange.kinds.connector import Ask


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of connector and the settings it needs."""

    ask: Ask
    settings: frozenset[str] = frozenset()


KEPT: Final = "kept"
"""A register that Tongban itself keeps, for a department without a system of its own."""

KINDS: Final[Mapping[str, Kind]] = {
    "table": Kind(table.ask, frozenset({"table"})),
    KEPT: Kind(kept.ask),
    "unreachable": Kind(unreachable.ask),
}

__all__ = ["KEPT", "KINDS", "Ask", "Kind"]
