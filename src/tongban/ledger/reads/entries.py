"""Questions about entries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban import statements
from tongban.ledger.errors import KeyReusedError


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an actor's request with a certain key was answered before."""

    entry_id: UUID
    body_hash: bytes | None
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One act on the record. `index` is its place in the tree, None while it waits for the sequencer."""

    id: UUID
    act: str
    actor: str
    at: datetime
    case_id: UUID | None
    department: str
    purpose: str
    payload: Mapping[str, Any]
    commitment: bytes
    index: int | None


def earlier(actor: str, key: str) -> Earlier | None:
    """The entry with which this actor used this idempotency key, if any."""
    found = statements.row("SELECT id, body_hash, result FROM ledger_entry WHERE actor = $1 AND key = $2", [actor, key])
    return Earlier(found[0], None if found[1] is None else bytes(found[1]), document_of(found[2])) if found else None


def repeated(actor: str, key: str, body_hash: bytes) -> dict[str, Any] | None:
    """What the same request was answered with before; None if it did not come, or kept no answer. Raises KeyReusedError if the key came with other words."""
    found = earlier(actor, key)
    if found is None or found.result is None:
        return None
    if found.body_hash != body_hash:
        raise KeyReusedError(key)
    return found.result


def entries(case_id: UUID) -> tuple[EntryView, ...]:
    """What was done in a case, oldest first; an erased entry belongs to no case any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, act, actor, at, case_id, department, purpose, payload, commitment, leaf.index"
            " FROM ledger_entry e LEFT JOIN ledger_leaf leaf ON leaf.entry_id = e.id WHERE case_id = %s ORDER BY e.id",
            [case_id],
        )
        rows = cursor.fetchall()
    return tuple(_view(*row) for row in rows)


def following(index: int, limit: int) -> tuple[EntryView, ...]:
    """Up to `limit` entries by their place in the tree, from the leaf `index` on: contiguous, each once, whatever committed late; without those erased since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, act, actor, at, case_id, department, purpose, payload, commitment, leaf.index"
            " FROM ledger_leaf leaf JOIN ledger_entry e ON e.id = leaf.entry_id WHERE leaf.index >= %s ORDER BY leaf.index LIMIT %s",
            [index, limit],
        )
        rows = cursor.fetchall()
    return tuple(_view(*row) for row in rows)


def size() -> int:
    """How many entries have their place in the tree."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf")
        return int(cursor.fetchone()[0])


def waiting() -> int:
    """How many entries wait for the sequencer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending")
        return int(cursor.fetchone()[0])


def document_of(value: Any) -> dict[str, Any] | None:
    """A JSON column's value, whether or not the driver has parsed it."""
    document: dict[str, Any] | None = json.loads(value) if isinstance(value, str) else value
    return document


def _view(
    entry_id: UUID,
    act: str,
    actor: str,
    at: datetime,
    case_id: UUID | None,
    department: str,
    purpose: str,
    payload: Any,
    commitment: Any,
    index: int | None,
) -> EntryView:
    return EntryView(entry_id, act, actor, at, case_id, department, purpose, document_of(payload) or {}, bytes(commitment), index)
