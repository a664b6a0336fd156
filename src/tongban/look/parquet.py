"""A table as a Parquet file: the same tables as `sheets`, for programs.

Invariants: columns have their own names and types; amounts are exact decimals, never floats; nothing is read but the rows that are given.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from tongban.kernel.text import Lang, Text
from tongban.look.sheets import LIMIT, Column, Kind, Table

MEDIA_TYPE: Final = "application/vnd.apache.parquet"
_TYPES: Final[dict[Kind, str]] = {
    "text": "VARCHAR",
    "day": "DATE",
    "instant": "TIMESTAMPTZ",
    "whole": "BIGINT",
    "decimal": "DECIMAL(18, 4)",
    "money": "DECIMAL(18, 2)",
    "yes-no": "BOOLEAN",
}


def write(table: Table, lang: Lang, *, limit: int = LIMIT) -> bytes:
    """The table as a Parquet file; every column must have a `name`."""
    import duckdb

    declared = ", ".join(f'"{column.name}" {_TYPES[column.kind]}' for column in table.columns)
    places = ", ".join("?" for _ in table.columns)
    rows = [_row(row, table.columns, lang) for row, _ in zip(table.rows, range(limit), strict=False)]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE told ({declared})")
        if rows:
            connection.executemany(f"INSERT INTO told VALUES ({places})", rows)  # noqa: S608 - places alone
        path = Path(folder) / "told.parquet"
        connection.execute(f"COPY told TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        return path.read_bytes()


def _row(row: Sequence[object], columns: Sequence[Column], lang: Lang) -> list[object]:
    return [_value(value, column.kind, lang) for value, column in zip(row, columns, strict=True)]


def _value(value: object, kind: Kind, lang: Lang) -> object:
    if isinstance(value, Text):
        return value.in_(lang)
    return str(value) if kind in ("money", "decimal") and isinstance(value, Decimal) else value
