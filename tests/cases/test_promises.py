"""告知承诺: granted now on a promise, checked afterwards, annulled if it was broken and after the holder was heard. Not the same as 容缺受理."""

from __future__ import annotations

import pytest

from tests.cases.test_lifecycle import key, photo, records_for, restaurant, send, version
from tests.cases.walking import WHY, acts_of, last, open_task, promised, the_case, visit, working_days_later
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import (
    CaseNotFoundError,
    MayNotError,
    NotYetHeardError,
    OwnCaseError,
    ReasonMissingError,
    RecordMissingError,
    WrongStateError,
)
from tongban.cases.models import Task
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.kernel import clock
from tongban.messages import reads as messages

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def broken(town: Town) -> object:
    """A promise that was found broken twice; its annulment is proposed."""
    case_id = promised(town)
    visit(town, open_task(case_id), layout="unfit")
    visit(town, open_task(case_id), layout="unfit")
    return case_id


def annul(town: Town, case_id: object, answer: str = "annul", *, by: str = "sun-lihua", words: str = WHY) -> acts.Done:
    return acts.annul(case_id, answer, actor=town.actor(by), key=key(), version=version(case_id), words=words)


def test_who_promises_is_granted_as_they_send_and_the_check_has_a_day(town: Town) -> None:
    case_id = promised(town)
    case, check = the_case(case_id), open_task(case_id)
    assert (case.state, case.way, case.decided_on) == ("granted", "promise", clock.today())
    assert [one.type for one in case.letters.order_by("id")] == ["promise", "decision-grant"]
    assert check.purpose == "check"
    assert check.step_due_on == check.due_on == catalogue.city().calendar.add_working(clock.today(), 20)
    assert check.statutory_due_on is None, "no limit of the case runs any more"
    assert len(credentials.of_case(case_id)) == 1


def test_the_clauses_that_were_promised_are_open_and_marked_as_promised(town: Town) -> None:
    view = reads.case_view(promised(town), town.actor("chen-xiao"))
    assert {row.id for row in view.clauses if row.is_promised} == {"layout_fit", "hygiene_fit"}
    assert view.is_promised


def test_without_the_choice_nothing_is_promised(town: Town) -> None:
    case_id = restaurant(town)
    assert send(town, case_id, "chen-xiao").state == "received"
    assert the_case(case_id).way == "ordinary"


def test_the_choice_is_taken_back_before_sending(town: Town) -> None:
    case_id = restaurant(town)
    for chosen in (True, True, False):
        acts.choose_promise(case_id, actor=town.actor("chen-xiao"), chosen=chosen)
    assert send(town, case_id, "chen-xiao").state == "received"


def test_a_promise_that_is_not_open_changes_nothing(town: Town) -> None:
    case_id = restaurant(town, cold_dishes="yes")
    form = reads.form_view(case_id, town.actor("chen-xiao"))
    assert form.promise_way is None
    acts.choose_promise(case_id, actor=town.actor("chen-xiao"), chosen=True)
    acts.attach(case_id, "cold_room_plan", _plan(), "专间.jpg", actor=town.actor("chen-xiao"))
    assert send(town, case_id, "chen-xiao").state == "received"
    assert the_case(case_id).way == "ordinary"


def _plan() -> bytes:
    from tests.cases.test_lifecycle import plan

    return plan()


def test_a_kept_promise_ends_there(town: Town) -> None:
    case_id = promised(town)
    visit(town, open_task(case_id))
    assert last(case_id).data["finding"] == "kept"
    assert not Task.objects.filter(case_id=case_id, is_open=True).exists()
    assert the_case(case_id).state == "granted"
    assert [one.template for one in messages.of_case(case_id)][-1] == "promise-kept"


def test_the_check_is_a_check_two_officers_a_photo_the_whole_list(town: Town) -> None:
    case_id = promised(town)
    check = open_task(case_id)
    with pytest.raises(RecordMissingError):
        acts.check_promise(check.id, actor=town.actor("wu-qiang"), key=key(), records={"layout": "fit"})
    acts.check_promise(check.id, actor=town.actor("wu-qiang"), key=key(), records=records_for(check), photos=[photo(case_id)])
    with pytest.raises(MayNotError):
        acts.check_promise(check.id, actor=town.actor("wu-qiang"), key=key(), records=records_for(check))
    assert open_task(case_id).id == check.id, "one signature of two"
    with pytest.raises(CaseNotFoundError):
        acts.check_promise(check.id, actor=town.actor("feng-xue"), key=key(), records=records_for(check))
    with pytest.raises(CaseNotFoundError):
        acts.complete_step(check.id, actor=town.actor("zheng-jie"), key=key(), records=records_for(check))


def test_what_is_not_so_may_be_put_right_once(town: Town) -> None:
    case_id = promised(town)
    visit(town, open_task(case_id), layout="unfit")
    again = open_task(case_id)
    assert (again.purpose, again.step_due_on) == ("recheck", catalogue.city().calendar.add_working(clock.today(), 3))
    assert [one.template for one in messages.of_case(case_id)][-1] == "put-right"
    visit(town, again)
    assert last(case_id).data["finding"] == "kept"


