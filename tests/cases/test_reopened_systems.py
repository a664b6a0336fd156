"""A case whose step is done by another body's system, refused and taken up again after a review: it is pushed anew, answered anew, and the past stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.cases.finished import step
from tests.cases.test_by_system import accepted, events, later, newborn, sweep, task_of
from tests.cases.test_lifecycle import key, version
from tests.cases.test_reviews import REVIEW
from tests.cases.walking import the_case
from tests.police import REGISTERED
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.models import Event, Letter, Task
from tongban.docking.models import Handover
from tongban.parties.acts.posts import appoint

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
DIFFERS = {"certificate": "differs", "result": "not-registered"}


def refused(town: Town, police: Any) -> UUID:
    """The police's system said that the certificate differs, and an officer refused."""
    police(answers=((100, DIFFERS),))
    case_id = accepted(town)
    sweep()
    later(hours=3)
    acts.decide(case_id, "refuse", actor=town.actor("gu-wen"), key=key(), version=version(case_id), words="出生医学证明与登记不一致。")
    return case_id


def changed_by_review(town: Town, case_id: UUID) -> UUID:
    """The review that takes the case up again, by people who had no hand in it."""
    appoint(person_id=town.actor("qian-guohua").person_id, department="public-security", role="head", area="990100", by=None)
    mother = town.actor("su-qing")
    review = acts.start_about(REVIEW, case_id, actor=mother)
    acts.save(review, {"what": "facts", "why": "医院已更正证明编号。"}, actor=mother, version=version(review))
    acts.send(review, actor=mother, key=key(), version=version(review))
    step(town, review, "gu-an", words="医院已更正。", opinion="changed")
    acts.decide(review, "grant", actor=town.actor("qian-guohua"), key=key(), version=version(review), words="见审查意见。")
    return review


def test_it_is_handed_over_anew_and_the_new_answer_grants_it(town: Town, police: Any) -> None:
    case_id = refused(town, police)
    changed_by_review(town, case_id)
    case, task = the_case(case_id), task_of(case_id)
    assert (case.state, case.decided_on, case.is_open) == ("review", None, True)
    assert (task.step, task.role, task.system, task.department) == ("register", "system", "police-household", "public-security")
    assert case.due_on is not None
    assert case.due_on > case.reopened_on, "its limits count anew"
    there = police()
    sweep()
    assert Handover.objects.filter(case_id=case_id).count() == 2
    assert len(there.cabinet.pushes()) == 2, "to the system it is another case, under the same number"
    later(hours=3)
    case = the_case(case_id)
    assert (case.state, case.decided_on is not None) == ("granted", True)
    assert events(case_id)[-2:] == ["reopen", "system-answered"]
    facts = Event.objects.filter(case_id=case_id).latest("id").facts
    assert facts is not None
    assert facts["register.result"]["value"] == "registered", "the last answer counts"


def test_what_was_answered_and_decided_before_stays_on_record(town: Town, police: Any) -> None:
    case_id = refused(town, police)
    before = list(Event.objects.filter(case_id=case_id).order_by("id").values("id", "act", "data", "facts"))
    review = changed_by_review(town, case_id)
    police()
    sweep()
    later(hours=3)
    after = list(Event.objects.filter(case_id=case_id).order_by("id").values("id", "act", "data", "facts"))
    assert after[: len(before)] == before
    first, second = Handover.objects.filter(case_id=case_id).order_by("id")
    assert (first.state, second.state) == ("answered", "answered")
    letter = Letter.objects.get(case_id=case_id, type="confirmation-refuse")
    assert letter.standing == "annulled"
    assert letter.later_id == Letter.objects.filter(case_id=review).latest("id").id


def test_a_system_that_is_down_gives_the_reopened_step_to_people_too(town: Town, police: Any) -> None:
    case_id = refused(town, police)
    changed_by_review(town, case_id)
    police(down=100)
    sweep()
    later(hours=25)
    task = task_of(case_id)
    assert (task.role, task.system) == ("decider", "police-household")
    assert events(case_id)[-1] == "system-silent"
    done = acts.enter_by_hand(task.id, actor=town.actor("gu-wen"), key=key(), records=REGISTERED, words="凭登记单")
    assert done.state == "granted"


def test_an_answer_that_still_differs_goes_to_a_person_once_more(town: Town, police: Any) -> None:
    case_id = refused(town, police)
    changed_by_review(town, case_id)
    police(answers=((100, DIFFERS),))
    sweep()
    later(hours=3)
    case, task = the_case(case_id), task_of(case_id)
    assert (case.state, case.decided_on, task.system, task.role) == ("review", None, "", "decider")
    assert "decide" in reads.desk_case(case_id, town.actor("gu-wen")).acts
    assert (
        acts.decide(case_id, "refuse", actor=town.actor("gu-wen"), key=key(), version=version(case_id), words="仍不一致。").state
        == "refused"
    )


def test_one_that_was_not_accepted_is_taken_up_at_the_window_and_pushed_for_the_first_time(town: Town, police: Any) -> None:
    police()
    case_id = newborn(town)
    acts.not_accept(case_id, "not-accept", actor=town.actor("gu-wen"), key=key(), version=version(case_id), words="不属于本机关职权。")
    changed_by_review(town, case_id)
    assert (the_case(case_id).state, task_of(case_id).step) == ("received", "accept")
    assert not Handover.objects.filter(case_id=case_id).exists()
    acts.accept(case_id, actor=town.actor("he-fang"), key=key(), version=version(case_id))
    sweep()
    later(hours=3)
    assert the_case(case_id).state == "granted"
    assert Task.objects.filter(case_id=case_id, is_open=True).count() == 0
