"""Which area lies in which is told by the code alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.parties.core.areas import covers, stem, within

CODES = st.sampled_from(
    ["", "990000", "990100", "990101", "990102", "990101001", "990101100", "990102001", "990101001002", "990200", "110000"]
)


@pytest.mark.parametrize(
    ("whole", "part", "is_covered"),
    [
        ("990100", "990101001", True),
        ("990101", "990101001", True),
        ("990101", "990102001", False),
        ("990101001", "990101", False),
        ("990101100", "990101100", True),
        ("", "990101", True),
        ("990101", "", False),
    ],
)
def test_a_wider_area_covers_a_narrower_one(whole: str, part: str, is_covered: bool) -> None:
    assert covers(whole, part) == is_covered


@given(CODES, CODES)
def test_an_area_is_covered_by_exactly_those_that_it_lies_in(whole: str, part: str) -> None:
    assert covers(whole, part) == (whole in within(part))


@given(CODES, CODES)
def test_the_stem_finds_what_an_area_covers(whole: str, part: str) -> None:
    assert (part.startswith(stem(whole)) and bool(part)) == (covers(whole, part) and bool(part))


@given(CODES, CODES, CODES)
def test_covering_is_transitive(one: str, two: str, three: str) -> None:
    assert not (covers(one, two) and covers(two, three)) or covers(one, three)
