"""Take whole columns out of a register, for matching: every record, or those of some keys, only the granted items, into a file that the caller deletes.

Invariants: no grant, nothing taken; a register that is slow, down or silenced gives a reason and no rows, so that whoever asked takes its facts for unknown and never for
no; each taking is one ledger entry with purpose, items, counts and as-of, never a value; the rows go through a COPY and are never in memory as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import structlog
from django.db import transaction

from tongban.exchange.acts.fetch import Held, load
from tongban.exchange.errors import SilentError
from tongban.exchange.kinds import KINDS, Wanted
from tongban.kernel import clock
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON

_log = structlog.get_logger("tongban.exchange")


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What came: CSV with a head (the key, `as_of`, the items), NULL as nothing at all between two commas."""

    rows: int
    as_of: datetime | None
    """As of when the oldest record of the register is: who is in none is not there as of then. None for an empty register, which says nothing."""
    reason: str = ""
    """Why nothing came: `not-allowed`, `no-answer`."""


class Asked(NamedTuple):
    """A question to a register, without a key."""

    resource: str
    purpose: str
    items: tuple[str, ...]


def take_out(
    resource: str, items: tuple[str, ...], into: Path, *, for_whom: str, purpose: str, by: str, keys: tuple[str, ...] | None = None
) -> TakenOut:
    """Write every record's items to a file, or those of some keys. Must be called outside any transaction. Raises UnknownResourceError."""
    asked = Asked(resource, f"{for_whom}/{purpose}", items)
    (held,) = load([asked])
    taken = _taken(held, asked, into, keys)
    payload: dict[str, JSON] = {
        "resource": resource,
        "for": for_whom,
        "items": list(items),
        "whole": keys is None,
        "rows": taken.rows,
        "as_of": taken.as_of.isoformat() if taken.as_of else None,
        "reason": taken.reason,
    }
    about = {"case_id": None, "department": held.department, "purpose": asked.purpose}
    with transaction.atomic():
        append(Act(act="exchange.take-out", actor=by, at=clock.now(), payload=payload, **about))  # type: ignore[arg-type]
    return taken


def _taken(held: Held, asked: Asked, into: Path, keys: tuple[str, ...] | None) -> TakenOut:
    if not held.is_granted:
        return TakenOut(0, None, "not-allowed")
    if held.is_silenced:
        return TakenOut(0, None, "no-answer")
    try:
        rows, as_of = KINDS[held.connector["kind"]].take_out(Wanted(held.connector, asked.resource, held.key, asked.items, into, keys))
    except SilentError as silence:
        _log.warning("register silent", resource=asked.resource, cause=str(silence))
        return TakenOut(0, None, "no-answer")
    return TakenOut(rows, as_of)
