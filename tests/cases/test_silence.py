"""Administrative Licensing Law, article 32(1)(4): five working days of silence are acceptance, on the day of receipt, and nobody can undo it by being late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.town import Town
from tongban.cases import acts, reads, tasks
from tongban.cases.acts.silence import overdue_answers
from tongban.cases.errors import SilencePassedError
from tongban.cases.models import Case, Event
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def neglected(town: Town) -> UUID:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    due = Case.objects.get(pk=case_id).answer_due_on
    clock.move_by(timedelta(days=(due - clock.today()).days + 1))
    return case_id


@pytest.mark.parametrize("late", ["accept", "ask_correction", "not_accept"])
def test_who_is_late_can_neither_return_nor_refuse_nor_date_the_acceptance(town: Town, late: str) -> None:
    case_id = neglected(town)
    said: dict[str, Any] = {"actor": town.actor("liu-yang"), "key": key(), "version": version(case_id), "words": "缺布局图。"}
    with pytest.raises(SilencePassedError):
        match late:
            case "accept":
                acts.accept(case_id, **said)
            case "ask_correction":
                acts.ask_correction(case_id, questions=["kitchen_plan"], **said)
            case _:
                acts.not_accept(case_id, "not-accept", **said)
    assert not reads.desk_case(case_id, town.actor("liu-yang")).acts & {"accept", "ask-correction", "not-accept", "not-needed"}
    assert tasks.sweep() == 1
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.accepted_on) == ("accepted", case.received_on)
    assert Event.objects.filter(case_id=case_id, act="deem-accepted").get().data["department"] == "market-regulation"


def test_on_the_last_day_the_office_may_still_ask(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    clock.move_by(timedelta(days=(Case.objects.get(pk=case_id).answer_due_on - clock.today()).days))
    done = acts.ask_correction(
        case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id), questions=["kitchen_plan"], words="请重传。"
    )
    assert done.state == "correction"


def test_a_case_that_cannot_be_moved_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = neglected(town)
    monkeypatch.setattr(tasks, "overdue_answers", lambda: [uuid7(), case_id])
    assert tasks.sweep() == 1
    assert Case.objects.get(pk=case_id).state == "accepted"


def test_cases_in_which_silence_says_nothing_are_not_in_the_way(town: Town) -> None:
    case_id = neglected(town)
    case = Case.objects.get(pk=case_id)
    Case.objects.create(
        number=f"{1:025d}",
        service="old-age-allowance",
        procedure="benefit",
        state="received",
        department="civil-affairs",
        area=case.area,
        applicant_kind="person",
        applicant_id=uuid7(),
        applicant_name="某",
        applied_by=uuid7(),
        begun_at=clock.now(),
        saved_at=clock.now(),
        answer_due_on=case.answer_due_on - timedelta(days=30),
    )
    assert overdue_answers(limit=1) == [case_id]
