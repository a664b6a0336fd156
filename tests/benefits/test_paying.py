"""The payment order: paid exactly once, whatever the bank does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.benefits.conftest import BIG, GOOD, Town
from tests.benefits.living import ACCOUNT, BANK, QUICK, Life, people
from tongban.benefits import acts, reads
from tongban.benefits.acts import bank
from tongban.benefits.errors import BankFirstError, NotNowError, OfficialOnlyError, WordsMissingError
from tongban.benefits.models import Order, Pool, Step
from tongban.cases.models import Case
from tongban.docking.core.bank_files import batch, digest, read_batch, write_answers
from tongban.docking.core.parcels import FormError, Parcel
from tongban.docking.models import System
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


def files(part: str) -> list[Path]:
    return sorted((Path(settings.DATA) / "bank" / "bank" / part).glob("[0-9]*.csv"))


def pool() -> tuple[int, int]:
    row = Pool.objects.get(pk="stalls")
    return row.reserved, row.paid


def test_orders_go_to_the_bank_in_one_file_with_totals_and_a_digest(life: Life) -> None:
    life.claim(GOOD)
    life.claim(BIG)
    acts.order(life.match(GOOD))
    acts.order(life.match(BIG))
    bank.pay("bank")
    (path,) = files("out")
    told = read_batch(path.read_bytes())
    assert sorted(told.values()) == [1001_00, 2000_00]
    assert path.with_name(path.name + ".sha256").read_text().split()[0] == digest(path.read_bytes())
    assert path.stat().st_mode & 0o077 == 0
    assert ACCOUNT in path.read_text()


def test_a_file_whose_totals_do_not_agree_is_refused_and_no_name_is_a_formula() -> None:
    content = batch([Parcel(uuid7(), "payment", {"account": ACCOUNT, "name": "=1+1", "fen": 5})])
    assert b"'=1+1" in content
    assert read_batch(content)
    with pytest.raises(FormError):
        read_batch(content.replace(b"total,1,,5", b"total,1,,6"))


def test_it_is_offered_once_and_paid_once_however_often_the_worker_runs(life: Life, later: list[timedelta]) -> None:
    life.claim()
    for _ in range(3):
        life.work()
        later.append(timedelta(hours=1))
    assert (len(files("out")), Order.objects.count(), life.state()) == (1, 1, "ordered")
    life.bank_says("paid")
    for _ in range(3):
        life.work()
        later.append(timedelta(hours=1))
    assert (life.state(), pool(), Order.objects.get().answers) == ("paid", (0, 1001_00), 1)


def test_a_second_answer_changes_nothing_and_a_different_one_is_noted(life: Life) -> None:
    life.claim()
    life.work()
    row = Order.objects.get()
    assert acts.settle(row.id, "paid")
    assert not acts.settle(row.id, "paid")
    assert not acts.settle(row.id, "failed", reason="账户不存在")
    assert not acts.settle(row.id, "failed")
    row.refresh_from_db()
    assert (row.state, row.answers, row.contradicted_at is not None, pool()) == ("paid", 4, True, (0, 1001_00))
    assert Step.objects.filter(act="contradiction").count() == Step.objects.filter(act="pay").count() == 1
    assert [one.id for one in reads.waiting("market", "contradicted")] == [life.match()]


def test_what_the_bank_returned_is_ordered_anew_on_another_account_and_only_then(life: Life) -> None:
    life.claim()
    life.work()
    with pytest.raises(NotNowError):
        acts.order(life.match(), life.official)
    life.bank_says("failed", reason="账户已注销")
    life.work()
    assert (life.state(), pool(), [one.reason for one in reads.waiting("market", "returned")]) == ("ordered", (1001_00, 0), ["账户已注销"])
    acts.tell_account("firm", life.firms[GOOD], "6222020000009999", actor=life.ann)
    acts.order(life.match(), life.official)
    life.work()
    life.bank_says("paid")
    life.work()
    assert (life.state(), pool()) == ("paid", (0, 1001_00))
    assert [(one.state, one.tail) for one in reads.life(life.match()).orders] == [("failed", "1234"), ("paid", "9999")]


def test_what_the_bank_has_no_hand_settles_lest_it_be_paid_twice(life: Life) -> None:
    life.claim()
    life.work()
    with pytest.raises(BankFirstError):
        acts.settle(Order.objects.get().id, "failed", actor=life.official, words="等不及了")
    assert (Order.objects.get().state, Order.objects.get().answers) == ("sent", 0)


def trial(life: Life, **moods: str) -> None:
    """The rehearsal's bank, in a mood."""
    told = "".join(f', {name}: "{value}"' for name, value in moods.items())
    life.publish(QUICK, **{"systems/bank.yaml": BANK.replace("kind: bank-file", f"kind: bank-trial{told}")})


