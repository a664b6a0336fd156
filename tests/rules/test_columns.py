"""The two evaluators agree: for every row of a table the SQL answers what the single evaluator answers for that row's facts."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.rules.columns import certain_in_columns, in_columns, singly, table
from tests.rules.generating import CERTAIN, DOUBTFUL, expressions, facts
from tongban.rules.core import (
    NOTHING,
    Bool,
    Date,
    Expression,
    Fact,
    FactSpec,
    FactType,
    Int,
    RuleFaults,
    TextType,
    Unknown,
    Value,
    Vocabulary,
    read_expression,
    write,
)
from tongban.rules.core import language as lang

EXPRESSIONS, ROWS = 50, 12
ENOUGH = 5_000
"""Expressions that the checker admits, for each of the two vocabularies: 10,000 in all."""


def read(source: str, vocabulary: Vocabulary) -> Expression | None:
    try:
        return read_expression(source, vocabulary)
    except RuleFaults:
        return None


@pytest.fixture(scope="module")
def connection() -> Any:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


@pytest.mark.parametrize("vocabulary", [CERTAIN, DOUBTFUL], ids=["certain", "doubtful"])
def test_over_generated_tables_the_columns_and_the_single_evaluator_agree(vocabulary: Vocabulary, connection: Any) -> None:
    row = facts(none=vocabulary is DOUBTFUL, unknown=True)
    tried: Counter[str] = Counter()

    @settings(max_examples=200, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    @given(st.lists(expressions(), min_size=EXPRESSIONS, max_size=EXPRESSIONS), st.lists(row, min_size=ROWS, max_size=ROWS))
    def agree(nodes: list[Any], rows: list[dict[str, Fact]]) -> None:
        if tried["expressions"] >= ENOUGH:
            return
        readings = [found for node in nodes if (found := read(write(node), vocabulary)) is not None]
        if readings:
            table(connection, vocabulary, rows)
            for told_of, answers in zip(rows, in_columns(connection, readings), strict=True):
                for one, answer in zip(readings, answers, strict=True):
                    assert answer == singly(one, told_of), one.source
            conditions = [one for one in readings if isinstance(one.type, Bool)]
            for told_of, found in zip(rows, certain_in_columns(connection, conditions) if conditions else (), strict=bool(conditions)):
                assert list(found) == [singly(one, told_of) for one in conditions]
        tried.update(expressions=len(readings))
        tried.update(word for one in readings for word in words_of(one))

    agree()
    assert tried["expressions"] >= ENOUGH
    assert not {*EVERY_WORD} - {*tried}, "an operator that no expression had"


def words_of(expression: Expression) -> Iterator[str]:
    """The operators, functions and other kinds of node that stand in it."""
    for part in lang.walk(expression.ast):
        match part:
            case lang.Compare(op) | lang.Arithmetic(op):
                yield op
            case lang.Call(function):
                yield function
            case _:
                yield type(part).__name__


EVERY_WORD = [
    *("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"),
    *lang.SIGNATURES,
    *("Literal", "ListLiteral", "FactPath", "Has", "Not", "Negate", "And", "Or", "In", "Conditional"),
]
"""The whole language: `Refused` stands in no expression."""

MONTH_ENDS = [
    dt.date(2023, 12, 31),
    dt.date(2024, 1, 30),
    dt.date(2024, 1, 31),
    *(dt.date(2024, 2, day) for day in (1, 28, 29)),
    dt.date(2024, 3, 30),
]
LEAP = [dt.date(2020, 2, 29), dt.date(2021, 2, 28), dt.date(2023, 2, 28), dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 1)]
STATES: list[Fact] = [NOTHING, Unknown("silent")]


@pytest.mark.parametrize(
    "source", ["months_between(t.d, t.e)", "years_between(t.d, t.e)", "t.d - t.e", "t.d < t.e", "max(t.d, t.e)", "t.d == t.e"]
)
@pytest.mark.parametrize("days", [MONTH_ENDS, LEAP], ids=["ends of months", "leap days"])
def test_two_dates_at_the_edges_of_the_calendar(source: str, days: list[dt.date], connection: Any) -> None:
    told: list[Fact] = [Value(day) for day in days] + STATES
    agree_on(source, {"t.d": Date(), "t.e": Date()}, itertools.product(told, told), connection)


@pytest.mark.parametrize("source", ["t.d + months(t.x)", "t.d - months(t.x)", "t.d + years(t.x)", "t.d - days(t.x)"])
def test_a_date_that_moves_lands_on_the_same_day(source: str, connection: Any) -> None:
    told: list[Fact] = [Value(day) for day in MONTH_ENDS + LEAP] + STATES
    moved: list[Fact] = [Value(count) for count in (-48, -13, -12, -1, 0, 1, 2, 11, 12, 13, 48)] + STATES
    agree_on(source, {"t.d": Date(), "t.x": Int(-48, 48)}, itertools.product(told, moved), connection)


@pytest.mark.parametrize(
    "source",
    [
        "t.x + t.y",
        "t.x - t.y",
        "t.x * 2",
        "t.x % max(t.y, 1)",
        "round_down(t.x / max(t.y, 1), 1)",
        "round_half_up(t.x / max(t.y, 1), 1)",
        "round_half_up(t.x / min(t.y, -1), 0.1)",
        "round_down(t.x * 0.25, 0.5)",
        "-t.x",
        "min(t.x, t.y)",
        "t.x >= t.y",
        "t.x in [-3, 0, 7]",
        "has(t.x) && t.x > t.y",
        "(t.x > 0 ? t.y : 0) == 0",
        "t.x > 0 ? t.y : t.x",
    ],
)
def test_numbers_about_zero_and_at_the_edges_of_their_range(source: str, connection: Any) -> None:
    big = 2**40
    told: list[Fact] = [Value(value) for value in (-big, -7, -3, -2, -1, 0, 1, 2, 3, 5, 7, big)] + STATES
    agree_on(source, {"t.x": Int(-big, big), "t.y": Int(-big, big)}, itertools.product(told, told), connection)


@pytest.mark.parametrize("source", ["t.a == t.b", "t.a && t.b", "t.a || t.b", "t.a ? t.b : t.a", "(t.a ? has(t.b) : t.b) || t.a"])
def test_conditions_over_all_states(source: str, connection: Any) -> None:
    told: list[Fact] = [Value(True), Value(False), *STATES]
    agree_on(source, {"t.a": Bool(), "t.b": Bool()}, itertools.product(told, told), connection)


def test_texts_with_quotes_line_ends_nul_and_far_planes(connection: Any) -> None:
    told: list[Fact] = [Value(text) for text in ("", "'", '"', "\\", "\n", "\0", "a\0b", "云", "𠮷", "--", "云𠮷")] + STATES
    for source in (
        "t.w == t.v",
        "t.w.contains(t.v)",
        "t.w.startsWith(t.v)",
        "t.w.endsWith(t.v)",
        "size(t.w) > size(t.v)",
        't.w in ["\'", "云", ""]',
    ):
        agree_on(source, {"t.w": TextType(4), "t.v": TextType(4)}, itertools.product(told, told), connection)


def agree_on(source: str, types: dict[str, FactType], pairs: Any, connection: Any) -> None:
    """Certain facts, and facts that may be none, whichever the checker admits."""
    names, rows = list(types), [tuple(pair) for pair in pairs]
    admitted_once = False
    for may_be_none in (False, True):
        expression = read(source, {name: FactSpec(kind, may_be_none) for name, kind in types.items()})
        if expression is not None:
            admitted_once = True
            told = [dict(zip(names, row, strict=True)) for row in rows if may_be_none or NOTHING not in row]
            told = [{name: facts[name] for name in expression.vocabulary} for facts in told]
            table(connection, expression.vocabulary, told)
            assert in_columns(connection, [expression]) == [(singly(expression, facts),) for facts in told]
    assert admitted_once, source
