"""Small tables, facts in and outcome out: the manual of the rule language, and its test.

A column head is `name:type`; the fact is then `t.name`. A column in which `none` stands may be none. A cell is a value as `FactType.read`
takes it, `none`, or `?` for unknown. The last column is the outcome; `? x y` says besides which facts would settle it.
"""

import datetime as dt

import duckdb
import pytest

from tests.rules.columns import in_columns, singly, table
from tongban.kernel.text import Text
from tongban.rules.core import (
    Answer,
    Bool,
    Choice,
    Date,
    Decimal,
    Fact,
    FactSpec,
    FactType,
    Int,
    ListOf,
    Money,
    Nothing,
    Outcome,
    RuleFaults,
    TextType,
    Unknown,
    Value,
    read_expression,
)

TYPES: dict[str, FactType] = {
    "yes-no": Bool(),
    "int": Int(-1000, 1000),
    "count": Int(1, 1000),
    "money": Money(-(10**12), 10**12),
    "rate": Decimal(2, -100, 100),
    "date": Date(dt.date(1900, 1, 1), dt.date(2099, 12, 31)),
    "text": TextType(20),
    "grade": Choice(("A", "B", "C")),
    "texts": ListOf(TextType(20)),
    "ints": ListOf(Int(-1000, 1000)),
    "grades": ListOf(Choice(("A", "B", "C"))),
}


def holds(expression: str, rows_told: str) -> None:
    """Every row of the table is true of the expression, asked singly and over columns."""
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in rows_told.strip().splitlines()]
    columns = [name.split(":") for name in head[:-1]]
    vocabulary = {
        f"t.{name}": FactSpec(TYPES[kind], any(row[place] == "none" for row in rows)) for place, (name, kind) in enumerate(columns)
    }
    read = read_expression(expression, vocabulary)
    told_of = []
    for row in rows:
        facts = {f"t.{name}": fact_of(cell, TYPES[kind]) for (name, kind), cell in zip(columns, row, strict=False)}
        told_of.append({name: facts[name] for name in vocabulary})
        reading = read.explain(facts)
        assert read.evaluate(facts) == reading.outcome
        assert told(reading.outcome, reading.needs) == expected(row[-1], reading, read.type), f"{expression} with {row}"
    with duckdb.connect() as connection:
        table(connection, vocabulary, told_of)
        answers = in_columns(connection, [read])
    assert answers == [(singly(read, facts),) for facts in told_of], f"{expression} over columns"


def fact_of(cell: str, kind: FactType) -> Fact:
    if cell == "?":
        return Unknown("silent")
    return Nothing() if cell == "none" else Value(kind.read(cell))


def told(outcome: Outcome, needs: tuple[str, ...]) -> str | Fact:
    if isinstance(outcome, Answer) and outcome is not Answer.UNKNOWN:
        return outcome.value
    if isinstance(outcome, Nothing):
        return "none"
    if isinstance(outcome, Value):
        return outcome
    return " ".join(["?", *(name.removeprefix("t.") for name in needs)])


def expected(cell: str, reading, kind: FactType) -> str | Fact:
    if cell == "?":
        return " ".join(["?", *(name.removeprefix("t.") for name in reading.needs)])
    if cell.startswith("?") or cell == "none" or isinstance(reading.outcome, Answer):
        return cell
    return Value(kind.read(cell))


def refused(expression: str, because: str, **columns: str) -> None:
    """The expression is refused at load; `because` stands in the English message. `x="int?"` declares that x may be none."""
    vocabulary = {f"t.{name}": FactSpec(TYPES[kind.rstrip("?")], kind.endswith("?")) for name, kind in columns.items()}
    with pytest.raises(RuleFaults) as caught:
        read_expression(expression, vocabulary)
    messages = [fault.message for fault in caught.value.faults]
    assert any(because in message.en for message in messages), messages
    assert all(isinstance(message, Text) and message.zh and message.en for message in messages)
