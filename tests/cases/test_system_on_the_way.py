"""A system's step in the middle of a route, beside other departments, done again, and in a city that changes its mind: the service is text, no Python changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cases.test_by_system import events, later, newborn, sweep
from tests.cases.test_lifecycle import key, version
from tests.police import REGISTERED
from tests.town import CITY, Town
from tongban.cases import acts
from tongban.cases.models import Case, Task
from tongban.catalogue import running
from tongban.catalogue.acts.publish import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.docking.models import Handover

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
PATH = "services/newborn-household/service.yaml"
ROUTE = "    route: [register]\n"
DECIDE = (
    "  confirm: {title: {zh: 复核, en: Confirmation}, by: decider, within: 1 working day, may: [pass, return, grant, refuse]}\n\ngives:"
)


@pytest.fixture
def with_confirmation(town: Town) -> Iterator[Town]:
    """The police's system registers, then somebody confirms."""
    yield from published(town, (ROUTE, "    route: [register, confirm]\n"), ("gives:", DECIDE))


@pytest.fixture
def beside_another(town: Town) -> Iterator[Town]:
    """The system registers beside somebody who looks at the papers; either will do."""
    text = load(CITY)[PATH].decode()
    begin = text.index("  register:\n")
    step = text[begin : text.index("\ngives:")]
    inner = "".join(f"    {line}\n" for line in step.rstrip().splitlines())
    joint = f"  both:\n    join: any\n    together:\n{inner}      look: {{by: decider, within: 3 working days}}\n"
    yield from published(town, (step, joint.rstrip() + "\n"), (ROUTE, "    route: [both, confirm]\n"), ("gives:", DECIDE))


def published(town: Town, *changes: tuple[str, str]) -> Iterator[Town]:
    files = load(CITY)
    text = files[PATH].decode()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    publish_texts(files | {PATH: text.encode()}, "test")
    yield town
    publish_texts(files, "test")


def accepted(town: Town) -> UUID:
    case_id = newborn(town)
    acts.accept(case_id, actor=town.actor("he-fang"), key=key(), version=version(case_id))
    return case_id


def open_steps(case_id: UUID) -> list[str]:
    return sorted(Task.objects.filter(case_id=case_id, is_open=True).values_list("step", flat=True))


def test_the_answer_of_a_system_on_the_way_opens_the_next_step(with_confirmation: Town, police: Any) -> None:
    police()
    case_id = accepted(with_confirmation)
    sweep()
    later(hours=3)
    assert open_steps(case_id) == ["confirm"]
    assert Case.objects.get(pk=case_id).decided_on is None, "all conditions are met, and a person decides where the route says so"
    officer = with_confirmation.actor("gu-wen")
    assert acts.decide(case_id, "grant", actor=officer, key=key(), version=version(case_id)).state == "granted"


def test_a_record_entered_by_hand_on_the_way_opens_the_next_step(with_confirmation: Town, police: Any) -> None:
    case_id = accepted(with_confirmation)
    task = Task.objects.get(case_id=case_id, is_open=True)
    done = acts.enter_by_hand(task.id, actor=with_confirmation.actor("gu-wen"), key=key(), records=REGISTERED, words="凭登记单")
    assert done.state == "review"
    assert open_steps(case_id) == ["confirm"]


def test_a_step_that_is_returned_to_the_system_is_a_new_case_there(with_confirmation: Town, police: Any) -> None:
    there = police()
    case_id = accepted(with_confirmation)
    sweep()
    later(hours=3)
    confirm = Task.objects.get(case_id=case_id, is_open=True)
    acts.complete_step(confirm.id, actor=with_confirmation.actor("gu-wen"), key=key(), outcome="return", words="姓名有误，请重新登记。")
    assert open_steps(case_id) == ["register"]
    sweep()
    assert Handover.objects.filter(case_id=case_id).count() == 2
    assert len(there.cabinet.pushes()) == 2
    later(hours=3)
    assert open_steps(case_id) == ["confirm"]


def test_beside_others_a_system_whose_answer_is_not_needed_any_more_is_called_off(beside_another: Town, police: Any) -> None:
    police(delay=(timedelta(days=2), timedelta(days=2)))
    case_id = accepted(beside_another)
    assert open_steps(case_id) == ["look", "register"]
    sweep()
    look = Task.objects.get(case_id=case_id, step="look")
    acts.complete_step(look.id, actor=beside_another.actor("gu-wen"), key=key())
    assert open_steps(case_id) == ["confirm"]
    assert Handover.objects.get(case_id=case_id).state == "withdrawn"


def test_beside_others_a_systems_answer_is_as_good_as_anybodys(beside_another: Town, police: Any) -> None:
    police()
    case_id = accepted(beside_another)
    sweep()
    later(hours=3)
    assert open_steps(case_id) == ["confirm"]
    assert Task.objects.get(case_id=case_id, step="look").outcome == "not-needed"
    assert events(case_id)[-1] == "system-answered"


def test_a_running_case_keeps_its_system_when_the_city_takes_it_out_of_the_service(town: Town, police: Any) -> None:
    police()
    case_id = accepted(town)
    sweep()
    files = load(CITY)
    publish_texts({path: text for path, text in files.items() if path not in (PATH, "bundles/newborn.yaml")}, "test")
    later(hours=3)
    assert Case.objects.get(pk=case_id).state == "granted"
    publish_texts(files, "test")


def test_accepting_a_case_for_a_system_takes_at_most_ten_statements(town: Town, police: Any) -> None:
    from django.db import connection

    case_id = newborn(town)
    seen, at = [], version(case_id)

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        seen.append(str(sql))
        return execute(sql, params, many, context)

    clerk = town.actor("he-fang")
    running.begin_request()
    try:
        with connection.execute_wrapper(note):
            acts.accept(case_id, actor=clerk, key=key(), version=at)
    finally:
        running.end_request()
    counted = [sql for sql in seen if "SAVEPOINT" not in sql]
    assert len(counted) <= 10, "\n".join(counted)
