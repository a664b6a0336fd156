"""A register that stands as a table in the schema `registers`, behind a role that can only read.

Invariants: one statement, cut off by the server after two seconds; names of tables and columns are quoted identifiers, never text of somebody; a fault of
any kind is silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from functools import lru_cache
from typing import Final

import psycopg
from django.db import Error, connections, transaction
from psycopg import sql

from tongban import statements
from tongban.exchange.core.answers import Found
from tongban.exchange.errors import SilentError
from tongban.exchange.kinds.connector import Wanted

ALIAS: Final = "registers"
AS_OF: Final = "as_of"
_LONGEST: Final = "15min"
"""How long taking out a whole table may last."""


def ask(settings: Mapping[str, str], *, resource: str, key_name: str, key: str, items: tuple[str, ...]) -> Found:  # noqa: ARG001 - as every kind
    """The row whose key column equals the key; the column `as_of` says how old it is. Raises SilentError."""
    registers = connections[ALIAS]
    within = transaction.atomic(using=ALIAS) if registers.in_atomic_block else nullcontext()  # one statement needs none of its own
    try:
        with within:
            row = statements.row(_question(settings["table"], key_name, items), [key], using=ALIAS)
    except Error as fault:
        raise SilentError(type(fault).__name__) from fault
    if row is None:
        return Found(None)
    return Found(dict(zip(items, row[1:], strict=True)), row[0])


@lru_cache(maxsize=512)
def _question(table: str, key_name: str, items: tuple[str, ...]) -> str:
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in (AS_OF, *items))
    question = sql.SQL("SELECT {} FROM {} WHERE {} = $1 LIMIT 1")
    return question.format(columns, sql.Identifier(ALIAS, table), sql.Identifier(key_name)).as_string(None)


def take_out(wanted: Wanted) -> tuple[int, datetime | None]:
    """The whole table, or the rows of some keys, by one COPY, of one snapshot with the table's count and as-of. Raises SilentError."""
    table = sql.Identifier(ALIAS, wanted.settings["table"])
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in (wanted.key_name, AS_OF, *wanted.items))
    of_whom: sql.Composable = sql.SQL("")
    if wanted.keys is not None:
        of_whom = sql.SQL(" WHERE {} = ANY({})").format(sql.Identifier(wanted.key_name), sql.Literal(list(wanted.keys)))
    copying = sql.SQL("COPY (SELECT {} FROM {}{}) TO STDOUT (FORMAT csv, HEADER)").format(columns, table, of_whom)
    try:
        with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor, wanted.into.open("wb") as file:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ" if not _is_inside() else "SELECT 1")
            cursor.execute(f"SET LOCAL statement_timeout = '{_LONGEST}'")
            cursor.execute(sql.SQL("SELECT count(*), min(as_of) FROM {}").format(table).as_string(None))
            rows, as_of = cursor.fetchone()
            with cursor.copy(copying.as_string(None)) as blocks:
                for block in blocks:
                    file.write(block)
    except (Error, psycopg.Error) as fault:
        raise SilentError(type(fault).__name__) from fault
    return rows, as_of


def _is_inside() -> bool:
    """Whether a transaction of somebody else's had begun already, as in tests: its isolation cannot be set any more."""
    return len(connections[ALIAS].savepoint_ids) > 0
