"""A register that Tongban itself keeps for a department without a system of its own.

Invariants: one statement by the blind index of the key; a register that was never whole does not know who is not in it, so it is silent about them and
never says that there is nothing; a record that does not open is silence too.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import Error, connection

from tongban.exchange.core.answers import Found
from tongban.exchange.core.records import blind, opened
from tongban.exchange.errors import SilentError
from tongban.exchange.kinds.connector import Wanted
from tongban.parties.core.sealing import SealBrokenError
from tongban.parties.sealer import sealer

_ASK: Final = """
SELECT g.as_of, r.id, r."values", r.sealed, GREATEST(r.as_of, g.as_of) FROM exchange_register g
LEFT JOIN exchange_record r ON r.resource = g.resource AND r.blind = %s AND r.until IS NULL
WHERE g.resource = %s
"""
_WHOLE: Final = """
SELECT r.id, r."values", r.sealed, GREATEST(r.as_of, g.as_of) FROM exchange_register g
JOIN exchange_record r ON r.resource = g.resource AND r.until IS NULL WHERE g.resource = %s AND (%s::bytea[] IS NULL OR r.blind = ANY(%s::bytea[]))
"""
_AT_ONCE: Final = 2000


def ask(settings: Mapping[str, str], *, resource: str, key_name: str, key: str, items: tuple[str, ...]) -> Found:  # noqa: ARG001 - as every kind
    """The record under this key, as of its own entry or of the last time when the whole register was given, whichever is later. Raises SilentError."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ASK, [blind(sealer(), resource, key), resource])
            row = cursor.fetchone()
        if row is None or (row[1] is None and row[0] is None):
            raise SilentError("never given as a whole")
        whole, id_, values, sealed, as_of = row
        if id_ is None:
            return Found(None, whole)
        record = opened(sealer(), id_, json.loads(values) if isinstance(values, str) else values, sealed)
    except (Error, SealBrokenError) as fault:
        raise SilentError(type(fault).__name__) from fault
    return Found({name: record.values.get(name) for name in items}, as_of)


def take_out(wanted: Wanted) -> tuple[int, datetime | None]:
    """Every valid record, or those of some keys, opened one by one; as of the last time when the register was given as a whole. Raises SilentError."""
    count = 0
    try:
        with connection.cursor() as cursor, wanted.into.open("w", newline="", encoding="utf-8") as file:
            cursor.execute("SELECT as_of FROM exchange_register WHERE resource = %s", [wanted.resource])
            register = cursor.fetchone()
            if register is None or register[0] is None:
                raise SilentError("never given as a whole")
            writer = csv.writer(file)
            writer.writerow((wanted.key_name, "as_of", *wanted.items))
            blinds = None if wanted.keys is None else [blind(sealer(), wanted.resource, key) for key in wanted.keys]
            cursor.execute(_WHOLE, [wanted.resource, blinds, blinds])
            while rows := cursor.fetchmany(_AT_ONCE):
                for id_, values, sealed, as_of in rows:
                    record = opened(sealer(), id_, json.loads(values) if isinstance(values, str) else values, sealed)
                    writer.writerow((record.key, as_of.isoformat(), *(_cell(record.values.get(name)) for name in wanted.items)))
                    count += 1
    except (Error, SealBrokenError) as fault:
        raise SilentError(type(fault).__name__) from fault
    return count, register[0]


def _cell(value: object) -> str:
    return "" if value is None else ("true" if value else "false") if isinstance(value, bool) else str(value)
