"""A step by another body's system, from the case's side: handed over, answered by the machine, given to people, entered by hand, called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, version
from tests.police import CHILD, REGISTERED, picture
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases import tasks as sweeping
from tongban.cases.errors import CaseNotFoundError, MayNotError, OwnCaseError, ReasonMissingError, RecordMissingError, WrongStateError
from tongban.cases.models import Case, Event, Task
from tongban.docking import reads as docking
from tongban.docking import tasks as pushing
from tongban.docking.errors import AlreadyOverError
from tongban.docking.models import Difference, Handover
from tongban.files import acts as files
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def newborn(town: Town) -> UUID:
    """A newborn's registration, sent by its mother."""
    actor = town.actor("su-qing")
    case_id = acts.start("newborn-household", actor=actor, principal_kind="person", principal_id=actor.person_id, situation="with-me")
    acts.gather(case_id, actor="test")
    acts.save(case_id, CHILD, actor=actor, version=1)
    acts.attach(case_id, "certificate", picture(), "出生证明.jpg", actor=actor)
    acts.send(case_id, actor=actor, key=key(), version=version(case_id))
    return case_id


def accepted(town: Town) -> UUID:
    """The same, accepted at the window: handed to the police."""
    case_id = newborn(town)
    acts.accept(case_id, actor=town.actor("he-fang"), key=key(), version=version(case_id))
    return case_id


def task_of(case_id: UUID) -> Task:
    return Task.objects.get(case_id=case_id, is_open=True)


def sweep() -> None:
    """What the worker does when time has passed."""
    pushing.sweep()
    sweeping.sweep()


def later(**span: float) -> None:
    clock.move_by(timedelta(**span))
    sweep()


def events(case_id: UUID) -> list[str]:
    return list(Event.objects.filter(case_id=case_id).order_by("id").values_list("act", flat=True))


def test_accepting_hands_the_case_over_and_the_systems_answer_grants_it(town: Town, police: Any) -> None:
    there = police()
    case_id = accepted(town)
    task = task_of(case_id)
    assert (task.role, task.system, task.department, task.step) == ("system", "police-household", "public-security", "register")
    sweep()
    assert docking.of_tasks([task.id])[task.id].state == "sent"
    later(hours=3)
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.decided_on) == ("granted", clock.today())
    assert events(case_id) == ["send", "accept", "system-answered"]
    event = Event.objects.filter(case_id=case_id).latest("id")
    assert (event.actor, event.actor_department) == (None, "public-security")
    assert event.data["acts"] == ["system-answered", "grant"]
    assert event.data["remote"] == docking.of_tasks([task.id])[task.id].remote_id == "HZ00000001"
    assert event.data["records"] == REGISTERED
    assert [letter.type for letter in case.letters.order_by("id")] == ["acceptance", "registration-notice"]
    assert list(there.cabinet.pushes().values()) == [1]


def test_only_the_declared_facts_travel_with_the_number_and_the_service(town: Town, police: Any) -> None:
    import json
    import sqlite3

    there = police()
    case_id = accepted(town)
    sweep()
    (body,) = (json.loads(row[0]) for row in sqlite3.connect(there.cabinet.file).execute("SELECT body FROM parcel"))
    assert set(body) == {"number", "service", "area", "step", "fields"}
    assert body["number"] == Case.objects.get(pk=case_id).number
    assert body["service"]["id"] == "newborn-household"
    fields = body["fields"]
    assert fields["parent_name"] == "苏晴"
    assert len(fields["parent_id_number"]) == 18
    assert (fields["child_name"], fields["child_born"], fields["child_sex"]) == ("林小满", "2026-10-20", "female")
    assert set(fields) <= set(reads.ground_of(Case.objects.get(pk=case_id)).service.steps["register"].sends)


def test_no_identity_number_stands_in_the_case_or_in_the_record(town: Town, police: Any) -> None:
    import json

    police()
    case_id = accepted(town)
    sweep()
    later(hours=3)
    from tongban.parties import reads as parties

    number = parties.identifiers("person", town.actor("su-qing").person_id)["id_number"]
    told = json.dumps([dict(entry.payload) for entry in ledger.entries(case_id)], ensure_ascii=False)
    kept = json.dumps(list(Event.objects.filter(case_id=case_id).values_list("data", "facts", "explanation")), ensure_ascii=False)
    assert number not in told
    assert number not in kept


def test_an_answer_that_does_not_meet_every_condition_goes_to_a_person_and_is_never_a_refusal(town: Town, police: Any) -> None:
    police(answers=((100, {"certificate": "differs", "result": "not-registered"}),))
    case_id = accepted(town)
    sweep()
    later(hours=3)
    case, task = Case.objects.get(pk=case_id), task_of(case_id)
    assert (case.state, case.decided_on) == ("review", None)
    assert (task.role, task.system, task.department) == ("decider", "", "public-security")
    officer = town.actor("gu-wen")
    desk = reads.desk_case(case_id, officer)
    assert "decide" in desk.acts
    answers = {clause.id: clause.answer.value for clause in desk.case.clauses}
    assert (answers["certificate_true"], answers["registered"]) == ("no", "no")
    done = acts.decide(case_id, "refuse", actor=officer, key=key(), version=version(case_id), words="出生医学证明与登记不一致。")
    assert done.state == "refused"


