"""A bad rating opens a case of its own: verified, put right, answered, called back, reviewed; by others than those it is about, each in time or visibly late."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.finished import HANDS, answer, decided_restaurant, granted_allowance, open_task, rated_badly, said, step
from tests.cases.test_lifecycle import key, version
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.core.delivery import Handed
from tongban.cases.errors import CaseNotFoundError, MayNotError, ReasonMissingError, RecordMissingError, WrongStateError
from tongban.cases.feedback_errors import HadAHandError
from tongban.cases.models import Case, Event, Rated, Rating, Task
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.messages import reads as messages

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def after(days: int) -> object:
    """So many working days from today."""
    return catalogue.city().calendar.add_working(clock.today(), days)


def state(case_id: UUID) -> str:
    return Case.objects.get(pk=case_id).state


def closed(town: Town, redress: Case) -> None:
    """Called back and found to be put right."""
    step(town, redress.id, "xie-lan", reached="satisfied")
    step(town, redress.id, "xie-lan", verdict="settled")


# --- opened by itself ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "opened"), [(5, 0), (4, 0), (3, 0), (2, 1), (1, 1)])
def test_the_two_lowest_levels_open_exactly_one_case_and_the_others_none(town: Town, level: int, opened: int) -> None:
    case_id = granted_allowance(town)
    acts.rate(case_id, said(level), actor=town.actor("li-min"), key=key())
    assert Case.objects.filter(about_id=case_id).count() == opened


def test_it_is_opened_by_the_machine_numbered_and_due(town: Town) -> None:
    case_id, redress = rated_badly(town)
    about = Case.objects.get(pk=case_id)
    assert (redress.channel, redress.state, redress.way, redress.department) == ("machine", "verifying", "redress", about.department)
    assert redress.number is not None
    assert redress.number[6:10] == catalogue.city().departments[about.department].number
    assert (redress.due_on, redress.statutory_due_on) == (after(5), after(15))
    (event,) = Event.objects.filter(case=redress)
    assert (event.act, event.actor, event.actor_name, event.data) == ("open", None, "", {"origin": "rate"})
    task = open_task(redress.id)
    assert (task.step, task.role, task.department, task.step_due_on) == ("verify", "rating-officer", about.department, after(1))


def test_the_rater_is_told_that_it_was_opened_and_the_department_is_not_told_whom(town: Town) -> None:
    _, redress = rated_badly(town)
    told = [message for message in messages.inbox(town.actor("chen-xiao").person_id, limit=5) if message.template == "open-verifying"]
    assert len(told) == 1
    assert str(redress.number) in told[0].text.zh


def test_a_bad_rating_of_an_answer_to_an_appeal_is_looked_into_too(town: Town) -> None:
    from tests.cases.test_reviews import reviewed

    _, review_id = reviewed(town, "refuse")
    done = acts.rate(review_id, said(1), actor=town.actor("chen-xiao"), key=key())
    redress = Case.objects.get(pk=done.redress_id)
    assert redress.about_service == "food-business-licence"
    kept_from = set(redress.kept_from)
    assert {town.actor(login).person_id for login in (*HANDS, "gu-an", "qian-guohua")} <= kept_from


# --- the way ---------------------------------------------------------------------------------------------------------------------------


def test_true_and_mended_at_once_is_answered_called_back_and_closed(town: Town) -> None:
    _, redress = rated_badly(town)
    step(town, redress.id, "tang-min", finding="at-once")
    assert open_task(redress.id).step == "answer"
    assert answer(town, redress.id).state == "rating-answered"
    call = open_task(redress.id)
    assert (call.step, call.role, call.department, call.due_on) == ("call_back", "rating-supervisor", "data-bureau", after(5))
    assert step(town, redress.id, "xie-lan", reached="satisfied").state == "called-back"
    assert step(town, redress.id, "xie-lan", verdict="settled").state == "rating-closed"
    case = Case.objects.get(pk=redress.id)
    assert (case.is_open, case.step) == (False, "")
    assert not Task.objects.filter(case=case, is_open=True).exists()
    brought = [event.data.get("brings") for event in Event.objects.filter(case=case).order_by("id")]
    assert brought == [None, None, None, "call-back", "close"]


def test_what_is_put_right_in_time_leaves_what_was_done_on_record(town: Town) -> None:
    _, redress = rated_badly(town)
    step(town, redress.id, "tang-min", finding="in-time")
    assert open_task(redress.id).step == "put_right"
    step(town, redress.id, "tang-min", words="窗口补了一次告知单，并改为一次说清。", done="changed")
    assert open_task(redress.id).step == "answer"
    event = Event.objects.filter(case=redress, step="put_right").get()
    assert (event.words, event.data["records"]) == ("窗口补了一次告知单，并改为一次说清。", {"done": "changed"})


def test_every_step_says_in_words_what_was_done(town: Town) -> None:
    _, redress = rated_badly(town)
    with pytest.raises(ReasonMissingError):
        step(town, redress.id, "tang-min", words="  ", finding="explain")
    with pytest.raises(RecordMissingError):
        step(town, redress.id, "tang-min")
    step(town, redress.id, "tang-min", finding="explain")
    with pytest.raises(ReasonMissingError):
        answer(town, redress.id, words="")


def test_what_was_not_put_right_goes_back_and_its_limits_count_anew(town: Town) -> None:
    _, redress = rated_badly(town)
    step(town, redress.id, "tang-min", finding="at-once")
    answer(town, redress.id)
    step(town, redress.id, "xie-lan", reached="dissatisfied")
    clock.move_by(timedelta(days=3))
    assert step(town, redress.id, "xie-lan", words="承诺的材料没有退回。", verdict="again").state == "verifying"
    case = Case.objects.get(pk=redress.id)
    assert (case.is_open, case.decided_on, case.due_on) == (True, None, after(5))
    assert [event.act for event in Event.objects.filter(case=case).order_by("id")] == ["open", "step", "grant", "step", "step"]
    step(town, redress.id, "tang-min", finding="in-time")
    step(town, redress.id, "tang-min", done="mended")
    answer(town, redress.id)
    closed(town, case)
    assert state(redress.id) == "rating-closed"


def test_nobody_closes_it_before_it_was_called_back(town: Town) -> None:
    _, redress = rated_badly(town)
    for login in ("tang-min", "xie-lan"):
        with pytest.raises((WrongStateError, MayNotError)):
            acts.decide(redress.id, "refuse", actor=town.actor(login), key=key(), version=version(redress.id), words="x")
    step(town, redress.id, "tang-min", finding="at-once")
    answer(town, redress.id)
    with pytest.raises(MayNotError):
        step(town, redress.id, "tang-min", reached="satisfied")


# --- mistaken ratings --------------------------------------------------------------------------------------------------------------------


def test_supervision_judges_whether_a_rating_is_mistaken_and_the_rating_stays(town: Town) -> None:
    case_id, redress = rated_badly(town, words="评错了，我想评的是别的事。")
    assert step(town, redress.id, "tang-min", finding="mistaken").state == "disputed"
    judge = open_task(redress.id)
    assert (judge.role, judge.department, judge.step_due_on) == ("rating-supervisor", "data-bureau", after(2))
    with pytest.raises(MayNotError):
        step(town, redress.id, "tang-min", ruling="mistaken")
    assert step(town, redress.id, "xie-lan", words="文字说明评的是另一件事。", ruling="mistaken").state == "mis-rated"
    rating = Rated.objects.get(case_id=case_id).rating
    assert (rating.level, rating.mistaken_on) == (2, clock.today())
    assert Rating.objects.count() == 1
    told = [message.template for message in messages.inbox(town.actor("chen-xiao").person_id, limit=3)]
    assert "mis-rated" in told


def test_a_rating_that_stands_has_to_be_put_right(town: Town) -> None:
    _, redress = rated_badly(town)
    step(town, redress.id, "tang-min", finding="mistaken")
    assert step(town, redress.id, "xie-lan", ruling="stands").state == "handling"
    assert open_task(redress.id).step == "put_right"
    assert Rating.objects.get().mistaken_on is None


# --- who handles and who sees it -----------------------------------------------------------------------------------------------------------


def test_nobody_who_had_a_hand_in_the_case_handles_or_even_finds_it(town: Town) -> None:
    from tongban.parties.acts.posts import appoint

    for login in HANDS:
        appoint(person_id=town.actor(login).person_id, department="market-regulation", role="rating-officer", area="990100", by=None)
    case_id, redress = rated_badly(town)
    assert set(redress.kept_from) >= {town.actor(login).person_id for login in HANDS}
    for login in HANDS:
        actor = town.actor(login)
        with pytest.raises((HadAHandError, CaseNotFoundError)):
            step(town, redress.id, login, finding="at-once")
        with pytest.raises(CaseNotFoundError):
            reads.desk_case(redress.id, actor)
        with pytest.raises(CaseNotFoundError):
            reads.lookup(str(redress.number), actor)
        for box in ("mine", "today", "late", "waiting", "department", "done"):
            assert redress.id not in {row.case_id for row in reads.queue(actor, box).rows}, (login, box)  # type: ignore[arg-type]
        for words in (str(redress.number), str(redress.number)[-5:], "差评", "味来"):
            assert redress.id not in {row.case_id for row in reads.search(actor, words)}, (login, words)
        assert not reads.linked_on_desk(case_id, actor)


def test_a_relative_of_the_rater_finds_it_as_little(town: Town) -> None:
    _, redress = rated_badly(town)
    with pytest.raises(CaseNotFoundError):
        reads.desk_case(redress.id, town.actor("zhao-jianmin"))
    assert redress.id not in {row.case_id for row in reads.queue(town.actor("zhao-jianmin"), "department").rows}


def test_who_handles_it_is_told_neither_who_rated_nor_which_case(town: Town) -> None:
    case_id, redress = rated_badly(town)
    case, rater = Case.objects.get(pk=case_id), town.actor("chen-xiao")
    officer = town.actor("tang-min")
    seen = (
        repr(reads.desk_case(redress.id, officer)) + repr(reads.lookup(str(redress.number), officer)) + repr(reads.queue(officer, "mine"))
    )
    seen += repr(reads.rating_on_desk(redress.id, officer)) + repr(reads.search(officer, "差评"))
    for secret in (case.number, case.applicant_name, rater.name, case_id, rater.person_id, case.applicant_id):
        assert str(secret) not in seen
    assert reads.concerned_on_desk(redress.id, officer) is None
    told = reads.rating_on_desk(redress.id, officer)
    assert told is not None
    assert (told.level, told.words, told.contact, told.title.zh) == (2, "跑了两趟，说法不一。", "", "食品经营许可")


def test_numbers_by_which_people_are_known_are_masked_in_what_they_wrote(town: Town) -> None:
    _, redress = rated_badly(town, words="打 １３８ 0000 0000 没人接，证号990101193802140019，8月3日又去了一次。")
    told = reads.rating_on_desk(redress.id, town.actor("tang-min"))
    assert told is not None
    assert told.words == "打 ＊＊＊ 没人接，证号＊＊＊，8月3日又去了一次。"


def test_who_agreed_to_be_known_is_named_to_who_puts_it_right_and_still_not_to_who_is_rated(town: Town) -> None:
    case_id, redress = rated_badly(town, is_named=True, contact="13800000000")
    case = Case.objects.get(pk=case_id)
    officer = town.actor("tang-min")
    assert reads.desk_case(redress.id, officer).case.row.applicant_name == case.applicant_name
    about = reads.concerned_on_desk(redress.id, officer)
    assert about is not None
    assert about.number == case.number
    told = reads.rating_on_desk(redress.id, officer)
    assert told is not None
    assert told.contact == "13800000000"
    for login in HANDS:
        with pytest.raises(CaseNotFoundError):
            reads.desk_case(redress.id, town.actor(login))


def test_supervision_sees_both_and_the_auditor_the_redress_alone(town: Town) -> None:
    case_id, redress = rated_badly(town)
    supervisor, auditor = town.actor("xie-lan"), town.actor("shen-yi")
    about = reads.concerned_on_desk(redress.id, supervisor)
    assert about is not None
    assert about.id == case_id
    assert [row.id for row in reads.linked_on_desk(case_id, supervisor)] == [redress.id]
    reads.desk_case(redress.id, auditor)
    assert reads.concerned_on_desk(redress.id, auditor) is None
    assert not reads.linked_on_desk(case_id, auditor)


def test_the_raters_side_sees_the_redress_beside_the_case_and_follows_it(town: Town) -> None:
    case_id, redress = rated_badly(town)
    for login in ("chen-xiao", "zhao-jianguo"):
        actor = town.actor(login)
        assert [row.id for row in reads.linked_on_my_side(case_id)] == [redress.id]
        assert reads.case_view(redress.id, actor).row.number == redress.number
        assert {row.id for row in reads.my_cases(actor)} == {case_id}, "it is no application; it is told with the case"
        assert reads.linked_with([case_id])[case_id][0].id == redress.id
    with pytest.raises(CaseNotFoundError):
        reads.case_view(redress.id, town.actor("li-min"))


# --- late --------------------------------------------------------------------------------------------------------------------------------


def test_a_redress_that_is_not_verified_in_time_is_late_by_whom_it_waits_for(town: Town) -> None:
    _, redress = rated_badly(town)
    supervisor = town.actor("xie-lan")
    (row,) = reads.supervised(supervisor)
    assert (row.case_id, row.is_late, row.department) == (redress.id, False, "market-regulation")
    clock.move_by(timedelta(days=(after(2) - clock.today()).days))  # type: ignore[operator]
    (row,) = reads.supervised(supervisor)
    assert (row.is_late, row.days_late, row.step_title.zh) == (True, 1, "核实")


def test_an_answer_after_the_promised_day_is_counted_as_late(town: Town) -> None:
    _, redress = rated_badly(town)
    step(town, redress.id, "tang-min", finding="at-once")
    clock.move_by(timedelta(days=(after(6) - clock.today()).days))  # type: ignore[operator]
    answer(town, redress.id)
    event = Event.objects.get(case=redress, act="grant")
    assert clock.local_date(event.at).isoformat() > event.data["due_on"]


def test_the_case_is_rated_whoever_handed_it_out(town: Town) -> None:
    case_id = decided_restaurant(town)
    acts.hand_out(case_id, actor=town.actor("sun-lihua"), key=key(), handed=Handed("陈晓"))
    done = acts.rate(case_id, said(1), actor=town.actor("chen-xiao"), key=key())
    assert town.actor("sun-lihua").person_id in Case.objects.get(pk=done.redress_id).kept_from


def test_the_desks_lists_show_the_days_of_the_step_and_not_of_the_whole(town: Town) -> None:
    _, redress = rated_badly(town)
    (row,) = [row for row in reads.queue(town.actor("tang-min"), "mine").rows if row.case_id == redress.id]
    assert row.due_on == after(1)
    clock.move_by(timedelta(days=(after(2) - clock.today()).days))  # type: ignore[operator]
    assert redress.id in {row.case_id for row in reads.queue(town.actor("tang-min"), "late").rows}
    step(town, redress.id, "tang-min", finding="at-once")
    (row,) = [row for row in reads.queue(town.actor("tang-min"), "mine").rows if row.case_id == redress.id]
    assert row.due_on == redress.due_on
