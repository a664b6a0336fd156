"""A table of facts in DuckDB, and what expressions answer over it: for tests that hold the columns against the single evaluator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal as Exact
from typing import Any

import duckdb

from tongban.rules.core import Answer, Bool, Expression, Fact, Facts, Nothing, Outcome, Value, Vocabulary
from tongban.rules.core.columns import Cell, Sheet, column, none_column, sql_type
from tongban.rules.core.types import Decimal, ListOf

Connection = duckdb.DuckDBPyConnection


def cell_of(kind: Any, value: Any) -> Any:
    """A value as it stands in its column."""
    if isinstance(kind, Decimal):
        return kind.scaled(value)
    return [cell_of(kind.item, one) for one in value] if isinstance(kind, ListOf) else value


def table(connection: Connection, vocabulary: Vocabulary, rows: Sequence[Mapping[str, Fact]]) -> None:
    """The table `t`, a row for each telling of the facts."""
    columns = [f"{column(name)} {sql_type(spec.type)}, {none_column(name)} BOOLEAN" for name, spec in vocabulary.items()]
    connection.execute(f"CREATE OR REPLACE TABLE t (row INTEGER, {', '.join(columns)})")
    for number, told in enumerate(rows):
        values: list[Any] = [number]
        for name, spec in vocabulary.items():
            fact = told[name]
            values += [cell_of(spec.type, fact.value) if isinstance(fact, Value) else None, isinstance(fact, Nothing)]
        connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(values))})", values)


def in_columns(connection: Connection, readings: Sequence[Expression]) -> list[tuple[Any, ...]]:
    """For each row, what each expression answers."""
    sheet = Sheet()
    cells = [Cell(sheet.condition(one)) if isinstance(one.type, Bool) else sheet.value(one) for one in readings]
    wanted = ", ".join(f"{cell.value}, {cell.none}" for cell in cells)
    rows = connection.execute(f"SELECT {wanted} FROM {sheet.over('t')} ORDER BY row").fetchall()
    return [tuple(told(one, *row[2 * n : 2 * n + 2]) for n, one in enumerate(readings)) for row in rows]


def certain_in_columns(connection: Connection, readings: Sequence[Expression]) -> list[tuple[str, ...]]:
    """For each row, what each condition answers, as the two predicates of a search say."""
    sheet = Sheet()
    told_of = (
        f"CASE WHEN {sheet.certainly(one)} THEN 'yes' WHEN {sheet.certainly_not(one)} THEN 'no' ELSE 'unknown' END" for one in readings
    )
    wanted = ", ".join(told_of)
    return connection.execute(f"SELECT {wanted} FROM {sheet.over('t')} ORDER BY row").fetchall()


def told(expression: Expression, value: Any, none: bool) -> Any:
    if isinstance(expression.type, Bool):
        return {True: "yes", False: "no", None: "unknown"}[value]
    if none:
        return "none"
    if value is None:
        return "unknown"
    return Exact(value).scaleb(-expression.type.scale) if isinstance(expression.type, Decimal) else value


def singly(expression: Expression, facts: Facts) -> Any:
    """What the single evaluator answers, as `in_columns` tells it."""
    return plainly(expression.evaluate(facts))


def plainly(found: Outcome) -> Any:
    if isinstance(found, Answer):
        return found.value
    return found.value if isinstance(found, Value) else "none" if isinstance(found, Nothing) else "unknown"
