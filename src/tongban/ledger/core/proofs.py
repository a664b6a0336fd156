"""Inclusion and consistency proofs: made as RFC 6962 §2.1.1 and §2.1.2 define them, verified as RFC 9162 §2.1.3.2 and §2.1.4.2 prescribe.

Invariants: a proof is a list of subtrees' hashes in the order of the RFC; making one names the subtrees first, so that a store can read them in one
question; verifying uses nothing of the code that makes them, and never raises on malformed input: it says no.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongban.ledger.core.tree import EMPTY, hash_node

Span = tuple[int, int]
"""The leaves start..end-1, as a subtree of the tree in question."""


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The subtrees whose hashes prove that leaf `index` is in the tree of `size`. Raises ValueError unless 0 <= index < size."""
    if not 0 <= index < size:
        raise ValueError((index, size))
    spans = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """The subtrees whose hashes prove that the tree of `first` is the beginning of the tree of `second`. Raises ValueError unless 0 <= first <= second."""
    if not 0 <= first <= second:
        raise ValueError((first, second))
    if first in (0, second):
        return []
    spans = []
    start, end = 0, second
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return spans[::-1]


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the leaf hash stands at `index` of the tree of `size` with this root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = hash_node(sibling, result)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            result = hash_node(result, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and result == root


def verify_consistency(*, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the second tree begins with the first (RFC 9162 §2.1.4.2). Every tree begins with the empty one."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY
    if not proof:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    position, last = first - 1, second - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = hash_node(sibling, old), hash_node(sibling, new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = hash_node(new, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1
