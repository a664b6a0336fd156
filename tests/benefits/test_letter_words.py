"""The letter of a redeemed policy: each clause with its law and the facts it went by, the formula, the pool, the document; as it was promised, in both languages."""

from __future__ import annotations

import re

import pytest

from tests.benefits.conftest import GOOD, Town
from tests.benefits.living import QUICK, Life, people
from tongban.benefits import acts
from tongban.benefits.core.letter_words import letter_words
from tongban.benefits.core.wording import Wording
from tongban.benefits.models import Match
from tongban.cases.models import Case, Event, Letter
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.verdict import verdict
from tongban.kernel.ids import citizen_id_check
from tongban.ledger.models import Entry
from tongban.rules.core import Unknown, Value

pytestmark = pytest.mark.django_db
CHINESE = re.compile("[\u4e00-\u9fff]")
LETTER = """\
letter: decision
title: {zh: 决定书, en: Decision}
sealed: yes
paragraphs:
  - {zh: "兑现{amount}。{policy_formula}；{policy_pool}；{policy_document}", en: "Redeemed: {amount}. {policy_formula}; {policy_pool}; {policy_document}"}
  - {zh: "{policy_clauses}", en: "{policy_clauses}"}
  - {zh: "核验意见：{decided_words}", en: "Found: {decided_words}"}
"""


@pytest.fixture
def life(town: Town) -> Life:
    living = people(town)
    living.publish(QUICK, **{"letters/decision.yaml": LETTER})
    town.match()
    return living


def paragraphs(lang: str = "zh") -> list[str]:
    return [one[lang] for one in Letter.objects.get().paragraphs]


def test_a_grant_at_once_prints_each_clause_with_its_law_and_facts_and_how_the_sum_came_about(life: Life) -> None:
    life.claim()
    head, *clauses = paragraphs()
    assert "1,001.00元" in head
    assert "最高2,000 元" in head
    assert head.endswith("摊位资金；小城市场监管局《通知》（小市监〔2026〕1号）")
    assert len(clauses) == 2, "nobody examined it"
    assert re.fullmatch(r"1．存续：相符（第二条）。.+：.+（.+，截至2026年11月30日）。", clauses[0]), clauses[0]
    assert clauses[1].startswith("2．消防合格：相符（第三条）。")
    english = paragraphs("en")
    assert english[1].startswith("1. In business: met (")
    assert "as of 30 November 2026" in english[1]
    assert not CHINESE.search(english[1].replace("第二条", ""))


def test_what_an_officer_granted_prints_what_the_registers_said_then_and_what_they_found(life: Life) -> None:
    life.town.set("licence", GOOD, status="cancelled")
    claimed = life.claim()
    assert not Letter.objects.exists()
    case = Case.objects.get(pk=claimed.case_id)
    acts.verify(life.match(), life.official, answer="grant", words="看过执照原件", key="v", version=case.version)
    _, first, _, found = paragraphs()
    assert first.startswith("1．存续：不相符（第二条）。")
    assert found == "核验意见：看过执照原件"


def test_what_registers_say_stands_in_the_letter_and_with_the_case_and_never_in_the_record(life: Life) -> None:
    claimed = life.claim()
    event = Event.objects.get(case_id=claimed.case_id)
    assert event.data["says"]["policy_clauses"]["zh"] in "\n".join(paragraphs())
    assert not Entry.objects.filter(payload__icontains="policy_clauses").exists()
    assert Match.objects.filter(case_id=claimed.case_id).exists()


def test_an_identity_number_is_masked_and_what_is_not_known_is_told_so(life: Life) -> None:
    policy, city = catalogue.city().policies["stall-aid"], catalogue.city()
    number = "11010119900307001"
    number += citizen_id_check(number)
    facts = {name: Unknown("no-answer", "firm") for name in policy.vocabulary}
    told = letter_words(Wording(city, policy), verdict(policy, facts).explanation)["policy_clauses"]
    assert "没有查清" in told.zh and "登记册没有答复" in told.zh
    assert "the register does not answer" in told.en
    facts |= {"firm.status": Value(number, "firm")}
    told = letter_words(Wording(city, policy), verdict(policy, facts).explanation)["policy_clauses"]
    assert number not in told.zh + told.en
