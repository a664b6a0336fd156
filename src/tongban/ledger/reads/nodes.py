"""Hashes of perfect nodes, in one SQL statement for all of them. Invariant: nothing is read that the tree's 256-wide tiles do not make necessary."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from tongban.ledger.core.tiles import Stored, node_hash, stored_for
from tongban.ledger.core.tree import Node

_LEAVES = "SELECT 0, index, hash FROM ledger_leaf WHERE index >= %s AND index < %s"
_TILES = "SELECT level + 1, index, hash FROM ledger_tile WHERE level = %s AND index >= %s AND index < %s"


def nodes(wanted: Sequence[Node]) -> dict[Node, bytes]:
    """The hash of each node. Raises KeyError if the tree has not grown so far, or lacks rows."""
    stored = stored_hashes(stored_for(wanted))
    return {node: node_hash(node, stored) for node in wanted}


def stored_hashes(ranges: Sequence[Stored]) -> dict[tuple[int, int], bytes]:
    """The stored hashes of these ranges by (tile level, index); those that do not exist are left out."""
    if not ranges:
        return {}
    sql = " UNION ALL ".join(_TILES if level else _LEAVES for level, _, _ in ranges)
    values = [value for level, first, end in ranges for value in ((level - 1, first, end) if level else (first, end))]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(level, index): bytes(found) for level, index, found in cursor.fetchall()}
