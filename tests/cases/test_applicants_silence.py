"""What it means when the applicant does not answer a request for corrections: what the service declares, never before its last day, and told."""

from __future__ import annotations

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.cases.test_tolerance import sign
from tests.cases.walking import acts_of, the_case, working_days_later
from tests.town import Town
from tongban.cases import acts
from tongban.cases.errors import WrongStateError
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.messages import reads as messages

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def asked(town: Town) -> object:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.ask_correction(
        case_id,
        actor=town.actor("liu-yang"),
        key=key(),
        version=version(case_id),
        questions=["kitchen_plan"],
        words="布局图没有标出洗消间。",
    )
    return case_id


def reminders(case_id: object, template: str = "correction-reminder") -> int:
    return [one.template for one in messages.of_case(case_id)].count(template)


def test_the_applicant_has_a_day_of_their_own_and_no_limit_of_the_office_runs(town: Town) -> None:
    case = the_case(asked(town))
    assert case.reply_due_on == catalogue.city().calendar.add_working(clock.today(), 10)
    assert (case.due_on, case.statutory_due_on, case.answer_due_on) == (None, None, None)


def test_a_reminder_goes_out_once_two_working_days_before(town: Town) -> None:
    case_id = asked(town)
    working_days_later(7)
    assert reminders(case_id) == 0
    working_days_later(1)
    assert reminders(case_id) == 1
    working_days_later(1)
    assert reminders(case_id) == 1


def test_after_the_last_day_the_case_ends_and_is_no_refusal(town: Town) -> None:
    case_id = asked(town)
    working_days_later(10)
    assert the_case(case_id).state == "correction"
    working_days_later(1)
    case = the_case(case_id)
    assert (case.state, case.is_open, case.reply_due_on) == ("lapsed", False, None)
    assert acts_of(case_id) == ["send", "ask-correction", "lapse"]
    assert [one.template for one in messages.of_case(case_id)][-1] == "lapsed"
    assert restaurant(town) != case_id, "the same may be applied for again at once"


def test_corrected_on_the_last_day_is_in_time(town: Town) -> None:
    case_id = asked(town)
    working_days_later(10)
    assert send(town, case_id, "chen-xiao").state == "received"
    case = the_case(case_id)
    assert (case.asked_on, case.reply_due_on, case.complete_on) == (None, None, clock.today())
    working_days_later(1)
    assert the_case(case_id).state == "received"


def test_too_late_is_told_as_such(town: Town) -> None:
    case_id = asked(town)
    working_days_later(11)
    with pytest.raises(WrongStateError):
        send(town, case_id, "chen-xiao")


def test_a_second_request_gives_the_days_anew(town: Town) -> None:
    case_id = asked(town)
    working_days_later(8)
    send(town, case_id, "chen-xiao")
    acts.ask_correction(
        case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id), questions=["kitchen_plan"], words="仍不清楚。"
    )
    assert the_case(case_id).reply_due_on == catalogue.city().calendar.add_working(clock.today(), 10)
    assert the_case(case_id).reminded_on is None


def test_where_silence_means_only_a_reminder_the_case_waits_for_ever(town: Town) -> None:
    case_id = sign(town, "structure_drawing", "effect_drawing")
    send(town, case_id, "chen-xiao")
    acts.ask_correction(case_id, actor=town.actor("han-lei"), key=key(), version=version(case_id), questions=[], words="请重画。")
    working_days_later(8)
    assert reminders(case_id, "correction-still-missing") == 1
    working_days_later(20)
    assert the_case(case_id).state == "correction"
