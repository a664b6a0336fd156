"""Whoever disagrees with a decision asks the department to look again: others than those who decided do, and what they change is decided anew."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.finished import HANDS, decided_restaurant, open_task, step
from tests.cases.test_lifecycle import key, photo, records_for, restaurant, send, version
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, MayNotError, WrongStateError
from tongban.cases.feedback_errors import HadAHandError, NotOpenToThisError
from tongban.cases.models import Case, Event, Letter, Task
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

REVIEW = "decision-review"
WHY = {"what": "facts", "why": "房屋用途在决定前一天已改为商业，登记已更新。"}


def asked(town: Town, case_id: UUID, login: str = "chen-xiao") -> UUID:
    """A review that was asked for."""
    actor = town.actor(login)
    review = acts.start_about(REVIEW, case_id, actor=actor)
    acts.save(review, WHY, actor=actor, version=version(review))
    acts.send(review, actor=actor, key=key(), version=version(review))
    return review


def reviewed(town: Town, answer: str) -> tuple[UUID, UUID]:
    """A refused restaurant and its review, decided."""
    case_id = decided_restaurant(town, "refuse")
    review = asked(town, case_id)
    step(town, review, "gu-an", words="登记在决定前已变更。", opinion="changed" if answer == "grant" else "stands")
    acts.decide(review, answer, actor=town.actor("qian-guohua"), key=key(), version=version(review), words="见审查意见。")  # type: ignore[arg-type]
    return case_id, review


def test_a_refused_applicant_asks_for_a_review_and_it_goes_to_whom_it_may(town: Town) -> None:
    case_id = decided_restaurant(town, "refuse")
    assert [one.service for one in reads.openable(case_id)] == [REVIEW]
    review = Case.objects.get(pk=asked(town, case_id))
    assert (review.about_id, review.state, review.department) == (case_id, "examining", "market-regulation")
    assert open_task(review.id).role == "legal-reviewer"
    assert review.due_on == catalogue.city().calendar.add_working(clock.today(), 10)
    assert reads.openable(case_id) == (), "one at a time"


def test_an_agents_mandate_for_the_service_is_enough_for_its_review(town: Town) -> None:
    case_id = decided_restaurant(town, "refuse")
    review = asked(town, case_id)
    assert reads.case_view(review, town.actor("zhao-jianguo")).row.id == review
    assert reads.case_view(review, town.actor("chen-xiao")).row.id == review
    with pytest.raises(CaseNotFoundError):
        acts.start_about(REVIEW, case_id, actor=town.actor("li-min"))


def test_a_review_is_not_applied_for_by_itself(town: Town) -> None:
    firm = town.firm("chen-xiao")
    with pytest.raises(CaseNotFoundError):
        acts.start(REVIEW, actor=town.actor("chen-xiao"), principal_kind="firm", principal_id=firm.id)
    with pytest.raises(NotOpenToThisError):
        acts.start_about("bad-rating", decided_restaurant(town, "refuse"), actor=town.actor("chen-xiao"))


def test_what_was_granted_or_is_not_decided_is_not_reviewed(town: Town) -> None:
    granted, under_way = decided_restaurant(town), restaurant(town)
    send(town, under_way, "chen-xiao")
    for case_id in (granted, under_way):
        assert reads.openable(case_id) == ()
        with pytest.raises(NotOpenToThisError):
            acts.start_about(REVIEW, case_id, actor=town.actor("chen-xiao"))


def test_a_review_is_asked_for_until_the_declared_day(town: Town) -> None:
    case_id = decided_restaurant(town, "refuse")
    actor = town.actor("chen-xiao")
    review = acts.start_about(REVIEW, case_id, actor=actor)
    acts.save(review, WHY, actor=actor, version=1)
    last = catalogue.city().calendar.add_calendar(clock.today(), 60)
    clock.move_by(timedelta(days=(last - clock.today()).days))
    assert reads.openable(case_id)
    clock.move_by(timedelta(days=1))
    assert reads.openable(case_id) == ()
    with pytest.raises(NotOpenToThisError):
        acts.send(review, actor=actor, key=key(), version=version(review))


def test_two_drafts_about_two_cases_are_two(town: Town) -> None:
    actor = town.actor("chen-xiao")
    first, second = (acts.start_about(REVIEW, decided_restaurant(town, "refuse"), actor=actor) for _ in range(2))
    assert first != second
    about = Case.objects.get(pk=first).about_id
    assert about is not None
    assert acts.start_about(REVIEW, about, actor=actor) == first


def test_nobody_who_had_a_hand_in_the_decision_handles_its_review(town: Town) -> None:
    from tongban.parties.acts.posts import appoint

    for login in HANDS:
        for role in ("legal-reviewer", "head"):
            appoint(person_id=town.actor(login).person_id, department="market-regulation", role=role, area="990100", by=None)
    review = asked(town, decided_restaurant(town, "refuse"))
    for login in HANDS:
        assert review not in {row.case_id for row in reads.queue(town.actor(login), "mine").rows}
        with pytest.raises(HadAHandError):
            step(town, review, login, opinion="stands")
    step(town, review, "gu-an", opinion="stands")
    for login in HANDS:
        with pytest.raises(HadAHandError):
            acts.decide(review, "refuse", actor=town.actor(login), key=key(), version=version(review), words="x")


def test_who_examined_does_not_decide(town: Town) -> None:
    from tongban.parties.acts.posts import appoint

    appoint(person_id=town.actor("gu-an").person_id, department="market-regulation", role="head", area="990100", by=None)
    review = asked(town, decided_restaurant(town, "refuse"))
    step(town, review, "gu-an", opinion="stands")
    with pytest.raises(MayNotError):
        acts.decide(review, "refuse", actor=town.actor("gu-an"), key=key(), version=version(review), words="x")


def test_a_decision_that_stands_is_told_with_reasons_and_leaves_the_case_closed(town: Town) -> None:
    case_id, review = reviewed(town, "refuse")
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.is_open) == ("refused", False)
    (letter,) = Case.objects.get(pk=review).letters.all()
    text = "".join(paragraph["zh"] for paragraph in letter.paragraphs)
    assert "维持原决定" in text
    assert str(case.number) in text
    assert "见审查意见。" in text
    assert "行政复议" in text
    assert reads.openable(case_id) == (), "what was reviewed is not reviewed again"


def test_a_decision_that_is_changed_takes_the_case_up_again_in_the_same_act(town: Town) -> None:
    case_id, review = reviewed(town, "grant")
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.is_open, case.decided_on, case.reopened_on) == ("review", True, None, clock.today())
    event = Event.objects.filter(case=case).latest("id")
    assert (event.act, event.actor, event.words) == ("reopen", town.actor("qian-guohua").person_id, "见审查意见。")
    assert Case.objects.get(pk=review).state == "review-changed"
    assert [letter.type for letter in Case.objects.get(pk=review).letters.all()] == ["review-change"]


def test_nothing_of_the_past_is_rewritten_when_a_case_is_reopened(town: Town) -> None:
    case_id = decided_restaurant(town, "refuse")
    before = list(Event.objects.filter(case_id=case_id).order_by("id").values())
    letters = list(Case.objects.get(pk=case_id).letters.order_by("id").values())
    review = asked(town, case_id)
    step(town, review, "gu-an", opinion="changed")
    acts.decide(review, "grant", actor=town.actor("qian-guohua"), key=key(), version=version(review), words="用途已变更。")
    assert list(Event.objects.filter(case_id=case_id).order_by("id").values())[: len(before)] == before
    standing = ("standing", "standing_since", "later_id")
    after = list(Case.objects.get(pk=case_id).letters.order_by("id").values())
    assert [{name: value for name, value in one.items() if name not in standing} for one in after] == [
        {name: value for name, value in one.items() if name not in standing} for one in letters
    ], "what was written stays as it was; whether it still stands is told beside it"


def test_a_refusal_that_was_overturned_no_longer_stands(town: Town) -> None:
    case_id, review = reviewed(town, "grant")
    refusal, change = Letter.objects.get(case_id=case_id, type="decision-refuse"), Letter.objects.get(case_id=review)
    assert (refusal.standing, refusal.later_id) == ("annulled", change.id)
    assert {one.standing for one in Letter.objects.filter(case_id=case_id).exclude(pk=refusal.id)} == {""}
    assert f"撤销《不予行政许可决定书》（{refusal.number}）" in change.paragraphs[0]["zh"]
    assert re.fullmatch(r"云\w+复变〔\d{4}〕\d+号", change.number)


def test_a_refusal_that_was_upheld_still_stands(town: Town) -> None:
    case_id, _ = reviewed(town, "refuse")
    assert Letter.objects.get(case_id=case_id, type="decision-refuse").standing == ""


def test_the_limits_of_a_reopened_case_count_from_its_reopening(town: Town) -> None:
    case_id = decided_restaurant(town, "refuse")
    clock.move_by(timedelta(days=20))
    review = asked(town, case_id)
    step(town, review, "gu-an", opinion="changed")
    acts.decide(review, "grant", actor=town.actor("qian-guohua"), key=key(), version=version(review), words="用途已变更。")
    case = Case.objects.get(pk=case_id)
    limits = catalogue.city().services["food-business-licence"].limits
    add = catalogue.city().calendar.add_working
    assert (case.due_on, case.statutory_due_on) == (add(clock.today(), limits.promised.days), add(clock.today(), limits.statutory.days))
    assert {task.due_on for task in Task.objects.filter(case=case, is_open=True)} == {case.due_on}


def test_a_reopened_case_is_decided_anew_and_may_be_granted(town: Town) -> None:
    case_id, _ = reviewed(town, "grant")
    acts.complete_step(open_task(case_id).id, actor=town.actor("liu-yang"), key=key())
    site = open_task(case_id)
    for login in ("wu-qiang", "zheng-jie"):
        acts.complete_step(site.id, actor=town.actor(login), key=key(), records=records_for(site), photos=[photo(case_id)])
    done = acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="符合")
    assert done.state == "granted"


def test_nobody_reopens_a_case_but_by_a_review(town: Town) -> None:
    case_id = decided_restaurant(town, "refuse")
    for login in (*HANDS, "qian-guohua", "gu-an"):
        with pytest.raises((WrongStateError, MayNotError, CaseNotFoundError, HadAHandError)):
            acts.accept(case_id, actor=town.actor(login), key=key(), version=version(case_id))
    assert "reopen" not in acts.__all__


def test_a_refusal_to_accept_that_is_changed_waits_to_be_accepted_again(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.not_accept(case_id, "not-accept", actor=town.actor("liu-yang"), key=key(), version=version(case_id), words="不属本机关职权。")
    review = asked(town, case_id)
    step(town, review, "gu-an", opinion="changed")
    acts.decide(review, "grant", actor=town.actor("qian-guohua"), key=key(), version=version(review), words="属本机关职权。")
    case = Case.objects.get(pk=case_id)
    assert case.letters.get(type="not-accepted").standing == "annulled"
    assert (case.state, case.accepted_on, case.answer_due_on) == (
        "received",
        None,
        catalogue.city().calendar.add_working(clock.today(), 5),
    )
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))


def test_a_review_that_was_withdrawn_may_be_asked_for_again(town: Town) -> None:
    case_id = decided_restaurant(town, "refuse")
    review = asked(town, case_id)
    acts.withdraw(review, actor=town.actor("chen-xiao"), key=key(), version=version(review))
    assert asked(town, case_id) != review


def test_the_two_cases_know_of_each_other(town: Town) -> None:
    case_id, review = reviewed(town, "grant")
    assert [row.id for row in reads.linked_on_my_side(case_id)] == [review]
    about = reads.concerned(review)
    assert about is not None
    assert about.id == case_id
    for login in ("liu-yang", "gu-an"):
        assert [row.id for row in reads.linked_on_desk(case_id, town.actor(login))] == [review]
