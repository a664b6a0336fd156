"""What holds of every expression and all facts."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.rules.generating import CERTAIN, DOUBTFUL, anything, expressions, facts
from tests.rules.meaning import NOT_THERE, OPEN, meaning
from tongban.rules.core import Answer, Expression, Fact, Nothing, Origin, Outcome, RuleFaults, Unknown, Value, read_expression, write
from tongban.rules.core.faults import FaultList
from tongban.rules.core.parse import parse

thorough = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
)


def read(node, vocabulary) -> Expression:
    """The expression of a generated node; those that the checker refuses are left out."""
    try:
        return read_expression(write(node), vocabulary)
    except RuleFaults:
        assume(False)
        raise


def unsettled(outcome: Outcome) -> bool:
    return outcome is Answer.UNKNOWN or isinstance(outcome, Unknown)


@thorough
@given(expressions())
def test_what_is_written_is_read_back_as_it_was(node):
    source = write(node)
    faults = FaultList(source, Origin())
    assert parse(source, faults) == node
    assert not faults.found


@pytest.mark.parametrize("vocabulary", [CERTAIN, DOUBTFUL], ids=["certain", "doubtful"])
def test_the_evaluator_and_the_meaning_agree(vocabulary):
    told = facts(none=vocabulary is DOUBTFUL, unknown=True)

    @thorough
    @given(expressions(), told)
    def agree(node, facts):
        expression = read(node, vocabulary)
        assert comparable(expression.evaluate(facts)) == comparable(meaning(expression.ast, facts), condition=expression)

    agree()


def comparable(found, condition: Expression | None = None):
    """Both ways of telling an outcome, in one."""
    if isinstance(found, Answer):
        return {"yes": True, "no": False, "unknown": None}[found.value]
    if isinstance(found, Nothing | Unknown):
        return NOT_THERE if isinstance(found, Nothing) else OPEN
    found = found.value if isinstance(found, Value) else found
    if condition is not None and condition.type.describe()["type"] == "yes-no" and found in (NOT_THERE, OPEN):
        return False if found is NOT_THERE else None
    return found if isinstance(found, bool | str) or found is None or hasattr(found, "year") else Fraction(found)


@pytest.mark.parametrize("vocabulary", [CERTAIN, DOUBTFUL], ids=["certain", "doubtful"])
def test_more_information_only_makes_the_answer_more_defined(vocabulary):
    told = facts(none=vocabulary is DOUBTFUL, unknown=False)

    @thorough
    @given(expressions(), told, st.sets(st.sampled_from(sorted(CERTAIN))), st.sets(st.sampled_from(sorted(CERTAIN))))
    def monotone(node, all_facts, hidden, hidden_longer):
        expression = read(node, vocabulary)
        less: dict[str, Fact] = all_facts | dict.fromkeys(hidden | hidden_longer, Unknown("silent"))
        more: dict[str, Fact] = all_facts | dict.fromkeys(hidden_longer, Unknown("silent"))
        before, then = expression.evaluate(less), expression.evaluate(more)
        assert unsettled(before) or before == then
        assert not unsettled(expression.evaluate(all_facts))

    monotone()


@thorough
@given(expressions(), facts(none=True, unknown=False), st.sets(st.sampled_from(sorted(CERTAIN))))
def test_what_is_needed_settles_and_nothing_else_does(node, all_facts, hidden):
    expression = read(node, DOUBTFUL)
    some: dict[str, Fact] = all_facts | dict.fromkeys(hidden, Unknown("silent"))
    reading = expression.explain(some)
    assert bool(reading.needs) == unsettled(reading.outcome)
    assert set(reading.needs) <= hidden & expression.facts_read
    settled = some | {name: all_facts[name] for name in reading.needs}
    assert expression.evaluate(settled) == expression.evaluate(all_facts)
    if reading.needs:
        others = some | {name: all_facts[name] for name in hidden - set(reading.needs)}
        assert unsettled(expression.evaluate(others))


@thorough
@given(expressions(), anything())
def test_any_facts_whatever_have_an_outcome(node, told):
    expression = read(node, DOUBTFUL)
    reading = expression.explain(told)
    assert expression.evaluate(told) == reading.outcome
    assert {name for name, _ in reading.facts} == expression.facts_read
    assert reading.trace().outcome == reading.outcome


@thorough
@given(expressions(), facts(none=False, unknown=False))
def test_a_value_is_always_of_the_type_that_was_found_at_load(node, told):
    expression = read(node, CERTAIN)
    outcome = expression.evaluate(told)
    if isinstance(outcome, Value):
        assert expression.type.accepts(outcome.value)


@thorough
@given(expressions(), facts(none=True, unknown=False))
def test_what_can_never_be_yes_or_no_never_is(node, told):
    expression = read(node, DOUBTFUL)
    kinds = {remark.kind for remark in expression.remarks}
    answer = expression.evaluate(told)
    assert not ("never-yes" in kinds and answer is Answer.YES)
    assert not ("never-no" in kinds and answer is Answer.NO)


@thorough
@given(expressions(), facts(none=True, unknown=False), st.sampled_from(sorted(DOUBTFUL)))
def test_without_has_losing_a_value_never_turns_a_no_into_a_yes(node, told, lost):
    expression = read(node, DOUBTFUL)
    assume("has(" not in expression.source)
    if expression.evaluate(told) is Answer.NO:
        assert expression.evaluate(told | {lost: Nothing()}) is Answer.NO


@thorough
@given(expressions(), facts(none=True, unknown=True))
def test_the_parts_that_decided_say_the_same_without_the_others(node, told):
    expression = read(node, DOUBTFUL)
    trace = expression.explain(told).trace()
    assert trace.because
    known = {name for part in trace.because for name in part.facts}
    if not unsettled(trace.outcome) and isinstance(trace.outcome, Answer):
        only = {name: fact for name, fact in told.items() if name in known}
        assert expression.evaluate(only) == trace.outcome
