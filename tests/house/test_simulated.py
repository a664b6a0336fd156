"""The systems that are simulated beside the demo behave as the city's file says: slow, wrong and down at times, and always the same way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.town import CITY
from tongban.catalogue.core.definition import City
from tongban.catalogue.core.reading import read_city
from tongban.house.simulated.plan import SLOT, Behaviour, read_plan
from tongban.kernel import clock

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=clock.ZONE)
IDS = [str(UUID(int=number)) for number in range(2000)]


@pytest.fixture(scope="module")
def plan() -> dict[str, Behaviour]:
    return {one.system: one for one in read_plan(CITY)}


@pytest.fixture(scope="module")
def yunchuan() -> City:
    return read_city(CITY)


def share(found: list[bool]) -> float:
    return 100 * sum(found) / len(found)


def test_every_simulated_system_is_a_declared_one_and_every_declared_one_is_simulated(plan: dict[str, Behaviour], yunchuan: City) -> None:
    """A bank for rehearsals is a kind of connector of its own."""
    assert set(plan) == {id_ for id_, system in yunchuan.systems.items() if system.connector["kind"] == "http-json"}


def test_a_right_answer_is_within_what_the_services_expect_and_a_wrong_one_is_not(plan: dict[str, Behaviour], yunchuan: City) -> None:
    steps = [step for service in yunchuan.services.values() for step in service.steps.values() if step.system]
    assert steps
    for step in steps:
        options = {name: {option.id for option in each} for name, each in step.records.items()}
        behaviour = plan[step.system]
        assert sum(part for part, _ in behaviour.answers) == 100
        for _, records in behaviour.answers:
            assert set(records) == set(options)
            assert all(records[name] in options[name] for name in options)
        assert behaviour.wrong > 0
        assert any(behaviour.wrong_answer.get(name) not in options[name] for name in options)


def test_the_shares_are_those_of_the_file(plan: dict[str, Behaviour]) -> None:
    police = plan["police-household"]
    wrong = share([police.answer(id_) == police.wrong_answer for id_ in IDS])
    down = share([police.is_down(NOON + timedelta(seconds=SLOT * n)) for n in range(2000)])
    assert abs(wrong - police.wrong) < 2
    assert abs(down - police.down) < 2


def test_the_same_parcel_is_answered_the_same_way_for_ever(plan: dict[str, Behaviour]) -> None:
    again = {one.system: one for one in read_plan(CITY)}
    for system, behaviour in plan.items():
        assert all(behaviour.answer(id_) == again[system].answer(id_) for id_ in IDS[:200])
        assert all(behaviour.answers_at(id_, NOON) == again[system].answers_at(id_, NOON) for id_ in IDS[:200])


def test_an_answer_takes_its_time_and_comes_within_the_hours(plan: dict[str, Behaviour]) -> None:
    police = plan["police-household"]
    for minutes in range(0, 24 * 60, 7):
        arrived = NOON + timedelta(minutes=minutes)
        through = clock.local(police.answers_at(IDS[minutes % 50], arrived))
        assert through - arrived >= police.delay[0] - timedelta(seconds=1)
        assert police.hours[0] <= through.time() <= police.hours[1], through


def test_a_record_that_lacks_something_is_returned_until_it_has_it(plan: dict[str, Behaviour]) -> None:
    province = replace(plan["provincial-platform"], returns=(0, "", ""))
    reason, named = province.verdict(IDS[0], "process", {"opinion": "  "}, 1)
    assert (reason, named) == ("办理意见不能为空", ("opinion",))
    assert province.verdict(IDS[0], "process", {"opinion": "通过"}, 2) == ("", ())


def test_a_return_without_a_visible_fault_goes_through_the_second_time(plan: dict[str, Behaviour]) -> None:
    province = replace(plan["provincial-platform"], returns=(100, "版本不一致", "service_version"))
    assert province.verdict(IDS[0], "result", {"service_version": "1"}, 1) == ("版本不一致", ("service_version",))
    assert province.verdict(IDS[0], "result", {"service_version": "1"}, 2) == ("", ())


def test_a_city_without_the_file_simulates_nothing(tmp_path: Path) -> None:
    assert read_plan(tmp_path) == ()


@pytest.mark.parametrize("text", ["seed: x\nsystems: {a: {}}", "systems: {a: {}}", "seed: x\nsystems: [a]"])
def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "systems.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"systems\.yaml"):
        read_plan(tmp_path)
