"""Proofs from the stored tree: inclusion, consistency, checkpoints, receipts. Invariant: a proof is made for the size of a stored checkpoint or any smaller one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.ledger import log
from tongban.ledger.core.act import Act
from tongban.ledger.core.proofs import Span, consistency_spans, inclusion_spans
from tongban.ledger.core.receipts import Receipt
from tongban.ledger.core.tree import perfect_nodes, subtree
from tongban.ledger.reads.entries import document_of
from tongban.ledger.reads.nodes import nodes

_ENTRY = """
SELECT e.id, act, actor, e.at, case_id, department, purpose, payload, key, body_hash, result, salt, commitment, leaf.index, c.size, c.root, c.note, c.at
FROM ledger_entry e JOIN ledger_leaf leaf ON leaf.entry_id = e.id
CROSS JOIN (SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1) c
WHERE e.id = %s AND leaf.index < c.size
"""


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """What was signed of the tree at one size; `note` is the signed note itself."""

    size: int
    root: bytes
    note: str
    at: datetime


def latest_checkpoint() -> SignedCheckpoint | None:
    """The checkpoint of the whole tree; None before the first entry was sequenced."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    return SignedCheckpoint(row[0], bytes(row[1]), row[2], row[3]) if row else None


def inclusion(index: int, size: int) -> tuple[bytes, ...]:
    """The inclusion proof of a leaf in the tree of `size`. Raises ValueError unless 0 <= index < size, KeyError if the tree is not that big."""
    return _hashes(inclusion_spans(index, size))


def consistency(first: int, second: int) -> tuple[bytes, ...]:
    """The proof that the tree of `second` begins with that of `first`. Raises ValueError unless 0 <= first <= second, KeyError as above."""
    return _hashes(consistency_spans(first, second))


def receipt(entry_id: UUID) -> dict[str, Any] | None:
    """Everything that proves one entry against the latest checkpoint; None if there is no such entry or it waits for the sequencer.

    Keys: `index`, `size`, `root` (hex), `at` (when the checkpoint was signed), `commitment` (hex), `erased`, `document` (None if erased), `proof` (hex),
    `checkpoint` (the signed note), `key` (the public key's line), `text` (the receipt as a file, which verifies offline).
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [entry_id])
        row = cursor.fetchone()
    if row is None:
        return None
    salt, commitment, index, size, root, note, at = row[11:]
    document = None if salt is None else act_of(row[:11]).document()
    key = str(log.published(note.partition("\n")[0]))
    proof = inclusion(index, size)
    made = Receipt(index, proof, note, key, bytes(commitment), document, None if salt is None else bytes(salt))
    return {
        "index": index,
        "size": size,
        "root": bytes(root).hex(),
        "at": at,
        "commitment": bytes(commitment).hex(),
        "erased": salt is None,
        "document": document,
        "proof": [part.hex() for part in proof],
        "checkpoint": note,
        "key": key,
        "text": made.text(),
    }


def act_of(row: tuple[Any, ...]) -> Act:
    """The act of a row (id, act, actor, at, case_id, department, purpose, payload, key, body_hash, result)."""
    entry_id, act, actor, at, case_id, department, purpose, payload, key, body_hash, result = row
    return Act(
        id=entry_id,
        act=act,
        actor=actor,
        at=at,
        case_id=case_id,
        department=department,
        purpose=purpose,
        payload=document_of(payload) or {},
        key=key,
        body_hash=None if body_hash is None else bytes(body_hash),
        result=document_of(result),
    )


def _hashes(spans: list[Span]) -> tuple[bytes, ...]:
    found = nodes([part for start, end in spans for part in perfect_nodes(start, end)])
    return tuple(subtree(start, end, found.__getitem__) for start, end in spans)