def test_a_system_that_is_down_gives_the_step_to_people_and_the_clocks_run_on(town: Town, police: Any) -> None:
    police(down=100)
    case_id = accepted(town)
    due = Case.objects.get(pk=case_id).due_on
    sweep()
    assert task_of(case_id).role == "system"
    later(hours=25)
    task = task_of(case_id)
    assert task.role == "decider"
    assert events(case_id)[-1] == "system-silent"
    assert Case.objects.get(pk=case_id).due_on == due
    officer = town.actor("gu-wen")
    assert [row.case_id for row in reads.queue(officer, "mine").rows] == [case_id]


def test_entered_by_hand_with_reason_and_paper_it_goes_on_as_if_answered(town: Town, police: Any) -> None:
    police(down=100)
    case_id = accepted(town)
    task, officer = task_of(case_id), town.actor("gu-wen")
    paper = files.keep(picture(), name="登记单.jpg", accept=("jpg",), max_bytes=10**7, owner=case_id)
    done = acts.enter_by_hand(
        task.id, actor=officer, key=key(), records=REGISTERED, words="系统不通，凭派出所书面登记单录入。", paper=paper.id
    )
    assert done.state == "granted"
    event = Event.objects.filter(case_id=case_id).latest("id")
    assert (event.act, event.actor_name, event.data["paper"]) == ("by-hand", "顾文", str(paper.id))
    assert Handover.objects.get(task_id=task.id).state == "by-hand"
    assert [entry.act for entry in ledger.entries(case_id)][-2:] == ["docking.by-hand", "cases.by-hand"]


def test_by_hand_needs_every_record_and_a_reason_and_another_cases_paper_proves_nothing(town: Town, police: Any) -> None:
    case_id = accepted(town)
    task, officer = task_of(case_id), town.actor("gu-wen")
    with pytest.raises(ReasonMissingError):
        acts.enter_by_hand(task.id, actor=officer, key=key(), records=REGISTERED, words=" ")
    with pytest.raises(RecordMissingError):
        acts.enter_by_hand(task.id, actor=officer, key=key(), records={"result": "registered"}, words="凭登记单")
    with pytest.raises(RecordMissingError):
        acts.enter_by_hand(task.id, actor=officer, key=key(), records=REGISTERED | {"result": "已登记"}, words="凭登记单")
    foreign = files.keep(picture(), name="别处.jpg", accept=("jpg",), max_bytes=10**7, owner=uuid7())
    acts.enter_by_hand(task.id, actor=officer, key=key(), records=REGISTERED, words="凭登记单", paper=foreign.id)
    assert Event.objects.filter(case_id=case_id).latest("id").data["paper"] == ""


@pytest.mark.parametrize("login", ["he-fang", "tang-li", "liu-yang", "su-qing"])
def test_nobody_but_the_declared_role_of_that_department_enters_by_hand_or_pushes_again(town: Town, police: Any, login: str) -> None:
    case_id = accepted(town)
    task = task_of(case_id)
    for act in (
        lambda: acts.enter_by_hand(task.id, actor=town.actor(login), key=key(), records=REGISTERED, words="x"),
        lambda: acts.push_again(task.id, actor=town.actor(login), key=key()),
    ):
        with pytest.raises((CaseNotFoundError, MayNotError)):
            act()


def test_a_systems_step_is_neither_passed_nor_decided_by_anybody(town: Town, police: Any) -> None:
    case_id = accepted(town)
    task, officer = task_of(case_id), town.actor("gu-wen")
    with pytest.raises((MayNotError, WrongStateError)):
        acts.complete_step(task.id, actor=officer, key=key(), records=REGISTERED)
    with pytest.raises((MayNotError, WrongStateError)):
        acts.decide(case_id, "grant", actor=officer, key=key(), version=version(case_id), words="x")
    assert reads.desk_case(case_id, officer).acts == {"by-hand", "push-again", "stop"}


def test_an_official_does_not_enter_a_relatives_answer(town: Town, police: Any) -> None:
    from tongban.parties import acts as parties
    from tongban.parties.core.people import Kin

    case_id = accepted(town)
    parties.enter_kin([Kin(town.actor("gu-wen").person_id, town.actor("su-qing").person_id, "spouse")], by="test", source="test")
    with pytest.raises(OwnCaseError):
        acts.enter_by_hand(task_of(case_id).id, actor=town.actor("gu-wen"), key=key(), records=REGISTERED, words="x")
    assert reads.desk_case(case_id, town.actor("gu-wen")).acts == frozenset()


def test_the_same_form_sent_twice_is_one_entry(town: Town, police: Any) -> None:
    case_id = accepted(town)
    once, officer = key(), town.actor("gu-wen")
    task = task_of(case_id)
    first = acts.enter_by_hand(task.id, actor=officer, key=once, records=REGISTERED, words="凭登记单")
    assert acts.enter_by_hand(task.id, actor=officer, key=once, records=REGISTERED, words="凭登记单") == first
    assert events(case_id).count("by-hand") == 1


