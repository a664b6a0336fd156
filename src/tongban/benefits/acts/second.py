"""A second payment: a bank has paid two orders of one match, or one whose entitlement was over by then, and what went out besides is asked back and comes back.

Invariants: a second payment is one row for its order, from when it is known; its pool counts it as paid until it is back, once, whatever comes twice, late or out of order; it is no second
entitlement: the match keeps its state, its amount and its day. A pool may be *overdrawn by the bank*: more has gone out than is declared, because nobody reserved what was paid twice. It
is then taken as large as what went out, promises nothing, and is as declared again once the money is back.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.pools import free_again, overspend
from tongban.benefits.acts.record import Doing, lock, policy_of
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import DayPastError, MatchNotFoundError, NotNowError, WordsMissingError
from tongban.benefits.models import Match, Order, SecondPayment
from tongban.benefits.permissions import check
from tongban.cases import acts as cases
from tongban.kernel import clock
from tongban.parties.core.people import Actor

ASKED_BACK: Final = "redemption-paid-twice"
"""The city's message by which whose entitlement it is hears that the second payment is to be given back."""


def note_second(doing: Doing, row: Order, besides: Order | None, words: str) -> None:
    """An order was paid besides another, or, where there is none, after its entitlement was over. In the caller's transaction, with what the act writes."""
    second = SecondPayment(match_id=doing.match.id, order_id=row.pk, pool=row.pool, amount=row.amount, known_at=doing.at)
    if row.pool:
        overspend(row.pool, row.amount)
    doing.rows.add(second)
    doing.step("paid-twice", words=words, data={"order": str(row.id), "besides": str(besides.id) if besides else "", "amount": row.amount})


def open_second(match: UUID, order: UUID | None = None) -> SecondPayment | None:
    """The second payment of a match that is not back, of one order if it is named; locked."""
    rows = SecondPayment.objects.select_for_update().filter(match=match, returned_at=None).order_by("id")
    return (rows if order is None else rows.filter(order=order)).first()


def ask_second_back(second: UUID, actor: Actor, *, words: str, due_on: date) -> bool:
    """Ask a second payment back by a day, with a reason that whose entitlement it is reads, and tell them. False if it was asked back just so before.

    Raises WordsMissingError, DayPastError, OfficialOnlyError, NotNowError (asked back otherwise, or back already), MatchNotFoundError.
    """
    if not words.strip():
        raise WordsMissingError
    with transaction.atomic(durable=True):
        doing, row = _begun(second, actor, "claw-back")
        if row.asked_at is not None and (row.words, row.due_on) == (words.strip(), due_on):
            return False
        if row.returned_at is not None or row.asked_at is not None:
            raise NotNowError(TITLES[doing.match.state])
        if due_on <= clock.local_date(doing.at):
            raise DayPastError
        row.asked_at, row.words, row.due_on = doing.at, words.strip(), due_on
        row.save(update_fields=["asked_at", "words", "due_on"])
        doing.step("second-asked-back", words=row.words, data={"second": str(row.pk), "amount": row.amount, "due_on": due_on.isoformat()})
        if doing.match.case_id is not None:
            cases.tell_of_redemption(doing.match.case_id, ASKED_BACK, due=due_on)
        doing.keep()
    return True


def second_back(second: UUID, actor: Actor, *, words: str) -> bool:
    """Note that a second payment has come back, whether or not it was asked for: its pool has it again, and whoever waits goes on. False if that was noted before.

    Raises WordsMissingError, OfficialOnlyError, MatchNotFoundError.
    """
    if not words.strip():
        raise WordsMissingError
    with transaction.atomic(durable=True):
        doing, row = _begun(second, actor, "money-back")
        if row.returned_at is not None:
            return False
        end_second(doing, row, row.amount, words.strip())
        doing.keep()
    return True


def end_second(doing: Doing, row: SecondPayment, amount: int, words: str) -> None:
    """One of the two payments (fen) is back, in the caller's transaction."""
    row.returned_at = doing.at
    row.save(update_fields=["returned_at"])
    free_again(row.pool, amount, doing.rows)
    doing.step("second-back", words=words, data={"second": str(row.pk), "amount": amount})


def _begun(second: UUID, actor: Actor, act: str) -> tuple[Doing, SecondPayment]:
    """The act on a second payment, with its match and itself locked."""
    found = Match.objects.filter(secondpayment=second).values_list("pk", flat=True).first()
    if found is None:
        raise MatchNotFoundError
    held, _ = lock(found)
    row = SecondPayment.objects.select_for_update().get(pk=second)
    policy = policy_of(held)
    post = check(actor, act, policy.department, held.kind, held.principal_id)
    return Doing(held, policy, actor, department=post.department), row
