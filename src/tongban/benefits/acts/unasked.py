"""免申即享: a department lets everybody be paid whom the policy found and whose account is known; nobody applies.

Invariants: who asks is on the record, and what is asked for is one job a match, so that a run that is killed goes on where it was and pays nobody twice; each match meets the
same checks as on a click: registers asked anew, the best set, the money reserved. Who would be better off with another policy is asked to choose. Whose account is not known is not passed over silently: they are counted, and wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from tongban.benefits.acts.accounts import current
from tongban.benefits.acts.choice import ask_to_choose
from tongban.benefits.acts.claim import Claimant, ask, in_force, take
from tongban.benefits.acts.record import MACHINE, name_of
from tongban.benefits.errors import BetterChoiceError, OfficialOnlyError
from tongban.benefits.models import Account, Match
from tongban.benefits.permissions import may
from tongban.benefits.reads.life import claimable_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

_log = structlog.get_logger("tongban.benefits")
REDEEM: Final = "benefits.redeem"
"""The kind of job that redeems one match unasked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many are redeemed now, and how many wait because nobody said where to pay; of a right, because nobody knows who they are."""

    asked: int
    without_account: int


def redeem_unasked(policy_id: str, *, actor: Actor) -> Asked:
    """Let a policy that needs no application be redeemed for everybody it has found. Raises PolicyOverError, OfficialOnlyError."""
    policy = in_force(policy_id)
    post = may(actor, "redeem-unasked", policy.department)
    if post is None or policy.redeem != "unasked":
        raise OfficialOnlyError
    waiting = claimable_of(policy)
    known = _known(policy, {subject for _, subject in waiting})
    ready = [(pk, known[subject]) for pk, subject in waiting if subject in known]
    run = uuid7()
    with transaction.atomic(durable=True):
        for pk, principal in ready:
            enqueue(REDEEM, {"match": str(pk), "principal": str(principal)}, key=f"{REDEEM}/{run}/{pk}")
        payload: dict[str, JSON] = {
            "run": str(run),
            "policy": policy.id,
            "version": policy.hash,
            "asked": len(ready),
            "without_account": len(waiting) - len(ready),
        }
        append(
            Act(
                act="benefits.redeem-unasked",
                actor=name_of(actor),
                at=clock.now(),
                case_id=None,
                department=post.department,
                purpose=f"{policy.id}/redemption",
                payload=payload,
            )
        )
    return Asked(len(ready), len(waiting) - len(ready))


def _known(policy: Policy, subjects: set[bytes]) -> dict[bytes, UUID]:
    """Who the subjects are: those who said where to be paid; of a right, which pays nothing, all whom parties know."""
    if policy.amount is None:
        return parties.by_blinds(catalogue.city().profiles[policy.profile].subject, subjects)
    rows = Account.objects.filter(is_current=True).values_list("subject", "principal_id")
    return {bytes(subject): principal for subject, principal in rows if bytes(subject) in subjects}


def redeem(match: UUID, principal_id: UUID) -> bool:
    """Redeem one match that nobody asked for; whether that was done. Must not be in a transaction."""
    held = Match.objects.filter(pk=match, state="matched").first()
    if held is None:
        return False
    policy = in_force(held.policy)
    if policy.redeem != "unasked":
        return False  # a version that asks for willingness has taken over meanwhile
    account = current(bytes(held.subject))
    principal = parties.itself(catalogue.city().profiles[policy.profile].subject, principal_id)
    told = account.told_by if account else parties.speaks_for(principal.kind, principal.id) or principal.id
    fresh = ask(policy, principal, by=MACHINE, department=policy.department)
    if fresh.is_silent:
        _log.info("not redeemed", match=str(match), why="a register does not answer")
        return False  # it stays as it is, rather than on an officer's desk
    try:
        with transaction.atomic(durable=True):
            take(match, fresh, Claimant(principal, told, None))
    except BetterChoiceError as better:
        if better.may_insist:
            ask_to_choose(match, policy, principal.id)
        return False
    except ConflictError as standing:  # something that was taken bars it, the money is over, it was taken meanwhile: it stays as it is
        _log.info("not redeemed", match=str(match), why=standing.says.en)
        return False
    return True
