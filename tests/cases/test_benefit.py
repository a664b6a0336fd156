"""What people were spared is counted from cases: by day and all at once the same, once, and under the version of each case."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import test_endings
from tests.cases.bundling import go_on, sent, through
from tests.cases.finished import answer, rated_badly, step
from tests.cases.test_joint_review import dig, says
from tests.cases.test_lifecycle import allowance, key, restaurant, send, version
from tests.cases.walking import accepted, promised, the_case, working_days_later
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.acts.count import count_benefit
from tongban.cases.core.benefit import Happened, Sums, sums, total
from tongban.cases.models import BenefitDay, Case
from tongban.cases.tasks import sweep
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.reading import read_city
from tongban.house.stories.verbs import actor_of
from tongban.kernel import clock

numbers = st.builds(Sums, *(st.integers(-9, 10**6) for _ in Sums.__dataclass_fields__))


@given(st.lists(numbers, max_size=8), st.randoms())
def test_sums_are_the_same_in_any_order_and_in_any_parts(many: list[Sums], chance: Random) -> None:
    shuffled = list(many)
    chance.shuffle(shuffled)
    cut = chance.randint(0, len(many))
    assert total(many) == total(shuffled) == total(many[:cut]) + total(many[cut:])


@pytest.mark.parametrize("situation", ["new", "extend", "cancel"])
def test_only_the_conditions_of_its_own_situation_are_counted(situation: str) -> None:
    """Of a food licence: as many as an application in that situation is told, in the text of the service."""
    service = read_city(CITY).services["food-business-licence"]
    way = {"new": "ordinary", "extend": "extension", "cancel": "give-up"}[situation]
    asked = {"new": 6, "extend": 6, "cancel": 2}
    assert sums(happened(2), service, way, "online", situation).conditions == 2 * asked[situation]


def test_conditions_settled_by_data_are_those_that_read_nothing_an_official_recorded() -> None:
    """Digging up a road: of eight conditions, five read what an officer of some department found; counted by hand from the service's text."""
    service = read_city(CITY).services["road-excavation"]
    found = sums(happened(2), service, "joint", "online", "new")
    assert {clause.id for clause in service.rules} == {
        "in_business", "road_known", "planned_or_urgent",
        "road_old_enough", "no_clash", "restored", "traffic_agrees", "buses_served",
    }  # fmt: skip
    assert (found.conditions, found.conditions_by_data) == (2 * 8, 2 * 3)


def test_what_a_promise_covers_is_settled_by_nobody_and_counts_as_no_condition() -> None:
    service = read_city(CITY).services["food-business-licence"]
    way = next(one for one in service.ways if one.is_promise)
    by_promise, checked = (sums(happened(1), service, id_, "online", "new") for id_ in (way.id, "ordinary"))
    assert checked.conditions - by_promise.conditions == len(way.covers) > 0
    assert by_promise.conditions_by_data <= by_promise.conditions


def test_steps_are_what_officials_did_and_applying_and_receiving_beside_the_declared_ones() -> None:
    service = read_city(CITY).services["road-excavation"]
    found = sums(happened(3, steps=10), service, "joint", "online", "new")
    assert (found.steps, found.steps_before) == (10 + 2 * 3, 3 * service.before.steps)


def happened(cases: int, steps: int = 0) -> Happened:
    return Happened(cases, papers=0, steps=steps, by_machine=0, joined=0, trips=0, timed=0, days=0, late_promise=0, late_law=0)


