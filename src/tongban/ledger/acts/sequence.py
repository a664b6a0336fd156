"""Give waiting entries their places in the tree.

Invariants: one sequencer at a time (an advisory lock that ends with the transaction); indexes are contiguous from 0, whatever commits late or rolls
back, because they are given here and not when entries are written; leaves, tiles and the signed checkpoint commit together, so a crash leaves the tree
as it was; no row is ever changed. What this process remembers of the tree is used only if it is the tree of the last checkpoint.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction

from tongban.kernel import clock
from tongban.ledger import log
from tongban.ledger.core.notes import Checkpoint
from tongban.ledger.core.tree import CompactRange, Grown, perfect_nodes
from tongban.ledger.reads.nodes import nodes

LOCK: Final = 0x746F6E67_62616E
"""The advisory lock of the one sequencer."""

_TAKE = """
WITH taken AS (
  DELETE FROM ledger_pending WHERE entry_id IN (SELECT entry_id FROM ledger_pending ORDER BY entry_id LIMIT %(limit)s) RETURNING entry_id, hash
),
placed AS (SELECT entry_id, hash, %(size)s + row_number() OVER (ORDER BY entry_id) - 1 AS index FROM taken)
INSERT INTO ledger_leaf (index, entry_id, hash) SELECT index, entry_id, hash FROM placed RETURNING index, hash
"""

_known = CompactRange()


def sequence(limit: int = 5000) -> int:
    """Sequence up to `limit` waiting entries under one signed checkpoint; returns how many. Waits for another sequencer at work."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        origin, tree = _tree(cursor)
        cursor.execute(_TAKE, {"limit": limit, "size": tree.size})
        placed = sorted((index, bytes(leaf)) for index, leaf in cursor.fetchall())
        if placed:
            grown = tree.grow(leaf for _, leaf in placed)
            _keep_tiles(cursor, grown)
            _keep_checkpoint(cursor, origin, grown.range)
    if placed:
        global _known  # noqa: PLW0603 - what the next batch goes on from
        _known = grown.range
    return len(placed)


def _tree(cursor: Any) -> tuple[str, CompactRange]:
    """The log's name and the tree of the last checkpoint."""
    cursor.execute("SELECT size, root, split_part(note, E'\\n', 1) FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
    row = cursor.fetchone()
    if row is None:
        return log.name(), CompactRange()
    size, root, origin = row
    if size == _known.size and bytes(root) == _known.root():
        return origin, _known
    parts = perfect_nodes(0, size)
    hashes = nodes(parts)
    return origin, CompactRange(size, tuple(hashes[part] for part in parts))


def _keep_tiles(cursor: Any, grown: Grown) -> None:
    if grown.tiles:
        cursor.execute(
            "INSERT INTO ledger_tile (level, index, hash) SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bytea[])",
            [list(column) for column in zip(*grown.tiles, strict=True)],
        )


def _keep_checkpoint(cursor: Any, origin: str, tree: CompactRange) -> None:
    root = tree.root()
    note = log.signer(origin).sign(Checkpoint(origin, tree.size, root).text())
    cursor.execute("INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (%s, %s, %s, %s)", [tree.size, root, note, clock.now()])
