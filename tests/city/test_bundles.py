"""The bundles of the template city: what is asked once, what is not asked at all, and what it saves."""

from __future__ import annotations

from tongban.catalogue.core.bundles import longest_chain, savings
from tongban.catalogue.core.definition import City


def test_a_restaurant_is_built_from_questions_of_daily_life(city: City) -> None:
    first = city.services["open-restaurant"].form[0]
    assert [question.id for question in first.questions] == ["cold_dishes", "fresh_juice", "raw_seafood", "eat_in", "hang_sign"]
    assert all(question.type == "yes-no" and question.show is None for question in first.questions)


def test_three_departments_ask_for_the_premises_once_and_share_one_plan(city: City) -> None:
    parts = city.bundles["open-restaurant"].parts
    assert {alias: part.asks.get("property_no") for alias, part in parts.items()} == dict.fromkeys(("food", "sign", "fire"), "property_no")
    assert (parts["food"].asks["kitchen_plan"], parts["fire"].asks["floor_plan"]) == ("shop_plan", "shop_plan")
    assert "business" not in {question.id for question in city.services["open-restaurant"].questions}, (
        "who opens a restaurant is not asked what business"
    )


def test_each_register_is_asked_once_for_the_whole_restaurant(city: City) -> None:
    needs = city.services["open-restaurant"].needs
    asked = [(need.resource, need.by) for need in needs]
    parts = [city.services[part.service] for part in city.bundles["open-restaurant"].parts.values()]
    assert len(asked) == len(set(asked)) == 7
    assert sum(len(service.needs) for service in parts) == 12
    assert all(need.title for need in needs), "each replaces a paper by name"


def test_the_restaurant_saves_what_its_parts_add_up_to(city: City) -> None:
    found = {one.what.en: (one.before, one.now) for one in savings(city.bundles["open-restaurant"], city.services)}
    assert found == {"Steps": (20, 2), "Working days": (55, 5), "Papers": (26, 5), "Visits": (7, 0)}


def test_every_paper_of_a_bundle_says_who_supplies_it(city: City) -> None:
    for bundle in city.bundles.values():
        assert all(question.supplies for question in bundle.service.questions if question.type == "file")


def test_the_checks_on_site_of_a_restaurant_are_one_visit(city: City) -> None:
    [visit] = city.bundles["open-restaurant"].visits
    assert visit.steps == (("food", "site"), ("fire", "inspection"))
    assert longest_chain(city.bundles["open-restaurant"], city.services) == ("food",), "nothing waits, so one after another is one"
