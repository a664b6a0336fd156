"""The Merkle tree of RFC 6962 §2.1 (= RFC 9162 §2.1.1).

Invariants: a leaf's hash is SHA-256(0x00 ‖ data), a node's SHA-256(0x01 ‖ left ‖ right); a node (level, index) is named only if it is perfect, that is
if it covers the 2^level leaves from index·2^level on and all of them exist, so it never changes again; any other subtree is folded from perfect ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Node = tuple[int, int]
"""(level, index) of a perfect subtree; level 0 are the leaves."""

EMPTY: Final = hashlib.sha256(b"").digest()
TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT


def hash_leaf(data: bytes) -> bytes:
    """MTH({data})."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_nodes(start: int, end: int) -> list[Node]:
    """The fewest perfect subtrees that cover the leaves start..end-1, left to right. `start` must be a multiple of a power of two not below end-start."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of the subtree whose perfect parts have these hashes, left to right."""
    if not hashes:
        return EMPTY
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = hash_node(left, result)
    return result


def perfect(hashes: bytes) -> bytes:
    """The hash of a perfect subtree over 2^n hashes, put together."""
    sha256 = hashlib.sha256
    while len(hashes) > 32:
        hashes = b"".join([sha256(b"\x01" + hashes[start : start + 64]).digest() for start in range(0, len(hashes), 64)])
    return hashes


def subtree(start: int, end: int, node: Callable[[Node], bytes]) -> bytes:
    """MTH(D[start:end]) from the hashes of perfect nodes."""
    return fold([node(part) for part in perfect_nodes(start, end)])


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree after leaves were added, and the tiles that were completed by it: (tile level, tile index, hash over the whole tile)."""

    range: CompactRange
    tiles: tuple[tuple[int, int, bytes], ...]


@dataclass(frozen=True, slots=True)
class CompactRange:
    """All that must be known of a tree to go on: its size and the hashes of its perfect parts, left to right. Fits in a few hundred bytes."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size.bit_count() != len(self.hashes):
            raise ValueError((self.size, len(self.hashes)))

    def root(self) -> bytes:
        """The tree's root hash."""
        return fold(self.hashes)

    def grow(self, leaves: Iterable[bytes]) -> Grown:
        """The tree with further leaf hashes at its end: one hash a leaf, amortised."""
        hashes, size = list(self.hashes), self.size
        tiles = []
        for leaf in leaves:
            index, level, current = size, 0, leaf
            while index & 1:
                current = hash_node(hashes.pop(), current)
                index >>= 1
                level += 1
                if level % TILE_HEIGHT == 0:
                    tiles.append((level // TILE_HEIGHT - 1, index, current))
            hashes.append(current)
            size += 1
        return Grown(CompactRange(size, tuple(hashes)), tuple(tiles))
