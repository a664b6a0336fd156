"""The acts on an entitlement that are cut off after it was claimed: each ready to be done, with what has to be there once it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.crash.test_redeeming import ACCOUNT, match_of
from tests.town import Town
from tongban.benefits import acts
from tongban.benefits.acts import going
from tongban.benefits.acts.pools import release, reserve
from tongban.benefits.acts.review import reviewed, take_review
from tongban.benefits.acts.unasked import redeem
from tongban.benefits.models import Clawback, Match, Objection, Order, Pool, Review, SecondPayment, Step
from tongban.cases import acts as cases
from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.exchange import acts as exchange
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

OWNER, OTHER = "zhao-jianguo", "li-min"
POLICY, UNASKED = "hiring-subsidy", "small-trade-subsidy"
INSURANCE = "human-resources/social-insurance"


@dataclass(frozen=True)
class Act:
    """One act, ready; what stands afterwards: the state, how many times its amount is reserved and paid, and the step that is there once."""

    match: UUID
    do: Callable[[], Any]
    state: str
    reserved: int
    paid: int
    step: str
    parts: int = 1
    """How many things the trial sees: 1 where every cut leaves what was, 2 where something is read after the one commit."""
    counts_answers: bool = False
    """Whether saying it again is counted in the order's row as one more answer."""

    def stands(self) -> tuple[str, int, int, int]:
        """What is so now."""
        held = Match.objects.get(pk=self.match)
        pool, amount = Pool.objects.filter(pk=held.pool).first() or Pool(), held.amount or 1
        return held.state, pool.reserved // amount, pool.paid // amount, Step.objects.filter(match=held, act=self.step).count()


def officer(department: str) -> Actor:
    """Somebody who decides in a department."""
    found = parties.officials(department, "decider", catalogue.city().area)
    return parties.actor(next(one.account_id for one in found if one.account_id is not None))


def _officer() -> Actor:
    return officer("human-resources")


def _verified(town: Town) -> Match:
    match = match_of(town.firm(OWNER), POLICY)
    acts.claim(match.id, town.actor(OWNER), answers={"account": ACCOUNT}, key=str(uuid7()))
    match.refresh_from_db()
    assert match.state == "verified"
    return match


def _public(town: Town, *, through: bool = True) -> Match:
    match = _verified(town)
    assert acts.publicise(match.id)
    if through:
        Match.objects.filter(pk=match.id).update(public_from=date(2020, 1, 1), public_until=date(2020, 1, 9))
    return match


def _ordered(town: Town) -> tuple[Match, UUID]:
    match = _public(town)
    return match, acts.order(match.id)


def _paid(town: Town) -> tuple[Match, UUID]:
    match, order = _ordered(town)
    assert acts.settle(order, "paid")
    return match, order


def _resolving(match: Match, order: UUID, outcome: str, state: str, reserved: int, paid: int, step: str) -> Act:
    """An official has asked the bank that contradicted itself."""
    assert Order.objects.get(pk=order).contradicted_at is not None
    who = _officer()

    def do() -> bool:
        return acts.settle(order, outcome, actor=who, words="已向银行核实")

    return Act(match.id, do, state, reserved, paid, step, counts_answers=True)


def to_publicise(town: Town) -> Act:
    match = _verified(town)
    return Act(match.id, lambda: acts.publicise(match.id), "publicised", 1, 0, "publicise")


def _objected(town: Town) -> tuple[Match, UUID]:
    match = _public(town, through=False)
    acts.object(match.id, town.actor(OTHER), words="不是本地企业")
    return match, Objection.objects.get(match=match).pk


def to_uphold_an_objection(town: Town) -> Act:
    (match, objection), who = _objected(town), _officer()

    def do() -> None:
        acts.decide_objection(objection, who, upheld=True, answer="成立", reason="核实后不符合")

    return Act(match.id, do, "refused", 0, 0, "decide-objection")


