"""What comes unasked and cannot be had beside something better: it waits for its subject, who is told once; and what there is no money for stands in nobody's way."""

from __future__ import annotations

import pytest

from tests.benefits.conftest import BIG, GOOD, Town
from tests.benefits.living import ACCOUNT, Life, people
from tests.benefits.test_claim import LOAN, LOAN_AT
from tests.catalogue.small_city import small_city
from tests.catalogue.test_policies import POLICY, POOLS
from tongban.benefits import acts, reads
from tongban.benefits.acts import unasked
from tongban.benefits.acts.pools import reserve
from tongban.catalogue import reads as catalogue
from tongban.front.entitled import looks_at, may_claim, stands
from tongban.front.sides import side_of, sides
from tongban.ledger.models import Entry
from tongban.messages.models import Message
from tongban.parties.models import Account as Login

pytestmark = pytest.mark.django_db
MESSAGES = """
policy-choice: {text: {zh: "“{service}”等您选。", en: "“{service}” waits for your choice."}}
"""
LOANS = "  loans: {title: {zh: 贴息资金, en: Loan funds}, department: market, amount: yuan(2500), from: 2026-01-01, until: 2026-12-31, exhausted: stop}\n"


@pytest.fixture
def life(town: Town) -> Life:
    """The stall's aid comes unasked; the loan pays 500 more, from another pool, on a click that nobody has made."""
    told = people(town)
    loan = LOAN.replace("pool: stalls", "pool: loans\nexcludes: [stall-aid]").replace("1000 yuan", "1500 yuan")
    more = {
        LOAN_AT: loan.replace("1001 yuan", "1501 yuan"),
        "pools.yaml": POOLS + LOANS,
        "messages.yaml": small_city()["messages.yaml"].decode().rstrip() + MESSAGES,
    }
    told.publish(POLICY.replace("pool: stalls", "pool: stalls\nexcludes: [stall-loan]"), **more)
    town.match()
    acts.tell_account("firm", told.firms[GOOD], ACCOUNT, actor=told.ann)
    return told


def redeem(life: Life) -> None:
    acts.redeem_unasked("stall-aid", actor=life.official)
    life.work()


def test_who_would_be_better_off_is_asked_to_choose_and_told_once(life: Life) -> None:
    redeem(life)
    redeem(life)
    assert life.state(GOOD, "stall-aid") == "matched"
    told = Message.objects.get(template="policy-choice")
    assert (told.to, told.link, told.zh) == (life.ann.person_id, f"/benefits?for=firm:{life.firms[GOOD]}", "“摊位补贴”等您选。")
    assert [step.act for step in reads.life(life.match(GOOD, "stall-aid")).steps] == ["choice-asked"]
    assert Entry.objects.filter(act="benefits.choice-asked").count() == 1
    acts.claim(life.match(GOOD, "stall-aid"), life.ann, answers={"insist": "yes"}, key="a")
    assert life.state(GOOD, "stall-aid") == "verified"


def test_it_stands_on_the_departments_list_with_the_reason(life: Life) -> None:
    redeem(life)
    listed = {row.id: row.waits_for_choice for row in reads.waiting("market", "no-account")}
    assert listed == {life.match(GOOD, "stall-aid"): True, life.match(BIG, "stall-aid"): False}
    assert reads.counts("market")["no-account"] == 2


def test_who_cannot_be_reached_is_told_once_they_can(life: Life) -> None:
    Login.objects.filter(person_id=life.ann.person_id).update(is_active=False)
    redeem(life)
    redeem(life)
    assert (Message.objects.filter(template="policy-choice").count(), len(reads.life(life.match(GOOD, "stall-aid")).steps)) == (0, 1)
    Login.objects.filter(person_id=life.ann.person_id).update(is_active=True)
    redeem(life)
    redeem(life)
    assert Message.objects.filter(template="policy-choice").count() == 1


def test_what_there_is_no_money_for_stands_in_nobodys_way(life: Life) -> None:
    assert reserve("loans", 2000_00)
    redeem(life)
    assert life.state(GOOD, "stall-aid") == "publicised"
    assert not Message.objects.filter(template="policy-choice").exists()


def test_what_is_taken_already_is_no_choice(life: Life) -> None:
    acts.claim(life.match(GOOD, "stall-loan"), life.ann, answers={}, key="a")
    assert unasked.redeem(life.match(GOOD, "stall-aid"), life.firms[GOOD]) is False
    assert not Message.objects.filter(template="policy-choice").exists()


def test_whoever_is_to_choose_can_claim_what_needs_no_application_otherwise(life: Life) -> None:
    city, side = catalogue.city(), side_of(sides(life.ann), f"firm:{life.firms[GOOD]}")

    def claimable() -> set[str]:
        held = reads.entitlements("uscc", GOOD)
        return {one.policy.id for one in stands(looks_at(side, life.ann, city), held, city) if may_claim(side, one, city)}

    assert claimable() == {"stall-aid", "stall-loan"}
    assert reserve("loans", 2000_00)
    assert claimable() == {"stall-loan"}, "nothing better can be had, so it comes by itself"
