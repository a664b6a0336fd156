"""What follows a payment: spot checks, and taking back what should not have been paid.

Invariants: whose payment is looked at is drawn by lot, not chosen; a clawback has the ground and the citation that the policy declares, a reason in words and a day; no more is
asked back than was paid; the money is free in its pool again on the day it came back, not before, and once.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.claim import end_of
from tongban.benefits.acts.pools import free_again
from tongban.benefits.acts.record import Doing, lock, policy_of
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import NotNowError, OfficialOnlyError, WordsMissingError
from tongban.benefits.models import Clawback, Match, Step
from tongban.benefits.permissions import check, may
from tongban.cases import acts as cases
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limit
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Act
from tongban.parties.core.people import Actor

MOST_DRAWN: Final = 500
RIGHT, WRONG = "right", "wrong"


def draw(policy: str, actor: Actor, *, one_in: int) -> tuple[UUID, ...]:
    """Draw by lot, among what was paid and not looked at, one in so many (at least one if there is any); the draw is on the record of each. Raises OfficialOnlyError."""
    department = next((one.department for one in catalogue.city().policies.values() if one.id == policy), "")
    if may(actor, "spot-check", department) is None:
        raise OfficialOnlyError
    drawn_before = Step.objects.filter(act="draw").values("match_id")
    paid = list(Match.objects.filter(policy=policy, state="paid").exclude(pk__in=drawn_before).values_list("pk", flat=True))
    count = min(MOST_DRAWN, -(-len(paid) // max(1, one_in)))
    chosen = random.SystemRandom().sample(paid, count)
    for match in chosen:
        with transaction.atomic(durable=True):
            held, _ = lock(match)
            doing = Doing(held, policy_of(held), actor, department=department)
            doing.step("draw", data={"one_in": one_in, "of": len(paid)})
            doing.keep()
    return tuple(chosen)


def spot_check(match: UUID, actor: Actor, *, finding: str, words: str) -> None:
    """Say what a check of a payment found: `right` or `wrong` (a clawback is decided by itself). Raises WordsMissingError, OfficialOnlyError, NotNowError, MatchNotFoundError."""
    if finding not in (RIGHT, WRONG) or not words.strip():
        raise WordsMissingError
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        post = check(actor, "spot-check", policy.department, held.kind, held.principal_id)
        doing = Doing(held, policy, actor, department=post.department)
        doing.step("spot-check", words=words, data={"finding": finding})
        doing.keep()


def claw_back(match: UUID, actor: Actor, *, words: str, amount: int | None = None) -> UUID:
    """Ask back what was paid, or a part of it (fen), on the ground that the policy declares; its id.

    Raises WordsMissingError, OfficialOnlyError, NotNowError (also where the policy declares no ground), MatchNotFoundError; ValueError for more than was paid.
    """
    if not words.strip():
        raise WordsMissingError
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        post = check(actor, "claw-back", policy.department, held.kind, held.principal_id)
        if policy.clawback is None or held.amount is None:
            raise NotNowError(TITLES[held.state])
        asked = held.amount if amount is None else amount
        if not 0 < asked <= held.amount:
            raise ValueError(asked)
        doing = Doing(held, policy, actor, department=post.department)
        return ask_back(doing, asked, Ground(words.strip(), policy.clawback.cite, policy.clawback.says, policy.clawback.within))


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is asked back: in words, by which provision, in which of the declared cases, and within which limit."""

    words: str
    cite: str
    says: Text
    within: Limit


def ask_back(doing: Doing, amount: int, ground: Ground) -> UUID:
    """Ask an amount (fen) back, in the caller's transaction; the clawback's id. Raises NotNowError."""
    due = end_of(ground.within, clock.local_date(doing.at))
    row = Clawback(match_id=doing.match.id, amount=amount, at=doing.at, words=ground.words, cite=ground.cite, due_on=due)
    told: dict[str, Any] = {"amount": amount, "cite": row.cite, "due_on": due.isoformat()}
    doing.step("claw-back", words=ground.words, data=told | {"ground": {"zh": ground.says.zh, "en": ground.says.en}})
    doing.rows.add(row)
    _keep_with_case(doing, ground.words, told)
    return row.id


def _keep_with_case(doing: Doing, words: str, told: dict[str, Any]) -> None:
    def ending(done: cases.Done) -> Sequence[Act]:  # noqa: ARG001 - as every caller's
        return doing.written()

    case_id = doing.match.case_id
    if case_id is None:
        doing.keep()
        return
    tells = {"amount_fen": told["amount"], "cite": told["cite"], "due_on": told["due_on"]}
    cases.move_redemption(
        case_id, "claw-back", actor=doing.actor, words=words, tells=tells, entries=ending, rows=doing.rows, department=doing.department
    )


def money_back(match: UUID, actor: Actor, *, words: str = "") -> bool:
    """Note that what was asked back has come: its pool has it again, and whoever waits for it goes on. False if that was noted before.

    Raises OfficialOnlyError, NotNowError, MatchNotFoundError.
    """
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        post = check(actor, "money-back", policy.department, held.kind, held.principal_id)
        row = Clawback.objects.select_for_update().filter(match=held).first()
        if row is None:
            raise NotNowError(TITLES[held.state])
        if row.returned_at is not None:
            return False
        doing = Doing(held, policy, actor, department=post.department)
        row.returned_at = doing.at
        row.save(update_fields=["returned_at"])
        free_again(doing.pool, row.amount, doing.rows)
        doing.step("money-back", words=words, data={"amount": row.amount})
        doing.keep()
    return True
