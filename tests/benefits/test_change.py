"""What would change a no: the nearest threshold, the fewest facts, and nothing that the evaluator would not say yes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogue.test_policies import POLICY, files
from tests.catalogue.test_policies import city as small
from tongban.benefits.core.change import Way, ways
from tongban.catalogue.core.definition import City, Policy
from tongban.catalogue.core.policy_testing import facts_of
from tongban.catalogue.core.reading import read_city, read_files
from tongban.catalogue.core.verdict import verdict
from tongban.rules.core import NOTHING, Answer, Fact, Unknown, Value, read_expression

CITY = Path(__file__).parents[2] / "cities"


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(next(CITY.glob("*/city.yaml")).parent)


def told(found: tuple[Way, ...]) -> list[dict[str, object]]:
    return [{change.fact: change.to.value for change in way.changes} for way in found]


def case(policy: Policy, number: int, **changed: Fact) -> dict[str, Fact]:
    return facts_of(policy, policy.tests[number]) | {name.replace("__", "."): fact for name, fact in changed.items()}


def test_a_firm_that_lost_ten_of_a_hundred_hears_how_many_it_may_lose(city: City) -> None:
    policy = city.policies["job-stability-refund/2026-02-01"]
    facts = case(policy, 2, jobless_fund__insured_after=Value(90))
    found = ways(policy, facts)
    (keeping,) = [way for way in found[:2] if way.changes[0].fact == "jobless_fund.insured_after"]
    assert (keeping.changes[0].to, keeping.changes[0].distance, keeping.amount) == (Value(95), 5, 30_000_00)


def test_who_earned_a_fen_too_much_hears_so(city: City) -> None:
    policy = city.policies["staff-rent-subsidy"]
    assert told(ways(policy, case(policy, 1))) == [{"income.total": 71_999_99}]


def test_time_only_goes_forward(city: City) -> None:
    policy = city.policies["staff-rent-subsidy"]
    found = told(ways(policy, case(policy, 0, rent__until=Value(date(2026, 11, 30)))))
    assert found == [{"rent.until": date(2026, 12, 1)}]


def test_two_clauses_that_fail_need_two_changes(city: City) -> None:
    policy = city.policies["research-award"]
    facts = case(policy, 0, tax__research=Value(299_999_00), standing__arrears=Value(True))
    first = told(ways(policy, facts))[0]
    assert first == {"tax.research": 300_000_00, "standing.arrears": False}


def test_a_yes_and_an_unknown_have_nothing_to_change(city: City) -> None:
    policy = city.policies["research-award"]
    assert ways(policy, case(policy, 0)) == ()
    assert ways(policy, case(policy, 0, tax__research=Unknown("stale"))) == ()


def test_who_is_entitled_to_nothing_hears_from_where_on_something_is_paid() -> None:
    policy = small(
        POLICY.replace("table.by_staff + round_down", "round_down").replace("1001 yuan", "1 yuan").replace("2000 yuan}", "1000 yuan}")
    )
    facts: dict[str, Fact] = {"firm.status": Value("active"), "firm.capital": Value(99), "fire.passed": NOTHING}
    assert told(ways(policy.policies["stall-aid"], facts)) == [{"firm.capital": 100}]


def test_a_fact_that_is_none_may_be_what_is_missing() -> None:
    policy = small().policies["stall-aid"]
    facts: dict[str, Fact] = {"firm.status": Value("active"), "firm.capital": NOTHING, "firm.staff": Value(1), "fire.passed": NOTHING}
    assert told(ways(policy, facts)) == [{"firm.capital": 0}]


CONDITIONS = [
    "firm.staff >= 30",
    "firm.staff < 30",
    "firm.staff * 3 - 7 >= 20 && firm.staff <= 60",
    "firm.staff in [3, 50, 170]",
    "has(firm.staff) && firm.staff != 40",
    "firm.staff == 25",
    "firm.staff % 100 >= 90",
    "firm.staff > 10 && firm.staff < 20 || firm.staff > 150",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_value_that_is_told_is_the_nearest_that_holds_at_a_turn_or_at_a_written_number(condition: str) -> None:
    """By trying every number: always one that holds; the very nearest wherever the condition is made of comparisons with written numbers."""
    policy = _asking(condition)
    exact = "%" not in condition
    for start in range(0, 200, 7):
        facts: dict[str, Fact] = {"firm.staff": Value(start), "firm.capital": Value(0), "fire.passed": NOTHING}
        holding = [at for at in range(400) if verdict(policy, facts | {"firm.staff": Value(at)}).answer == Answer.YES]
        found = [way.changes[0] for way in ways(policy, facts)]
        if start in holding:
            assert found == []
            continue
        assert found
        assert all(verdict(policy, facts | {"firm.staff": change.to}).answer == Answer.YES for change in found)
        if exact:
            assert min(change.distance for change in found) == min(abs(at - start) for at in holding)


def _asking(condition: str) -> Policy:
    policy = POLICY.replace('firm.status == "active"', condition, 1)
    return read_files(files(policy)).policies["stall-aid"]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_under_every_way_that_is_told_the_evaluator_says_yes_and_each_change_is_needed(city: City, data: st.DataObject) -> None:
    policy = city.policies[data.draw(st.sampled_from(sorted(city.policies)))]
    facts = facts_of(policy, data.draw(st.sampled_from(policy.tests)))
    for name in data.draw(st.lists(st.sampled_from(sorted(policy.vocabulary)), max_size=3)):
        other = data.draw(st.sampled_from(policy.tests))
        facts[name] = facts_of(policy, other)[name]
    for way in ways(policy, facts):
        changed = {change.fact: change.to for change in way.changes}
        assert verdict(policy, {**facts, **changed}).answer == Answer.YES
        assert verdict(policy, {**facts, **changed}).amount == way.amount
        for change in way.changes:
            without = {fact: to for fact, to in changed.items() if fact != change.fact}
            assert verdict(policy, {**facts, **without}).answer != Answer.YES


def test_four_conditions_that_fail_are_told_with_all_that_would_have_to_change(city: City) -> None:
    policy = city.policies["small-trade-subsidy"]
    first = ways(policy, case(policy, 3))[0]
    assert {change.fact for change in first.changes} == {"firm.status", "class.industry", "class.size", "tax.paid"}
    assert first.amount is not None


def with_clause(condition: str) -> Policy:
    policy = small().policies["stall-aid"]
    first, *rest = policy.rules
    return replace(policy, rules=(replace(first, holds=read_expression(condition, policy.vocabulary)), *rest))


def test_a_condition_that_asks_for_two_facts_at_once_has_a_way_of_two_changes() -> None:
    policy = with_clause('firm.status == "active" && firm.staff >= 5')
    facts: dict[str, Fact] = {"firm.status": Value("cancelled"), "firm.capital": Value(100), "firm.staff": Value(2), "fire.passed": NOTHING}
    assert told(ways(policy, facts))[0] == {"firm.status": "active", "firm.staff": 5}


def test_one_change_that_serves_two_conditions_is_told_once() -> None:
    policy = with_clause('firm.staff >= 3 && firm.staff >= 5 && firm.status == "active"')
    facts: dict[str, Fact] = {"firm.status": Value("cancelled"), "firm.capital": Value(100), "firm.staff": Value(2), "fire.passed": NOTHING}
    assert told(ways(policy, facts))[0] == {"firm.staff": 5, "firm.status": "active"}


def test_what_nobody_knows_is_not_changed_and_so_there_is_no_way(city: City) -> None:
    policy = city.policies["small-trade-subsidy"]
    assert ways(policy, case(policy, 3, tax__paid=Unknown("silent"))) == ()
