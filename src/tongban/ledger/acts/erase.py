"""Erase an entry's content, as the law on personal information may demand.

Invariants: the tree is untouched; what is left of the entry (id, instant, commitment) tells nothing of it; the erasure is itself an act on the record,
without which the missing content would count as tampering.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection, transaction

from tongban.kernel import clock
from tongban.ledger.acts.append import append
from tongban.ledger.core.act import Act
from tongban.ledger.errors import NotErasableError, UnknownEntryError

ERASED: Final = "erase-entry"
"""The act by which the record itself says that an entry was erased."""

_ERASE = """
UPDATE ledger_entry SET act = '', actor = '', case_id = NULL, department = '', purpose = '', payload = NULL, salt = NULL,
  key = NULL, body_hash = NULL, result = NULL, erased_at = %s
WHERE id = %s
"""


def erase(entry_id: UUID, *, actor: str, department: str, purpose: str) -> UUID:
    """Erase the content of one entry; returns the id of the entry that says so. Whether the actor may is the caller's to decide.

    Raises UnknownEntryError if there is none or it was erased before, NotErasableError if it is itself the evidence of an erasure.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT act FROM ledger_entry WHERE id = %s AND erased_at IS NULL FOR UPDATE", [entry_id])
        row = cursor.fetchone()
        if row is None:
            raise UnknownEntryError(entry_id)
        if row[0] == ERASED:
            raise NotErasableError(entry_id)
        now = clock.now()
        cursor.execute(_ERASE, [now, entry_id])
        payload = {"entry": str(entry_id)}
        return append(Act(act=ERASED, actor=actor, at=now, case_id=None, department=department, purpose=purpose, payload=payload))
