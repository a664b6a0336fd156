"""What one act changes in this room's tables, and the rows that rooms below hand to it, written by one statement.

Invariants: the parts are data-modifying CTEs of one statement (PostgreSQL §7.8.4), so an act costs one round trip however many rows it touches; each
part sees the tables as they were before, so a row is written by one part only, with what it holds when the statement runs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


class Writing:
    """New rows and changed rows, until the act keeps them."""

    def __init__(self) -> None:
        self._new: list[models.Model] = []
        self._changed: dict[UUID, models.Model] = {}

    def add(self, row: Row) -> Row:
        """A row that is new."""
        self._new.append(row)
        return row

    def change(self, row: models.Model) -> None:
        """A row that was read under the case's lock and has changed; a new one is written with what it holds anyway."""
        if not any(row is one for one in self._new):
            self._changed[row.pk] = row

    def count(self, model: type[models.Model]) -> int:
        """How many new rows of a table there are."""
        return sum(isinstance(row, model) for row in self._new)

    def execute(self) -> None:
        """Write everything, once."""
        parts = [_update(row) for row in self._changed.values()] + [_insert(row) for row in self._new]
        self._changed, self._new = {}, []
        if not parts:
            return
        *others, last = [sql for sql, _ in parts]
        named = ", ".join(f"part{index} AS ({sql})" for index, sql in enumerate(others))
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {named} {last}" if named else last, [value for _, values in parts for value in values])


def _insert(row: models.Model) -> tuple[str, list[Any]]:
    sql, fields = _insert_sql(type(row))
    return sql, [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


def _update(row: models.Model) -> tuple[str, list[Any]]:
    sql, fields = _update_sql(type(row))
    return sql, [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk]


@lru_cache
def _insert_sql(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    fields = tuple(model._meta.concrete_fields)  # noqa: SLF001 - public in all but name
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(fields))})', fields  # noqa: S608, SLF001 - the model says its own names


@lru_cache
def _update_sql(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 - public in all but name
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {sets} WHERE "id" = %s', fields  # noqa: S608, SLF001 - the model says its own names
