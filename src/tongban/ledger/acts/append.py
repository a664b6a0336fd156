"""Append acts to the record.

Invariants: an entry commits with the act that it records, or not at all; one statement writes entry and outbox row; one actor uses an idempotency
key once, whatever runs at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from tongban.ledger.core.act import Act, commit, fresh_salt, leaf_data
from tongban.ledger.core.canonical import canonical
from tongban.ledger.core.tree import hash_leaf
from tongban.ledger.errors import AlreadyDoneError, KeyReusedError
from tongban.ledger.reads.entries import earlier
from tongban.statements import Part, Writing

_APPEND = """
act AS MATERIALIZED (
  SELECT id, act, actor, at, "case", department, purpose, payload, decode(salt, 'hex') AS salt, decode(commitment, 'hex') AS commitment,
    key, decode(body, 'hex') AS body_hash, result, decode(leaf, 'hex') AS leaf
  FROM json_to_recordset({0}::json) AS _ (
    id uuid, act text, actor text, at timestamptz, "case" uuid, department text, purpose text, payload jsonb, salt text, commitment text,
    key text, body text, result jsonb, leaf text
  )
),
kept AS (
  INSERT INTO ledger_entry (id, act, actor, at, case_id, department, purpose, payload, salt, commitment, key, body_hash, result)
  SELECT id, act, actor, at, "case", department, purpose, payload, salt, commitment, key, body_hash, result FROM act
  ON CONFLICT (actor, key) WHERE key IS NOT NULL DO NOTHING
  RETURNING id
),
waiting AS (INSERT INTO ledger_pending (entry_id, hash) SELECT id, leaf FROM act JOIN kept USING (id))
"""
_KEPT = "(SELECT array_agg(id) FROM kept)"


def append(act: Act) -> UUID:
    """Append one act, in the caller's transaction; returns the entry's id. Raises as `append_all` does."""
    append_all([act])
    return act.id


def append_all(acts: Sequence[Act], rows: Writing | None = None) -> None:
    """Append acts, in the caller's transaction, by one statement, which writes `rows` too.

    Raises RuntimeError outside a transaction (unless nothing but that one statement is to be kept or left), NotCanonicalError for a payload or result that
    is not JSON, KeyReusedError if the actor used the key for another body, AlreadyDoneError (with the earlier result) if for the same; the caller's
    transaction must then be rolled back, which letting the error pass through its `atomic` does.
    """
    may_stand_alone = rows is not None and all(act.key is None for act in acts)
    if not may_stand_alone and not connection.in_atomic_block:
        raise RuntimeError("append belongs into the transaction of the act that it records")
    if not acts:
        return
    writing = Writing() if rows is None else rows
    writing.part(Part(_APPEND, ["[" + ",".join(map(_row, acts)) + "]"], _KEPT))
    kept = writing.execute()[-1] or ()
    for act in acts:
        if act.id not in kept:
            _refuse(act)


def _row(act: Act) -> str:
    """The act's document as it is committed to, with salt, commitment and leaf at its end: what is stored is what was hashed."""
    salt, document = fresh_salt(), canonical(act.document())
    commitment = commit(salt, document)
    leaf = hash_leaf(leaf_data(commitment))
    return f'{document.decode()[:-1]},"salt":"{salt.hex()}","commitment":"{commitment.hex()}","leaf":"{leaf.hex()}"}}'


def _refuse(act: Act) -> None:
    assert act.key is not None
    found = earlier(act.actor, act.key)
    if found is None:
        raise RuntimeError("an earlier entry with this key exists but is not visible: append needs READ COMMITTED")
    if found.body_hash != act.body_hash:
        raise KeyReusedError(act.key)
    raise AlreadyDoneError(found.entry_id, found.result)
