"""What every change of a kept register stands on: its lock, its next version, and what is told of it.

Invariants: whoever changes a register holds the lock of its row until they commit, so versions have no gaps and no two changes mix; a change, the register's
new state and the ledger's entry are written together; the entry has counts and hashes, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from tongban.exchange.core.records import Row, Shape
from tongban.exchange.errors import NotKeptError, UnknownResourceError
from tongban.exchange.kinds import KEPT
from tongban.exchange.models import Resource
from tongban.exchange.reads.registers import shape_of_row
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON

SYSTEM: Final = "system"
PURPOSE: Final = "register-keeping"

_LOCK = """
INSERT INTO exchange_register (resource, version, rows, as_of, changed_at) VALUES (%s, 0, 0, NULL, %s)
ON CONFLICT (resource) DO UPDATE SET version = exchange_register.version RETURNING version, rows, as_of
"""
_TURN = """
WITH change AS (
  INSERT INTO exchange_change (id, resource, version, act, by, reason, at, added, changed, removed, upload, case_id, undoes, as_of_before, as_of)
  VALUES (%(id)s, %(resource)s, %(version)s, %(act)s, %(by)s, %(reason)s, %(at)s, %(added)s, %(changed)s, %(removed)s, %(upload)s, %(case)s, %(undoes)s,
    %(as_of_before)s, %(as_of)s)
)
UPDATE exchange_register SET version = %(version)s, rows = %(rows)s, as_of = %(as_of)s, changed_at = %(at)s WHERE resource = %(resource)s
"""
COLUMNS: Final = ("id", "blind", '"values"', "sealed", "digest")


@dataclass(frozen=True)
class Locked:
    """A register whose row this transaction holds."""

    shape: Shape
    version: int
    rows: int
    as_of: datetime | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What led to a register's next version."""

    act: str
    by: str
    at: datetime
    reason: str = ""
    added: int = 0
    changed: int = 0
    removed: int = 0
    as_of: datetime | None = None
    upload: UUID | None = None
    case_id: UUID | None = None
    undoes: int | None = None


def shape(resource_id: str) -> Shape:
    """What a record of a register that Tongban keeps consists of. Raises UnknownResourceError, NotKeptError."""
    row = Resource.objects.filter(pk=resource_id).first()
    if row is None:
        raise UnknownResourceError(resource_id)
    if row.connector.get("kind") != KEPT:
        raise NotKeptError(resource_id)
    return shape_of_row(row)


def lock(found: Shape) -> Locked:
    """The register of that shape, locked until the transaction ends; made if it is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [found.resource, clock.now()])
        version, rows, as_of = cursor.fetchone()
    return Locked(found, version, rows, as_of)


def turn(locked: Locked, what: Turn, told: dict[str, JSON]) -> int:
    """Write the change and the register's new state, with its ledger entry; returns the new version."""
    version = locked.version + 1
    values: dict[str, Any] = {
        "id": uuid7(),
        "resource": locked.shape.resource,
        "version": version,
        "act": what.act,
        "by": what.by,
        "reason": what.reason[:400],
        "at": what.at,
        "added": what.added,
        "changed": what.changed,
        "removed": what.removed,
        "upload": what.upload,
        "case": what.case_id,
        "undoes": what.undoes,
        "as_of_before": locked.as_of,
        "as_of": what.as_of,
        "rows": locked.rows + what.added - what.removed,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TURN, values)
    counts = {"added": what.added, "changed": what.changed, "removed": what.removed}
    payload: dict[str, JSON] = {"resource": locked.shape.resource, "version": version, **counts, **told}
    record(f"exchange.{what.act}-records", locked.shape, payload, by=what.by, at=what.at, case_id=what.case_id)
    return version


def record(act: str, shape: Shape, payload: dict[str, JSON], *, by: str, at: datetime, case_id: UUID | None = None) -> None:
    """One ledger entry about a register."""
    append(Act(act=act, actor=by, at=at, case_id=case_id, department=shape.department, purpose=PURPOSE, payload=payload))


def copy_records(resource: str, rows: Iterable[tuple[Row, datetime]], since: int) -> int:
    """Add records, each with its own as-of; how many."""
    return _copy(
        f"COPY exchange_record (resource, {', '.join(COLUMNS)}, as_of, since) FROM STDIN",
        ((resource, *_columns(row), as_of, since) for row, as_of in rows),
    )


def copy_staged(upload: UUID, rows: Iterable[tuple[int, Row]]) -> int:
    """Stage sound rows of an upload, each with its number in the file; how many."""
    return _copy(
        f"COPY exchange_staged (upload_id, row, state, {', '.join(COLUMNS)}) FROM STDIN",
        ((upload, number, "", *_columns(row)) for number, row in rows),
    )


def _columns(row: Row) -> tuple[Any, ...]:
    return row.id, row.blind, json.dumps(row.values, ensure_ascii=False), row.sealed, row.digest


def _copy(statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