def to_turn_an_objection_down(town: Town) -> Act:
    (match, objection), who = _objected(town), _officer()

    def do() -> None:
        acts.decide_objection(objection, who, upheld=False, answer="不成立")

    return Act(match.id, do, "publicised", 1, 0, "decide-objection")


def to_spot_check(town: Town) -> Act:
    (match, _), who = _paid(town), _officer()
    return Act(match.id, lambda: acts.spot_check(match.id, who, finding="right", words="已核"), "spot-checked", 0, 1, "spot-check")


def to_claw_back(town: Town) -> Act:
    (match, _), who = _paid(town), _officer()
    return Act(match.id, lambda: acts.claw_back(match.id, who, words="材料不实"), "clawed-back", 0, 1, "claw-back")


def to_note_that_money_came_back(town: Town) -> Act:
    (match, _), who = _paid(town), _officer()
    acts.claw_back(match.id, who, words="材料不实")
    assert Clawback.objects.get(match=match).returned_at is None
    return Act(match.id, lambda: acts.money_back(match.id, who, words="凭证 9"), "clawed-back", 0, 0, "money-back")


def to_settle_that_it_was_paid_as_said(town: Town) -> Act:
    match, order = _paid(town)
    acts.settle(order, "failed")
    return _resolving(match, order, "paid", "paid", 0, 1, "contradiction-settled")


def to_settle_that_it_came_back(town: Town) -> Act:
    match, order = _paid(town)
    acts.settle(order, "failed")
    return _resolving(match, order, "failed", "ordered", 1, 0, "came-back")


def to_settle_that_it_was_paid_after_all(town: Town) -> Act:
    match, order = _ordered(town)
    acts.settle(order, "failed")
    acts.settle(order, "paid")
    return _resolving(match, order, "paid", "paid", 0, 1, "pay")


def to_settle_that_it_was_paid_while_another_waits(town: Town) -> Act:
    match, order = _ordered(town)
    acts.settle(order, "failed")
    acts.order(match.id, _officer())
    acts.settle(order, "paid")
    return _resolving(match, order, "paid", "paid", 0, 1, "pay")


def _both_paid(town: Town) -> tuple[Match, UUID, UUID]:
    match, first = _ordered(town)
    acts.settle(first, "failed")
    second = acts.order(match.id, _officer())
    acts.settle(second, "paid")
    acts.settle(first, "paid")
    return match, first, second


def to_settle_that_it_was_paid_twice(town: Town) -> Act:
    match, first, _ = _both_paid(town)
    return _resolving(match, first, "paid", "paid", 0, 2, "paid-twice")


def _twice(town: Town) -> tuple[Match, UUID, UUID]:
    match, first, second = _both_paid(town)
    acts.settle(first, "paid", actor=_officer(), words="两笔都已入账")
    return match, first, second


def to_settle_that_the_second_came_back(town: Town) -> Act:
    match, first, _ = _twice(town)
    acts.settle(first, "failed")
    return _resolving(match, first, "failed", "paid", 0, 1, "second-back")


def to_settle_that_the_first_came_back(town: Town) -> Act:
    match, _, second = _twice(town)
    acts.settle(second, "failed")
    return _resolving(match, second, "failed", "paid", 0, 1, "second-back")


def to_ask_a_second_payment_back(town: Town) -> Act:
    match, who, due = _twice(town)[0], _officer(), clock.today() + timedelta(days=9)
    row = SecondPayment.objects.get(match=match).pk
    return Act(match.id, lambda: acts.ask_second_back(row, who, words="多付一笔", due_on=due), "paid", 0, 2, "second-asked-back")


def to_note_that_the_second_is_back(town: Town) -> Act:
    match, who = _twice(town)[0], _officer()
    row = SecondPayment.objects.get(match=match).pk
    return Act(match.id, lambda: acts.second_back(row, who, words="凭证 9"), "paid", 0, 1, "second-back")


