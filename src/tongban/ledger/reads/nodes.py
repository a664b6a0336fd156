"""Hashes of perfect nodes, in one SQL statement for all of them. Invariant: nothing is read that the tree's 256-wide tiles do not make necessary."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from tongban.ledger.core.tiles import Stored, node_hash, stored_for
from tongban.ledger.core.tree import Node

# The limit tells the planner how few rows these are before it has any statistics, so that it never starts parallel workers for them.
_LEAVES = "SELECT %s, string_agg(hash, '' ORDER BY index) FROM (SELECT index, hash FROM ledger_leaf WHERE index >= %s AND index < %s ORDER BY index LIMIT %s) _"
_TILES = (
    "SELECT %s, string_agg(hash, '' ORDER BY index)"
    " FROM (SELECT index, hash FROM ledger_tile WHERE level = %s AND index >= %s AND index < %s ORDER BY index LIMIT %s) _"
)


def nodes(wanted: Sequence[Node]) -> dict[Node, bytes]:
    """The hash of each node. Raises KeyError if the tree has not grown so far, or lacks rows."""
    stored = stored_hashes(stored_for(wanted))
    return {node: node_hash(node, stored) for node in wanted}


def stored_hashes(ranges: Sequence[Stored]) -> dict[Stored, bytes]:
    """The hashes of each range, put together. Raises KeyError if one is not there whole."""
    if not ranges:
        return {}
    sql = " UNION ALL ".join(_TILES if level else _LEAVES for level, _, _ in ranges)
    values = [
        value
        for number, (level, first, end) in enumerate(ranges)
        for value in (number, *([level - 1] if level else []), first, end, end - first)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = {ranges[number]: bytes(hashes or b"") for number, hashes in cursor.fetchall()}
    for (level, first, end), hashes in found.items():
        if len(hashes) != (end - first) * 32:
            raise KeyError((level, first, end))
    return found