def test_a_bank_that_swallows_its_reply_is_asked_and_never_sent_another(life: Life, later: list[timedelta]) -> None:
    trial(life, silent="1")
    life.claim()
    life.work()
    assert (Order.objects.get().state, life.state()) == ("unsure", "ordered")
    trial(life)
    later.append(timedelta(hours=2))
    life.work()
    row = Order.objects.get()
    assert (row.state, row.attempts, life.state(), pool()) == ("paid", 1, "paid", (0, 1001_00))


def test_what_did_not_come_to_the_bank_is_offered_again_under_its_number(life: Life, later: list[timedelta]) -> None:
    life.claim()
    order = acts.order(life.match())
    Order.objects.filter(pk=order).update(state="unsure", attempts=1)  # killed between the claim and the call
    life.work()
    assert Order.objects.get().state == "waiting"
    later.append(timedelta(hours=1))
    life.work()
    assert (Order.objects.get().state, list(read_batch(files("out")[0].read_bytes()))) == ("sent", [order])


def test_a_bank_that_delays_is_asked_again_and_one_that_is_not_connected_loses_nothing(life: Life, later: list[timedelta]) -> None:
    trial(life, delay="90")
    life.claim()
    life.work()
    assert Order.objects.get().state == "sent"
    later.append(timedelta(hours=3))
    life.work()
    assert life.state() == "paid"
    life.publish(QUICK, **{"systems/bank.yaml": BANK.replace("kind: bank-file", "kind: unreachable")})
    life.claim(BIG)
    life.work()
    assert Order.objects.latest("id").state == "waiting"
    trial(life)
    later.append(timedelta(hours=3))
    life.work()
    assert life.state(BIG) == "paid"


def test_a_bank_in_disorder_that_tells_everything_again_changes_nothing(life: Life, later: list[timedelta]) -> None:
    trial(life, twice="1")
    life.claim()
    life.work()
    assert life.state() == "paid"
    later.append(timedelta(hours=10))
    life.work()  # the day's comparison
    assert (pool(), Order.objects.get().contradicted_at is not None, life.state()) == ((0, 1001_00), True, "paid")


def test_where_no_bank_is_declared_an_official_enters_what_was_paid_and_says_on_what_it_rests(life: Life) -> None:
    life.publish(QUICK, exhausted="stop", **{"pools.yaml": _without_bank()})
    life.claim()
    life.work()
    row = Order.objects.get()
    assert (row.state, row.system, row.next_at) == ("waiting", "", None)
    with pytest.raises(WordsMissingError):
        acts.settle(row.id, "paid", actor=life.official)
    with pytest.raises(OfficialOnlyError):
        acts.settle(row.id, "paid", actor=life.ann, words="到了")
    assert acts.settle(row.id, "paid", actor=life.official, words="支付凭证 2026-0099")
    assert (life.state(), pool()) == ("paid", (0, 1001_00))


def _without_bank() -> str:
    from tests.catalogue.test_policies import POOLS

    return POOLS


def test_the_system_of_the_bank_says_how_its_line_is(life: Life) -> None:
    trial(life, silent="1")
    life.claim()
    life.work()
    assert System.objects.get(pk="bank").failures == 1


def test_what_the_bank_took_and_then_does_not_know_is_shown_to_a_person_and_not_sent_again(life: Life, later: list[timedelta]) -> None:
    life.claim()
    life.work()
    for path in files("out"):
        path.unlink()
    later.append(timedelta(hours=1))
    life.work()
    row = Order.objects.get()
    assert (row.state, row.attempts, files("out")) == ("sent", 1, [])
    assert [one.reason for one in reads.waiting("market", "contradicted")] == [row.reason]
    assert acts.settle(row.id, "failed", actor=life.official, words="银行书面确认未入账")
    assert acts.order(life.match(), life.official) != row.id


def contradicted(life: Life, first: str) -> Order:
    life.claim()
    life.work()
    row = Order.objects.get()
    acts.settle(row.id, first)
    acts.settle(row.id, "failed" if first == "paid" else "paid")
    return row


def test_what_the_bank_returned_and_then_says_it_paid_is_not_ordered_anew_before_a_person_has_asked(life: Life) -> None:
    row = contradicted(life, "failed")
    with pytest.raises(NotNowError):
        acts.order(life.match(), life.official)
    assert acts.settle(row.id, "paid", actor=life.official, words="银行回单：已入账")
    assert (life.state(), pool(), Order.objects.get().contradicted_at) == ("paid", (0, 1001_00), None)


