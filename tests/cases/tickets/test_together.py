"""Tickets about the same matter: suggested, merged, told alike, judged apart, and taken apart again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.tickets.making import Hotline, case, happened, key, later, ticket, told, waits, work
from tests.town import Town
from tongban.cases.acts import tickets
from tongban.cases.core.tickets.errors import NotMergeableError
from tongban.cases.errors import CaseNotFoundError, MayNotError, WrongStateError
from tongban.cases.reads.tickets.alike import alike
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def likely(case_id) -> list:
    service = catalogue.city().services[case(case_id).service]
    return [one.case_id for one in alike(ticket(case_id), service.tickets.alike)]


def test_the_same_matter_near_by_is_suggested_as_it_comes_in(hotline: Hotline) -> None:
    first = hotline.tell()
    second = hotline.tell("zhou-minhua", what="望江路18号路灯坏了一个星期，晚上看不见路", place="30.3102,150.2303")
    assert likely(second) == [first]
    assert ticket(second).likely == first


@pytest.mark.parametrize(
    "other",
    [
        {"category": "garbage"},
        {"what": "小区门口的树枝挡住了红绿灯，请修剪一下"},
        {"place": "30.3201,150.2302"},
        {"area": "990103100", "place": ""},
    ],
)
def test_another_category_other_words_or_another_place_is_another_matter(hotline: Hotline, other: dict[str, str]) -> None:
    hotline.tell()
    assert likely(hotline.tell("zhou-minhua", **other)) == []


def test_near_by_across_the_border_of_a_street_is_near_by(hotline: Hotline) -> None:
    first = hotline.tell()
    assert likely(hotline.tell("zhou-minhua", area="990101001", place="30.3103,150.2304")) == [first]


def test_what_is_long_past_is_not_suggested(hotline: Hotline) -> None:
    hotline.tell()
    clock.move_by(timedelta(days=31))
    assert likely(hotline.tell("zhou-minhua")) == []


def test_merged_tickets_hear_the_same_and_each_person_judges_for_themselves(hotline: Hotline, town: Town) -> None:
    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    assert hotline.merge(other, main).state == "merged"
    assert waits(other) == []
    tickets.progress(main, actor=town.actor("guo-tao"), key=key(), words="已派人去看")
    work()
    assert told(town, "zhou-minhua", "ticket-progress") == told(town, "li-min", "ticket-progress") == 1
    hotline.answer(main)
    work()
    assert (case(other).state, ticket(other).reason, ticket(other).fixed) == ("answered", "solved", "yes")
    assert happened(other, "answer")[0].words == happened(main, "answer")[0].words
    assert told(town, "zhou-minhua", "ticket-answered") == 1
    assert hotline.judge(other, fixed=True, satisfied=True, by="zhou-minhua").state == "confirmed"
    assert (case(main).state, ticket(main).said_fixed) == ("answered", None)


def test_an_update_is_told_once_however_often_its_job_runs(hotline: Hotline, town: Town) -> None:
    from tongban.cases.acts.tickets.sharing import fan_out, follow
    from tongban.jobs.models import Job

    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    hotline.merge(other, main)
    hotline.answer(main)
    payload = Job.objects.get(kind="cases.share").payload
    for _ in range(3):
        fan_out(payload)
    assert Job.objects.filter(kind="cases.follow").count() == 1
    following = Job.objects.get(kind="cases.follow").payload
    for _ in range(3):
        follow(following)
    assert len(happened(other, "answer")) == 1
    assert told(town, "zhou-minhua", "ticket-answered") == 1


def test_who_says_not_fixed_goes_their_own_way_with_their_own_clock(hotline: Hotline) -> None:
    main = hotline.tell()
    clock.move_by(timedelta(days=1))
    other = hotline.tell("zhou-minhua")
    due = case(other).due_on
    hotline.merge(other, main)
    hotline.answer(main)
    work()
    assert hotline.judge(other, fixed=False, by="zhou-minhua").state == "reopened"
    assert (waits(other), case(other).due_on, ticket(other).merged_into) == ([("handle", "urban-management")], due, None)
    assert case(main).state == "answered"


def test_taken_apart_a_ticket_is_dispatched_anew_and_its_limit_is_what_it_was(hotline: Hotline, town: Town) -> None:
    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    due, by = case(other).due_on, ticket(other).due_by
    hotline.merge(other, main)
    assert case(other).due_on is None
    clock.move_by(timedelta(days=2))
    done = tickets.unmerge(other, actor=town.actor("luo-qian"), key=key(), version=hotline.version(other), words="不是同一盏灯")
    assert (done.state, waits(other)) == ("received", [("dispatch", "data-bureau")])
    assert (case(other).due_on, ticket(other).due_by) == (due, by)
    hotline.answer(main)
    work()
    assert case(other).state == "received", "what was taken apart hears no more of it"


def test_those_that_are_merged_in_a_row_all_hear_the_answer(hotline: Hotline) -> None:
    first, second, third = hotline.tell(), hotline.tell("zhou-minhua"), hotline.tell("chen-xiao")
    hotline.merge(third, second)
    hotline.merge(second, first)
    hotline.answer(first)
    work()
    assert [case(one).state for one in (second, third)] == ["answered", "answered"]


def test_merging_goes_into_what_runs_and_never_in_a_circle(hotline: Hotline) -> None:
    first, second = hotline.tell(), hotline.tell("zhou-minhua")
    with pytest.raises(NotMergeableError):
        hotline.merge(first, first)
    hotline.merge(second, first)
    with pytest.raises(NotMergeableError):
        hotline.merge(first, second)
    third = hotline.tell("chen-xiao")
    hotline.answer(third)
    with pytest.raises(NotMergeableError):
        hotline.merge(first, third)
    with pytest.raises(WrongStateError):
        hotline.merge(third, first)
    with pytest.raises(NotMergeableError):
        hotline.merge(first, hotline.tell("chen-xiao", service="hazard-report", category="street"))


def test_only_the_hotline_merges(hotline: Hotline) -> None:
    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    with pytest.raises(MayNotError):
        hotline.merge(other, main, by="guo-tao")
    with pytest.raises(CaseNotFoundError):
        hotline.merge(other, main, by="jiang-tao")


def test_when_the_first_person_withdraws_the_others_are_not_left_alone(hotline: Hotline, town: Town) -> None:
    from tongban.cases import acts

    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    hotline.merge(other, main)
    acts.withdraw(main, actor=town.actor("li-min"), key=key(), version=hotline.version(main))
    work()
    assert (case(main).state, case(other).state) == ("withdrawn", "received")
    assert waits(other) == [("dispatch", "data-bureau")]
    assert ticket(main).rung_at is None


def test_what_is_handled_as_part_of_another_is_not_escalated_by_itself(hotline: Hotline) -> None:
    main, other = hotline.tell(danger="yes"), hotline.tell("zhou-minhua", danger="yes")
    hotline.merge(other, main)
    later(hours=3)
    assert ticket(main).rung == 3
    assert ticket(other).rung == 0
