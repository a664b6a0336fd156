"""What is told of payments: sums of which none tells of one payment, whatever the payments were."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tongban.benefits.core.published import LEAST, TOGETHER, Cell, as_public, told

JULY, AUGUST, SEPTEMBER = (date(2026, month, 1) for month in (7, 8, 9))


def cell(month: date, district: str, count: int, amount: int = 100) -> Cell:
    return Cell("aid", month, district, count, amount * count)


def shown(*cells: Cell, on: date = SEPTEMBER) -> list[tuple[date, date, str, int]]:
    return [(one.first, one.last, one.district, one.count) for one in told(cells, on).groups]


def test_a_district_with_enough_payments_stands_by_itself() -> None:
    assert shown(cell(AUGUST, "a", 5), cell(AUGUST, "b", 9)) == [(AUGUST, AUGUST, "a", 5), (AUGUST, AUGUST, "b", 9)]


def test_districts_with_few_are_told_together_and_take_one_more_with_them_where_they_are_too_few() -> None:
    assert shown(cell(AUGUST, "a", 9), cell(AUGUST, "b", 3), cell(AUGUST, "c", 4)) == [
        (AUGUST, AUGUST, "a", 9),
        (AUGUST, AUGUST, TOGETHER, 7),
    ]
    assert shown(cell(AUGUST, "a", 9), cell(AUGUST, "b", 8), cell(AUGUST, "c", 1)) == [
        (AUGUST, AUGUST, "a", 9),
        (AUGUST, AUGUST, TOGETHER, 9),
    ]


def test_a_month_with_few_waits_for_those_that_follow_and_the_month_that_runs_is_not_told() -> None:
    few, more = cell(JULY, "a", 2), cell(AUGUST, "a", 3)
    assert shown(few, more) == [(JULY, AUGUST, "a", 5)]
    found = told([few, cell(SEPTEMBER, "a", 50)], SEPTEMBER)
    assert (found.groups, found.withheld) == ((), ("aid",))


CELLS = st.lists(
    st.builds(cell, st.sampled_from([JULY, AUGUST, SEPTEMBER]), st.sampled_from("abcdef"), st.integers(1, 12), st.integers(1, 999)),
    max_size=20,
)


@given(cells=CELLS)
def test_no_line_has_too_few_nothing_is_told_twice_and_what_is_told_together_is_never_one_district(cells: list[Cell]) -> None:
    found = told(cells, SEPTEMBER)
    over = [one for one in cells if one.month < SEPTEMBER]
    assert all(one.count >= LEAST for one in found.groups)
    counted = sum(one.count for one in found.groups)
    assert counted <= sum(one.count for one in over)
    if not found.withheld:
        assert counted == sum(one.count for one in over)
        assert sum(one.amount for one in found.groups) == sum(one.amount for one in over)
    for one in found.groups:
        if one.district == TOGETHER:
            there = {each.district for each in over if one.first <= each.month <= one.last}
            alone = {each.district for each in found.groups if each.last == one.last}
            assert len(there - alone) >= 2


def test_a_person_stands_in_public_by_one_character_and_a_firm_by_its_name() -> None:
    assert [as_public("person", name) for name in ("王秀英", "李敏", "王")] == ["王**", "李*", "王*"]
    assert as_public("firm", "味来餐饮店") == "味来餐饮店"