def test_a_promise_that_stays_broken_is_proposed_for_annulment_and_annuls_nothing_by_itself(town: Town) -> None:
    case_id = broken(town)
    assert last(case_id).data["finding"] == "broken"
    assert the_case(case_id).state == "granted"
    assert credentials.of_case(case_id)[0].ended is None
    assert open_task(case_id).purpose == "annul"
    assert reads.case_view(case_id, town.actor("chen-xiao")).hear_until == catalogue.city().calendar.add_working(clock.today(), 5)


def test_the_holder_is_heard_first(town: Town) -> None:
    case_id = broken(town)
    with pytest.raises(NotYetHeardError):
        annul(town, case_id)
    working_days_later(5)
    with pytest.raises(NotYetHeardError):
        annul(town, case_id)
    working_days_later(1)
    assert annul(town, case_id).state == "annulled"


def test_who_has_spoken_is_answered_at_once_and_what_they_said_is_on_record(town: Town) -> None:
    case_id = broken(town)
    with pytest.raises(ReasonMissingError):
        acts.be_heard(case_id, actor=town.actor("chen-xiao"), key=key(), words=" ")
    acts.be_heard(case_id, actor=town.actor("chen-xiao"), key=key(), words="隔墙正在砌，附照片。")
    assert last(case_id).words == "隔墙正在砌，附照片。"
    assert annul(town, case_id, "drop-annulment", words="当事人已整改。").state == "granted"
    assert not Task.objects.filter(case_id=case_id, is_open=True).exists()
    with pytest.raises(WrongStateError):
        acts.be_heard(case_id, actor=town.actor("chen-xiao"), key=key(), words="再说一次")


def test_an_annulment_ends_the_licence_and_says_why(town: Town) -> None:
    case_id = broken(town)
    working_days_later(6)
    annul(town, case_id)
    (licence,) = credentials.of_case(case_id)
    assert licence.ended is not None
    assert (licence.ended.how, licence.ended.reason.zh) == ("annulled", WHY)
    assert the_case(case_id).state == "annulled"
    assert acts_of(case_id)[-1] == "annul"
    assert [one.template for one in messages.of_case(case_id)][-1] == "annulled"
    with pytest.raises(WrongStateError):
        annul(town, case_id)


def test_a_broken_promise_stands_in_the_credit_register_and_bars_the_next_one(town: Town) -> None:
    case_id = broken(town)
    working_days_later(6)
    annul(town, case_id)
    assert last(case_id).data["written"] == ["data-bureau/broken-promises"]
    again = promised(town)
    assert the_case(again).way == "ordinary", "who broke a promise is visited first"
    facts = last(again).facts
    assert facts["credit.broken_on"]["value"] == str(clock.today())
    assert facts["credit.cured"]["value"] is False


def test_a_promise_that_is_let_stand_leaves_no_credit_record(town: Town) -> None:
    case_id = broken(town)
    annul(town, case_id, "drop-annulment", words="当事人已整改。")
    assert last(case_id).data["written"] == []
    assert the_case(promised(town)).way == "promise"


def test_also_after_the_licence_was_delivered(town: Town) -> None:
    case_id = broken(town)
    assert acts.receive(case_id, actor=town.actor("chen-xiao"), key=key()).state == "delivered"
    working_days_later(6)
    assert annul(town, case_id).state == "annulled"


def test_not_by_the_wrong_hands(town: Town) -> None:
    case_id = broken(town)
    working_days_later(6)
    with pytest.raises(MayNotError):
        annul(town, case_id, by="liu-yang")
    with pytest.raises(CaseNotFoundError):
        annul(town, case_id, by="feng-xue")
    with pytest.raises(OwnCaseError):
        _as_decider(town, "zhao-jianmin", case_id)
    with pytest.raises(ReasonMissingError):
        annul(town, case_id, words="")
    assert the_case(case_id).state == "granted"


def _as_decider(town: Town, login: str, case_id: object) -> None:
    """The applicant's brother, were he to hold the decider's post."""
    from tongban.parties import acts as parties

    actor = town.actor(login)
    parties.appoint(person_id=actor.person_id, department="market-regulation", role="decider", area="990100", by=None)
    annul(town, case_id, by=login)


def test_nothing_is_annulled_where_nothing_was_proposed(town: Town) -> None:
    case_id = promised(town)
    with pytest.raises(WrongStateError):
        annul(town, case_id)


def test_the_check_that_nobody_makes_is_told_to_the_head(town: Town) -> None:
    case_id = promised(town)
    working_days_later(21)
    assert acts_of(case_id)[-1] == "escalate"
    assert last(case_id).data["missed_by"] == "market-station"
    assert open_task(case_id).purpose == "check", "late is not kept"
