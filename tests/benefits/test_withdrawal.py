"""A wrong policy published by mistake: one act withdraws it, each match is undone as far as it had come, whoever was told is told again, and nobody is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from tests.benefits.conftest import BIG, GOOD, Cut, Officer, Town
from tests.benefits.living import BANK, QUICK, Life, people
from tests.catalogue.small_city import small_city
from tests.catalogue.test_policies import AT, POOLS
from tests.crash.test_cut_off import KilledError
from tongban.benefits import reads
from tongban.benefits.acts import ask_for_run, carry_out, going
from tongban.benefits.acts import withdraw as acts
from tongban.benefits.acts.order import order, settle
from tongban.benefits.acts.withdraw import Mistake, undo, undo_all, withdraw
from tongban.benefits.bulk import Everybody
from tongban.benefits.errors import NotNowError, PolicyOverError, WordsMissingError
from tongban.benefits.models import Change, Clawback, Match, Order, Result, Run, Undone, Withdrawal
from tongban.benefits.policy_errors import MayNotError
from tongban.benefits.reads import withdrawals
from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.catalogue import running
from tongban.catalogue.errors import StaleFolderError
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.models import Entry
from tongban.messages.models import Message

pytestmark = pytest.mark.django_db
WRONG = Text("金额多写了一个零", "The sum has a zero too many")
STAYS, BACK = Mistake(WRONG, "stays", "第九条"), Mistake(WRONG, "claw-back", "第九条")
MESSAGES = """
policy-withdrawn: {text: {zh: "“{service}”已撤回。", en: "“{service}” is withdrawn."}}
policy-withdrawn-paid: {text: {zh: "“{service}”已撤回，不用退。", en: "“{service}” is withdrawn; keep what was paid."}}
policy-withdrawn-back: {text: {zh: "“{service}”已撤回，{due}前退回。", en: "“{service}” is withdrawn; give back by {due}."}}
"""


@pytest.fixture
def life(town: Town) -> Life:
    told = people(town)
    told.publish(QUICK, **{"messages.yaml": small_city()["messages.yaml"].decode().rstrip() + MESSAGES})
    return told


def version() -> str:
    return catalogue.city().policies["stall-aid"].hash


def withdrawn(officer: Officer, mistake: Mistake = STAYS) -> Withdrawal:
    made = withdraw(version(), mistake, actor=officer(), base=catalogue.city().hash)
    undo(made)
    return Withdrawal.objects.get(pk=made)


def became(life: Life, key: str = GOOD) -> str:
    return Undone.objects.get(pk=life.match(key)).became


def told() -> list[str]:
    return sorted(Message.objects.filter(template__startswith="policy-withdrawn").values_list("template", flat=True))


def paid(life: Life, key: str = GOOD) -> None:
    life.claim(key)
    life.work()
    life.bank_says("paid", key)
    life.work()
    assert life.state(key) == "paid"


def test_a_withdrawn_version_holds_no_more_and_says_why(life: Life, officer: Officer) -> None:
    hash_ = version()
    withdrawn(officer)
    policy = catalogue.city().policies["stall-aid"]
    assert (policy.hash, policy.withdrawn.says, policy.withdrawn.on) == (hash_, WRONG, clock.today())
    assert catalogue.city().policies_on(clock.today()) == {}
    assert "stall-aid.yaml" in str(catalogue.pending())
    assert Entry.objects.filter(act="benefits.withdraw-version").count() == 1


def test_what_was_only_found_is_taken_back_and_told(life: Life, officer: Officer) -> None:
    withdrawn(officer)
    assert [life.state(key) for key in (GOOD, BIG)] == ["withdrawn", "withdrawn"]
    assert told() == ["policy-withdrawn", "policy-withdrawn"]
    assert reads.entitlements("uscc", GOOD) == () or all(one.state == "withdrawn" for one in reads.entitlements("uscc", GOOD))
    with pytest.raises((PolicyOverError, NotNowError)):
        life.claim()


def test_what_is_under_way_is_stopped_with_its_case_and_its_money_is_free_again(life: Life, officer: Officer) -> None:
    life.claim()
    (pool,) = reads.pools("market")
    assert pool.reserved == 1001_00
    withdrawn(officer)
    (pool,) = reads.pools("market")
    assert (pool.reserved, pool.paid, life.state(), Case.objects.get().state) == (0, 0, "withdrawn", "taken-back")
    life.work()
    assert Order.objects.count() == 0


def test_what_an_officer_has_to_verify_is_stopped_too(life: Life, officer: Officer) -> None:
    match = life.match()
    life.claim()
    Match.objects.filter(pk=match).update(state="willing", reserved=0)
    Case.objects.update(state="accepted")
    from tongban.benefits.models import Pool

    Pool.objects.update(reserved=0)
    withdrawn(officer)
    assert (life.state(), Case.objects.get().state) == ("withdrawn", "taken-back")


def test_an_order_that_no_bank_has_is_called_off(life: Life, officer: Officer) -> None:
    unreachable = BANK.replace("kind: bank-file", "kind: unreachable")
    messages = small_city()["messages.yaml"].decode().rstrip() + MESSAGES
    life.publish(QUICK, **{"messages.yaml": messages, "systems/bank.yaml": unreachable})
    life.claim()
    life.work()
    row = Order.objects.get()
    assert (row.state, row.attempts > 0, life.state()) == ("waiting", True, "ordered")
    assert withdrawals.would_undo(version())["called-off"].count == 1
    withdrawn(officer)
    assert (Order.objects.get().state, life.state(), became(life)) == ("failed", "withdrawn", "withdrawn")
    (pool,) = reads.pools("market")
    assert (pool.reserved, pool.paid) == (0, 0)


def test_an_order_that_the_bank_says_it_does_not_have_is_called_off_and_offered_no_more(life: Life, officer: Officer) -> None:
    life.claim()
    made = order(life.match())
    Order.objects.filter(pk=made).update(state="unsure", attempts=1)  # killed between the claim and the call
    life.work()
    assert Order.objects.get().state == "waiting"
    withdrawn(officer)
    Order.objects.filter(next_at__isnull=False).update(next_at=clock.now())
    life.work()
    assert (Order.objects.get().state, life.state(), became(life)) == ("failed", "withdrawn", "withdrawn")


def test_what_the_department_pays_by_hand_waits_for_the_officials_entry(life: Life, officer: Officer) -> None:
    messages = small_city()["messages.yaml"].decode().rstrip() + MESSAGES
    life.publish(QUICK, **{"messages.yaml": messages, "pools.yaml": POOLS})
    life.claim()
    life.work()
    row = Order.objects.get()
    assert (row.state, row.system) == ("waiting", "")
    assert withdrawals.would_undo(version())["bank"].count == 1
    withdrawn(officer)
    assert (became(life), life.state()) == ("bank", "ordered")
    settle(row.id, "paid", actor=life.official, words="支付凭证 2026-0099")
    undo_all()
    assert (became(life), life.state()) == ("stays", "paid")


@pytest.mark.parametrize(("outcome", "mistake", "comes_to", "match"), [
    ("failed", STAYS, "withdrawn", "withdrawn"),
    ("paid", STAYS, "stays", "paid"),
    ("paid", BACK, "clawed-back", "clawed-back"),
])  # fmt: skip
def test_what_a_bank_may_have_waits_for_its_answer(
    life: Life, officer: Officer, outcome: str, mistake: Mistake, comes_to: str, match: str
) -> None:
    life.claim()
    life.work()
    assert Order.objects.get().state in ("sent", "unsure")
    what = withdrawn(officer, mistake)
    assert (became(life), what.ended_at, life.state()) == ("bank", None, "ordered")
    life.bank_says(outcome)
    life.work()
    undo_all()
    assert (became(life), life.state()) == (comes_to, match)
    assert Withdrawal.objects.get().ended_at is not None
    (pool,) = reads.pools("market")
    assert (pool.reserved, pool.paid) == (0, 1001_00 if outcome == "paid" else 0)


def test_what_was_paid_stays_if_the_official_decides_so(life: Life, officer: Officer) -> None:
    paid(life)
    withdrawn(officer, STAYS)
    assert (life.state(), became(life), Clawback.objects.count()) == ("paid", "stays", 0)
    assert told() == ["policy-withdrawn", "policy-withdrawn-paid"]


def test_what_was_paid_is_asked_back_on_the_provision_that_the_official_names(life: Life, officer: Officer) -> None:
    paid(life)
    withdrawn(officer, BACK)
    back = Clawback.objects.get()
    assert (life.state(), back.amount, back.cite, back.words) == ("clawed-back", 1001_00, "第九条", WRONG.zh)
    assert "policy-withdrawn-back" in told()
    assert Case.objects.get().state == "clawed-back"


def test_nothing_is_ordered_under_a_withdrawn_policy(life: Life, officer: Officer) -> None:
    life.claim()
    withdraw(version(), STAYS, actor=officer(), base=catalogue.city().hash)
    going.sweep()
    assert Order.objects.count() == 0
    with pytest.raises(NotNowError):
        order(life.match())
    assert life.state() == "verified"
    undo_all()
    assert life.state() == "withdrawn"


def test_a_withdrawal_that_is_cut_off_goes_on_and_undoes_nothing_twice(
    life: Life, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = withdraw(version(), STAYS, actor=officer(), base=catalogue.city().hash)
    assert Undone.objects.count() == 2
    first = acts._undo

    def killed(match: object) -> bool:
        first(match)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(acts, "_undo", killed)
        with pytest.raises(KeyboardInterrupt):
            undo(made)
    assert sorted(Undone.objects.values_list("became", flat=True)) == ["waiting", "withdrawn"]
    assert undo_all() == 1
    assert undo(made) == 0
    assert len(told()) == 2


def test_the_same_withdrawal_again_is_the_same(life: Life, officer: Officer) -> None:
    one = withdrawn(officer)
    assert withdraw(one.version, BACK, actor=officer(), base="stale") == one.pk
    assert Withdrawal.objects.count() == 1


def test_a_withdrawal_needs_words_a_provision_a_right_and_the_version_that_was_seen(life: Life, officer: Officer) -> None:
    base = catalogue.city().hash
    for mistake in (Mistake(Text("", "x"), "stays", "一"), Mistake(Text("错", " "), "stays", "一"), Mistake(WRONG, "stays", " ")):
        with pytest.raises(WordsMissingError):
            withdraw(version(), mistake, actor=officer(), base=base)
    for actor in (officer("drafter"), officer("approver", "fire"), officer("approver", contract=True)):
        with pytest.raises(MayNotError):
            withdraw(version(), STAYS, actor=actor, base=base)
    with pytest.raises(StaleFolderError):
        withdraw(version(), STAYS, actor=officer(), base=catalogue.publishings()[1].hash)
    assert (Withdrawal.objects.count(), Undone.objects.count()) == (0, 0)
    assert {fate: share.count for fate, share in withdrawals.would_undo(version()).items() if share.count} == {"taken-back": 2}


def test_a_folder_that_does_not_know_of_a_withdrawal_does_not_take_it_back(life: Life, officer: Officer, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tongban.catalogue.acts import publish

    before = catalogue.texts(catalogue.city().hash)
    withdrawn(officer)
    folder = tmp_path / "city"
    for path, content in before.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    done = publish(folder, "operator")
    assert done.carried == (AT,)
    assert catalogue.city().policies["stall-aid"].withdrawn is not None


def test_a_withdrawal_cut_off_before_any_statement_leaves_nothing_and_is_then_done_once(life: Life, officer: Officer) -> None:
    base, actor = catalogue.city().hash, officer()
    before = Entry.objects.count()
    for at in range(1, 200, 3):
        try:
            with connection.execute_wrapper(Cut(at)):
                made = withdraw(version(), STAYS, actor=actor, base=base)
        except KilledError:
            running.forget()
            assert (Withdrawal.objects.count(), Undone.objects.count(), catalogue.city().hash) == (0, 0, base), at
            assert Entry.objects.count() == before, at
        else:
            break
    assert (Withdrawal.objects.get().pk, Undone.objects.count()) == (made, 2)
    assert catalogue.city().hash != base


def test_undoing_cut_off_before_any_statement_is_gone_on_with_and_frees_the_money_once(life: Life, officer: Officer) -> None:
    life.claim()
    made = withdraw(version(), STAYS, actor=officer(), base=catalogue.city().hash)
    match, one = life.match(), acts._undo
    for at in range(1, 200, 2):
        try:
            with connection.execute_wrapper(Cut(at)):
                one(match)
        except KilledError:
            (pool,) = reads.pools("market")
            assert (Undone.objects.get(pk=match).became, life.state(), pool.reserved) == ("waiting", "verified", 1001_00), at
            assert told() == [], at
        else:
            break
    undo(made)
    (pool,) = reads.pools("market")
    assert (life.state(), pool.reserved, len(told())) == ("withdrawn", 0, 2)


def cut_short(monkeypatch: pytest.MonkeyPatch, run: UUID, name: str, then: Callable[[], object]) -> None:
    """Carry a run out; `then` happens at one of its steps."""
    step = getattr(Everybody, name)

    def at(self: Everybody, *about: object) -> object:
        then()
        return step(self, *about)

    with monkeypatch.context() as during:
        during.setattr(Everybody, name, at)
        carry_out(run)


def test_a_run_under_way_finds_nothing_of_a_version_that_is_withdrawn_meanwhile(
    life: Life, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Match.objects.all().delete()
    run = ask_for_run("firm", by="ann")
    cut_short(monkeypatch, run, "count", lambda: withdrawn(officer))
    assert (Run.objects.get(pk=run).state, Result.objects.filter(run=run).count(), Match.objects.count()) == ("done", 0, 0)
    assert not Change.objects.filter(run=run).exists(), "nobody is told of them"
    assert Entry.objects.get(act="benefits.skip-policy").payload["why"] == "withdrawn"


def test_a_version_withdrawn_before_its_turn_is_not_even_looked_for(life: Life, officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    Match.objects.all().delete()
    run = ask_for_run("firm", by="ann")
    withdrawn(officer)
    monkeypatch.setattr(Everybody, "find", lambda *_: pytest.fail("looked for"))
    carry_out(run)
    assert (Run.objects.get(pk=run).state, Match.objects.count()) == ("done", 0)


def test_a_run_under_way_keeps_nothing_of_a_version_that_another_replaced(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    Match.objects.all().delete()
    run = ask_for_run("firm", by="ann")
    dearer = QUICK.replace("1000 yuan", "1500 yuan").replace("1001 yuan", "1501 yuan")
    cut_short(monkeypatch, run, "count", lambda: life.publish(dearer))
    assert (Run.objects.get(pk=run).state, Match.objects.count()) == ("done", 0)
    assert Entry.objects.get(act="benefits.skip-policy").payload["why"] == "replaced"
    assert life.town.result().gained == 2
