"""Decision tables: exactly one row answers, what overlaps or is left open is found with an example, and the table is the language's own nodes."""

from __future__ import annotations

import itertools
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.columns import in_columns, singly, table
from tongban.rules.core import (
    NOTHING,
    Bool,
    Choice,
    Date,
    Decimal,
    Fact,
    FactSpec,
    Int,
    Money,
    TextType,
    Unknown,
    Value,
    ValueFault,
    read_expression,
    write,
)
from tongban.rules.core import language as lang
from tongban.rules.core.tables import Column, findings, nodes

SIZE = Column("t.size", FactSpec(Choice(("micro", "small", "large"))))
STAFF = Column("t.staff", FactSpec(Int(0, 100), may_be_none=True))
COLUMNS = [SIZE, STAFF]


def rows(*written: tuple[str, str]) -> list[Any]:
    return [tuple(column.read(cell.split("; ")) for column, cell in zip(COLUMNS, row, strict=True)) for row in written]


def told(*written: tuple[str, str]) -> list[tuple[int | None, int | None, str]]:
    return [(found.first, found.second, found.example) for found in findings(COLUMNS, rows(*written))]


def test_rows_that_part_everything_have_no_finding() -> None:
    assert told(("large", "any"), ("micro; small", "<= 30"), ("micro; small", "> 30; none")) == []


def test_two_rows_that_overlap_are_told_with_an_example() -> None:
    assert told(("any", "<= 30"), ("large", ">= 30; none"), ("micro; small", "> 30; none")) == [(0, 1, "t.size = large, t.staff = 30")]


def test_what_no_row_covers_is_told_with_an_example() -> None:
    assert told(("any", "<= 30"), ("any", "32 .. 100; none")) == [(None, None, "t.size = large, t.staff = 31")]


def test_none_is_covered_only_where_it_is_written() -> None:
    assert told(("any", ">= 0")) == [(None, None, "t.size = large, t.staff = none")]


@pytest.mark.parametrize("cell", ["> 100", "1; 5", "many", "< 0"])
def test_a_cell_without_a_value_or_with_two_spans_is_refused(cell: str) -> None:
    with pytest.raises(ValueFault):
        STAFF.read(cell.split("; "))


def test_a_text_is_no_column() -> None:
    with pytest.raises(ValueFault):
        Column("t.w", FactSpec(TextType(4))).whole()


@pytest.mark.parametrize(
    ("spec", "cell", "source"),
    [
        (FactSpec(Bool()), "yes", "t.f"),
        (FactSpec(Bool(), may_be_none=True), "no", "has(t.f) && !t.f"),
        (FactSpec(Money(0, 10_000)), ">= 20 yuan", "t.f >= yuan(20)"),
        (FactSpec(Decimal(2, 0, 9)), "0.50 .. 1", "t.f >= 0.50 && t.f <= 1.00"),
        (FactSpec(Date(), may_be_none=True), "< 2026-01-01", 'has(t.f) && t.f <= date("2025-12-31")'),
        (FactSpec(Int(0, 9), may_be_none=True), "none", "!has(t.f)"),
        (FactSpec(Int(0, 9), may_be_none=True), ">= 0", "has(t.f)"),
    ],
)
def test_a_cell_is_a_condition_of_the_language(spec: FactSpec, cell: str, source: str) -> None:
    column = Column("t.f", spec)
    test = column.test(column.read([cell]))
    assert test is not None
    assert write(test) == source


STATES: list[Fact] = [*(Value(count) for count in (0, 1, 30, 31, 99, 100)), NOTHING, Unknown("silent")]
SPANS = st.lists(st.integers(0, 100), min_size=1, max_size=3, unique=True).map(sorted)


@settings(max_examples=40, deadline=None)
@given(cuts=SPANS, with_none=st.booleans())
def test_a_table_answers_as_its_rows_say_singly_and_over_columns(cuts: list[int], with_none: bool) -> None:
    """A partition of the numbers: each value gets its own row's answer, none the first row's or the rest."""
    edges = [-1, *cuts, 100] if cuts[-1] < 100 else [-1, *cuts]
    spans = [(low + 1, high) for low, high in itertools.pairwise(edges)]
    column = Column("t.staff", FactSpec(Int(0, 100), may_be_none=True))
    read = [(column.read([f"{low} .. {high}", *(["none"] if with_none and not at else [])]),) for at, (low, high) in enumerate(spans)]
    values = [lang.Literal("money", at) for at in range(len(spans))]
    assert [found for found in findings([column], read) if found.first is not None] == []
    rest = None if with_none else lang.Literal("money", 99)
    expression = read_expression(write(nodes([column], read, values, rest)), {"t.staff": column.spec})
    for state in STATES:
        found = singly(expression, {"t.staff": state})
        if isinstance(state, Value):
            assert found == next(at for at, (low, high) in enumerate(spans) if low <= state.value <= high)
        elif state is NOTHING:
            assert found == (0 if with_none else 99)
    if expression.vocabulary:
        with duckdb.connect(config={"threads": 1}) as connection:
            told_of = [{"t.staff": state} for state in STATES]
            table(connection, expression.vocabulary, told_of)
            assert in_columns(connection, [expression]) == [(singly(expression, facts),) for facts in told_of]
