"""Learn whose records of a kept register have changed since a version, so that only they are matched again.

Invariants: no grant, nothing learned; the keys alone are told, never a value, and each telling of some is one ledger entry with how many there were; only a register that
Tongban keeps can say what changed in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from tongban.exchange.acts.fetch import load
from tongban.exchange.acts.take_out import Asked
from tongban.exchange.core.records import opened
from tongban.exchange.kinds import KEPT
from tongban.kernel import clock
from tongban.ledger.acts import Act, append
from tongban.parties.sealer import sealer

MOST: Final = 20_000
"""Changed records after which it is simpler to read the whole register."""
_STANDS: Final = "SELECT version, as_of FROM exchange_register WHERE resource = %s"
_CHANGED: Final = """
SELECT id, "values", sealed FROM exchange_record WHERE resource = %s AND ((since > %s AND since <= %s) OR (until > %s AND until <= %s)) LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """Up to which version, as of when the register is known as a whole, and whose records differ; `is_cut` if there are too many to be named."""

    version: int
    as_of: datetime | None
    keys: frozenset[str] = frozenset()
    is_cut: bool = False


def take_changes(resource: str, since: int, *, for_whom: str, purpose: str, by: str) -> Changes | None:
    """Whose records changed after a version; None if the register is not kept here, was never filled, or may not be asked for this."""
    (held,) = load([_asked(resource, f"{for_whom}/{purpose}")])
    if held.connector["kind"] != KEPT or not held.is_granted or held.is_silenced:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [resource])
        stands = cursor.fetchone()
        if stands is None:
            return None
        version, as_of = stands
        cursor.execute(_CHANGED, [resource, since, version, since, version, MOST + 1])
        rows = cursor.fetchall()
    if len(rows) > MOST:
        return Changes(version, as_of, is_cut=True)
    keys = frozenset(
        opened(sealer(), id_, json.loads(values) if isinstance(values, str) else values, sealed).key for id_, values, sealed in rows
    )
    if keys:
        payload = {"resource": resource, "for": for_whom, "since": since, "version": version, "changed": len(keys)}
        told = {"case_id": None, "department": held.department, "purpose": f"{for_whom}/{purpose}"}
        with transaction.atomic():
            append(Act(act="exchange.take-changes", actor=by, at=clock.now(), payload=payload, **told))  # type: ignore[arg-type]
    return Changes(version, as_of, keys)


def _asked(resource: str, purpose: str) -> Asked:
    return Asked(resource, purpose, ())
