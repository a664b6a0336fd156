"""A bundle asks once, fetches once, and never asks for what one of its parts gives; every figure of its saving is a sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.catalogue.small_bundle import BUNDLE, PATH, PERMIT_FORM, bundled_city, service
from tongban.catalogue.core.bundle_testing import asked, run_bundle_tests
from tongban.catalogue.core.bundles import LATER, days_of, is_supplied, longest_chain, needed, part_answers, part_facts, savings
from tongban.catalogue.core.definition import City, WorkedTest
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.pinned import pin
from tongban.catalogue.core.reading import read_files, read_stored
from tongban.catalogue.core.testing import facts_of
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fact, Nothing, Unknown, Value
from tongban.rules.core.facts import Facts

CITY = read_files(bundled_city())
STALL = CITY.bundles["open-stall"]


def facts(city: City = CITY, **answers: object) -> Facts:
    """The merged facts with these answers."""
    given: dict[str, Fact] = {f"form.{name}": Value(value, "applicant", None) for name, value in answers.items()}
    bundle = city.bundles["open-stall"]
    return facts_of(bundle.service, WorkedTest(Text("", ""), date(2026, 12, 7), given, {}, "", 1))


def ids(known: Facts) -> set[str]:
    return {question.id for question in asked(STALL, known)}


def test_the_city_with_a_bundle_is_sound_and_its_tests_are_run() -> None:
    examined = examine(bundled_city())
    assert examined.faults == ()
    assert [len(report.outcomes) for report in examined.bundles] == [2]
    assert all(outcome.passed for report in examined.bundles for outcome in report.outcomes)


def test_a_question_that_two_parts_ask_under_one_id_is_asked_once_with_the_values_that_fit_both() -> None:
    [place] = [question for question in STALL.service.questions if question.id == "place"]
    assert place.fact.describe() == {"type": "text", "max_length": 30}
    assert (STALL.parts["permit"].asks["place"], STALL.parts["sign"].asks["place"]) == ("place", "place")
    assert place.show is None, "the permit always asks it"


def test_questions_declared_to_be_the_same_are_one_and_a_paper_is_taken_in_a_kind_that_both_take() -> None:
    [sketch] = [question for question in STALL.service.questions if question.id == "sketch"]
    assert sketch.accept == ("jpg",)
    assert (STALL.parts["permit"].asks["plan"], STALL.parts["water"].asks["drawing"]) == ("sketch", "sketch")
    assert "sketch" in ids(facts(hang_sign=False, with_water=True, cooks=False)), "the water needs it though nobody cooks"
    assert "sketch" in ids(facts(hang_sign=False, with_water=False, cooks=True)), "the permit needs it though nobody takes water"
    assert "sketch" not in ids(facts(hang_sign=False, with_water=False, cooks=False))


def test_a_register_is_asked_once_for_all_parts_at_the_age_that_fits_all() -> None:
    [need] = STALL.service.needs
    assert (need.alias, need.resource, need.by) == ("firm", "market/licence", "applicant.uscc")
    assert need.fresh == timedelta(hours=12)
    assert need.purpose == "in-business-and-sign-owner"
    assert need.when is None, "the permit always needs it"


def test_what_an_expression_answers_is_not_asked_and_reaches_the_part() -> None:
    known = facts(hang_sign=False, with_water=True, cooks=False, place="东街口")
    assert "spot" not in {question.id for question in STALL.service.questions}
    water = CITY.services["water"]
    assert part_answers(water, part_facts(STALL, STALL.parts["water"], water, known)) == {"spot": "东街口"}


def test_a_result_that_another_part_gives_is_never_asked_for_and_comes_with_it() -> None:
    known = facts(hang_sign=False, with_water=True, cooks=False, place="东街口")
    assert "permit_no" not in {question.id for question in STALL.service.questions}
    water, part = CITY.services["water"], STALL.parts["water"]
    assert part.after == ("permit",)
    assert is_supplied(STALL, part, "permit_no", known)
    assert part_facts(STALL, part, water, known)["form.permit_no"] == LATER
    given = part_facts(STALL, part, water, known, {"permit_no": Value("P-1", "permit")})
    assert part_answers(water, given) == {"spot": "东街口", "permit_no": "P-1"}


def test_where_the_part_that_would_give_it_is_left_out_the_question_is_asked_after_all() -> None:
    bundle = BUNDLE.replace("permit: {service: permit}", "permit: {service: permit, optional: yes}")
    city = read_files(bundled_city(bundle.replace("spares: [lit, sketch]", "spares: [lit]")))
    stall = city.bundles["open-stall"]
    with_permit = facts(city, hang_sign=False, with_permit=True, with_water=True)
    alone = facts(city, hang_sign=False, with_permit=False, with_water=True, permit_no="P-7", place="西街")
    assert "permit_no" not in {question.id for question in asked(stall, with_permit)}
    assert "permit_no" in {question.id for question in asked(stall, alone)}
    assert (
        part_answers(city.services["water"], part_facts(stall, stall.parts["water"], city.services["water"], alone))["permit_no"] == "P-7"
    )


def test_whether_a_part_is_needed_follows_its_condition_and_the_persons_choice() -> None:
    open_ = needed(STALL, facts(hang_sign=True))
    assert open_ == {"permit": Answer.YES, "sign": Answer.YES, "water": Answer.UNKNOWN}
    assert needed(STALL, facts(hang_sign=False, with_water=False)) == {"permit": Answer.YES, "sign": Answer.NO, "water": Answer.NO}


def test_a_part_sees_nothing_of_a_question_that_only_another_part_asks() -> None:
    known = facts(hang_sign=True, with_water=True, cooks=False, lit=True, sketch="x")
    permit = part_facts(STALL, STALL.parts["permit"], CITY.services["permit"], known)
    assert isinstance(permit["form.plan"], Nothing), "whoever does not cook is not asked for a plan, though the water asked for one"
    assert isinstance(part_facts(STALL, STALL.parts["water"], CITY.services["water"], known)["form.drawing"], Value)


def test_a_part_has_its_own_situation() -> None:
    form = PERMIT_FORM + '    old_no: {type: text, max: 20, show: case.situation == "extend", label: {zh: 原证号, en: Old number}}\n'
    extends = BUNDLE.replace("{service: permit}", "{service: permit, situation: extend}")
    for bundle, is_asked in ((BUNDLE, False), (extends, True)):
        city = read_files(bundled_city(bundle, permit=service("permit", form)))
        stall = city.bundles["open-stall"]
        [old] = [question for question in stall.service.questions if question.id == "old_no"]
        known = facts(city, hang_sign=False, with_water=False)
        assert (old in asked(stall, known)) is is_asked
        assert part_facts(stall, stall.parts["permit"], city.services["permit"], known)["case.situation"].value == (
            "extend" if is_asked else "new"
        )


def test_before_is_the_sum_of_the_parts_and_now_is_counted_on_the_merged_form() -> None:
    steps, days, papers, visits = savings(STALL, CITY.services)
    assert (steps.before, [figure for _, figure in steps.terms], steps.now) == (11, [3, 3, 5], 3)
    assert (days.before, days.now) == (30, 8)
    assert (papers.before, papers.now) == (12, 2)
    assert (visits.before, visits.now) == (6, 0)
    for one in (steps, days, papers, visits):
        assert one.before == sum(figure for _, figure in one.terms)


def test_the_one_clock_holds_the_parts_that_follow_one_another() -> None:
    assert longest_chain(STALL, CITY.services) == ("permit", "water")
    assert days_of(("permit", "water"), STALL, CITY.services) == 8


def test_the_merged_form_stands_among_the_services_and_is_pinned_with_its_parts() -> None:
    pinned = pin(CITY, CITY.services["open-stall"])
    assert pinned.bundle is not None
    assert pinned.bundle.hash == CITY.services["open-stall"].hash == pinned.service.hash
    assert {alias: one.hash for alias, one in pinned.parts.items()} == {
        alias: CITY.services[part.service].hash for alias, part in STALL.parts.items()
    }
    assert pin(CITY, CITY.services["sign"]).bundle is None


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("limit: 8 working days", "limit: 9 working days", True),
        ("when: form.hang_sign", "when: 'form.hang_sign || form.place == \"x\"'", True),
        ("water.permit_no: permit.credential", "water.permit_no: permit.number", True),
        ("[permit.site, water.site]", "[water.site, permit.site]", True),
        ("test: {zh: 只办许可, en: The permit alone}", "test: {zh: 一项, en: One}", False),
        ("bundle: open-stall", "# a remark\nbundle: open-stall", False),
    ],
)
def test_a_bundles_hash_is_of_what_decides_its_cases(old: str, new: str, changes: bool) -> None:
    assert old in BUNDLE
    other = read_stored(bundled_city(BUNDLE.replace(old, new)))
    assert (other.bundles["open-stall"].hash != STALL.hash) is changes
    assert other.hash != CITY.hash or new.startswith("#"), "the city's hash counts tests too"


def test_a_bundles_hash_closes_over_its_parts() -> None:
    changed = bundled_city(sign=bundled_city()["services/sign.yaml"].decode().replace("promised: 4 working", "promised: 3 working"))
    other = read_files(changed)
    assert other.services["sign"].hash != CITY.services["sign"].hash
    assert other.bundles["open-stall"].hash != STALL.hash
    assert other.services["permit"].hash == CITY.services["permit"].hash


def test_a_city_without_bundles_keeps_the_hash_it_always_had() -> None:
    files = {path: content for path, content in bundled_city().items() if path != PATH}
    without = read_files(files)
    assert without.bundles == {}
    assert {id_: one.hash for id_, one in without.services.items()} == {
        id_: one.hash for id_, one in CITY.services.items() if id_ != "open-stall"
    }


def test_an_answer_that_no_test_sees_of_a_part_is_a_fault_at_the_part() -> None:
    start = BUNDLE.index("  - test: {zh: 三项都办")
    faults = examine(bundled_city(BUNDLE[:start])).faults
    assert sorted((fault.line, fault.message.en) for fault in faults) == [
        (BUNDLE[: BUNDLE.index(f"  {alias}: {{service")].count("\n") + 1, f"no test sees “{alias}” answer “yes”; add one")
        for alias in ("sign", "water")
    ]


def test_a_test_that_expects_another_form_is_told_at_its_expectation() -> None:
    wrong = BUNDLE.replace("parts: [permit], asks: [place, cooks]", "parts: [permit, sign], asks: [place, lit]").replace(
        "papers: 0", "papers: 1"
    )
    told = [fault.message.en for fault in examine(bundled_city(wrong)).faults]
    assert told == [
        "the test “The permit alone” fails: “parts” should be “permit, sign” and is “permit”",
        "the test “The permit alone” fails: “asks” should be “lit” and is “not asked”",
        "the test “The permit alone” fails: “papers” should be “1” and is “0”",
    ]


def test_a_fact_that_is_open_leaves_the_part_open() -> None:
    report = run_bundle_tests(CITY)[0]
    assert {alias: {outcome.parts[alias] for outcome in report.outcomes} for alias in ("sign", "water")} == {
        "sign": {Answer.YES, Answer.NO},
        "water": {Answer.YES, Answer.NO},
    }
    assert isinstance(part_facts(STALL, STALL.parts["sign"], CITY.services["sign"], facts())["firm.status"], Unknown)


def test_the_same_texts_read_from_storage_are_the_same_bundle() -> None:
    stored = read_stored(bundled_city())
    assert stored.hash == CITY.hash
    assert replace(stored.bundles["open-stall"].service, vocabulary={}).hash == STALL.hash
