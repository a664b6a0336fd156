"""What one act writes: its own rows and those that rooms below add, by one statement.

Invariants: the parts are data-modifying CTEs of one statement (PostgreSQL §7.8.4), so an act costs one round trip however many rows it touches, and all
of it is written or nothing; each part sees the tables as they were before, so a row is written by one part only, with what it holds when the statement
runs; of a row that `read` gave, only what differs from what was read is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import models

from tongban.statements.columns import Column, columns_of, table_of
from tongban.statements.prepared import row as ask
from tongban.statements.reading import AS_READ

Row = TypeVar("Row", bound=models.Model)
Shape = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A room's own words in the statement: CTEs with `{0}`, `{1}` … as the places of `values`, and an expression that the statement answers, if any.
    `sql` and `answer` are constants.
    """

    sql: str
    values: Sequence[str | None] = ()
    answer: str = ""


class Writing:
    """New rows, changed rows and parts, until the act keeps them."""

    def __init__(self) -> None:
        self._new: dict[type[models.Model], list[models.Model]] = {}
        self._changed: dict[tuple[type[models.Model], UUID], models.Model] = {}
        self._also: list[tuple[str, Sequence[str | None]]] = []
        self._parts: list[Part] = []

    def add(self, row: Row) -> Row:
        """A row that is new."""
        self._new.setdefault(type(row), []).append(row)
        return row

    def change(self, row: models.Model) -> None:
        """A row that was read under a lock and has changed."""
        self._changed[type(row), row.pk] = row

    def also(self, sql: str, values: Sequence[str | None]) -> None:
        """A change of rows that nothing else of this act touches, with `{0}`, `{1}` … as the places of `values`. `sql` is a constant."""
        self._also.append((sql, values))

    def part(self, part: Part) -> None:
        """What a room says in its own words; the same words once are enough where they carry no values."""
        if part.values or part not in self._parts:
            self._parts.append(part)

    def new(self, model: type[Row]) -> list[Row]:
        """The new rows of a table, in the order in which they were added."""
        return cast("list[Row]", self._new.get(model, []))

    def of(self, model: type[Row]) -> list[Row]:
        """The new and the changed rows of a table."""
        return [*self.new(model), *(row for row in self._changed.values() if isinstance(row, model))]

    def count(self, model: type[models.Model]) -> int:
        """How many new rows of a table there are."""
        return len(self._new.get(model, ()))

    def execute(self) -> tuple[Any, ...]:
        """Write everything, once; what the parts with an answer answer, in their order."""
        shapes: list[Shape] = []
        values: list[str | None] = []
        for row in self._changed.values():
            _change(row, shapes, values)
        for model, rows in self._new.items():
            columns = columns_of(model)
            shapes.append(("add", model, len(rows)))
            values += [column.tell(getattr(row, column.attribute)) for row in rows for column in columns]
        for sql, told in self._also:
            shapes.append(("also", sql, len(told)))
            values += told
        for part in self._parts:
            shapes.append(("part", part.sql, part.answer, len(part.values)))
            values += part.values
        self._new, self._changed, self._also, self._parts = {}, {}, [], []
        return (ask(_statement(tuple(shapes)), values) or ()) if shapes else ()


def _change(row: models.Model, shapes: list[Shape], values: list[str | None]) -> None:
    """What of a row is to be written. A row that was not read by `read`, or was written since, is written whole."""
    columns = columns_of(type(row))
    before = vars(row).pop(AS_READ, None)
    now = [(column, getattr(row, column.attribute)) for column in columns if not column.is_key]
    if before is not None:
        was = dict(zip((column.attribute for column in columns), before, strict=True))
        now = [(column, value) for column, value in now if _differs(column, was[column.attribute], value)]
    if now:
        shapes.append(("change", type(row), tuple(column.name for column, _ in now)))
        values += [*(column.tell(value) for column, value in now), str(row.pk)]


def _differs(column: Column, before: Any, value: Any) -> bool:
    """A document is opened again to be compared, because an act may have changed it in place."""
    return bool(value != (before if column.open is None or before is None else column.open(before)))


def add_unless(row: models.Model, there: str) -> bool:
    """Write one new row by itself, unless one like it is there: `there` is what PostgreSQL's ON CONFLICT names (a unique index, by columns and condition).
    Whether it was written.
    """
    columns = columns_of(type(row))
    return ask(_insert_unless(type(row), there), [column.tell(getattr(row, column.attribute)) for column in columns]) is not None


@lru_cache
def _insert_unless(model: type[models.Model], there: str) -> str:
    return f"{_insert(model, 1, 0)[0]} ON CONFLICT {there} DO NOTHING RETURNING 1"


@lru_cache(maxsize=1024)
def _statement(shapes: tuple[Shape, ...]) -> str:
    """The statement of a shape: what is written where, without a value."""
    place, named, answers = 0, [], []
    for number, shape in enumerate(shapes):
        if shape[0] == "part":
            _, sql, answer, count = shape
            named.append(sql.format(*_places(place, count)))
            answers += [answer] if answer else []
        elif shape[0] == "also":
            _, sql, count = shape
            named.append(f"part{number} AS ({sql.format(*_places(place, count))})")
        else:
            _, model, about = shape
            sql, count = _update(model, about, place) if shape[0] == "change" else _insert(model, about, place)
            named.append(f"part{number} AS ({sql})")
        place += count
    parts = ", ".join(part for part in named if part)
    return f"{'WITH ' if parts else ''}{parts} SELECT {', '.join(answers)}"


def _places(after: int, count: int) -> list[str]:
    return [f"${number}" for number in range(after + 1, after + count + 1)]


def _insert(model: type[models.Model], rows: int, place: int) -> tuple[str, int]:
    columns = columns_of(model)
    names, width = ", ".join(f'"{column.name}"' for column in columns), len(columns)
    lines = ", ".join(f"({', '.join(_places(place + row * width, width))})" for row in range(rows))
    return f"INSERT INTO {table_of(model)} ({names}) VALUES {lines}", rows * width  # noqa: S608 - the model says its own names


def _update(model: type[models.Model], names: tuple[str, ...], place: int) -> tuple[str, int]:
    *to, key = _places(place, len(names) + 1)
    sets = ", ".join(f'"{name}" = {value}' for name, value in zip(names, to, strict=True))
    (pk,) = [column.name for column in columns_of(model) if column.is_key]
    return f'UPDATE {table_of(model)} SET {sets} WHERE "{pk}" = {key}', len(names) + 1  # noqa: S608 - the model says its own names
