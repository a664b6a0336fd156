"""GB/T 36904 identifiers."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongban.credentials.core.identifier import ROOT, Identifier, parse, tidy

PUBLISHED = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
codes = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18)
identifiers = st.builds(
    Identifier,
    st.builds(lambda code, number: f"{code}{number:03d}", codes, st.integers(0, 999)),
    codes,
    st.integers(0, 9_999_999).map(lambda n: f"2026{n:07d}"),
    st.integers(1, 999),
)


def test_a_published_identifier_has_the_check_character_that_we_compute():
    parts = parse(PUBLISHED)
    assert parts == Identifier("11100000000013338W011", "11430000006122244L", "20230000403", 1)
    assert parts.text == PUBLISHED


@given(identifiers)
def test_what_is_written_is_read_again(identifier):
    assert parse(identifier.text) == identifier


@given(identifiers, st.data())
def test_one_wrong_character_anywhere_is_detected(identifier, data):
    text = identifier.text
    at = data.draw(st.integers(len(ROOT), len(text) - 1))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ."))
    assume(wrong != text[at])
    assert parse(text[:at] + wrong + text[at + 1 :]) is None


@given(identifiers)
def test_nearly_every_swap_of_two_neighbours_is_detected(identifier):
    """ISO 7064, MOD 37,36 detects every single wrong character, and all but a few swaps: of 20,000 numbers two had three such pairs."""
    text = identifier.text
    places = [at for at in range(len(ROOT), len(text) - 2) if text[at] != text[at + 1]]
    unseen = [at for at in places if parse(text[:at] + text[at + 1] + text[at] + text[at + 2 :]) is not None]
    assert len(unseen) <= 5


def test_the_next_version_keeps_everything_else():
    after = parse(PUBLISHED).next_version()
    assert (after.serial, after.version) == ("20230000403", 2)
    assert parse(after.text) == after


def test_a_type_code_of_the_wrong_length_has_no_identifier():
    with pytest.raises(ValueError):
        Identifier("11100000000013338W", "11430000006122244L", "1", 1).text  # noqa: B018


def test_what_people_type_is_made_plain():
    assert tidy(" 1.2.156.3005.2.１１abc 。w ") == "1.2.156.3005.2.11ABC.W"
