"""Statements that are asked again and again: parsed and planned once a connection, then only bound and run.

Invariants: a statement goes over Django's connection, in its transaction and through its execute wrappers, as any other; its text is a constant with `$1`,
`$2` … as places, never made of values, so that a connection keeps few of them; it names its columns, so that a column added to a table while processes run
changes no statement's result.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.sql import Literal

from tongban.statements.wire import Question, Row, wire_of

_PLACE: Final = re.compile(r"\$(\d+)")


def rows(sql: str, values: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
    """All rows of a statement."""
    return together([(sql, values)], using=using)[0]


def row(sql: str, values: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS) -> Row | None:
    """The first row of a statement, if it has any."""
    found = together([(sql, values)], using=using)[0]
    return found[0] if found else None


def together(questions: Sequence[Question], *, using: str = DEFAULT_DB_ALIAS) -> list[list[Row]]:
    """The rows of several statements that go to the server in one piece; each sees what those before it did."""
    database: Any = connections[using]
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_thread_sharing()
    if database.execute_wrappers or database.queries_logged:
        return [_told(database, sql, values) for sql, values in questions]
    return _asked(database, questions)


def refuse_inside_a_transaction(what: str) -> None:
    """For what must be kept or left by itself. Raises RuntimeError inside a transaction (other than a test's own), as Django's `atomic(durable=True)` does."""
    blocks: Any = connections[DEFAULT_DB_ALIAS].atomic_blocks
    if blocks and not blocks[-1]._from_testcase:  # noqa: SLF001 - what `atomic` asks
        raise RuntimeError(f"{what} must not be part of a larger transaction")


def _asked(database: Any, questions: Sequence[Question]) -> list[list[Row]]:
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        return wire_of(database.connection).ask(questions)


def _told(database: Any, sql: str, values: Sequence[Any]) -> list[Row]:
    """One statement, told to those who listen: execute wrappers, and Django's log of queries."""
    execute: Any = lambda sql, values, *_: _asked(database, [(sql, values)])[0]  # noqa: E731 - as a wrapper calls it
    for wrapper in reversed(database.execute_wrappers):
        execute = partial(wrapper, execute)
    began = time.monotonic()
    try:
        found: list[Row] = execute(sql, values, False, {"connection": database, "cursor": None})
    finally:
        if database.queries_logged:
            database.queries_log.append({"sql": _whole(database, sql, values), "time": f"{time.monotonic() - began:.3f}"})
    return found


def _whole(database: Any, sql: str, values: Sequence[Any]) -> str:
    """A statement with its values in their places, as Django's log has it."""
    return _PLACE.sub(lambda place: Literal(values[int(place[1]) - 1]).as_string(database.connection), sql)
