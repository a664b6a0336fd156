"""The tree cut into tiles of 256 hashes, as C2SP tlog-tiles lays it out (c2sp.org/tlog-tiles).

Invariants: the hash i of tile level l covers the 256^l leaves from i·256^l on and exists once they all do, so tiles only grow, at their right edge;
a partial tile is the beginning of the full one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from tongban.ledger.core.tree import TILE_HEIGHT, TILE_WIDTH, Node, perfect

Stored = tuple[int, int, int]
"""(tile level, first, end): the hashes first..end-1 of a tile level."""


def stored_under(node: Node) -> Stored:
    """The stored hashes from which a perfect node is computed; all are in one tile."""
    level, index = node
    tile_level, within = divmod(level, TILE_HEIGHT)
    return tile_level, index << within, (index + 1) << within


def stored_for(nodes: Iterable[Node]) -> list[Stored]:
    """The fewest ranges of stored hashes that suffice for all these nodes."""
    ranges: list[Stored] = []
    for level, first, end in sorted({stored_under(node) for node in nodes}):
        if ranges and ranges[-1][0] == level and first <= ranges[-1][2]:
            ranges[-1] = (level, ranges[-1][1], max(end, ranges[-1][2]))
        else:
            ranges.append((level, first, end))
    return ranges


def node_hash(node: Node, stored: Mapping[Stored, bytes]) -> bytes:
    """The hash of a perfect node from ranges of stored hashes, each 32 bytes, put together. Raises KeyError if no range covers it."""
    level, first, end = stored_under(node)
    for (stored_level, start, stop), hashes in stored.items():
        if stored_level == level and start <= first and end <= stop:
            return perfect(hashes[(first - start) * 32 : (end - start) * 32])
    raise KeyError(node)


def width(level: int, index: int, size: int) -> int:
    """How many hashes a tile has in a tree of `size`: 0 (none such) to 256."""
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - index * TILE_WIDTH))


def path(level: int | str, index: int, hashes: int = TILE_WIDTH) -> str:
    """Where a tile is served below the log's address: `tile/0/x001/x234/067.p/5`; level `entries` for bundles."""
    digits = str(index).zfill((len(str(index)) + 2) // 3 * 3)
    groups = [digits[start:end] for start, end in pairwise(range(0, len(digits) + 1, 3))]
    return "/".join(["tile", str(level), *(f"x{group}" for group in groups[:-1]), groups[-1]]) + (
        f".p/{hashes}" if hashes < TILE_WIDTH else ""
    )


def bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length in two bytes, big-endian. Raises OverflowError for one above 65,535 bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
