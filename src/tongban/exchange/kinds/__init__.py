"""The kinds of connector, an explicit table. A kind takes the resource's settings and id, the name of its key, the key, the wanted items, and answers `Found` or raises SilentError;
`take_out` writes a whole register into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongban.exchange.kinds import kept, table, unreachable
from tongban.exchange.kinds.connector import Ask, TakeOut, Wanted


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of connector and the settings it needs."""

    ask: Ask
    take_out: TakeOut
    settings: frozenset[str] = frozenset()


KEPT: Final = "kept"
"""A register that Tongban itself keeps, for a department without a system of its own."""

KINDS: Final[Mapping[str, Kind]] = {
    "table": Kind(table.ask, table.take_out, frozenset({"table"})),
    KEPT: Kind(kept.ask, kept.take_out),
    "unreachable": Kind(unreachable.ask, unreachable.take_out),
}

__all__ = ["KEPT", "KINDS", "Ask", "Kind", "TakeOut", "Wanted"]
