"""The payment order, and what the bank says of it.

Invariants: a match has one order that is under way or paid, kept by the database; an order's id is what the bank knows it by, and whatever becomes of a call it is offered
under no other; an outcome that is not known is asked about, not sent anew, unless the bank says that it has no such order; the first outcome counts, and a later one changes
nothing: a different one is noted for a person; money leaves the reservation of its pool exactly once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tongban.benefits.acts.accounts import current
from tongban.benefits.acts.pools import free_again, spend, unspend
from tongban.benefits.acts.publicity import is_through
from tongban.benefits.acts.record import Doing, lock, policy_of
from tongban.benefits.acts.second import end_second, note_second, open_second
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import AccountMissingError, BankFirstError, MatchNotFoundError, NotNowError, WordsMissingError
from tongban.benefits.models import Clawback, Match, Order, SecondPayment, Undone
from tongban.benefits.permissions import check
from tongban.cases import acts as cases
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.ledger.acts import Act
from tongban.parties.core.people import Actor

PAY: Final = "benefits.pay"
"""The kind of job that offers a bank what is due for it, and asks it for outcomes."""
PAID, FAILED = "paid", "failed"


def order(match: UUID, actor: Actor | None = None) -> UUID:
    """Order the payment of what is verified and has stood in public: by the machine, or by an official. Also anew after the bank has returned one.

    Raises NotNowError, AccountMissingError, OfficialOnlyError, MatchNotFoundError.
    """
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        department = "" if actor is None else check(actor, "order", policy.department, held.kind, held.principal_id).department
        amount = _ready(held, policy)
        account = current(bytes(held.subject))
        if account is None:
            raise AccountMissingError
        doing = Doing(held, policy, actor, department=department)
        bank = catalogue.city().pools[doing.pool].bank if doing.pool else ""
        row = Order(
            match_id=held.id,
            pool=doing.pool,
            system=bank,
            account_id=account.id,
            amount=amount,
            ordered_at=doing.at,
            next_at=doing.at if bank else None,
        )
        doing.rows.add(row)
        doing.step("order", data={"order": str(row.id), "amount": row.amount, "account": account.tail, "bank": bank})
        if bank:
            enqueue(PAY, {"system": bank}, rows=doing.rows)
        doing.keep()
    return row.id


def _ready(match: Match, policy: Policy) -> int:
    """How much is to be paid. Raises NotNowError unless nothing stands between the match and its payment."""
    if policy.withdrawn is not None and not Undone.objects.filter(pk=match.pk, became="stays").exists():
        raise NotNowError(TITLES["withdrawn"])
    last = Order.objects.filter(match=match).order_by("-id").first()
    ready = {
        "verified": policy.publicity is None,
        "publicised": match.state == "publicised" and is_through(match),
        "ordered": last is not None and last.state == FAILED and not _is_contradicted(match),
    }
    if match.amount is None or not ready.get(match.state, False):
        raise NotNowError(TITLES[match.state])
    return match.amount


def _is_contradicted(match: Match) -> bool:
    return Order.objects.filter(match=match, contradicted_at__isnull=False).exists()


def settle(order_id: UUID, outcome: str, *, reason: str = "", remote: str = "", actor: Actor | None = None, words: str = "") -> bool:
    """Take what a bank says of an order, or what an official enters: where the department pays by hand, or where a bank lost an order or
    contradicted itself and was asked. Whether that changed anything.

    Raises BankFirstError, OfficialOnlyError, WordsMissingError, MatchNotFoundError; ValueError for an outcome that is none.
    """
    if outcome not in (PAID, FAILED):
        raise ValueError(outcome)
    if actor is not None and not words.strip():
        raise WordsMissingError
    found = Order.objects.filter(pk=order_id).values_list("match_id", flat=True).first()
    if found is None:
        raise MatchNotFoundError
    with transaction.atomic(durable=True):
        held, _ = lock(found)
        row = Order.objects.select_for_update().get(pk=order_id)
        policy = policy_of(held)
        department = "" if actor is None else check(actor, "settle", policy.department, held.kind, held.principal_id).department
        doing = Doing(held, policy, actor, department=department)
        if row.contradicted_at is not None and actor is not None:
            _resolved(doing, row, outcome, words)
            return True
        if actor is not None and row.system and row.state not in (PAID, FAILED):
            raise BankFirstError
        row.answers += 1
        if row.state in (PAID, FAILED):
            return _again(row, outcome, doing)
        _settled(doing, row, outcome, words, reason=reason, remote=remote)
    return True


def _settled(doing: Doing, row: Order, outcome: str, words: str, *, reason: str = "", remote: str = "") -> None:
    """The outcome counts: it is paid, or the bank returned it and somebody has to look at the account."""
    row.state, row.settled_at, row.next_at, row.contradicted_at = outcome, doing.at, None, None
    row.reason, row.remote = reason[:200], remote[:120] or row.remote
    row.save(update_fields=["state", "settled_at", "next_at", "reason", "remote", "answers", "contradicted_at"])
    told = {"order": str(row.id), "amount": row.amount, "reason": row.reason, "remote": row.remote}
    if outcome == PAID:
        _paid(doing, row, words, told)
        return
    doing.step("bank-refused", words=words, data=told)
    if doing.match.case_id is not None:
        cases.tell_of_redemption(doing.match.case_id, "redemption-returned")
    doing.keep()


def _again(row: Order, outcome: str, doing: Doing) -> bool:
    """A bank that answers twice. The same outcome is nothing new; another one is noted, and the first stands until a person has asked the bank."""
    if _is_news(row, outcome) and row.contradicted_at is None:
        row.contradicted_at = doing.at
        _others(row).filter(state="waiting").update(next_at=None)  # not offered to the bank before a person has asked about this one
        doing.step("contradiction", data={"order": str(row.id), "first": row.state, "then": outcome})
        doing.keep()
    row.save(update_fields=["answers", "contradicted_at"])
    return False


def _is_news(row: Order, outcome: str) -> bool:
    """Whether an outcome is another than is known; of a second payment it is known that it was paid, until it is back."""
    second = None if row.state == PAID else SecondPayment.objects.filter(order=row).first()
    return outcome != row.state if second is None else outcome == FAILED and second.returned_at is None


def _resolved(doing: Doing, row: Order, outcome: str, words: str) -> None:
    """A person has asked a bank that contradicted itself, or lost what it took: this is how it was. Raises BankFirstError while another order is at the bank."""
    other = _others(row).exclude(state=FAILED).select_for_update().first()
    second = open_second(doing.match.id, row.id)
    if second is not None and outcome == FAILED:
        row.contradicted_at = None
        row.save(update_fields=["contradicted_at"])
        end_second(doing, second, second.amount, words)
        doing.keep()
    elif row.state == outcome or second is not None:
        row.contradicted_at = None
        row.save(update_fields=["contradicted_at"])
        doing.step("contradiction-settled", words=words, data={"order": str(row.id), "outcome": outcome})
        if other is not None and other.state == "waiting" and other.system:
            Order.objects.filter(pk=other.pk).update(next_at=doing.at)
            enqueue(PAY, {"system": other.system}, rows=doing.rows)
        doing.keep()
    elif outcome == PAID and (doing.match.state != "ordered" or (other is not None and other.state == PAID)):
        _paid_besides(doing, row, other, words)
    elif row.state == PAID:
        _came_back(doing, row, words)
    else:
        if other is not None:
            if other.state != "waiting" or not other.system:
                raise BankFirstError  # somebody may have paid it
            call_off(other, doing.at, "paid-before")
        _settled(doing, row, outcome, words)


def _others(row: Order) -> QuerySet[Order]:
    return Order.objects.filter(match=row.match_id).exclude(pk=row.pk)


def call_off(row: Order, at: datetime, why: str) -> None:
    """End an order that no bank has: it is offered to none."""
    row.state, row.settled_at, row.next_at, row.reason = FAILED, at, None, why
    row.save(update_fields=["state", "settled_at", "next_at", "reason"])


def _paid_besides(doing: Doing, row: Order, other: Order | None, words: str) -> None:
    """Both orders were paid, or this one after its entitlement was over: what went out besides is a second payment, to be asked back."""
    row.contradicted_at = None
    row.save(update_fields=["contradicted_at"])
    note_second(doing, row, other, words)
    doing.keep()


def _came_back(doing: Doing, row: Order, words: str) -> None:
    """退汇: what was said to be paid has come back to the bank. The money is held again, and it is ordered anew on an account that is right."""
    match, second = doing.match, open_second(doing.match.id)
    row.state, row.settled_at, row.contradicted_at, row.reason = FAILED, doing.at, None, words[:200]
    row.save(update_fields=["state", "settled_at", "contradicted_at", "reason"])
    if second is not None:  # it was paid twice, and one of the two is back: the other is the payment now
        Order.objects.filter(pk=second.order_id).update(state=PAID, contradicted_at=None)
        end_second(doing, second, row.amount, words)
        doing.keep()
        return
    match.paid_on = None
    if match.state == "clawed-back":
        _never_had(doing, row, words)
        return
    unspend(row.pool, row.amount)
    match.reserved = row.amount
    doing.step("came-back", words=words, data={"order": str(row.id), "amount": row.amount})
    _with_case(doing, "return-payment", words, {"order": str(row.id)})


def _never_had(doing: Doing, row: Order, words: str) -> None:
    """What is being asked back has come back from the bank: nobody owes it any more. It is free in its pool, unless that was noted already."""
    back = Clawback.objects.select_for_update().get(match=doing.match)
    if back.returned_at is None:
        back.returned_at = doing.at
        back.save(update_fields=["returned_at"])
        free_again(row.pool, row.amount, doing.rows)
    doing.step("money-back", words=words, data={"order": str(row.id), "amount": row.amount})
    doing.keep()


def _paid(doing: Doing, row: Order, words: str, told: dict[str, Any]) -> None:
    match = doing.match
    spend(row.pool, row.amount)
    match.reserved, match.paid_on = 0, clock.local_date(doing.at)
    doing.step("pay", words=words, data=told)
    _with_case(doing, "pay", words, {"order": told["order"], "amount_fen": row.amount})


def _with_case(doing: Doing, act: str, words: str, tells: dict[str, Any]) -> None:
    """Write everything, with the case moved by the same act."""

    def ending(done: cases.Done) -> Sequence[Act]:  # noqa: ARG001 - as every caller's
        return doing.written()

    case_id = doing.match.case_id
    if case_id is None:
        doing.keep()
        return
    cases.move_redemption(
        case_id, act, actor=doing.actor, words=words, tells=tells, entries=ending, rows=doing.rows, department=doing.department
    )
