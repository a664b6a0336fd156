"""What is offered, counted and asked for at once is what a claim takes: nothing that another policy bars, or that was had in another version."""

from __future__ import annotations

import pytest

from tests.benefits.conftest import BIG, GOOD, Town
from tests.benefits.living import ACCOUNT, QUICK, Life, people
from tests.benefits.test_claim import LOAN_AT, both
from tests.catalogue.test_policies import POLICY
from tongban.benefits import acts, reads
from tongban.benefits.acts.whose import subject_of
from tongban.benefits.errors import BetterChoiceError
from tongban.benefits.models import Match

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


def offered(life: Life) -> list[str]:
    return sorted(one.policy for one in reads.waits([subject_of("firm", life.firms[GOOD], "uscc")]))


def test_what_is_taken_bars_what_it_excludes_and_nobody_may_insist(life: Life) -> None:
    both(life)
    assert offered(life) == ["stall-aid", "stall-loan"]
    with pytest.raises(BetterChoiceError) as better:
        acts.claim(life.match(GOOD, "stall-aid"), life.ann, answers={"account": ACCOUNT}, key="a")
    assert better.value.may_insist
    acts.claim(life.match(GOOD, "stall-aid"), life.ann, answers={"account": ACCOUNT, "insist": "yes"}, key="b")
    assert offered(life) == []
    with pytest.raises(BetterChoiceError) as barred:
        acts.claim(life.match(GOOD, "stall-loan"), life.ann, answers={"account": ACCOUNT}, key="c")
    assert not barred.value.may_insist
    assert "确认后再领" not in barred.value.says.zh


def again(life: Life, *, repeats: bool) -> None:
    """The policy was had, and comes in another version."""
    life.claim()
    changed = QUICK.replace("pool: stalls", "pool: stalls\nrepeats: yes") if repeats else QUICK
    next_year = changed.replace("in_force: 2026-02-01", "in_force: 2026-11-15")
    life.publish(next_year.replace("1000 yuan", "1100 yuan").replace("1001 yuan", "1101 yuan"))
    life.town.match()
    assert Match.objects.filter(policy="stall-aid", subject=subject_of("firm", life.firms[GOOD], "uscc")).count() == 2


@pytest.mark.parametrize("repeats", [True, False])
def test_what_was_had_in_another_version_is_offered_only_if_it_repeats(life: Life, repeats: bool) -> None:
    again(life, repeats=repeats)
    assert offered(life) == (["stall-aid"] if repeats else [])


def test_what_is_barred_is_not_asked_for_unasked(life: Life) -> None:
    loan = QUICK.replace("policy: stall-aid", "policy: stall-loan").replace("pool: stalls", "pool: stalls\nexcludes: [stall-aid]")
    loan = loan.replace("1000 yuan", "1500 yuan").replace("1001 yuan", "1501 yuan")
    life.publish(POLICY.replace("pool: stalls", "pool: stalls\nexcludes: [stall-loan]"), **{LOAN_AT: loan})
    life.town.match()
    assert Match.objects.filter(policy="stall-aid", state="matched").count() == 2
    acts.claim(life.match(GOOD, "stall-loan"), life.ann, answers={"account": ACCOUNT}, key="a")
    asked = acts.redeem_unasked("stall-aid", actor=life.official)
    assert (asked.asked, asked.without_account) == (0, 1)


def test_what_is_barred_stands_on_no_list_of_what_is_paid_unasked_and_the_count_agrees(life: Life) -> None:
    loan = QUICK.replace("policy: stall-aid", "policy: stall-loan").replace("pool: stalls", "pool: stalls\nexcludes: [stall-aid]")
    loan = loan.replace("1000 yuan", "1500 yuan").replace("1001 yuan", "1501 yuan")
    life.publish(POLICY.replace("pool: stalls", "pool: stalls\nexcludes: [stall-loan]"), **{LOAN_AT: loan})
    life.town.match()
    listed = {row.id for row in reads.waiting("market", "no-account")}
    assert listed == {life.match(GOOD, "stall-aid"), life.match(BIG, "stall-aid")}
    acts.claim(life.match(GOOD, "stall-loan"), life.ann, answers={"account": ACCOUNT}, key="a")
    assert [row.id for row in reads.waiting("market", "no-account")] == [life.match(BIG, "stall-aid")]
    assert reads.counts("market")["no-account"] == 1


def test_what_was_had_in_another_version_stands_on_no_such_list(life: Life) -> None:
    life.claim()
    life.publish(POLICY.replace("1000 yuan", "1100 yuan").replace("1001 yuan", "1101 yuan"))
    life.town.match()
    assert life.state(GOOD) == "matched"
    assert {row.id for row in reads.waiting("market", "no-account")} == {life.match(BIG)}
    assert reads.counts("market")["no-account"] == 1


def test_what_was_had_this_year_stands_on_no_such_list_when_a_word_is_put_right(life: Life) -> None:
    yearly = QUICK.replace("pool: stalls", "pool: stalls\nrepeats: yes")
    life.publish(yearly)
    life.town.match()
    life.claim()
    unasked = POLICY.replace("pool: stalls", "pool: stalls\nrepeats: yes")
    life.publish(unasked.replace("zh: 摊位补贴", "zh: 小摊位补贴"))
    life.town.match()
    assert life.state(GOOD) == "matched"
    assert {row.id for row in reads.waiting("market", "no-account")} == {life.match(BIG)}
