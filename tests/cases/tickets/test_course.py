"""A ticket from the first word to the last: dispatched, disputed, handled, answered, judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.tickets.making import Hotline, case, happened, key, later, ticket, told, waits
from tests.town import Town
from tongban.cases import reads
from tongban.cases.acts import tickets
from tongban.cases.core.tickets.errors import AnswerIncompleteError, DisputeRefusedError, NoSuchDepartmentError, TooLateToReopenError
from tongban.cases.errors import CaseNotFoundError, MayNotError, ReasonMissingError, StaleCaseError, WrongStateError
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def test_a_routed_matter_is_on_the_departments_desk_as_it_is_sent(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    assert case(one).state == "dispatched"
    assert waits(one) == [("handle", "urban-management")]
    assert ticket(one).tier == "general"
    assert told(town, "li-min", "ticket-received") == 1


def test_what_no_routing_names_waits_for_a_dispatcher_who_decides(hotline: Hotline) -> None:
    one = hotline.tell(category="other", area="990100")
    assert (case(one).state, waits(one)) == ("received", [("dispatch", "data-bureau")])
    hotline.dispatch(one, "culture-tourism")
    assert (case(one).state, waits(one)) == ("dispatched", [("handle", "culture-tourism")])
    assert ticket(one).department == case(one).department == "culture-tourism"


def test_a_matter_lies_where_it_is_and_not_where_the_person_lives(hotline: Hotline) -> None:
    assert case(hotline.tell(area="990103100")).area == "990103100"


def test_answered_is_not_fixed_and_the_person_says_which(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    assert hotline.answer(one).state == "answered"
    assert (case(one).due_on, case(one).due_at, waits(one)) == (None, None, [])
    assert told(town, "li-min", "ticket-answered") == 1
    assert hotline.judge(one, fixed=True, satisfied=True).state == "confirmed"
    assert (ticket(one).said_fixed, ticket(one).satisfied, case(one).is_open) == (True, True, False)


def test_not_fixed_reopens_it_to_the_department_that_answered_with_the_clock_as_it_was(hotline: Hotline) -> None:
    one = hotline.tell()
    due, by = case(one).due_on, ticket(one).due_by
    hotline.answer(one)
    later(days=3)
    assert hotline.judge(one, fixed=False).state == "reopened"
    assert waits(one) == [("handle", "urban-management")]
    assert (case(one).due_on, ticket(one).due_by, ticket(one).reopened) == (due, by, 1)


def test_a_reopened_ticket_that_is_past_its_limit_is_late(hotline: Hotline) -> None:
    one = hotline.tell(danger="yes")
    hotline.answer(one)
    later(days=2)
    hotline.judge(one, fixed=False)
    assert ticket(one).is_running
    assert ticket(one).due_by < clock.now()
    assert ticket(one).rung_at is not None


def test_what_was_confirmed_may_still_be_taken_back_within_the_days(hotline: Hotline) -> None:
    one = hotline.tell()
    hotline.answer(one)
    hotline.judge(one, fixed=True, satisfied=True)
    later(days=5)
    assert hotline.judge(one, fixed=False, words="又坏了").state == "reopened"
    assert case(one).is_open


def test_reopening_is_possible_on_the_last_day_and_not_on_the_one_after(hotline: Hotline) -> None:
    kept, late = hotline.tell(), hotline.tell("zhou-minhua")
    for one in (kept, late):
        hotline.answer(one)
    last = ticket(kept).reopen_until
    assert (last - clock.today()).days == 14, "answered on a day after which the fourteenth is a working day"
    clock.move_by(timedelta(days=14))
    assert hotline.judge(kept, fixed=False).state == "reopened"
    clock.move_by(timedelta(days=1))
    with pytest.raises(TooLateToReopenError):
        hotline.judge(late, fixed=False, by="zhou-minhua")


def test_the_fourteenth_day_lasts_until_its_last_minute(hotline: Hotline) -> None:
    one = hotline.tell()
    hotline.answer(one)
    end = clock.local(clock.now()).replace(hour=23, minute=59, second=0) + timedelta(days=14)
    clock.move_by(end - clock.local(clock.now()))
    assert hotline.judge(one, fixed=False).state == "reopened"


def test_who_says_nothing_is_counted_as_that_and_the_ticket_closes(hotline: Hotline) -> None:
    one = hotline.tell()
    hotline.answer(one)
    later(days=14)
    assert case(one).state == "answered"
    later(days=1)
    assert (case(one).state, case(one).is_open) == ("closed", False)
    assert ticket(one).counted["counts"].get("said_nothing") == 1
    assert "satisfied" not in ticket(one).counted["counts"]


def test_reopened_as_often_as_declared_it_goes_to_the_supervision_office(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    for _ in range(2):
        hotline.answer(one)
        assert hotline.judge(one, fixed=False).state == "reopened"
    hotline.answer(one)
    assert hotline.judge(one, fixed=False).state == "supervised"
    assert waits(one) == [("supervise", "performance-office")]
    way = {station.label.zh: station.state for station in reads.case_view(one, town.actor("li-min")).stations}
    assert way == {"登记": "done", "派单": "done", "办理": "done", "答复": "done", "督办复核": "now", "评判": "ahead"}
    with pytest.raises(MayNotError):
        tickets.supervise(one, "stands", actor=town.actor("guo-tao"), key=key(), version=hotline.version(one), words="不用再办")
    again = tickets.supervise(one, "again", actor=town.actor("gao-feng"), key=key(), version=hotline.version(one), words="换一盏灯")
    assert again.state == "reopened"
    hotline.answer(one)
    assert hotline.judge(one, fixed=False).state == "supervised"
    stands = tickets.supervise(one, "stands", actor=town.actor("gao-feng"), key=key(), version=hotline.version(one), words="已换灯，属他处")
    assert (stands.state, case(one).is_open) == ("closed", False)


def test_a_department_disputes_once_and_the_office_that_rules_is_another_person(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(category="other")
    hotline.dispatch(one)
    assert hotline.dispute(one).state == "disputed"
    assert waits(one) == [("ruling", "data-bureau")]
    with pytest.raises(MayNotError):
        hotline.rule(one, "stays", by="luo-qian")
    assert hotline.rule(one, "stays").state == "dispatched"
    assert waits(one) == [("handle", "urban-management")]
    with pytest.raises(DisputeRefusedError) as refused:
        hotline.dispute(one)
    assert refused.value.why == "already"


def test_a_second_dispute_goes_to_the_district_which_answers_and_may_not_dispute(hotline: Hotline) -> None:
    one = hotline.tell(category="other")
    hotline.dispatch(one)
    hotline.dispute(one)
    hotline.rule(one, "moves", department="ecology")
    assert waits(one) == [("handle", "ecology")]
    assert hotline.dispute(one, by="cao-yun", to="housing").state == "dispatched"
    assert waits(one) == [("handle", "jiangbei-government")]
    with pytest.raises(DisputeRefusedError) as refused:
        hotline.dispute(one, by="shi-lei")
    assert refused.value.why == "may-not"
    assert hotline.answer(one, by="shi-lei").state == "answered"


def test_after_the_declared_hours_nothing_is_disputed(hotline: Hotline) -> None:
    in_time, late = hotline.tell(), hotline.tell("zhou-minhua")
    clock.move_by(timedelta(hours=3, minutes=59))
    hotline.dispute(in_time)
    clock.move_by(timedelta(minutes=2))
    with pytest.raises(DisputeRefusedError) as refused:
        hotline.dispute(late)
    assert refused.value.why == "too-late"


def test_a_split_matter_has_one_department_that_answers_and_others_that_help(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    hotline.dispute(one)
    hotline.rule(one, "split", helpers=("ecology", "transport"))
    assert waits(one) == [("handle", "urban-management"), ("help", "ecology"), ("help", "transport")]
    assert ticket(one).department == "urban-management"
    help_of = case(one).tasks.get(step="help", department="ecology")
    tickets.give_help(help_of.id, actor=town.actor("cao-yun"), key=key(), words="噪声不超标")
    assert hotline.answer(one).state == "answered"
    assert [task.outcome for task in case(one).tasks.filter(step="help").order_by("department")] == ["pass", "not-needed"]


def test_who_was_asked_to_help_does_not_become_responsible(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    tickets.ask_help(one, ["water", "transport"], actor=town.actor("guo-tao"), key=key(), words="请一起看电缆沟")
    with pytest.raises(MayNotError):
        hotline.answer(one, by="jiang-tao")
    with pytest.raises(NoSuchDepartmentError):
        tickets.ask_help(one, ["water"], actor=town.actor("guo-tao"), key=key(), words="再请一次")
    assert (case(one).department, case(one).state) == ("urban-management", "handling")


def test_no_dispute_no_ruling_no_help_and_no_answer_moves_the_limit(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(category="other")
    due, by = case(one).due_on, ticket(one).due_by
    hotline.dispatch(one)
    clock.move_by(timedelta(hours=2))
    hotline.dispute(one)
    clock.move_by(timedelta(hours=9))
    hotline.rule(one, "moves", department="ecology")
    tickets.ask_help(one, ["water"], actor=town.actor("cao-yun"), key=key(), words="请协办")
    assert (case(one).due_on, ticket(one).due_by) == (due, by)
    assert all(task.due_on == due for task in case(one).tasks.all())


def test_fixed_needs_proof_where_the_kind_asks_for_it(hotline: Hotline) -> None:
    one = hotline.tell()
    with pytest.raises(AnswerIncompleteError) as lacking:
        hotline.answer(one, record="")
    assert lacking.value.faults.keys() == {"proof"}
    assert hotline.answer(one, record="", photos=[hotline.photo(one)]).state == "answered"


def test_another_cases_photo_proves_nothing(hotline: Hotline) -> None:
    one, other = hotline.tell(), hotline.tell("zhou-minhua")
    with pytest.raises(AnswerIncompleteError):
        hotline.answer(one, record="", photos=[hotline.photo(other), "not-a-photo"])


def test_a_question_is_answered_without_a_photo(hotline: Hotline) -> None:
    assert hotline.answer(hotline.tell(kind="consultation"), reason="explained", record="").state == "answered"


def test_not_fixed_is_closed_only_with_words_and_a_date_to_come(hotline: Hotline) -> None:
    one = hotline.tell()
    with pytest.raises(AnswerIncompleteError) as lacking:
        hotline.answer(one, reason="planned", words=" ")
    assert lacking.value.faults.keys() == {"words", "plan_on"}
    with pytest.raises(AnswerIncompleteError):
        hotline.answer(one, reason="planned", plan_on=clock.today() - timedelta(days=1))
    hotline.answer(one, reason="planned", plan_on=clock.today() + timedelta(days=30))
    assert (ticket(one).fixed, ticket(one).plan_on) == ("no", clock.today() + timedelta(days=30))


def test_out_of_scope_says_where_to_turn(hotline: Hotline) -> None:
    one = hotline.tell(category="other")
    with pytest.raises(AnswerIncompleteError) as lacking:
        hotline.answer(one, by="luo-qian", reason="not-ours")
    assert lacking.value.faults.keys() == {"turn_to"}
    hotline.answer(one, by="luo-qian", reason="not-ours", turn_to="courts")
    assert ticket(one).fixed == "out-of-scope"


def test_a_reason_of_another_kind_is_none(hotline: Hotline) -> None:
    for reason in ("explained", "no-such-reason"):
        with pytest.raises(AnswerIncompleteError) as lacking:
            hotline.answer(hotline.tell(), reason=reason)
        assert lacking.value.faults.keys() == {"reason"}


def test_the_wrong_department_may_neither_dispute_nor_answer(hotline: Hotline) -> None:
    one = hotline.tell()
    for act in (hotline.dispute, hotline.answer):
        with pytest.raises(CaseNotFoundError):
            act(one, by="jiang-tao")


def test_nobody_answers_their_own_or_a_relatives_ticket(hotline: Hotline) -> None:
    with pytest.raises(MayNotError):
        hotline.answer(hotline.tell("guo-tao"))


def test_an_act_out_of_order_is_refused_and_changes_nothing(hotline: Hotline) -> None:
    one = hotline.tell()
    for act in (lambda: hotline.rule(one, "stays"), lambda: hotline.judge(one, fixed=True), lambda: hotline.dispatch(one)):
        before = len(happened(one))
        with pytest.raises((WrongStateError, MayNotError, CaseNotFoundError)):
            act()
        assert len(happened(one)) == before


def test_the_same_answer_twice_is_one(hotline: Hotline, town: Town) -> None:
    one, once, version = hotline.tell(), key(), None
    version = hotline.version(one)
    for _ in range(2):
        done = tickets.answer(one, "solved", actor=town.actor("guo-tao"), key=once, version=version, words="好了", record="3号")
    assert (done.state, len(happened(one, "answer"))) == ("answered", 1)


def test_an_answer_written_before_the_person_added_something_is_asked_for_again(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    seen = hotline.version(one)
    tickets.add(one, actor=town.actor("li-min"), key=key(), words="不是一盏，是三盏")
    with pytest.raises(StaleCaseError):
        tickets.answer(one, "solved", actor=town.actor("guo-tao"), key=key(), version=seen, words="好了", record="3号")


def test_a_dispatcher_corrects_the_category_and_the_limit_follows_from_the_same_beginning(hotline: Hotline) -> None:
    one = hotline.tell(category="other")
    received = ticket(one).received_at
    clock.move_by(timedelta(hours=5))
    hotline.dispatch(one, "water", category="water-supply")
    assert ticket(one).tier == "utility"
    assert ticket(one).due_by == case(one).due_at == received + timedelta(hours=24)


def test_a_longer_limit_needs_a_reason_and_comes_too_late_once_the_shorter_has_passed(hotline: Hotline) -> None:
    one, late = (
        hotline.tell(category="other", service="hazard-report"),
        hotline.tell("zhou-minhua", category="other", service="hazard-report", danger="yes"),
    )
    with pytest.raises(NoSuchDepartmentError):
        hotline.dispatch(one, "water", category="no-such-category")
    assert ticket(one).tier == "general"
    hotline.dispatch(one, "water", category="dyke")
    assert ticket(one).tier == "urgent"
    assert ticket(late).tier == "life"


def test_reasons_are_asked_for_where_somebody_is_told_no(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    with pytest.raises(ReasonMissingError):
        hotline.dispute(one, words="  ")
    hotline.answer(one)
    with pytest.raises(ReasonMissingError):
        hotline.judge(one, fixed=False, words="")


def test_the_hotline_calls_back_and_who_was_not_reached_has_said_nothing(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    hotline.answer(one)
    caller = town.actor("luo-qian")
    missed = tickets.call_back(one, actor=caller, key=key(), version=hotline.version(one), reached=False)
    assert (missed.state, ticket(one).said_fixed) == ("answered", None)
    said = tickets.call_back(one, actor=caller, key=key(), version=hotline.version(one), reached=True, fixed=False, words="没人来过")
    assert (said.state, happened(one)[-1].data["by_phone"]) == ("reopened", True)


def test_who_answered_does_not_call_back(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(category="other")
    hotline.answer(one, by="luo-qian", reason="not-ours", turn_to="courts")
    with pytest.raises(MayNotError):
        tickets.call_back(one, actor=town.actor("luo-qian"), key=key(), version=hotline.version(one), reached=True, fixed=True)
