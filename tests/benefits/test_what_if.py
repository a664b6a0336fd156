"""What a draft would come to if one of its numbers were another: the same as a draft that has the other number, tried by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.benefits.conftest import Officer, Town
from tests.benefits.test_trials import begun, tried
from tests.catalogue.test_policies import POLICY
from tongban.benefits.core.trials import Outcome, outcome_from
from tongban.benefits.core.what_if import CAP, numbers, other_values, with_value
from tongban.benefits.models import Trial
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.rules.core import Date, FactSpec, RuleFaults, read_expression, write
from tongban.rules.core import language as lang

pytestmark = pytest.mark.django_db
NUMBERS = POLICY.replace("in_force: 2026-02-01", "in_force: 2026-12-15").replace(
    'holds: firm.status == "active"', 'holds: firm.status == "active" && firm.capital < yuan(600000) && firm.staff < 60'
)


def outcome_of(text: str, officer: Officer) -> Outcome:
    found = tried(begun(officer(), text), officer()).outcome
    assert found is not None
    return found


@pytest.fixture
def policy(town: Town) -> Policy:
    return catalogue.city().policies_on(date(2026, 12, 1))["stall-aid"]


def with_clause(policy: Policy, source: str) -> Policy:
    first, *rest = policy.rules
    known = {**policy.vocabulary, "firm.founded": FactSpec(Date())}
    return replace(policy, vocabulary=known, rules=(replace(first, holds=read_expression(source, known)), *rest))


def test_each_other_value_comes_to_what_a_draft_with_that_value_comes_to(officer: Officer) -> None:
    told = outcome_of(NUMBERS, officer)
    capital, staff = (next(one for one in told.what_if if one.at == at) for at in (0, 1))
    assert [row.value for row in capital.rows] == [450_000_00, 540_000_00, 660_000_00, 750_000_00]
    assert [row.value for row in staff.rows] == [45, 54, 66, 75]
    for number, old, new in ((capital, "yuan(600000)", "yuan({})"), (staff, "firm.staff < 60", "firm.staff < {}")):
        for row in number.rows:
            value = int(row.value) // 100 if number is capital else row.value
            by_itself = outcome_of(NUMBERS.replace(old, new.format(value)), officer).now
            assert (row.entitled, row.unknown, row.amount) == (by_itself.entitled, by_itself.unknown, by_itself.amount)
    assert [row.entitled - told.now.entitled for row in capital.rows] == [-1, 0, 0, 0], "the big one falls out"


def test_an_outcome_with_other_values_is_read_back_as_it_was(officer: Officer) -> None:
    told = outcome_of(NUMBERS, officer)
    assert told.what_if
    assert outcome_from(told.to_json()) == told


def test_a_trial_from_before_has_none(officer: Officer) -> None:
    old = {name: value for name, value in outcome_of(NUMBERS, officer).to_json().items() if name != "what_if"}
    assert outcome_from(old).what_if == ()
    Trial.objects.update(outcome=old)


def test_the_numbers_are_those_that_a_clause_compares_and_the_cap(policy: Policy) -> None:
    shown = with_clause(
        policy, 'firm.status == "active" && (firm.staff > 4 || yuan(300) <= firm.capital) && !(firm.founded > date("2020-02-29"))'
    )
    assert [(one.clause == CAP, one.literal.value) for one in numbers(shown)] == [
        (False, 4),
        (False, 300_00),
        (False, date(2020, 2, 29)),
        *([(True, policy.cap)] if policy.cap is not None else []),
    ]


def test_only_the_one_number_is_another_even_where_two_are_alike(policy: Policy) -> None:
    shown = with_clause(policy, "firm.staff > 4 && firm.staff < 4 + firm.staff")
    first = numbers(shown)[0]
    changed = with_value(shown, first, 5)
    assert changed is not None
    assert write(changed.rules[0].holds.ast) == "firm.staff > 5 && firm.staff < 4 + firm.staff"
    assert changed.rules[1:] == shown.rules[1:]


def test_near_a_small_number_are_one_and_two_near_a_large_one_a_tenth_and_a_quarter_near_a_day_months() -> None:
    assert other_values(lang.Literal("int", 4)) == (2, 3, 5, 6)
    assert other_values(lang.Literal("int", 200)) == (150, 180, 220, 250)
    assert other_values(lang.Literal("money", 333_33)) == (249_00, 299_00, 366_00, 416_00)
    assert other_values(lang.Literal("money", 1_50)) == (1_12, 1_35, 1_65, 1_87)
    assert other_values(lang.Literal("decimal", 55, 3)) == (41, 49, 60, 68)
    assert other_values(lang.Literal("date", date(2026, 3, 1)))[0] == date(2025, 12, 1)
    assert other_values(lang.Literal("int", 0)) == ()


def test_what_the_checker_refuses_is_not_tried(policy: Policy) -> None:
    shown = with_clause(policy, "firm.staff > 4")
    beyond = 10**30
    with pytest.raises(RuleFaults):
        read_expression(f"firm.staff > {beyond}", policy.vocabulary)
    assert with_value(shown, numbers(shown)[0], beyond) is None
