"""What comes after its time: a bank that says otherwise of what was withdrawn or is being asked back, a version withdrawn in the middle of a claim, a word put right after everybody was paid."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.benefits.conftest import GOOD, Officer, Town
from tests.benefits.living import QUICK, Life, people
from tests.benefits.test_claimable import offered
from tests.benefits.test_withdrawal import STAYS, version
from tongban.benefits import acts, reads
from tongban.benefits.acts.withdraw import undo_all, withdraw
from tongban.benefits.errors import HadAlreadyError, PolicyChangedError, PolicyOverError
from tongban.benefits.models import Clawback, Match, Order, Pool, SecondPayment, Undone
from tongban.catalogue import reads as catalogue

pytestmark = pytest.mark.django_db
YEARLY = QUICK.replace("redeem: quick", "redeem: quick\nrepeats: yes")
SUM = 1001_00


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


def pool() -> tuple[int, int]:
    row = Pool.objects.get(pk="stalls")
    return row.reserved, row.paid


def paid(life: Life) -> Order:
    life.claim()
    life.work()
    life.bank_says("paid")
    life.work()
    assert life.state() == "paid"
    return Order.objects.latest("id")


@pytest.mark.parametrize("change", ["a word of the title", "a larger pool"])
def test_a_yearly_policy_put_right_in_its_year_pays_nobody_anew(life: Life, change: str) -> None:
    life.publish(YEARLY)
    life.town.match()
    paid(life)
    if change == "a larger pool":
        life.publish(YEARLY, pool="amount: yuan(60000)")
    else:
        life.publish(YEARLY.replace("zh: 摊位补贴", "zh: 小摊位补贴"))
    assert life.town.match().results[0].version != Match.objects.get(state="paid").version
    assert offered(life) == []
    with pytest.raises(HadAlreadyError):
        life.claim()
    assert Order.objects.filter(state="paid").count() == 1


def test_a_yearly_policy_of_the_next_year_is_paid_anew(life: Life) -> None:
    life.publish(YEARLY)
    life.town.match()
    paid(life)
    life.publish(YEARLY.replace("in_force: 2026-02-01", "in_force: 2026-11-15"))
    life.town.match()
    assert offered(life) == ["stall-aid"]
    life.claim()


def test_what_its_bank_contradicts_is_not_undone_before_a_person_has_asked_the_bank(life: Life, officer: Officer) -> None:
    life.claim()
    life.work()
    order = Order.objects.get()
    acts.settle(order.pk, "failed")
    acts.settle(order.pk, "paid")
    withdraw(version(), STAYS, actor=officer(), base=catalogue.city().hash)
    undo_all()
    assert (life.state(), Undone.objects.get(pk=life.match()).became) == ("ordered", "bank")
    acts.settle(order.pk, "paid", actor=life.official, words="银行回单：已入账")
    undo_all()
    assert (life.state(), pool(), Undone.objects.get(pk=life.match()).became) == ("paid", (0, SUM), "stays")


def test_what_turns_out_to_be_paid_after_it_was_withdrawn_is_counted_and_asked_back(life: Life, officer: Officer) -> None:
    life.claim()
    life.work()
    order = Order.objects.get()
    acts.settle(order.pk, "failed")
    withdraw(version(), STAYS, actor=officer(), base=catalogue.city().hash)
    undo_all()
    assert (life.state(), pool()) == ("withdrawn", (0, 0))
    acts.settle(order.pk, "paid")
    assert [one.id for one in reads.waiting("market", "contradicted")] == [life.match()]
    acts.settle(order.pk, "paid", actor=life.official, words="银行回单：已入账")
    assert (life.state(), pool(), reads.waiting("market", "contradicted")) == ("withdrawn", (0, SUM), ())
    second = SecondPayment.objects.get()
    assert [one.id for one in reads.waiting("market", "paid-twice")] == [life.match()]
    acts.second_back(second.pk, life.official, words="凭证 3")
    assert pool() == (0, 0)


def test_what_is_being_asked_back_and_comes_back_from_the_bank_is_owed_by_nobody(life: Life) -> None:
    order = paid(life)
    acts.claw_back(life.match(), life.official, words="申报期间已停业")
    acts.settle(order.pk, "failed")
    acts.settle(order.pk, "failed", actor=life.official, words="银行：账户不存在，已退汇")
    match = Match.objects.get(pk=life.match())
    assert (match.state, match.paid_on, pool()) == ("clawed-back", None, (0, 0))
    assert Clawback.objects.get().returned_at is not None
    assert reads.waiting("market", "give-back") == ()
    assert reads.waiting("market", "contradicted") == ()


def test_money_that_was_given_back_already_is_not_freed_again_when_the_bank_returns_it_too(life: Life) -> None:
    order = paid(life)
    acts.claw_back(life.match(), life.official, words="申报期间已停业")
    acts.money_back(life.match(), life.official)
    acts.settle(order.pk, "failed")
    acts.settle(order.pk, "failed", actor=life.official, words="银行：已退汇")
    assert pool() == (0, 0)


def meanwhile(monkeypatch: pytest.MonkeyPatch, does: Any) -> None:
    """Something happens between asking the registers and taking."""
    claiming = importlib.import_module("tongban.benefits.acts.claim")
    real = claiming.ask

    def ask(*told: Any, **named: Any) -> Any:
        fresh = real(*told, **named)
        does()
        return fresh

    monkeypatch.setattr(claiming, "ask", ask)


def test_nothing_is_promised_under_a_version_that_was_withdrawn_while_the_registers_were_asked(
    life: Life, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: withdraw(version(), STAYS, actor=officer(), base=catalogue.city().hash))
    with pytest.raises(PolicyOverError):
        life.claim()
    undo_all()
    assert (life.state(), Match.objects.filter(reserved__gt=0).count()) == ("withdrawn", 0)


def test_nothing_is_promised_under_a_version_that_another_has_taken_over_from_meanwhile(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    stricter = QUICK.replace("1000 yuan", "1200 yuan").replace("1001 yuan", "1201 yuan")
    meanwhile(monkeypatch, lambda: life.publish(stricter))
    with pytest.raises(PolicyChangedError):
        life.claim()
    monkeypatch.undo()
    assert life.state(GOOD) == "matched"
