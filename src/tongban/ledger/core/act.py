"""What is recorded of one act, and the commitment that stands for it in the public tree.

Invariants: the public leaf is a version byte and a salted commitment, nothing else; everything that tells something (ids, actor, purpose, payload,
idempotency key, result) is inside the commitment, so an alteration of any of it shows, and without salt and document the leaf tells nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tongban.kernel.ids import uuid7
from tongban.ledger.core.canonical import JSON

VERSION: Final = 1
SALT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of one actor. `key` and `body_hash` are the request's idempotency key and SHA-256; `result` is what a repeated request is answered."""

    act: str
    actor: str
    at: datetime
    case_id: UUID | None
    department: str
    purpose: str
    payload: Mapping[str, JSON]
    key: str | None = None
    body_hash: bytes | None = None
    result: Mapping[str, JSON] | None = None
    id: UUID = field(default_factory=uuid7)

    def document(self) -> dict[str, JSON]:
        """What the commitment commits to. Raises ValueError if `at` has no zone."""
        return {
            "act": self.act,
            "actor": self.actor,
            "at": instant(self.at),
            "body": self.body_hash.hex() if self.body_hash is not None else None,
            "case": str(self.case_id) if self.case_id else None,
            "department": self.department,
            "id": str(self.id),
            "key": self.key,
            "payload": self.payload,
            "purpose": self.purpose,
            "result": self.result,
        }


def instant(at: datetime) -> str:
    """An instant as the document spells it: UTC, microseconds, `Z`. Raises ValueError if it has no zone."""
    if at.tzinfo is None:
        raise ValueError("an instant without a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def fresh_salt() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SALT)


def commit(salt: bytes, document: bytes) -> bytes:
    """SHA-256 over the salt and the canonical spelling of the document, 32 bytes."""
    return hashlib.sha256(salt + document).digest()


def leaf_data(commitment: bytes) -> bytes:
    """The public leaf, 33 bytes: the version, then the commitment."""
    return bytes((VERSION,)) + commitment
