"""What comes after its time: a bank that says otherwise of what was withdrawn or is being asked back, a version withdrawn in the middle of a claim, a word put right after everybody was paid."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import transaction

from tests.benefits.conftest import GOOD, Officer, Town
from tests.benefits.living import QUICK, Life, people
from tests.benefits.test_claimable import offered
from tests.benefits.test_withdrawal import STAYS, version
from tests.catalogue.test_policies import POLICY
from tongban.benefits import acts, reads
from tongban.benefits.acts import keeping
from tongban.benefits.acts.unasked import redeem
from tongban.benefits.acts.withdraw import undo_all, withdraw
from tongban.benefits.errors import (
    AboveCapError,
    HadAlreadyError,
    NotNowError,
    OfficialOnlyError,
    PolicyChangedError,
    PolicyOverError,
    WordsMissingError,
)
from tongban.benefits.models import Change, Clawback, Match, Order, Pool, SecondPayment, Undone
from tongban.cases import acts as cases
from tongban.cases.acts import record
from tongban.cases.acts.reopen import reopen_about
from tongban.cases.models import Case, Event
from tongban.catalogue import reads as catalogue
from tongban.exchange import acts as exchange
from tongban.front.entitled import stands

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
    shown = stands([acts.look("firm", GOOD, by="t")], reads.entitlements("uscc", GOOD), catalogue.city())
    assert shown == [], "nor does its page offer it"
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


def test_what_somebody_claims_while_a_run_judges_older_records_stays_theirs(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    life.town.set("licence", GOOD, status="cancelled")
    judged = keeping.verdict

    def verdict(policy: Any, facts: Any) -> Any:
        Match.objects.filter(pk=life.match(), state="matched").update(state="willing")
        return judged(policy, facts)

    monkeypatch.setattr(keeping, "verdict", verdict)
    (result,) = life.town.match().results
    assert (life.state(), result.lost) == ("willing", 0)
    assert not Change.objects.filter(what="lost").exists()


def test_what_another_version_came_to_is_not_paid_under_this_one(life: Life) -> None:
    smaller = (
        QUICK.replace("1000 yuan", "900 yuan")
        .replace("1001 yuan", "901 yuan")
        .replace("yuan(2000)", "yuan(950)")
        .replace("2000 yuan", "950 yuan")
    )
    life.publish(smaller)
    exchange.suspend("market/licence")
    claimed = life.claim()
    assert (claimed.state, Match.objects.get(pk=life.match()).amount) == ("willing", None)
    version_seen = Case.objects.get(pk=claimed.case_id).version
    acts.verify(life.match(), life.official, answer="grant", words="看过原件", key="k", version=version_seen)
    assert life.state() == "willing", "granted, and nobody knows how much"
    with pytest.raises(AboveCapError):
        acts.say_amount(life.match(), life.official, amount=951_00, words="按申报表")
    with pytest.raises(OfficialOnlyError):
        acts.say_amount(life.match(), life.ann, amount=901_00, words="按申报表")
    with pytest.raises(WordsMissingError):
        acts.say_amount(life.match(), life.official, amount=901_00, words=" ")
    acts.say_amount(life.match(), life.official, amount=901_00, words="按申报表")
    assert (life.state(), pool()) == ("verified", (901_00, 0))
    with pytest.raises(NotNowError):
        acts.say_amount(life.match(), life.official, amount=900_00, words="按申报表")
    life.work()
    assert Order.objects.get().amount == 901_00


def test_an_amount_that_is_said_before_the_decision_is_the_one_that_is_promised(life: Life) -> None:
    life.town.set("licence", GOOD, status="cancelled")
    claimed = life.claim()
    acts.say_amount(life.match(), life.official, amount=500_00, words="只有半年")
    acts.say_amount(life.match(), life.official, amount=600_00, words="算错了，七个月")
    version_seen = Case.objects.get(pk=claimed.case_id).version
    acts.verify(life.match(), life.official, answer="grant", words="看过原件", key="k", version=version_seen)
    assert (life.state(), pool()) == ("verified", (600_00, 0))


def test_a_grant_on_review_after_the_policy_was_withdrawn_is_taken_back_and_says_so(life: Life, officer: Officer) -> None:
    life.town.set("licence", GOOD, status="cancelled")
    claimed = life.claim()
    case = Case.objects.get(pk=claimed.case_id)
    acts.verify(life.match(), life.official, answer="refuse", words="已注销", key="k", version=case.version)
    withdraw(version(), STAYS, actor=officer(), base=catalogue.city().hash)
    undo_all()
    assert life.state() == "withdrawn"
    with transaction.atomic():
        doing = record.Doing("grant", life.official)
        reopen_about(claimed.case_id, doing, cause="复核：执照有效")
        record.write(doing)
    case.refresh_from_db()
    cases.decide(claimed.case_id, "grant", actor=life.official, key="d", version=case.version, words="看过原件")
    life.work()
    case.refresh_from_db()
    assert (life.state(), case.state, Event.objects.filter(case=case).latest("id").act) == ("withdrawn", "taken-back", "take-back")


def test_what_moved_to_the_version_that_is_right_is_not_undone_with_the_wrong_one(life: Life, officer: Officer) -> None:
    wrong = version()
    made = withdraw(wrong, STAYS, actor=officer(), base=catalogue.city().hash)
    Match.objects.filter(pk=life.match()).update(version="0" * 64, state="verified")
    undo_all()
    assert (life.state(), Undone.objects.get(pk=life.match()).became) == ("verified", "as-it-was")
    assert made


def test_a_policy_that_asks_for_willingness_now_is_redeemed_for_nobody_unasked(life: Life) -> None:
    life.publish(POLICY)
    life.town.match()
    principal = life.firms[GOOD]
    life.publish(QUICK)
    assert not redeem(life.match(), principal)
    assert life.state() == "matched"
