"""Statements over whole registers and whole files.

Invariant: they cost time in proportion to their rows, whatever the database knows of them: a file of a minute ago has no statistics yet, and by its guess of one row
it would compare each row with each other one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def hashed() -> Iterator[Any]:
    """A cursor, in a transaction, whose statements join by hashing or merging and not row by row."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")
