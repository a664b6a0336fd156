"""One click: the registers are asked anew, the money is held, the case is granted, and it is paid once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.benefits.conftest import BIG, GOOD, Town
from tests.benefits.living import ACCOUNT, QUICK, Life, people
from tongban.benefits import acts, reads
from tongban.benefits.acts import going
from tongban.benefits.errors import (
    AccountMissingError,
    BetterChoiceError,
    HadAlreadyError,
    MatchNotFoundError,
    NotNowError,
    OfficialOnlyError,
    PolicyOverError,
    PoolExhaustedError,
)
from tongban.benefits.models import Account, Match
from tongban.cases.acts import record
from tongban.cases.acts.reopen import reopen_about
from tongban.cases.models import Case, Event, Letter
from tongban.exchange import acts as exchange
from tongban.ledger.errors import KeyReusedError
from tongban.ledger.models import Entry
from tongban.parties import acts as party_acts
from tongban.parties import reads as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


def test_one_click_grants_the_case_and_holds_the_money(life: Life) -> None:
    claimed = life.claim()
    case = Case.objects.get(pk=claimed.case_id)
    assert (claimed.state, case.state, case.amount_fen, case.number) == ("verified", "granted", 1001_00, claimed.number)
    (pool,) = reads.pools("market")
    assert (pool.reserved, pool.paid, pool.free) == (1001_00, 0, 50_000_00 - 1001_00)
    assert Letter.objects.filter(case=case).count() == 1


def test_one_click_pays_once(life: Life) -> None:
    life.claim()
    life.work()
    assert life.state() == "ordered"
    life.bank_says("paid")
    life.work()
    assert (life.state(), Case.objects.get().state) == ("paid", "paid")
    (pool,) = reads.pools("market")
    assert (pool.reserved, pool.paid) == (0, 1001_00)


def test_the_same_click_again_gives_the_same_answer_and_another_is_refused(life: Life) -> None:
    match = life.match()
    first = acts.claim(match, life.ann, answers={"account": ACCOUNT}, key="one")
    assert acts.claim(match, life.ann, answers={"account": ACCOUNT}, key="one") == first
    with pytest.raises(NotNowError):
        acts.claim(match, life.ann, answers={"account": ACCOUNT}, key="two")
    with pytest.raises(KeyReusedError):
        acts.claim(match, life.ann, answers={"account": ACCOUNT[:-1] + "9"}, key="one")
    assert Case.objects.count() == 1


def test_what_it_rests_on_is_kept_with_it_and_every_act_is_on_the_record(life: Life) -> None:
    life.claim()
    found = reads.life(life.match())
    assert found is not None
    (finding,) = found.findings
    assert (finding.answer, finding.amount) == ("yes", 1001_00)
    assert finding.facts["firm.status"]["value"] == "active"
    assert [step.act for step in found.steps] == ["claim", "verify"]
    entries = {entry.act for entry in Entry.objects.filter(case_id=found.match.case_id)}
    assert {"benefits.claim", "benefits.verify", "cases.open"} <= entries


def test_the_registers_are_asked_anew_and_what_they_say_now_counts(life: Life) -> None:
    life.town.set("licence", GOOD, staff=50)
    life.claim()
    assert Match.objects.get(pk=life.match()).amount == 2000_00


@pytest.mark.parametrize("change", ["no", "unknown"])
def test_whatever_is_not_a_yes_goes_to_an_officer_and_is_never_refused(life: Life, change: str) -> None:
    if change == "no":
        life.town.set("licence", GOOD, status="cancelled")
    else:
        exchange.suspend("market/licence")
    claimed = life.claim()
    case = Case.objects.get(pk=claimed.case_id)
    assert (claimed.state, case.state, case.step) == ("willing", "accepted", "verify")
    assert reads.pools("market")[0].reserved == 0
    assert [row.id for row in reads.waiting("market", "verify")] == [life.match()]


def test_an_officer_grants_and_it_goes_on(life: Life) -> None:
    life.town.set("licence", GOOD, status="cancelled")
    claimed = life.claim()
    version = Case.objects.get(pk=claimed.case_id).version
    acts.verify(life.match(), life.official, answer="grant", words="执照刚补办", key="k", version=version)
    assert (life.state(), reads.pools("market")[0].reserved) == ("verified", 1001_00)
    found = reads.life(life.match())
    assert found is not None
    assert found.steps[-1].data["by"] == life.official.name


def test_an_officer_refuses_and_nothing_is_held(life: Life) -> None:
    life.town.set("licence", GOOD, status="cancelled")
    claimed = life.claim()
    version = Case.objects.get(pk=claimed.case_id).version
    acts.verify(life.match(), life.official, answer="refuse", words="已注销", key="k", version=version)
    assert (life.state(), reads.pools("market")[0].reserved) == ("refused", 0)
    life.town.set("licence", GOOD, status="active")
    life.town.match()
    assert life.state() == "refused"


def test_nobody_claims_what_is_somebody_elses(life: Life) -> None:
    with pytest.raises(MatchNotFoundError):
        acts.claim(life.match(), life.official, answers={"account": ACCOUNT}, key="k")


@pytest.mark.parametrize("typed", ["", "12345", "6222 0200 0000 abcd"])
def test_without_an_account_nothing_is_promised(life: Life, typed: str) -> None:
    with pytest.raises(AccountMissingError):
        acts.claim(life.match(), life.ann, answers={"account": typed}, key="k")
    assert (life.state(), Case.objects.count()) == ("matched", 0)


def test_an_account_is_given_once_sealed_and_shown_by_its_last_digits(life: Life) -> None:
    life.claim()
    assert ACCOUNT.encode() not in bytes(Account.objects.get().number)
    case = Case.objects.get()
    assert case.answers["account"] == "**** 1234"
    told = [str(entry.payload) for entry in Entry.objects.all()] + [str(event.data) for event in Event.objects.all()]
    assert not any(ACCOUNT in text for text in told)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM jobs_job WHERE payload::text LIKE %s", [f"%{ACCOUNT}%"])
        assert cursor.fetchone()[0] == 0


def test_a_policy_that_is_over_cannot_be_claimed(life: Life) -> None:
    life.publish(QUICK.replace("until: 2026-12-31", "until: 2026-11-30").replace("on: 2026-12-01", "on: 2026-11-20"))
    with pytest.raises(PolicyOverError):
        life.claim()


def test_a_new_version_does_not_pay_the_same_subject_again_unless_it_says_so(life: Life) -> None:
    life.claim()
    newer = QUICK.replace("1000 yuan", "1500 yuan").replace("1001 yuan", "1501 yuan")
    life.publish(newer)
    life.town.match()
    with pytest.raises(HadAlreadyError):
        life.claim()
    yearly = newer.replace("redeem: quick", "redeem: quick\nrepeats: yes")
    life.publish(yearly)
    with pytest.raises(HadAlreadyError):
        life.claim()
    life.publish(yearly.replace("in_force: 2026-02-01", "in_force: 2026-11-15"))
    life.claim()
    assert life.state() == "verified"


def test_given_up_the_money_is_free_again_and_it_may_be_claimed_anew(life: Life) -> None:
    life.claim()
    acts.decline(life.match(), life.ann, words="先不领")
    assert (life.state(), reads.pools("market")[0].reserved, Case.objects.get().state) == ("declined", 0, "withdrawn")
    life.claim()
    assert (life.state(), reads.pools("market")[0].reserved) == ("verified", 1001_00)


LOAN_AT = "policies/stall-loan.yaml"
LOAN = QUICK.replace("policy: stall-aid", "policy: stall-loan").replace("摊位补贴", "摊位贴息").replace("Stall aid", "Stall loan")


def both(life: Life) -> None:
    """Two policies that exclude one another; the loan pays 500 more."""
    first = QUICK.replace("pool: stalls", "pool: stalls\nexcludes: [stall-loan]")
    second = (
        LOAN.replace("pool: stalls", "pool: stalls\nexcludes: [stall-aid]")
        .replace("1000 yuan", "1500 yuan")
        .replace("1001 yuan", "1501 yuan")
    )
    life.publish(first, **{LOAN_AT: second})
    life.town.match()


def test_of_two_that_exclude_one_another_the_better_one_is_told(life: Life) -> None:
    both(life)
    with pytest.raises(BetterChoiceError) as told:
        acts.claim(life.match(GOOD, "stall-aid"), life.ann, answers={"account": ACCOUNT}, key="a")
    assert "摊位贴息" in told.value.says.zh
    assert "1,501" in told.value.says.en
    assert life.state(GOOD, "stall-aid") == "matched"


def test_who_insists_has_the_lesser_and_then_not_the_other(life: Life) -> None:
    both(life)
    acts.claim(life.match(GOOD, "stall-aid"), life.ann, answers={"account": ACCOUNT, "insist": "yes"}, key="a")
    with pytest.raises(BetterChoiceError):
        acts.claim(life.match(GOOD, "stall-loan"), life.ann, answers={"account": ACCOUNT, "insist": "yes"}, key="b")
    assert (life.state(GOOD, "stall-aid"), life.state(GOOD, "stall-loan")) == ("verified", "matched")


def test_an_empty_pool_that_is_over_promises_nothing(life: Life) -> None:
    life.publish(QUICK, pool="amount: yuan(2500)")
    life.town.match()
    life.claim(BIG)
    with pytest.raises(PoolExhaustedError):
        life.claim(GOOD)
    assert (life.state(GOOD), Case.objects.count()) == ("matched", 1)


def test_an_empty_pool_that_queues_keeps_everybodys_place(life: Life) -> None:
    life.publish(QUICK, pool="amount: yuan(2500)", exhausted="queue")
    life.town.match()
    life.claim(BIG)
    claimed = life.claim(GOOD)
    assert (claimed.state, Case.objects.get(pk=claimed.case_id).state) == ("willing", "queued")
    assert [row.id for row in reads.waiting("market", "money")] == [life.match(GOOD)]
    assert reads.pools("market")[0].wanted == 1001_00
    before = Entry.objects.filter(act__startswith="exchange").count()
    assert going.take_up("stalls") == 0
    assert Entry.objects.filter(act__startswith="exchange").count() == before, "who waits is not asked about before there is the money"
    acts.decline(life.match(BIG), life.ann)
    life.work()
    assert life.state(GOOD) in ("verified", "ordered")
    assert Case.objects.get(pk=claimed.case_id).state == "granted"


def right(redeem: str) -> str:
    """The same policy as a right that pays nothing."""
    text = QUICK.replace("category: award", "category: right").replace("pool: stalls\n", "").replace("redeem: quick", f"redeem: {redeem}")
    for start, end in (("amount:\n", "tests:\n"), ("clawback:", "rules:\n")):
        text = text[: text.index(start)] + text[text.index(end) :]
    for words in (", amount: 1001 yuan", ", amount: 2000 yuan", ", amount: unknown"):
        text = text.replace(words, "")
    return text.replace("firm.staff: 2, firm.capital: 100 yuan, ", "").replace("firm.staff: 50, firm.capital: 100000 yuan, ", "")


def test_a_right_has_no_sum_and_needs_no_account(life: Life) -> None:
    life.publish(right("quick"))
    life.town.match()
    claimed = acts.claim(life.match(), life.ann, answers={}, key="k")
    life.work()
    assert (claimed.state, life.state(), Case.objects.get().amount_fen) == ("verified", "verified", None)


def test_a_right_that_is_unasked_comes_to_everybody_who_is_known(life: Life) -> None:
    life.publish(right("unasked"))
    life.town.match()
    asked = acts.redeem_unasked("stall-aid", actor=life.official)
    life.work()
    assert (asked.asked, asked.without_account, life.state(GOOD), life.state(BIG)) == (2, 1, "verified", "verified")


def test_a_refusal_that_a_review_turned_around_is_redeemed_after_all(life: Life) -> None:
    life.town.set("licence", GOOD, status="cancelled")
    claimed = life.claim()
    decide = {"actor": life.official, "words": "看过"}
    acts.verify(life.match(), answer="refuse", key="a", version=Case.objects.get(pk=claimed.case_id).version, **decide)
    life.work()
    assert life.state() == "refused"
    with transaction.atomic():
        doing = record.Doing("grant", life.official)
        reopen_about(claimed.case_id, doing, cause="复核：执照有效")
        record.write(doing)
    life.work()
    assert life.state() == "refused", "it is under way again, and not decided"
    acts.verify(life.match(), answer="grant", key="b", version=Case.objects.get(pk=claimed.case_id).version, **decide)
    assert (life.state(), [step.act for step in reads.life(life.match()).steps][-2:]) == ("verified", ["reopen", "verify"])


def test_nobody_decides_in_their_own_or_a_relatives_matter(life: Life) -> None:
    party_acts.appoint(person_id=life.ann.person_id, department="market", role="decider", area="990200", by=None)
    ann = parties.actor(life.ann.account_id)
    life.claim()
    with pytest.raises(OfficialOnlyError):
        acts.take_back(life.match(), ann, words="x")
    acts.take_back(life.match(), life.official, words="政策有误", act="withdraw-policy")
    assert (life.state(), Case.objects.get().state, reads.pools("market")[0].reserved) == ("withdrawn", "taken-back", 0)
