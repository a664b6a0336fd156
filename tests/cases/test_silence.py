"""Administrative Licensing Law, article 32(1)(4): five working days of silence are acceptance, on the day of receipt, and nobody can undo it by being late."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.town import Town
from tongban.cases import acts, reads, tasks
from tongban.cases.acts.silence import overdue_answers
from tongban.cases.core.words import day
from tongban.cases.errors import SilencePassedError
from tongban.cases.models import Case, Event
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.messages import reads as messages

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
    told = Event.objects.filter(case_id=case_id, act="deem-accepted").get().data
    assert told["department"] == "market-regulation"
    assert told["desks"] == [{"step": "accept", "department": "market-regulation", "role": "verb:accept"}]
    assert told["letter"] == str(case.letters.get().id)


def test_the_applicant_has_a_written_notice_that_says_who_was_late_and_by_when_it_is_decided(town: Town) -> None:
    case_id = neglected(town)
    assert tasks.sweep() == 1
    case = Case.objects.get(pk=case_id)
    letter = case.letters.get()
    assert letter.type == "deemed-acceptance"
    assert re.fullmatch(r"云\w+视受〔\d{4}〕\d+号", letter.number)
    said = "".join(paragraph["zh"] for paragraph in letter.paragraphs)
    for part in (
        "本机关应当在",
        "逾期没有告知",
        "第三十二条第一款第四项",
        *(day(on).zh for on in (case.accepted_on, case.due_on, case.statutory_due_on)),
    ):
        assert part in said, part


def test_no_message_promises_a_day_that_has_passed(town: Town) -> None:
    case_id = neglected(town)
    assert tasks.sweep() == 1
    case, told = Case.objects.get(pk=case_id), messages.of_case(case_id)[-1]
    assert case.due_on < clock.today(), "the promise of this service is shorter than the days for an answer"
    assert told.template == "deemed-accepted-late"
    assert day(case.due_on).zh not in told.text.zh
    assert day(case.statutory_due_on).zh in told.text.zh


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
