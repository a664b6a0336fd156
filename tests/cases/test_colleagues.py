"""Giving a task to a colleague, covering for one, and what happens when a department lets a step's days pass."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.test_lifecycle import key, version
from tests.cases.walking import accepted, acts_of, last, open_task, the_case, working_days_later
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import MayNotError, NotAColleagueError, WrongStateError
from tongban.kernel import clock
from tongban.messages import reads as messages
from tongban.parties import acts as parties
from tongban.parties import reads as who

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def colleague(town: Town, login: str = "han-lei") -> None:
    """A second reviewer who need not stand aside."""
    parties.appoint(person_id=town.actor(login).person_id, department="market-regulation", role="reviewer", area="990100", by=None)


def assign(town: Town, task_id: object, to: str | None, *, by: str = "qian-guohua") -> acts.Done:
    return acts.assign(task_id, town.actor(to).person_id if to else None, actor=town.actor(by), key=key(), words="请你来办。")


def mine(town: Town, login: str, case_id: object) -> bool:
    return case_id in {row.case_id for row in reads.queue(town.actor(login), "mine").rows}


def test_what_is_given_to_one_is_no_longer_anothers(town: Town) -> None:
    colleague(town)
    case_id = accepted(town)
    task = open_task(case_id)
    assign(town, task.id, "han-lei")
    assert (mine(town, "han-lei", case_id), mine(town, "liu-yang", case_id)) == (True, False)
    with pytest.raises(MayNotError):
        acts.complete_step(task.id, actor=town.actor("liu-yang"), key=key())
    assert acts.complete_step(task.id, actor=town.actor("han-lei"), key=key()).state == "review"


def test_and_back_to_everybody(town: Town) -> None:
    colleague(town)
    case_id = accepted(town)
    task = open_task(case_id)
    assign(town, task.id, "han-lei")
    assign(town, task.id, None, by="han-lei")
    assert mine(town, "liu-yang", case_id)
    assert (last(case_id).data["from"], last(case_id).data["to"]) == ("韩磊", "")


def test_whoever_has_it_may_hand_it_over(town: Town) -> None:
    colleague(town)
    case_id = accepted(town)
    assign(town, open_task(case_id).id, "han-lei", by="liu-yang")
    assert open_task(case_id).assigned_name == "韩磊"


def test_only_to_somebody_in_the_post_who_need_not_stand_aside(town: Town) -> None:
    case_id = accepted(town)
    for login in ("wu-qiang", "zhao-jianmin", "chen-xiao"):
        with pytest.raises(NotAColleagueError):
            assign(town, open_task(case_id).id, login)
    with pytest.raises(MayNotError):
        assign(town, open_task(case_id).id, "liu-yang", by="he-fang")


def test_the_task_of_acceptance_can_be_given_too(town: Town) -> None:
    from tests.cases.test_lifecycle import restaurant, send

    colleague(town)
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    assign(town, open_task(case_id).id, "han-lei")
    with pytest.raises(MayNotError):
        acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    assert acts.accept(case_id, actor=town.actor("han-lei"), key=key(), version=version(case_id)).state == "accepted"


def test_no_clock_moves_and_the_applicant_reads_nothing_of_it(town: Town) -> None:
    colleague(town)
    case_id = accepted(town)
    before = the_case(case_id)
    assign(town, open_task(case_id).id, "han-lei")
    after = the_case(case_id)
    assert (after.due_on, after.statutory_due_on) == (before.due_on, before.statutory_due_on)
    told = reads.case_view(case_id, town.actor("chen-xiao")).events[-1]
    assert told.words == ""


def test_who_covers_for_a_colleague_does_what_was_given_to_them(town: Town) -> None:
    colleague(town)
    case_id = accepted(town)
    assign(town, open_task(case_id).id, "han-lei")
    post = next(one for one in who.officials("market-regulation", "reviewer", "990100") if one.name == "韩磊").post
    cover = town.actor("feng-xue").person_id
    parties.cover(post_id=post.id, person_id=cover, by=None, ends=clock.today() + timedelta(days=3))
    assert mine(town, "feng-xue", case_id)
    assert acts.complete_step(open_task(case_id).id, actor=town.actor("feng-xue"), key=key()).state == "review"


def test_a_done_task_is_nobodys(town: Town) -> None:
    case_id = accepted(town)
    task = open_task(case_id)
    acts.complete_step(task.id, actor=town.actor("liu-yang"), key=key())
    with pytest.raises(WrongStateError):
        assign(town, task.id, None)


def at_the_site(town: Town) -> object:
    case_id = accepted(town)
    acts.complete_step(open_task(case_id).id, actor=town.actor("liu-yang"), key=key())
    return case_id


def test_a_step_that_is_late_is_told_to_the_head_of_its_department_once(town: Town) -> None:
    case_id = at_the_site(town)
    working_days_later(3)
    assert "escalate" not in acts_of(case_id), "the last day is in time"
    working_days_later(1)
    working_days_later(1)
    assert acts_of(case_id).count("escalate") == 1
    assert last(case_id).data["told"] == ["钱国华"], "the station has no head, so its bureau's head is told"
    assert [one.template for one in messages.inbox(town.actor("qian-guohua").person_id)] == ["step-late"]
    assert open_task(case_id).step == "site", "late is not done"


def test_while_it_is_stopped_by_law_no_step_is_late(town: Town) -> None:
    case_id = at_the_site(town)
    acts.stop(case_id, "testing", actor=town.actor("liu-yang"), key=key(), version=version(case_id), days=10, words="送检。")
    working_days_later(8)
    assert "escalate" not in acts_of(case_id)
