"""Messages show on locked screens."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.ids import case_number, citizen_id_check
from tongban.messages.core.privacy import ACCOUNT, IDENTITY, TELEPHONE, personal_data


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("您的身份证号11010519491231002X已核验", IDENTITY),
        ("身份证 110105 19491231 002x 已核验", IDENTITY),
        ("身份证１１０１０５１９４９１２３１００２Ｘ", IDENTITY),
        ("请联系13800138000", TELEPHONE),
        ("请联系 138-0013-8000。", TELEPHONE),
        ("call +86 138 0013 8000 now", TELEPHONE),
        ("手机：１３８００１３８０００", TELEPHONE),
        ("补贴已到账户6222021234567890123", ACCOUNT),
        ("账户 6222 0212 3456 7890 已确认", ACCOUNT),
        ("账户 1234567890123", ACCOUNT),
    ],
)
def test_personal_numbers_are_found_however_they_are_written(text, kind):
    assert personal_data(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "您的申请已受理，请在2026年3月5日前补正。",
        "补贴 18,500.00 元将于3日内到账",
        "办件 9901020001202603050000017 已受理".replace("9901020001202603050000017", case_number("990102", "0001", date(2026, 3, 5), 1)),
        "如有疑问请拨打12345，或 0311-8765432",
        "第 123 号窗口，14:02，2026-03-05",
        "",
    ],
)
def test_dates_amounts_case_numbers_and_public_lines_are_not_personal(text):
    assert personal_data(text) is None


def test_a_number_with_a_wrong_check_character_is_no_case_number():
    number = case_number("990102", "0001", date(2026, 3, 5), 1)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert personal_data(f"办件 {wrong}") is not None


born = st.dates(date(1920, 1, 1), date(2025, 1, 1))


@given(st.integers(110000, 659999), born, st.integers(0, 999), st.sampled_from(["", " ", "-", "·"]), st.text("您的证件是", max_size=8))
def test_every_identity_number_is_found_with_any_grouping(area, day, order, gap, around):
    body = f"{area}{day:%Y%m%d}{order:03d}"
    number = body + citizen_id_check(body)
    written = gap.join((number[:6], number[6:14], number[14:]))
    assert personal_data(around + written + around) == IDENTITY


@given(st.integers(0, 999_999), st.integers(1, 999_999), born)
def test_no_case_number_is_ever_taken_for_a_personal_one(area, serial, day):
    assert personal_data(f"办件编号{case_number(f'{area:06d}', '0012', day, serial)}已办结") is None