def test_a_later_answer_that_differs_from_the_hand_is_a_difference_and_moves_nothing(town: Town, police: Any) -> None:
    police(answers=((100, {"certificate": "differs", "result": "not-registered"}),))
    case_id = accepted(town)
    task = task_of(case_id)
    sweep()
    acts.enter_by_hand(task.id, actor=town.actor("gu-wen"), key=key(), records=REGISTERED, words="凭登记单")
    later(hours=3)
    assert Case.objects.get(pk=case_id).state == "granted"
    assert events(case_id)[-1] == "by-hand"
    (difference,) = Difference.objects.all()
    assert (difference.kind, difference.number) == ("differs", Case.objects.get(pk=case_id).number)


def test_an_answer_that_has_come_but_was_not_taken_yet_is_not_overtaken_by_hand(town: Town, police: Any) -> None:
    police()
    case_id = accepted(town)
    pushing.sweep()
    clock.move_by(timedelta(hours=3))
    pushing.sweep()
    with pytest.raises(AlreadyOverError):
        acts.enter_by_hand(
            task_of(case_id).id, actor=town.actor("gu-wen"), key=key(), records=REGISTERED | {"result": "not-registered"}, words="x"
        )
    sweeping.sweep()
    assert Case.objects.get(pk=case_id).state == "granted"


def test_pushed_again_the_step_is_the_systems_again_and_its_answer_counts(town: Town, police: Any) -> None:
    police(down=100)
    case_id = accepted(town)
    later(hours=25)
    task = task_of(case_id)
    police(down=0)
    acts.push_again(task.id, actor=town.actor("gu-wen"), key=key())
    assert task_of(case_id).role == "system"
    sweep()
    later(hours=3)
    assert Case.objects.get(pk=case_id).state == "granted"
    assert events(case_id) == ["send", "accept", "system-silent", "push-again", "system-answered"]


def test_an_answer_outside_the_agreement_is_shown_to_a_person(town: Town, police: Any) -> None:
    police(answers=((100, {"certificate": "matches", "result": "已登记"}),))
    case_id = accepted(town)
    sweep()
    later(hours=3)
    assert events(case_id)[-1] == "system-unfit"
    assert task_of(case_id).role == "decider"
    desk = reads.desk_case(case_id, town.actor("gu-wen"))
    (step,) = desk.systems
    assert dict(step.handover.unfit) == {"certificate": "matches", "result": "已登记"}
    assert {"by-hand", "push-again"} <= desk.acts


def test_a_withdrawn_case_is_called_off_with_the_system(town: Town, police: Any) -> None:
    there = police()
    case_id = accepted(town)
    task = task_of(case_id)
    sweep()
    acts.withdraw(case_id, actor=town.actor("su-qing"), key=key(), version=version(case_id))
    assert Handover.objects.get(task_id=task.id).state == "withdrawn"
    sweep()
    (told,) = there.cabinet.look([str(Handover.objects.get(task_id=task.id).id)], clock.now())
    assert told["state"] == "withdrawn"
    later(hours=5)
    assert Case.objects.get(pk=case_id).state == "withdrawn"


def test_an_answer_after_the_withdrawal_moves_nothing(town: Town, police: Any) -> None:
    police()
    case_id = accepted(town)
    pushing.sweep()
    clock.move_by(timedelta(hours=3))
    pushing.sweep()
    acts.withdraw(case_id, actor=town.actor("su-qing"), key=key(), version=version(case_id))
    sweeping.sweep()
    assert Case.objects.get(pk=case_id).state == "withdrawn"
    assert docking.untaken() == ()


def test_the_steps_own_time_holds_for_a_system_too(town: Town, police: Any) -> None:
    police(delay=(timedelta(days=20), timedelta(days=20)))
    case_id = accepted(town)
    task = task_of(case_id)
    assert task.step_due_on == catalogue_calendar().add_working(clock.today(), 3)
    assert task.on_silence == "escalate"
    later(days=6)
    assert "escalate" in events(case_id)
    assert task_of(case_id).role == "system"


def catalogue_calendar() -> Any:
    from tongban.catalogue import reads as catalogue

    return catalogue.city().calendar


def test_the_applicant_sees_that_the_system_answered_and_nothing_internal(town: Town, police: Any) -> None:
    police(down=100)
    case_id = accepted(town)
    later(hours=25)
    acts.enter_by_hand(task_of(case_id).id, actor=town.actor("gu-wen"), key=key(), records=REGISTERED, words="系统不通，凭登记单录入。")
    view = reads.case_view(case_id, town.actor("su-qing"))
    said = [(event.act, event.title.zh, event.who, event.words) for event in view.events[-2:]]
    assert said[0][:2] == ("system-silent", "公安户政系统未答复，转人工办理")
    assert said[1][2:] == ("", "")
    assert [stop.state for stop in view.stations][:3] == ["done", "done", "done"]
