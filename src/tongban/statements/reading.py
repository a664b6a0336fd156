"""Rows of a model, read by a prepared statement.

Invariant: a row remembers what was read, so that `Writing` writes only what an act has changed of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import models

from tongban.statements.columns import bare, columns_of, table_of
from tongban.statements.prepared import together

AS_READ = "_as_read"
"""Where a row keeps the values that were read, in the order of its columns."""

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Reading(Generic[M]):
    """The rows of a model's table `t` for which `where` holds (with ORDER BY or FOR UPDATE after it, if wanted). `also` are further expressions by the name
    of the attribute that takes their value.
    """

    model: type[M]
    where: str
    values: Sequence[Any]
    also: tuple[tuple[str, str], ...] = ()

    @property
    def sql(self) -> str:
        """The statement."""
        return _select(self.model, self.where, self.also)

    def opened(self, told: tuple[Any, ...]) -> M:
        """One row of the answer as a row of the model."""
        columns = columns_of(self.model)
        row = bare(self.model, adding=False)
        held = vars(row)
        for column, value in zip(columns, told, strict=False):
            held[column.attribute] = value if column.open is None or value is None else column.open(value)
        held[AS_READ] = told[: len(columns)]
        for (name, _), value in zip(self.also, told[len(columns) :], strict=True):
            held[name] = value
        return row


def read(model: type[M], where: str, values: Sequence[Any]) -> list[M]:
    """The rows of one reading."""
    return read_together(Reading(model, where, values))[0]


def read_together(*readings: Reading[Any]) -> list[list[Any]]:
    """The rows of several readings, asked in one piece and in this order: a later one sees what a lock of an earlier one waited for."""
    answers = together([(reading.sql, reading.values) for reading in readings])
    return [[reading.opened(told) for told in rows] for reading, rows in zip(readings, answers, strict=True)]


@lru_cache
def _select(model: type[models.Model], where: str, also: tuple[tuple[str, str], ...]) -> str:
    names = ", ".join([*(f't."{column.name}"' for column in columns_of(model)), *(expression for _, expression in also)])
    return f"SELECT {names} FROM {table_of(model)} t WHERE {where}"  # noqa: S608 - the model says its own names
