"""Numbers as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.parties.core import identity
from tongban.parties.errors import IdentityError

TODAY = date(2026, 11, 23)
ELDER = "990101193802140019"


@pytest.mark.parametrize("number", [ELDER, "990101195207300021", "990102198506121015", "990103199701013125", "990102202003010056"])
def test_numbers_of_an_area_that_belongs_to_nobody_are_accepted(number: str) -> None:
    assert identity.citizen_id(number, TODAY) == number


def test_blanks_and_full_width_digits_are_read_as_meant() -> None:
    assert identity.citizen_id("９９０１０１ 19380214 0019", TODAY) == ELDER


@given(
    st.text(alphabet=st.characters(categories=["C", "Z"]), max_size=6), st.text(alphabet=st.characters(categories=["C", "Z"]), max_size=6)
)
def test_what_cannot_be_seen_does_not_count(before: str, after: str) -> None:
    assert identity.citizen_id(before + ELDER[:9] + after + ELDER[9:], TODAY) == ELDER


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_can_be_made_plain_and_plain_text_stays(typed: str) -> None:
    once = identity.plain(typed)
    once.encode()
    assert identity.plain(once) == once


def test_a_small_x_is_a_capital_one() -> None:
    body = "99010119380214"
    from tongban.kernel.ids import citizen_id_check

    number = next(f"{body}{order:03d}X" for order in range(1000) if citizen_id_check(f"{body}{order:03d}") == "X")
    assert identity.citizen_id(number.lower(), TODAY) == number


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("990101193802140018", "身份证号最后一位不对，请对照证件再输一次。已填的内容都还在。"),
        ("99010119380214001", "现在是17位"),
        ("99010119380230001X", "出生日期"),
        ("990101203802140016", "出生日期"),
        ("99010A193802140019", "只能是数字"),
    ],
)
def test_a_wrong_number_is_told_what_is_wrong_with_it_and_not_repeated(typed: str, says: str) -> None:
    with pytest.raises(IdentityError) as caught:
        identity.citizen_id(typed, TODAY)
    assert says in caught.value.says.zh
    assert typed not in str(caught.value.says)
    assert caught.value.says.en.endswith("Everything else is kept.")


@pytest.mark.parametrize("code", ["91990101MA00000A19", "92990102MA00000B2Q", "11990100MB00000C3D"])
def test_codes_that_check_are_accepted_in_small_letters_too(code: str) -> None:
    assert identity.uscc(code.lower()) == code


@pytest.mark.parametrize("typed", ["91990101MA00000A18", "91990101MA00000I19", "91990101MA00000A1"])
def test_a_code_that_does_not_check_is_refused(typed: str) -> None:
    with pytest.raises(IdentityError):
        identity.uscc(typed)


def test_birth_and_sex_are_read_from_the_number() -> None:
    assert identity.born(ELDER) == date(1938, 2, 14)
    assert identity.sex(ELDER) == "male"
    assert identity.sex("990101195207300021") == "female"


def test_a_year_is_full_on_the_birthday() -> None:
    assert identity.age(date(1946, 11, 24), TODAY) == 79
    assert identity.age(date(1946, 11, 23), TODAY) == 80
    assert identity.age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert identity.age(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_a_masked_number_shows_no_birthday() -> None:
    assert identity.masked(ELDER) == "990101**********19"
