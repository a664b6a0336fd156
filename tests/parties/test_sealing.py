"""A sealed value opens only where it was sealed; equal values are found without opening any."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.parties.core.sealing import Place, SealBrokenError, Sealer

SEALER = Sealer(b"f" * 32, b"b" * 32)
HERE = Place("person", "name", UUID(int=1))


@given(st.text(max_size=40))
def test_what_was_sealed_opens_again_in_its_place(plain: str) -> None:
    assert SEALER.open(SEALER.seal(plain, HERE), HERE) == plain


@pytest.mark.parametrize(
    "elsewhere", [Place("person", "name", UUID(int=2)), Place("person", "id_number", UUID(int=1)), Place("firm", "name", UUID(int=1))]
)
def test_a_sealed_value_moved_to_another_place_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(SealBrokenError):
        SEALER.open(SEALER.seal("王秀英", HERE), elsewhere)


@given(st.data())
def test_a_sealed_value_with_one_bit_changed_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(SEALER.seal("王秀英", HERE))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(SealBrokenError):
        SEALER.open(bytes(sealed), HERE)


def test_another_key_does_not_open() -> None:
    with pytest.raises(SealBrokenError):
        Sealer(b"g" * 32, b"b" * 32).open(SEALER.seal("王秀英", HERE), HERE)


def test_the_same_value_sealed_twice_looks_different() -> None:
    assert SEALER.seal("王秀英", HERE) != SEALER.seal("王秀英", HERE)


@given(st.text(max_size=20), st.text(max_size=20))
def test_blind_indexes_are_equal_exactly_for_equal_values(one: str, other: str) -> None:
    assert (SEALER.blind("id", one) == SEALER.blind("id", other)) == (one == other)


def test_blind_indexes_of_two_domains_tell_nothing_of_each_other() -> None:
    assert SEALER.blind("id_number", "1") != SEALER.blind("uscc", "1")


@given(st.text(alphabet="王李张伟秀英敏芳", min_size=2, max_size=6), st.data())
def test_a_names_grams_contain_those_of_each_of_its_parts(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))
    assert set(SEALER.grams(name[start:end])) <= set(SEALER.grams(name))


def test_a_single_character_is_no_search() -> None:
    assert SEALER.grams("王") == []


def test_blanks_and_the_middle_dot_do_not_hinder_a_search() -> None:
    assert SEALER.grams("阿依古丽·买买提") == SEALER.grams("阿依古丽 买买提")
