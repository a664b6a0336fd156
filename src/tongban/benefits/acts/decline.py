"""Giving an entitlement up, and taking one back: what was reserved is let go, and the case ends with it.

Invariant: nothing of this is possible once the payment was ordered; from then on it is paid, and given back by a clawback.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.pools import TAKE_UP, release
from tongban.benefits.acts.record import Doing, body_hash, lock, name_of, policy_of
from tongban.benefits.acts.whose import principal_of
from tongban.benefits.errors import WordsMissingError
from tongban.benefits.permissions import check
from tongban.cases import acts as cases
from tongban.cases import reads as case_reads
from tongban.jobs.acts import enqueue
from tongban.ledger import reads as ledger
from tongban.ledger.acts import Act
from tongban.parties.core.people import Actor

_CASE_ACTS: Final = {"give-up": "give-up", "take-back": "take-back", "withdraw-policy": "take-back"}


def decline(match: UUID, actor: Actor, *, words: str = "", key: str = "") -> None:
    """Give it up, before the payment is ordered; it may be claimed again while the registers say yes. The same key does it once.

    Raises MatchNotFoundError, NotNowError, KeyReusedError.
    """
    digest = body_hash("decline", {"match": match, "words": words})
    if key and ledger.repeated(name_of(actor), key, digest) is not None:
        return
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        principal_of(actor, held, policy)
        end(Doing(held, policy, actor, key=key or None, body=digest, result={"state": "declined"}), "give-up", words=words)


def take_back(match: UUID, actor: Actor, *, words: str, act: str = "take-back") -> None:
    """Undo what was granted before it is paid: `take-back`, or `withdraw-policy` where the policy itself was a mistake.

    Raises WordsMissingError, OfficialOnlyError, NotNowError, MatchNotFoundError.
    """
    if not words.strip():
        raise WordsMissingError
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        post = check(actor, "withdraw-policy", policy.department, held.kind, held.principal_id)
        end(Doing(held, policy, actor, department=post.department), act, words=words)


def end(doing: Doing, act: str, *, words: str, data: dict[str, Any] | None = None, moves_case: bool = True) -> None:
    """End a match that is not ordered yet, with its case, in the caller's transaction. Raises NotNowError."""
    match, before = doing.match, doing.match.state
    doing.step(act, words=words, data=data)
    let_go(doing)
    if match.case_id is None or before == "matched" or not moves_case:
        doing.keep()
        return

    def ending(done: cases.Done) -> Sequence[Act]:  # noqa: ARG001 - as every caller's
        return doing.written()

    is_undecided = before == "willing" and not case_reads.settled_cases([match.case_id])
    move = "withdraw" if is_undecided and act == "give-up" else _CASE_ACTS[act]
    cases.move_redemption(match.case_id, move, actor=doing.actor, words=words, entries=ending, rows=doing.rows, department=doing.department)


def let_go(doing: Doing) -> None:
    """What was reserved is free again, and whoever waits for it goes on."""
    match, pool = doing.match, doing.pool
    match.queued_at = None
    if match.reserved:
        release(pool, match.reserved)
        match.reserved = 0
        enqueue(TAKE_UP, {"pool": pool}, rows=doing.rows)
