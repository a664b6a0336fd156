"""A register that stands as a table in the schema `registers`, behind a role that can only read.

Invariants: one statement, cut off by the server after two seconds; names of tables and columns are quoted identifiers, never text of somebody; a fault of
any kind is silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import Error, connections, transaction
from psycopg import sql

from tongban.exchange.core.answers import Found
from tongban.exchange.errors import SilentError

ALIAS: Final = "registers"
AS_OF: Final = "as_of"


def ask(settings: Mapping[str, str], *, resource: str, key_name: str, key: str, items: tuple[str, ...]) -> Found:  # noqa: ARG001 - as every kind
    """The row whose key column equals the key; the column `as_of` says how old it is. Raises SilentError."""
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in (AS_OF, *items))
    statement = sql.SQL("SELECT {} FROM {} WHERE {} = %s LIMIT 1").format(
        columns, sql.Identifier(ALIAS, settings["table"]), sql.Identifier(key_name)
    )
    try:
        with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
            cursor.execute(statement, [key])
            row = cursor.fetchone()
    except Error as fault:
        raise SilentError(type(fault).__name__) from fault
    if row is None:
        return Found(None)
    return Found(dict(zip(items, row[1:], strict=True)), row[0])
