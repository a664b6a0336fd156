"""Urged by the person, urged by a supervisor, escalated by the clock; and a reporter whom nobody who handles it sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.tickets.making import Hotline, case, happened, key, later, ticket, told, waits
from tests.town import Town
from tongban.cases import reads, tasks
from tongban.cases.acts import tickets
from tongban.cases.core.tickets.errors import UrgedAlreadyError
from tongban.cases.errors import CaseNotFoundError, MayNotError, OwnCaseError
from tongban.kernel import clock
from tongban.parties.models import Post

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def test_the_person_urges_once_in_the_declared_hours_and_the_handler_hears_it(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    due = ticket(one).due_by
    tickets.urge(one, actor=town.actor("li-min"), key=key(), words="三天了")
    assert told(town, "guo-tao", "ticket-urged") == 1
    clock.move_by(timedelta(hours=23, minutes=59))
    with pytest.raises(UrgedAlreadyError):
        tickets.urge(one, actor=town.actor("li-min"), key=key())
    clock.move_by(timedelta(minutes=2))
    tickets.urge(one, actor=town.actor("li-min"), key=key())
    assert (ticket(one).urges, ticket(one).due_by) == (2, due)


def test_a_supervisor_and_the_head_of_the_department_urge_when_they_see_fit(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    for login in ("gao-feng", "wei-min", "gao-feng"):
        tickets.press(one, actor=town.actor(login), key=key(), words="请今天办结")
    assert told(town, "guo-tao", "ticket-urged") == 3
    with pytest.raises((MayNotError, CaseNotFoundError)):
        tickets.press(one, actor=town.actor("jiang-tao"), key=key(), words="快办")


def test_urging_a_merged_ticket_reaches_whoever_handles_it(hotline: Hotline, town: Town) -> None:
    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    hotline.merge(other, main)
    tickets.urge(other, actor=town.actor("zhou-minhua"), key=key())
    assert told(town, "guo-tao", "ticket-urged") == 1


def test_what_is_answered_is_not_urged(hotline: Hotline, town: Town) -> None:
    from tongban.cases.errors import WrongStateError

    one = hotline.tell()
    hotline.answer(one)
    with pytest.raises(WrongStateError):
        tickets.urge(one, actor=town.actor("li-min"), key=key())


def rungs(case_id) -> list[int]:
    return [event.data["rung"] for event in happened(case_id, "escalate")]


def test_office_head_supervision_and_district_are_told_each_at_its_time(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(danger="yes")
    later(minutes=59)
    assert rungs(one) == []
    later(minutes=2)
    assert (rungs(one), told(town, "guo-tao", "ticket-escalated")) == ([0], 1)
    later(minutes=36)
    assert (rungs(one), told(town, "wei-min", "ticket-escalated")) == ([0, 1], 1)
    later(minutes=24)
    assert (rungs(one), told(town, "gao-feng", "ticket-escalated")) == ([0, 1, 2], 1)
    later(hours=24)
    assert (rungs(one), told(town, "shi-lei", "ticket-escalated")) == ([0, 1, 2, 3], 1)
    later(days=30)
    assert rungs(one) == [0, 1, 2, 3, 4]
    assert (ticket(one).rung_at, told(town, "gao-feng", "ticket-escalated")) == (None, 2)


def test_a_rung_without_a_holder_goes_one_up_at_once_and_says_so(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(category="water-supply")
    later(hours=20)
    event = happened(one, "escalate")[-1]
    assert event.data["rung"] == 1, "the head of the water bureau: nobody holds that post"
    assert event.data["empty"] == [["water", "head"]]
    assert event.data["at"] == ["performance-office", "supervisor"]
    assert event.data["told"] == ["高峰"]


def test_where_nobody_at_all_holds_a_post_the_top_rung_keeps_it_and_the_ladder_goes_on(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(danger="yes")
    Post.objects.filter(role__in=["handler", "head", "supervisor"]).update(ends=clock.today() - timedelta(days=1))
    later(days=4)
    assert rungs(one) == [0, 1, 2, 3, 4]
    assert all(event.data["told"] == [] and event.data["at"] == ["performance-office", "supervisor"] for event in happened(one, "escalate"))


def test_a_ticket_nobody_has_dispatched_is_escalated_at_the_dispatchers(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(category="other", danger="yes")
    later(minutes=61)
    assert told(town, "luo-qian", "ticket-escalated") == 1
    assert happened(one, "escalate")[0].data["at"] == ["data-bureau", "dispatcher"]


def test_a_dispute_does_not_shield_from_escalation(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(danger="yes")
    hotline.dispute(one)
    later(minutes=61)
    assert told(town, "meng-yu", "ticket-escalated") == 1
    assert rungs(one) == [0]


def test_what_was_answered_in_time_is_escalated_no_more(hotline: Hotline) -> None:
    one = hotline.tell(danger="yes")
    later(minutes=61)
    hotline.answer(one)
    later(days=3)
    assert rungs(one) == [0]


def test_reopened_past_its_limit_the_rungs_that_were_not_done_are_done_and_none_again(hotline: Hotline) -> None:
    one = hotline.tell(danger="yes")
    later(minutes=61)
    hotline.answer(one)
    later(days=1, hours=1)
    hotline.judge(one, fixed=False)
    later(minutes=1)
    assert rungs(one) == [0, 1, 2, 3]


def test_a_worker_that_comes_twice_or_late_does_each_rung_once(hotline: Hotline) -> None:
    one = hotline.tell(danger="yes")
    clock.move_by(timedelta(days=9))
    for _ in range(3):
        tasks.sweep()
    assert rungs(one) == [0, 1, 2, 3, 4]


# Who asked


def test_who_handles_a_report_sees_neither_name_nor_number(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(kind="report", phone="13912345678")
    tickets.urge(one, actor=town.actor("li-min"), key=key(), words="怎么还没人管")
    assert case(one).is_sealed
    desk = reads.desk_case(one, town.actor("guo-tao"))
    told_of = repr(desk)
    for secret in ("李敏", "13912345678"):
        assert secret not in told_of
    assert [row.applicant_name for row in reads.queue(town.actor("guo-tao"), "mine").rows] == ["（不具名）"]
    assert all(event.actor_name != "李敏" for event in happened(one))


def test_nobody_finds_a_sealed_ticket_by_name(hotline: Hotline, town: Town) -> None:
    open_one, sealed = hotline.tell(), hotline.tell(kind="report")
    found = {row.case_id for row in reads.search(town.actor("guo-tao"), "李敏")}
    assert open_one in found
    assert sealed not in found


def test_who_asked_to_stay_unnamed_does(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(anonymous="yes")
    assert "李敏" not in repr(reads.desk_case(one, town.actor("guo-tao")))
    assert reads.case_view(one, town.actor("li-min")).ticket.is_sealed


def test_the_hotline_looks_with_a_reason_and_the_person_sees_that_it_did(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(kind="report", phone="13912345678")
    dispatcher = town.actor("luo-qian")
    assert reads.desk_case(one, dispatcher).who is None
    tickets.see_who(one, actor=dispatcher, key=key(), words="承办部门要问清位置")
    who = reads.desk_case(one, dispatcher).who
    assert (who.name, [number for _, number in who.contact]) == ("李敏", ["13912345678"])
    assert reads.desk_case(one, town.actor("guo-tao")).who is None
    assert told(town, "li-min", "ticket-seen-who") == 1
    seen = reads.case_view(one, town.actor("li-min")).events[-1]
    assert (seen.act, seen.words) == ("see-who", "承办部门要问清位置")


def test_a_handler_may_not_look_who_it_was(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(kind="report")
    for login in ("guo-tao", "gao-feng"):
        with pytest.raises(MayNotError):
            tickets.see_who(one, actor=town.actor(login), key=key(), words="想知道是谁")


def test_a_relative_is_kept_from_handling_without_being_told_whose_it_is(hotline: Hotline, town: Town) -> None:
    """That one has to stand aside would say who reported."""
    sealed, open_one = hotline.tell("guo-tao", kind="report"), hotline.tell("guo-tao")
    with pytest.raises(MayNotError) as refused:
        hotline.answer(sealed)
    assert not isinstance(refused.value, OwnCaseError)
    with pytest.raises(OwnCaseError):
        hotline.answer(open_one)
    desk = reads.desk_case(sealed, town.actor("guo-tao"))
    assert (desk.stands_aside, desk.acts) == (False, frozenset())


def test_offices_words_to_each_other_are_not_the_persons_to_read(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    hotline.dispute(one, words="这是路灯所的事，内部意见")
    hotline.rule(one, "stays")
    told_of = repr(reads.case_view(one, town.actor("li-min")).events)
    assert "内部意见" not in told_of
    assert "按职责清单" not in told_of
    assert waits(one) == [("handle", "urban-management")]
