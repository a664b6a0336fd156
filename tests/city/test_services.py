"""The services of the template city: what they ask, what they leave to the registers, and which way a case goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongban.catalogue.core.definition import City, Service
from tongban.catalogue.core.reading import read_city
from tongban.catalogue.core.testing import run_tests
from tongban.catalogue.core.testing import test_service as report_of
from tongban.rules.core import Answer, Unknown, Value

SERVICES = ("old-age-allowance", "food-business-licence", "outdoor-sign", "fire-safety-check")


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, city: City) -> Service:
    return city.services[request.param]


def test_an_elder_is_asked_for_the_account_and_nothing_else(city: City) -> None:
    assert [question.id for question in city.services["old-age-allowance"].questions] == ["bank_account"]


def test_the_restaurant_is_asked_about_daily_life_before_any_paper(city: City) -> None:
    ids = [question.id for question in city.services["food-business-licence"].questions]
    first_paper = next(n for n, question in enumerate(city.services["food-business-licence"].questions) if question.type == "file")
    assert {"cold_dishes", "fresh_juice", "raw_seafood"} <= set(ids[:first_paper])


def test_every_paper_says_who_supplies_it(service: Service) -> None:
    assert all(question.supplies for question in service.questions if question.type == "file")


def test_every_record_that_is_fetched_replaces_a_paper_by_name(service: Service) -> None:
    assert service.needs
    assert all(need.title for need in service.needs)
    assert all(need.items for need in service.needs)


def test_what_a_register_tells_is_not_asked(service: Service, city: City) -> None:
    known = {item.title.zh for need in service.needs for item in city.resources[need.resource].items.values()}
    assert not known & {question.label.zh.rstrip("？") for question in service.questions}


def test_five_to_eight_conditions_each_with_a_citation(service: Service) -> None:
    assert 5 <= len(asked_in(service, service.situations[0].id)) <= 8
    assert all(1 <= len(asked_in(service, option.id)) <= 8 for option in service.situations)
    assert all(clause.cite for clause in service.rules)


def asked_in(service: Service, situation: str) -> list[str]:
    """The conditions that may be asked in a situation."""
    facts = dict.fromkeys(service.vocabulary, Unknown("not-asked")) | {"case.situation": Value(situation, "case")}
    return [clause.id for clause in service.rules if clause.when is None or clause.when.evaluate(facts) != Answer.NO]


def test_the_worked_tests_pass_and_see_every_condition_yes_no_and_unknown(service: Service, city: City) -> None:
    report = report_of(service, city.procedures)
    assert [(outcome.test.name.en, outcome.differs) for outcome in report.outcomes if not outcome.passed] == []
    assert report.covered == 3 * len(service.rules)


def test_the_worked_tests_go_every_way(service: Service) -> None:
    assert {way.id for way in service.ways} == {test.expect["way"] for test in service.tests if "way" in test.expect}


def test_however_it_ends_whoever_applied_can_rate_it(city: City) -> None:
    for service in city.services.values():
        procedure, answers_a_rating = city.procedures[service.procedure], service.about is not None and service.about.opened_by == "rating"
        if service.initiative != "office" and not answers_a_rating:
            assert {state.id for state in procedure.states.values() if state.terminal} <= set(procedure.rated), service.id
        else:
            assert not procedure.rated, "nobody who applied for it is there to rate it"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "old-age-allowance",
            "holds: years_between(household.born, case.received_on) >= 80",
            "holds: years_between(household.born, case.received_on) >= 81",
        ),
        ("old-age-allowance", ">= 80 ? yuan(50)", ">= 79 ? yuan(50)"),
        ("old-age-allowance", ">= 90 ?", ">= 91 ?"),
        ("old-age-allowance", ">= 90 ?", "> 90 ?"),
        ("old-age-allowance", ">= 100 ?", ">= 99 ?"),
        ("old-age-allowance", "yuan(200)", "yuan(201)"),
        ("old-age-allowance", "holds: household.name == applicant.name", "holds: has(household.name)"),
        ("old-age-allowance", 'allowance.status == "stopped"\'', 'allowance.status == "paused"\''),
        ("food-business-licence", "staff.holders >= form.staff_count", "staff.holders > form.staff_count"),
        ("food-business-licence", "staff.valid_until >= case.received_on", "staff.valid_until > case.received_on"),
        ("food-business-licence", 'in ["commercial", "mixed"]', 'in ["commercial"]'),
        ("food-business-licence", 'site.hygiene == "fit" && site.storage == "fit"', 'site.hygiene == "fit"'),
        (
            "outdoor-sign",
            "form.area_m2 <= 10 && has(form.on_roof) && !form.on_roof && has(form.screen) && !form.screen\n    procedure",
            "form.area_m2 <= 11 && has(form.on_roof) && !form.on_roof && has(form.screen) && !form.screen\n    procedure",
        ),
        ("food-business-licence", 'licence.state in ["valid", "not-yet", "expired"]', 'licence.state in ["valid", "not-yet"]'),
        ("food-business-licence", "applicant.name != licence.operator", "applicant.name == licence.operator"),
        ("food-business-licence", 'when: form.change_of == "name"', 'when: case.situation == "change"'),
        ("outdoor-sign", 'when: case.situation == "change" && has(licence.number)', 'when: case.situation == "change"'),
        ("outdoor-sign", "holds: form.area_m2 <= 60", "holds: form.area_m2 < 60"),
        ("outdoor-sign", "holds: form.area_m2 <= 60", "holds: form.area_m2 <= 61"),
        ("outdoor-sign", "premises.floors > 3", "premises.floors >= 3"),
        ("outdoor-sign", "premises.floors > 3", "premises.floors > 4"),
        ("outdoor-sign", "held.valid_until < case.received_on\n    if_unknown", "held.valid_until <= case.received_on\n    if_unknown"),
    ],
)
def test_a_threshold_that_is_moved_is_noticed(folder: Path, tmp_path: Path, name: str, before: str, after: str) -> None:
    copy = tmp_path / "city"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("demo"))
    page = copy / "services" / name / "service.yaml"
    text = page.read_text()
    assert before in text
    page.write_text(text.replace(before, after, 1))
    changed = read_city(copy)
    report = next(report for report in run_tests(changed) if report.service.id == name)
    assert any(not outcome.passed for outcome in report.outcomes)


def test_the_allowance_changes_on_the_birthday_at_80_90_and_100(city: City) -> None:
    names = " ".join(test.name.zh for test in city.services["old-age-allowance"].tests)
    assert all(f"{age}周岁" in names for age in (79, 80, 89, 90, 99, 100))


def test_a_machine_can_only_grant_so_the_last_way_has_officers(service: Service) -> None:
    assert service.ways[-1].route
    assert service.ways[-1].when is None
    assert all(way.when is not None for way in service.ways if not way.route)


def test_a_filing_gives_a_receipt_and_never_a_licence(service: Service) -> None:
    for way in service.ways:
        if way.procedure == "filing":
            assert way.gives is not None
            assert way.gives.credential == ""
            assert "receipt" in way.gives.letters
            assert "decision-grant" not in way.gives.letters


def test_the_steps_of_each_way_fit_into_its_promise(service: Service) -> None:
    for way in service.ways:
        limits = way.limits or service.limits
        days = [service.steps[step].within for step in way.route]
        assert all(limit is not None and limit.counted == "working" for limit in days)
        assert sum(limit.days for limit in days if limit) <= limits.promised.days


def test_whoever_reviewed_does_not_decide(service: Service) -> None:
    for step in service.steps.values():
        if step.by == "decider":
            before = {way.route[way.route.index(step.id) - 1] for way in service.ways if step.id in way.route}
            assert step.not_by in {name for way in service.ways if step.id in way.route for name in way.route}
            assert not any(service.steps[name].by == "reviewer" and name != step.not_by for name in before)


def test_the_visit_to_a_restaurant_is_made_by_two_inspectors_of_the_station_with_a_photograph(city: City) -> None:
    site = city.services["food-business-licence"].steps["site"]
    assert (site.by, site.of, site.officers, site.photo, site.on_site) == ("inspector", "market-station", 2, True, True)
    assert set(site.records) == {"layout", "hygiene", "storage"}


def test_a_demonstration_value_says_so_on_the_page_and_in_the_file(service: Service) -> None:
    assert {"limits", "basis"} <= set(service.demo_values)
    assert service.remedies is not None
    assert "演示" in service.remedies.zh
    assert all("演示" in clause.cite or "待核" in clause.cite for clause in service.rules)


def test_the_paper_of_before_is_more_than_the_questions_of_now(service: Service) -> None:
    papers = sum(question.type == "file" for question in service.questions)
    assert papers < service.before.documents


def test_every_service_is_found_by_what_people_call_it(service: Service) -> None:
    assert len(service.keywords) >= 8
    assert service.life_events


def test_a_service_has_its_own_folder_of_the_same_name(folder: Path, city: City) -> None:
    assert set(city.services) - set(city.bundles) == {path.parent.name for path in folder.glob("services/*/service.yaml")}
