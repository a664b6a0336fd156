"""Enter one record into a register that Tongban keeps, take one out, load a whole register at the installation, or confirm that nothing changed.

Invariants: in the caller's transaction, with one ledger entry; what is superseded stays, with the version in which it ended; the same record entered again changes
nothing; a record that does not fit its declared types is refused, never mended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tongban.exchange.acts.keeping import Locked, Turn, copy_records, lock, shape, turn
from tongban.exchange.core.records import Record, Shape, blind, key_fault, seal
from tongban.exchange.errors import NeverGivenError, RecordRefusedError, UnknownResourceError
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.parties.core.identity import plain
from tongban.parties.sealer import sealer
from tongban.rules.core import ValueFault

_END = (
    "UPDATE exchange_record SET until = %s WHERE resource = %s AND blind = %s AND until IS NULL AND digest IS DISTINCT FROM %s RETURNING id"
)
_ADD = """
INSERT INTO exchange_record (id, resource, blind, "values", sealed, digest, as_of, since) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (resource, blind) WHERE until IS NULL DO NOTHING RETURNING id
"""


def enter_record(resource_id: str, key: str, values: Mapping[str, Any], *, by: str, reason: str, case_id: UUID | None = None) -> None:
    """Write one record in place of the one of this key, if there is one; items that are not given have no value. Values are Python's, or as a form has them.

    Joins the caller's transaction, or opens its own. Raises UnknownResourceError, NotKeptError, RecordRefusedError.
    """
    found = shape(resource_id)
    record = conformed(found, key, values)
    with transaction.atomic(savepoint=False):
        locked = lock(found)
        at, version = clock.now(), locked.version + 1
        row = seal(sealer(), found, uuid7(), record)
        with connection.cursor() as cursor:
            cursor.execute(_END, [version, resource_id, row.blind, row.digest])
            ended = len(cursor.fetchall())
            kept = json.dumps(row.values, ensure_ascii=False)
            cursor.execute(_ADD, [row.id, resource_id, row.blind, kept, row.sealed, row.digest, at, version])
            is_new = cursor.fetchone() is not None
        if is_new:
            _turn(locked, "enter", at, ended, row.digest, by=by, reason=reason, case_id=case_id)


def remove_record(resource_id: str, key: str, *, by: str, reason: str, case_id: UUID | None = None) -> bool:
    """Take the record of this key out of the register; whether there was one. Raises UnknownResourceError, NotKeptError."""
    found = shape(resource_id)
    with transaction.atomic(savepoint=False):
        locked = lock(found)
        at = clock.now()
        with connection.cursor() as cursor:
            cursor.execute(_END, [locked.version + 1, resource_id, blind(sealer(), resource_id, key), None])
            is_there = bool(cursor.fetchall())
        if is_there:
            what = Turn(act="remove", by=by, at=at, reason=reason, removed=1, as_of=locked.as_of, case_id=case_id)
            turn(locked, what, {"reason": reason})
    return is_there


def load_records(resource_id: str, rows: Iterable[tuple[str, Mapping[str, Any]]], *, by: str, as_of: datetime) -> int:
    """Fill an empty register with rows of key and values, as its department holds them; how many. A register that was ever filled is left alone.

    Joins the caller's transaction, or opens its own. Raises UnknownResourceError, NotKeptError, RecordRefusedError.
    """
    found = shape(resource_id)
    with transaction.atomic():
        locked = lock(found)
        if locked.version:
            return 0
        held = sealer()
        sealed = ((seal(held, found, uuid7(), conformed(found, key, values)), as_of) for key, values in rows)
        count = copy_records(resource_id, sealed, since=1)
        turn(locked, Turn(act="load", by=by, at=clock.now(), added=count, as_of=as_of), {})
    return count


def confirm_register(resource_id: str, *, as_of: datetime, by: str) -> int:
    """That the whole register still holds, as of an instant that is not over its last; returns its version, which is a new one if that says anything new.

    Joins the caller's transaction, or opens its own. Raises UnknownResourceError, NotKeptError, NeverGivenError.
    """
    found = shape(resource_id)
    with transaction.atomic():
        locked = lock(found)
        if locked.as_of is None:
            raise NeverGivenError
        until = min(as_of, clock.now())
        if until <= locked.as_of:
            return locked.version
        return turn(locked, Turn(act="confirm", by=by, at=clock.now(), as_of=until), {})


def conformed(shape: Shape, key: str, values: Mapping[str, Any]) -> Record:
    """The record as plain JSON of the declared types. Raises UnknownResourceError for an item that is none, RecordRefusedError."""
    wanted = plain(key)
    wrong = key_fault(shape.key, wanted)
    if wrong is not None:
        raise RecordRefusedError(
            Text("“{title}”{wrong}。没有登记。", "“{title}” {wrong}. Nothing was entered.").format(title=shape.key_title, wrong=wrong)
        )
    columns = {column.name: column for column in shape.columns}
    unknown = next((name for name in values if name not in columns), None)
    if unknown is not None:
        raise UnknownResourceError(f"{shape.resource}: {unknown}")
    kept: dict[str, Any] = {}
    for name, value in values.items():
        if value is None or value == "":
            continue
        kind = columns[name].type
        try:
            kept[name] = kind.to_json(kind.read(value))
        except ValueFault as fault:
            raise RecordRefusedError(
                Text("“{title}”应为{expected}。没有登记。", "“{title}”: expected {expected}. Nothing was entered.").format(
                    title=columns[name].title, expected=kind.expected()
                )
            ) from fault
    return Record(wanted, kept)


def _turn(locked: Locked, act: str, at: datetime, ended: int, digest: bytes, *, by: str, reason: str, case_id: UUID | None) -> None:
    what = Turn(act=act, by=by, at=at, reason=reason, added=1 - ended, changed=ended, as_of=locked.as_of, case_id=case_id)
    turn(locked, what, {"reason": reason, "digest": digest.hex()})