def test_money_that_came_back_after_it_was_paid_is_held_again_and_ordered_anew(life: Life) -> None:
    row = contradicted(life, "paid")
    assert acts.settle(row.id, "failed", actor=life.official, words="次日退汇：户名不符")
    assert (life.state(), pool(), Case.objects.get().state) == ("ordered", (1001_00, 0), "granted")
    acts.tell_account("firm", life.firms[GOOD], "6222020000009999", actor=life.ann)
    acts.order(life.match(), life.official)
    life.work()
    life.bank_says("paid")
    life.work()
    assert (life.state(), pool(), Case.objects.get().state) == ("paid", (0, 1001_00), "paid")


def test_that_the_first_outcome_was_right_is_said_too(life: Life) -> None:
    row = contradicted(life, "failed")
    assert acts.settle(row.id, "failed", actor=life.official, words="银行确认未付")
    assert acts.order(life.match(), life.official) != row.id


def test_a_return_that_comes_after_the_payment_in_another_file_reaches_a_person(life: Life) -> None:
    life.claim()
    life.work()
    life.bank_says("paid")
    life.work()
    life.bank_says("failed", reason="退汇：户名不符")
    bank.reconcile("bank", clock.now() - bank.RECONCILED_FOR)
    assert (life.state(), pool()) == ("paid", (0, 1001_00))
    assert [one.id for one in reads.waiting("market", "contradicted")] == [life.match()]


def test_one_faulty_file_stops_no_other_and_shows_on_the_line(life: Life) -> None:
    life.claim()
    life.work()
    life.bank_says("paid")
    (Path(settings.DATA) / "bank" / "bank" / "in" / "0-broken.csv").write_bytes(b"nothing,agreed\r\n")
    life.work()
    assert (life.state(), pool()) == ("paid", (0, 1001_00))
    assert "0-broken.csv" in System.objects.get(pk="bank").error_zh


def ordered_anew(life: Life) -> tuple[Order, Order]:
    """An order that the bank returned, and the one after it, which waits."""
    life.claim()
    life.work()
    first = Order.objects.get()
    acts.settle(first.id, "failed", reason="账户已注销")
    return first, Order.objects.get(pk=acts.order(life.match(), life.official))


def test_the_order_after_a_contradicted_one_waits_until_a_person_has_asked(life: Life) -> None:
    first, second = ordered_anew(life)
    acts.settle(first.id, "paid")
    bank.pay("bank")
    second.refresh_from_db()
    assert (second.state, second.next_at) == ("waiting", None)
    acts.settle(first.id, "failed", actor=life.official, words="银行确认未付")
    bank.pay("bank")
    second.refresh_from_db()
    assert second.state == "sent"


def test_the_order_after_one_that_was_paid_after_all_is_called_off(life: Life) -> None:
    first, second = ordered_anew(life)
    acts.settle(first.id, "paid")
    assert acts.settle(first.id, "paid", actor=life.official, words="银行回单：已入账")
    second.refresh_from_db()
    assert (second.state, life.state(), pool()) == ("failed", "paid", (0, 1001_00))


def test_what_was_paid_twice_is_on_record_and_breaks_nothing(life: Life) -> None:
    first, second = ordered_anew(life)
    bank.pay("bank")
    acts.settle(first.id, "paid")
    with pytest.raises(BankFirstError):
        acts.settle(first.id, "paid", actor=life.official, words="银行回单：已入账")
    acts.settle(second.id, "paid")
    assert acts.settle(first.id, "paid", actor=life.official, words="银行回单：已入账")
    step = Step.objects.get(act="paid-twice")
    assert (step.data["order"], step.data["amount"], life.state(), pool()) == (str(first.id), 1001_00, "paid", (0, 2 * 1001_00))


def test_a_file_of_the_bank_is_read_once_and_anew_when_it_was_written_anew(
    life: Life, monkeypatch: pytest.MonkeyPatch, later: list[timedelta]
) -> None:
    reads_of: list[str] = []
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (reads_of.append(path.name), whole(path))[1])
    life.claim(GOOD)
    life.claim(BIG)
    acts.order(life.match(GOOD))
    acts.order(life.match(BIG))
    for _ in range(3):
        later.append(timedelta(minutes=40))
        bank.pay("bank")
    (path,) = files("out")
    assert reads_of.count(path.name) == 1
    folder = path.parent.parent / "in"
    folder.mkdir(exist_ok=True)
    orders = {row.match_id: row.pk for row in Order.objects.all()}
    for outcomes in ({GOOD: "paid"}, {GOOD: "paid", BIG: "paid"}):
        later.append(timedelta(minutes=40))
        told = {orders[life.match(key)]: (outcome, "R1", "") for key, outcome in outcomes.items()}
        (folder / "day.csv").write_bytes(write_answers(told))
        bank.pay("bank")
        assert {key for key in (GOOD, BIG) if life.state(key) == "paid"} == {*outcomes}
