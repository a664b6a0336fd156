"""The tree against the vectors of Certificate Transparency and against the RFC's own recursive definitions."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ledger.core.proofs import consistency_spans, inclusion_spans, verify_consistency, verify_inclusion
from tongban.ledger.core.tree import EMPTY, CompactRange, hash_leaf, hash_node, perfect_nodes, subtree

DATA = [
    bytes.fromhex(data) for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def mth(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    n = len(leaves)
    if n == 1:
        return []
    k = 1
    while k * 2 < n:
        k *= 2
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2."""
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


LEAVES = [hash_leaf(number.to_bytes(4, "big")) for number in range(600)]


def node(part: tuple[int, int]) -> bytes:
    level, index = part
    return mth(LEAVES[index << level : (index + 1) << level])


def inclusion(index: int, size: int) -> list[bytes]:
    return [subtree(start, end, node) for start, end in inclusion_spans(index, size)]


def consistency(first: int, second: int) -> list[bytes]:
    return [subtree(start, end, node) for start, end in consistency_spans(first, second)]


def test_the_empty_tree_has_the_root_that_the_rfc_gives_it():
    assert CompactRange().root() == EMPTY == hashlib.sha256(b"").digest()


def test_the_roots_of_certificate_transparency_are_found():
    tree = CompactRange()
    for data, root in zip(DATA, ROOTS, strict=True):
        tree = tree.grow([hash_leaf(data)]).range
        assert tree.root().hex() == root


def test_a_proof_of_certificate_transparency_verifies():
    proof = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert verify_inclusion(
        index=0, size=8, leaf=hash_leaf(DATA[0]), proof=[bytes.fromhex(part) for part in proof], root=bytes.fromhex(ROOTS[7])
    )


@pytest.mark.parametrize("size", [*range(66), 127, 128, 129, 255, 256, 257, 511, 512, 513, 600])
def test_a_tree_grown_in_any_steps_has_the_root_of_the_definition(size):
    for step in (1, 7, 256):
        tree = CompactRange()
        for start in range(0, size, step):
            tree = tree.grow(LEAVES[start : min(size, start + step)]).range
        assert tree == CompactRange(size, tuple(node(part) for part in perfect_nodes(0, size)))
        assert tree.root() == mth(LEAVES[:size])


def test_every_full_tile_is_told_once_with_the_hash_over_it():
    leaves = [hash_leaf(number.to_bytes(4, "big")) for number in range(256 * 256 + 3)]
    told = CompactRange().grow(leaves).tiles
    assert [(level, index) for level, index, _ in told] == [(0, index) for index in range(256)] + [(1, 0)]
    assert told[5][2] == mth(leaves[5 * 256 : 6 * 256])
    assert told[-1][2] == mth(leaves[: 256 * 256])


def test_proofs_are_those_of_the_definition_and_all_verify():
    for size in range(1, 50):
        root = mth(LEAVES[:size])
        for index in range(size):
            proof = inclusion(index, size)
            assert proof == path(index, LEAVES[:size])
            assert verify_inclusion(index=index, size=size, leaf=LEAVES[index], proof=proof, root=root)
        for first in range(1, size + 1):
            proof = consistency(first, size)
            assert proof == subproof(first, LEAVES[:size], True)
            assert verify_consistency(first=first, second=size, first_root=mth(LEAVES[:first]), second_root=root, proof=proof)


@given(st.data())
def test_an_altered_inclusion_proof_fails(data):
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    good = {"index": index, "size": size, "leaf": LEAVES[index], "proof": inclusion(index, size), "root": mth(LEAVES[:size])}
    assert verify_inclusion(**good)
    assert not verify_inclusion(**good | {"leaf": hash_leaf(b"another")})
    assert not verify_inclusion(**good | {"root": mth(LEAVES[: size + 1])})
    assert not verify_inclusion(**good | {"proof": [*good["proof"], LEAVES[0]]})
    assert not verify_inclusion(**good | {"index": data.draw(st.integers(0, size + 3).filter(lambda other: other != index))})
    if good["proof"]:
        place = data.draw(st.integers(0, len(good["proof"]) - 1))
        bent = bytearray(good["proof"][place])
        bent[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
        assert not verify_inclusion(**good | {"proof": [*good["proof"][:place], bytes(bent), *good["proof"][place + 1 :]]})
        assert not verify_inclusion(**good | {"proof": good["proof"][:place] + good["proof"][place + 1 :]})


@given(st.data())
def test_an_altered_consistency_proof_fails(data):
    second = data.draw(st.integers(2, 300))
    first = data.draw(st.integers(1, second - 1))
    good = {
        "first": first,
        "second": second,
        "first_root": mth(LEAVES[:first]),
        "second_root": mth(LEAVES[:second]),
        "proof": consistency(first, second),
    }
    assert verify_consistency(**good)
    assert not verify_consistency(**good | {"first_root": hash_node(good["first_root"], EMPTY)})
    assert not verify_consistency(**good | {"second_root": mth(LEAVES[: second + 1])})
    assert not verify_consistency(**good | {"proof": [*good["proof"], LEAVES[0]]})
    assert not verify_consistency(**good | {"proof": []})
    place = data.draw(st.integers(0, len(good["proof"]) - 1))
    bent = bytearray(good["proof"][place])
    bent[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify_consistency(**good | {"proof": [*good["proof"][:place], bytes(bent), *good["proof"][place + 1 :]]})


@given(
    st.integers(-3, 40), st.integers(-3, 40), st.lists(st.binary(min_size=32, max_size=32), max_size=8), st.binary(min_size=32, max_size=32)
)
def test_made_up_proofs_are_refused_without_an_error(first, second, proof, root):
    assert not verify_inclusion(index=first, size=second, leaf=root, proof=proof, root=LEAVES[0])
    assert not verify_consistency(first=first, second=second, first_root=LEAVES[1], second_root=root, proof=proof)


def test_every_tree_begins_with_the_empty_one_and_with_itself():
    assert verify_consistency(first=0, second=9, first_root=EMPTY, second_root=mth(LEAVES[:9]), proof=[])
    assert not verify_consistency(first=0, second=9, first_root=LEAVES[0], second_root=mth(LEAVES[:9]), proof=[])
    assert verify_consistency(first=9, second=9, first_root=LEAVES[0], second_root=LEAVES[0], proof=[])
    assert not verify_consistency(first=9, second=9, first_root=LEAVES[0], second_root=LEAVES[1], proof=[])
    assert not verify_consistency(first=10, second=9, first_root=LEAVES[0], second_root=LEAVES[0], proof=[])


def test_a_proof_outside_the_tree_is_not_made():
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError):
            inclusion_spans(index, size)
    with pytest.raises(ValueError):
        consistency_spans(4, 3)
