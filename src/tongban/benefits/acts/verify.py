"""An officer decides what the machine could not: the case's own decision, and what follows from it for the match, which the worker would do by itself a moment later.

Invariant: what is granted while nobody knows how much waits until an official has said the amount, within the cap.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.going import take_decision
from tongban.benefits.acts.record import Doing, lock, policy_of
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import AboveCapError, MatchNotFoundError, NotNowError, WordsMissingError
from tongban.benefits.models import Match
from tongban.benefits.permissions import check
from tongban.cases import acts as cases
from tongban.cases import reads as case_reads
from tongban.parties.core.people import Actor


def verify(match: UUID, actor: Actor, *, answer: Literal["grant", "refuse"], words: str, key: str, version: int) -> None:
    """Grant or refuse a claimed match, as its case's officer. `version` is the case's that was seen. Raises as `cases.acts.decide`; MatchNotFoundError."""
    case_id = Match.objects.filter(pk=match).values_list("case_id", flat=True).first()
    if case_id is None:
        raise MatchNotFoundError
    cases.decide(case_id, answer, actor=actor, key=key, version=version, words=words)
    _take_note(case_id)


def say_amount(match: UUID, actor: Actor, *, amount: int, words: str) -> None:
    """Say what a claimed match comes to (fen), where the formula could not; granted already, it goes on. Said again before that, it replaces what was said.

    Raises WordsMissingError, AboveCapError, OfficialOnlyError, NotNowError, MatchNotFoundError; ValueError for nothing or less.
    """
    if amount <= 0:
        raise ValueError(amount)
    if not words.strip():
        raise WordsMissingError
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        post = check(actor, "set-amount", policy.department, held.kind, held.principal_id)
        if held.state != "willing" or held.queued_at is not None or held.case_id is None or policy.amount is None:
            raise NotNowError(TITLES[held.state])
        if policy.cap is not None and amount > policy.cap:
            raise AboveCapError(policy.cap)
        doing = Doing(held, policy, actor, department=post.department)
        held.amount = amount
        doing.step("set-amount", words=words, data={"amount": amount})
        doing.keep()
    _take_note(held.case_id)


def _take_note(case_id: UUID) -> None:
    for settled in case_reads.settled_cases([case_id]):
        take_decision(settled)
