"""What anybody may copy: checkpoint, tiles, entry bundles, the public key (C2SP tlog-tiles). Invariant: nothing here tells anything of any act."""

from __future__ import annotations

from django.db import connection

from tongban.ledger import log
from tongban.ledger.core.act import leaf_data
from tongban.ledger.core.tiles import bundle
from tongban.ledger.core.tiles import width as full_width
from tongban.ledger.core.tree import TILE_WIDTH
from tongban.ledger.reads.nodes import stored_hashes
from tongban.ledger.reads.proofs import latest_checkpoint


def checkpoint() -> str | None:
    """The latest signed checkpoint, as served at `<log>/checkpoint`; None before the first entry was sequenced."""
    found = latest_checkpoint()
    return found.note if found else None


def tile(level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
    """The first `width` hashes of a tile, 32 bytes each; None if the signed tree has not that many, or the tile is none."""
    if not _exists(level, index, width):
        return None
    whole = (level, index * TILE_WIDTH, index * TILE_WIDTH + width)
    return stored_hashes([whole])[whole]


def entry_bundle(index: int, width: int = TILE_WIDTH) -> bytes | None:
    """The first `width` public leaves of a bundle, each behind its length; None as above."""
    if not _exists(0, index, width):
        return None
    first = index * TILE_WIDTH
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.commitment FROM ledger_leaf leaf JOIN ledger_entry e ON e.id = leaf.entry_id WHERE index >= %s AND index < %s ORDER BY index",
            [first, first + width],
        )
        return bundle([leaf_data(bytes(commitment)) for (commitment,) in cursor.fetchall()])


def public_key() -> str:
    """The line by which anybody verifies this log's checkpoints: `name+id+key`."""
    found = latest_checkpoint()
    return str(log.published(found.note.partition("\n")[0] if found else log.name()))


def _exists(level: int, index: int, width: int) -> bool:
    found = latest_checkpoint()
    return found is not None and 0 <= level < 8 and index >= 0 and 1 <= width <= full_width(level, index, found.size)