def to_take_up_who_waits(town: Town) -> Act:
    """It waits because there is no money, and then there is."""
    pool = "new-jobs-2026"
    whole = catalogue.city().pools[pool].amount
    assert reserve(pool, whole)
    match = match_of(town.firm(OWNER), POLICY)
    acts.claim(match.id, town.actor(OWNER), answers={"account": ACCOUNT}, key=str(uuid7()))
    match.refresh_from_db()
    assert (match.state, match.queued_at is None) == ("willing", False)
    release(pool, whole)
    return Act(match.id, lambda: going.take_up(pool), "verified", 1, 0, "take-up", parts=2)


def _settled(town: Town, answer: str) -> Match:
    """A claim of which the registers could not tell, and an officer's decision of it."""
    match, actor = match_of(town.firm(OWNER), UNASKED), town.actor(OWNER)
    exchange.suspend(INSURANCE)
    try:
        acts.claim(match.id, actor, answers={"account": ACCOUNT}, key=str(uuid7()))
    finally:
        exchange.resume(INSURANCE)
    case = Case.objects.get(pk=Match.objects.get(pk=match.id).case_id)
    cases.decide(case.pk, answer, actor=officer("industry"), key=str(uuid7()), version=case.version, words="看过参保名单")
    return match


def to_take_note_of_a_grant(town: Town) -> Act:
    match = _settled(town, "grant")
    (settled,) = going.decided()
    return Act(match.id, lambda: going.take_decision(settled), "verified", 1, 0, "verify")


def to_take_note_of_a_refusal(town: Town) -> Act:
    match = _settled(town, "refuse")
    (settled,) = going.decided()
    return Act(match.id, lambda: going.take_decision(settled), "refused", 0, 0, "refuse")


def to_take_up_who_was_granted_it(town: Town) -> Act:
    """An officer granted it when there was no money, and then there is."""
    pool = "trade-2026"
    whole, match = catalogue.city().pools[pool].amount, _settled(town, "grant")
    assert reserve(pool, whole)
    (settled,) = going.decided()
    assert going.take_decision(settled)
    assert Match.objects.get(pk=match.id).queued_at is not None
    release(pool, whole)
    return Act(match.id, lambda: going.take_up(pool), "verified", 1, 0, "take-up", parts=2)


def to_give_up(town: Town) -> Act:
    match, actor = _public(town), town.actor(OWNER)
    return Act(match.id, lambda: acts.decline(match.id, actor), "declined", 0, 0, "give-up")


def _granted(town: Town) -> Review:
    """A review of a no, granted, with the amount said."""
    firm = town.firm(OWNER)
    Match.objects.filter(pk=match_of(firm, UNASKED).pk).delete()
    exchange.suspend(INSURANCE)
    try:
        case_id = acts.ask_review(UNASKED, town.actor(OWNER), words="有五名员工参保", key=str(uuid7()), principal_id=firm.id)
    finally:
        exchange.resume(INSURANCE)
    who, row = officer("industry"), Review.objects.get(case_id=case_id)
    acts.tell_account("firm", firm.id, ACCOUNT, actor=town.actor(OWNER))
    acts.set_amount(row.pk, who, amount=1000_00, words="按名单")
    cases.decide(case_id, "grant", actor=who, key=str(uuid7()), version=Case.objects.get(pk=case_id).version, words="看过参保名单")
    return row


def to_take_note_of_a_review(town: Town) -> tuple[Review, Callable[[], bool]]:
    """A person found it; and taking note of that."""
    row = _granted(town)
    (settled,) = reviewed()
    return row, lambda: take_review(settled)


def to_redeem_unasked(town: Town) -> Act:
    firm = town.firm(OWNER)
    match = match_of(firm, UNASKED)
    acts.tell_account("firm", firm.id, ACCOUNT, actor=town.actor(OWNER))
    return Act(match.id, lambda: redeem(match.id, firm.id), "verified", 1, 0, "claim")


ACTS: dict[str, Callable[[Town], Act]] = {
    name.removeprefix("to_"): make
    for name, make in list(globals().items())
    if name.startswith("to_") and make is not to_take_note_of_a_review
}
