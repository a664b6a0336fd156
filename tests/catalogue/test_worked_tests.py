"""Worked tests run as the engine would, and their coverage is floored, never rounded."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogue.small_city import FILES, SERVICE, changed, small_city
from tongban.catalogue.core.course import amount, assess, careful_way, choose_way, may_machine_grant, state_after_sending
from tongban.catalogue.core.definition import WorkedTest
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.core.testing import facts_of, run_tests
from tongban.kernel.text import Text
from tongban.rules.core import NOTHING, Answer, Fact, Nothing, Unknown, Value

CITY = read_files(small_city())
STALL = CITY.services["stall"]
FACT = {
    "firm.status": [Value("active"), Value("cancelled"), Nothing(), Unknown()],
    "form.cooks": [Value(value=True), Value(value=False), Unknown()],
    "fire.passed": [Value(value=True), Value(value=False), Nothing(), Unknown()],
    "exits.way_out": [Value("clear"), Value("blocked"), Unknown()],
    "hygiene.layout": [Value("fit"), Value("unfit"), Unknown()],
}
FACTS = st.fixed_dictionaries({name: st.sampled_from(facts) for name, facts in FACT.items()})


def worked(**given: Fact) -> WorkedTest:
    return WorkedTest(
        Text("测试", "A test"), date(2026, 12, 7), {name.replace("__", "."): fact for name, fact in given.items()}, {}, "x", 1
    )


def test_a_city_whose_tests_pass_and_cover_is_sound() -> None:
    report = run_tests(CITY)[0]
    assert all(outcome.passed for outcome in report.outcomes)
    assert report.covered == 9
    assert report.missing == ()


def test_an_answer_never_seen_is_a_fault_at_its_clause() -> None:
    text = FILES[SERVICE]
    files = small_city() | {SERVICE: text[: text.index("  - test: {zh: 不合格")].encode()}
    faults = examine(files).faults
    assert [(fault.line, fault.message.en.split(";")[0]) for fault in faults] == [
        (text[: text.index(f"  {clause}:\n    for")].count("\n") + 1, f"no test sees the clause “{clause}” answer “no”")
        for clause in ("in_business", "fire_safe", "layout_fits")
    ]


def test_a_test_that_answers_a_hidden_question_fails() -> None:
    faults = examine(changed(SERVICE, "form.cooks: no}", "form.cooks: no, form.gas: yes}")).faults
    assert ["is not asked under these answers" in fault.message.en for fault in faults] == [True]


def test_facts_are_made_as_the_engine_makes_them() -> None:
    facts = facts_of(STALL, worked(form__cooks=Value(value=False)))
    assert facts["form.gas"] == Nothing("form")
    assert isinstance(facts["form.place"], Unknown)
    assert isinstance(facts["firm.status"], Unknown)
    assert isinstance(facts["hygiene.layout"], Unknown)
    assert facts["applicant.kind"] == Value("firm", "test")
    assert isinstance(facts["applicant.born"], Nothing)
    assert facts["case.received_on"] == Value(date(2026, 12, 7), "case")


def test_the_age_of_a_person_is_counted_on_the_day_of_receipt() -> None:
    facts = facts_of(STALL, worked(applicant__kind=Value("person"), applicant__born=Value(date(1946, 12, 8))))
    assert facts["applicant.age"] == Value(79, "parties")


@given(FACTS)
@settings(max_examples=300, deadline=None)
def test_a_machine_grants_only_where_every_clause_is_yes_and_never_refuses(facts: dict[str, Fact]) -> None:
    choice = choose_way(STALL, facts)
    state = state_after_sending(STALL, CITY.procedures, facts)
    every = all(result.answer == Answer.YES for result in assess(STALL, facts).results)
    assert state in ("received", "granted")
    assert (state == "granted") == (every and choice.way is not None and not choice.way.route) == may_machine_grant(STALL, choice, facts)


@given(FACTS)
@settings(max_examples=300, deadline=None)
def test_an_unknown_never_leads_to_more_than_knowing_would(facts: dict[str, Fact]) -> None:
    """What a machine grants while something is unknown, it grants whatever that turns out to be."""
    if state_after_sending(STALL, CITY.procedures, facts) != "granted":
        return
    for name, fact in facts.items():
        if isinstance(fact, Unknown):
            for other in FACT[name]:
                assert state_after_sending(STALL, CITY.procedures, facts | {name: other}) == "granted"


def test_while_an_earlier_way_is_undecided_no_later_one_lets_a_machine_grant() -> None:
    two = FILES[SERVICE].replace("  ordinary: {route", "  quick: {when: '!form.cooks', route: []}\n  ordinary: {route")
    service = read_files(small_city() | {SERVICE: two.replace("tests:\n", "tests:\n").encode()}).services["stall"]
    choice = choose_way(service, {"form.cooks": Value(value=False), "firm.status": Unknown()})
    assert choice.way is not None
    assert (choice.way.id, choice.undecided) == ("ordinary", ("instant",))


def test_people_look_where_no_way_can_be_taken_yet() -> None:
    assert careful_way(STALL).id == "ordinary"


def test_acceptance_and_grant_are_assessed_apart() -> None:
    assert [result.clause.id for result in assess(STALL, {}, "acceptance").results] == ["in_business"]
    assert [result.clause.id for result in assess(STALL, {}, "grant").results] == ["fire_safe", "layout_fits"]


def test_a_service_that_pays_nothing_has_no_amount() -> None:
    assert amount(STALL, {}) == NOTHING


def test_an_amount_is_exact_and_expected_in_yuan() -> None:
    text = FILES[SERVICE].replace(
        "gives: {credential: permit, letters: [decision]}",
        "gives:\n  letters: [decision]\n  amount: 'form.cooks ? yuan(200) : yuan(50)'\n  every: once",
    )
    good = text.replace("way: instant, state: granted}", "way: instant, amount: 50 yuan}")
    assert examine(small_city() | {SERVICE: good.encode()}).faults == ()
    wrong = examine(small_city() | {SERVICE: text.replace("way: instant, state: granted}", "amount: 60 yuan}").encode()}).faults
    assert ["“60.00 yuan” and is “50.00 yuan”" in fault.message.en for fault in wrong] == [True]