@pytest.mark.django_db(databases=["default", "registers"])
class TestCounting:
    def test_the_steps_of_a_case_are_those_that_officials_did_each_once(self, town: Town) -> None:
        """First review, the road office, the traffic police, the decision: four, however many signed; with applying and receiving six."""
        case_id = dig(bus_stop="no")
        says(case_id, "road")
        says(case_id, "traffic")
        acts.gather(case_id, actor="test")
        acts.decide(case_id, "grant", actor=actor_of("yang-fan"), key=key(), version=version(case_id), words="准予挖掘。")
        found = reads.benefit(clock.today())["road-excavation"]
        assert (found.cases, found.steps, found.by_machine) == (1, 4 + 2, 0)
        assert (found.conditions, found.conditions_by_data) == (8, 3)

    def test_a_step_that_silence_passed_is_nobodys_work(self, town: Town) -> None:
        case_id = dig()
        says(case_id, "road")
        says(case_id, "traffic")
        working_days_later(3)
        acts.gather(case_id, actor="test")
        acts.decide(case_id, "grant", actor=actor_of("yang-fan"), key=key(), version=version(case_id), words="逾期未答复，视为无异议。")
        assert reads.benefit(clock.today())["road-excavation"].steps == 4 + 2

    def test_nothing_was_spared_where_nothing_was_decided(self, town: Town) -> None:
        accepted(town)
        assert total(reads.benefit(date.min).values()) == Sums()

    def test_a_case_is_measured_against_its_own_papers_and_visits(self, town: Town) -> None:
        case_id = promised(town)
        case, service = the_case(case_id), catalogue.city().services["food-business-licence"]
        found = reads.benefit(clock.today())[case.service]
        uploads = case.uploads.filter(removed_at=None).count()
        assert (found.cases, found.papers, found.papers_before) == (1, uploads, service.before.documents)
        assert (found.visits, found.visits_saved) == (0, service.before.visits)
        assert found.by_machine == 1, "a grant on a promise, before anybody looked"

    def test_at_the_window_the_way_to_the_office_is_not_spared(self, town: Town) -> None:
        case_id = promised(town)
        Case.objects.filter(pk=case_id).update(channel="window")
        assert reads.benefit(clock.today())["food-business-licence"].visits == 1

    def test_a_bundle_is_counted_by_its_parts_and_takes_one_way_to_the_office_for_all(self, town: Town) -> None:
        case_id = sent(town)
        Case.objects.filter(parent_id=case_id).update(channel="window")
        through(town, case_id, "food")
        through(town, case_id, "fire")
        go_on(case_id)
        found = reads.benefit(clock.today())
        assert set(found) == {"food-business-licence", "outdoor-sign", "fire-safety-check"}, "the bundle's own case is none of them"
        whole = total(found.values())
        assert (whole.cases, whole.joined, whole.visits) == (3, 3, 1)
        assert whole.papers == Case.objects.get(pk=case_id).uploads.filter(removed_at=None).count()
        clock.move_by(timedelta(days=1))
        assert count_benefit() > 0
        assert total(reads.benefit(date.min).values()) == whole

    def test_a_case_by_itself_is_no_part(self, town: Town) -> None:
        promised(town)
        assert total(reads.benefit(clock.today()).values()).joined == 0

    def test_a_day_is_counted_once_when_it_is_over_and_says_the_same_as_before(self, town: Town) -> None:
        promised(town)
        before = reads.benefit(date.min)
        assert count_benefit() == 0, "today may still change"
        clock.move_by(timedelta(days=1))
        assert count_benefit() > 0
        assert count_benefit() == 0
        assert reads.benefit(date.min) == before
        assert BenefitDay.objects.filter(service="food-business-licence").count() == 1

    def test_a_day_is_over_only_some_minutes_after_midnight(self, town: Town) -> None:
        """An act that began at 23:59 may still be under way."""
        promised(town)
        midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        clock.move_by(midnight + timedelta(minutes=1) - clock.local(clock.now()))
        assert count_benefit() == 0
        clock.move_by(midnight + timedelta(minutes=11) - clock.local(clock.now()))
        assert count_benefit() > 0

    def test_the_worker_counts_and_days_after_follow(self, town: Town) -> None:
        promised(town)
        clock.move_by(timedelta(days=3))
        sweep()
        case_id = restaurant(town)
        send(town, case_id, "chen-xiao")
        acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
        assert reads.benefit(date.min)["food-business-licence"].cases == 1, "who takes an application back was not served"

    def test_what_puts_a_bad_rating_right_spared_nobody_anything(self, town: Town) -> None:
        case_id, redress = rated_badly(town)
        step(town, redress.id, "tang-min", finding="at-once")
        answer(town, redress.id)
        assert the_case(redress.id).decided_on is not None
        assert set(reads.benefit(clock.today())) == {the_case(case_id).service}

    def test_what_an_office_begins_by_itself_spared_nobody_anything(self, town: Town) -> None:
        case_id = test_endings.propose(town, test_endings.licensed(town))
        test_endings.had_their_time(town, case_id)
        test_endings.decide(town, case_id)
        assert the_case(case_id).decided_on is not None
        assert set(reads.benefit(date.min)) == {"food-business-licence"}

    def test_a_page_asks_as_many_questions_after_years_as_on_the_first_day(self, town: Town, django_assert_num_queries: Any) -> None:
        send(town, allowance(town), "li-min")
        for _ in range(3):
            clock.move_by(timedelta(days=2))
            sweep()
        with django_assert_num_queries(3):
            reads.benefit(date.min)
