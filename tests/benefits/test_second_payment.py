"""A bank that paid twice: the second payment counts as paid until it is back, is asked back once, and is no second benefit."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.benefits.conftest import GOOD, Officer, Town
from tests.benefits.living import QUICK, Life, people
from tests.catalogue.small_city import small_city
from tongban.benefits import acts, reads
from tongban.benefits.acts import bank
from tongban.benefits.errors import DayPastError, MatchNotFoundError, NotNowError, OfficialOnlyError, WordsMissingError
from tongban.benefits.models import Match, Order, Pool, SecondPayment, Step
from tongban.benefits.reads.public import untold
from tongban.cases.models import Case
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.models import Entry
from tongban.messages.models import Message

pytestmark = pytest.mark.django_db
SUM = 1001_00
DUE = date(2026, 12, 20)
MESSAGE = """
redemption-paid-twice: {text: {zh: "多付了一笔，{due}前退回", en: "Paid twice, give it back by {due}"}}
"""


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


@pytest.fixture
def twice(life: Life) -> Life:
    """The bank had returned the first order, paid the second, and now says that it paid the first as well."""
    return pay_twice(life, pool="amount: yuan(50000)")


def pay_twice(life: Life, pool: str) -> Life:
    life.publish(QUICK, pool=pool, exhausted="queue", **{"messages.yaml": small_city()["messages.yaml"].decode().rstrip() + MESSAGE})
    life.town.match()
    life.claim()
    life.work()
    first = Order.objects.get()
    acts.settle(first.id, "failed", reason="账户已注销")
    second = acts.order(life.match(), life.official)
    bank.pay("bank")
    acts.settle(first.id, "paid")
    acts.settle(second, "paid")
    assert acts.settle(first.id, "paid", actor=life.official, words="银行回单：两笔都已入账")
    return life


def pool() -> tuple[int, int]:
    row = Pool.objects.get()
    return row.reserved, row.paid


def second() -> UUID:
    return SecondPayment.objects.get().pk


def test_the_pool_counts_it_as_paid_from_when_it_is_known_until_it_is_back(twice: Life) -> None:
    assert (twice.state(), pool()) == ("paid", (0, 2 * SUM))
    (view,) = reads.pools("market")
    assert (view.twice, view.overdrawn, view.free) == (SUM, 0, 50000_00 - 2 * SUM)
    assert acts.second_back(second(), twice.official, words="凭证 9")
    assert (pool(), reads.pools("market")[0].twice) == ((0, SUM), 0)


def test_a_pool_that_the_bank_overdrew_promises_nothing_and_is_as_declared_once_it_is_back(life: Life) -> None:
    pay_twice(life, pool="amount: yuan(2001)")
    (view,) = reads.pools("market")
    assert (view.overdrawn, view.free, Pool.objects.get().amount) == (1_00, 0, 2 * SUM)
    acts.second_back(second(), life.official, words="凭证 9")
    (view,) = reads.pools("market")
    assert (view.overdrawn, view.free, Pool.objects.get().amount) == (0, 2001_00 - SUM, 2001_00)


def test_it_is_asked_back_with_reason_and_day_and_its_subject_is_told_in_both_languages(twice: Life) -> None:
    before = Entry.objects.count()
    assert acts.ask_second_back(second(), twice.official, words="银行付重了", due_on=DUE)
    assert Entry.objects.count() == before + 1
    message = Message.objects.get(template="redemption-paid-twice")
    assert ("12月20日" in message.zh, "20" in message.en, message.to) == (True, True, twice.ann.person_id)
    (row,) = reads.waiting("market", "paid-twice")
    assert (row.id, row.give_back_by) == (twice.match(), DUE)
    assert (twice.state(), Case.objects.get().state, Step.objects.filter(act="second-asked-back").count()) == ("paid", "paid", 1)


def test_asked_twice_it_is_asked_once_and_otherwise_refused(twice: Life) -> None:
    acts.ask_second_back(second(), twice.official, words="银行付重了", due_on=DUE)
    assert not acts.ask_second_back(second(), twice.official, words="银行付重了", due_on=DUE)
    with pytest.raises(NotNowError):
        acts.ask_second_back(second(), twice.official, words="另一个理由", due_on=DUE)
    assert (Message.objects.filter(template="redemption-paid-twice").count(), Step.objects.filter(act="second-asked-back").count()) == (
        1,
        1,
    )


def test_it_comes_back_once_even_if_it_was_never_asked_for_and_however_late(twice: Life, later: list[timedelta]) -> None:
    acts.ask_second_back(second(), twice.official, words="银行付重了", due_on=DUE)
    later.append(timedelta(days=60))
    assert [row.give_back_by for row in reads.waiting("market", "paid-twice")] == [DUE]
    assert acts.second_back(second(), twice.official, words="凭证 9")
    assert not acts.second_back(second(), twice.official, words="凭证 9")
    assert (pool(), reads.waiting("market", "paid-twice")) == ((0, SUM), ())
    with pytest.raises(NotNowError):
        acts.ask_second_back(second(), twice.official, words="再要一次", due_on=clock.today() + timedelta(days=5))


def test_what_is_missing_past_or_not_theirs_is_refused(twice: Life, officer: Officer) -> None:
    for words, due, error in ((" ", DUE, WordsMissingError), ("x", clock.today(), DayPastError)):
        with pytest.raises(error):
            acts.ask_second_back(second(), twice.official, words=words, due_on=due)
    with pytest.raises(WordsMissingError):
        acts.second_back(second(), twice.official, words=" ")
    for actor in (twice.ann, officer("decider", "fire")):
        with pytest.raises(OfficialOnlyError):
            acts.ask_second_back(second(), actor, words="x", due_on=DUE)
        with pytest.raises(OfficialOnlyError):
            acts.second_back(second(), actor, words="x")
    with pytest.raises(MatchNotFoundError):
        acts.second_back(uuid7(), twice.official, words="x")
    assert (pool(), SecondPayment.objects.get().asked_at) == ((0, 2 * SUM), None)


def test_a_bank_that_says_again_that_it_paid_says_nothing_new(twice: Life) -> None:
    first = Order.objects.order_by("id").first()
    assert first is not None
    for _ in range(2):
        acts.settle(first.id, "paid")
    assert (reads.waiting("market", "contradicted"), SecondPayment.objects.count(), pool()) == ((), 1, (0, 2 * SUM))


def test_a_bank_that_took_the_second_payment_back_itself_is_asked_and_it_is_over(twice: Life) -> None:
    first = Order.objects.order_by("id").first()
    assert first is not None
    acts.settle(first.id, "failed", reason="冲正")
    assert [row.id for row in reads.waiting("market", "contradicted")] == [twice.match()]
    acts.settle(first.id, "failed", actor=twice.official, words="银行已冲正")
    assert (twice.state(), pool(), reads.waiting("market", "paid-twice")) == ("paid", (0, SUM), ())
    assert not acts.second_back(second(), twice.official, words="凭证 9")


def test_where_the_payment_itself_came_back_the_second_is_the_payment(twice: Life) -> None:
    first, last = Order.objects.order_by("id")
    acts.settle(last.id, "failed", reason="退汇")
    acts.settle(last.id, "failed", actor=twice.official, words="银行：后一笔退汇")
    assert (twice.state(), pool(), reads.waiting("market", "paid-twice")) == ("paid", (0, SUM), ())
    assert {row.id: row.state for row in Order.objects.all()} == {first.id: "paid", last.id: "failed"}


def test_a_clawback_beside_it_asks_the_benefit_back_once_and_each_comes_back_for_itself(twice: Life) -> None:
    acts.claw_back(twice.match(), twice.official, words="不实")
    acts.ask_second_back(second(), twice.official, words="银行付重了", due_on=DUE)
    acts.second_back(second(), twice.official, words="凭证 9")
    assert pool() == (0, SUM)
    acts.money_back(twice.match(), twice.official)
    assert (twice.state(), pool()) == ("clawed-back", (0, 0))


def test_it_is_no_second_benefit_in_what_everybody_may_know(twice: Life, later: list[timedelta]) -> None:
    later.append(timedelta(days=40))
    paid = untold(clock.today().replace(day=1))
    assert [(row.pk, row.amount) for row in paid] == [(Match.objects.get(pk=twice.match(GOOD)).pk, SUM)]


def test_who_waits_for_the_money_goes_on_once_it_is_back(life: Life) -> None:
    from tests.benefits.conftest import BIG

    pay_twice(life, pool="amount: yuan(3001)")
    life.claim(BIG)
    life.work()
    assert life.state(BIG) == "willing"
    acts.second_back(second(), life.official, words="凭证 9")
    life.work()
    assert life.state(BIG) == "ordered"
