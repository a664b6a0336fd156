"""Special procedures stop the clocks (行政许可法 第四十五条), the head extends the statutory limit (第四十二条), nothing else moves a date."""

from __future__ import annotations

import pytest

from tests.cases.test_lifecycle import key, version
from tests.cases.walking import WHY, accepted, acts_of, last, open_task, the_case, visit, working_days_later
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import (
    CaseNotFoundError,
    ExtensionError,
    MayNotError,
    NoSuchStopError,
    OwnCaseError,
    ReasonMissingError,
    StaleCaseError,
    WrongStateError,
)
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.messages import reads as messages

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def stop(town: Town, case_id: object, *, by: str = "liu-yang", kind: str = "testing", days: int = 3, words: str = WHY) -> acts.Done:
    return acts.stop(case_id, kind, actor=town.actor(by), key=key(), version=version(case_id), days=days, words=words)


def resume(town: Town, case_id: object, *, by: str = "liu-yang") -> acts.Done:
    return acts.resume(case_id, actor=town.actor(by), key=key(), version=version(case_id), words="检测合格，报告编号 JC-7。")


def test_while_samples_are_tested_no_limit_runs_and_afterwards_both_are_later_by_what_it_took(town: Town) -> None:
    case_id = accepted(town)
    before, step_due = the_case(case_id), open_task(case_id).step_due_on
    assert stop(town, case_id).state == "stopped"
    stopped = the_case(case_id)
    assert (stopped.due_on, stopped.statutory_due_on) == (None, None)
    assert open_task(case_id).step_due_on is None
    assert stopped.stop_due_on == catalogue.city().calendar.add_working(clock.today(), 3)
    working_days_later(4)
    assert resume(town, case_id).state == "review"
    after, add = the_case(case_id), catalogue.city().calendar.add_working
    assert after.due_on == add(before.due_on, 4)
    assert after.statutory_due_on == add(before.statutory_due_on, 4)
    assert open_task(case_id).step_due_on == add(step_due, 4)
    assert (open_task(case_id).due_on, after.stop_due_on) == (after.due_on, None)


def test_the_applicant_is_told_of_the_stop_and_of_its_end(town: Town) -> None:
    case_id = accepted(town)
    stop(town, case_id)
    resume(town, case_id)
    told = [one.template for one in messages.of_case(case_id)]
    assert told[-2:] == ["clock-stopped", "clock-resumed"]
    assert last(case_id).words.startswith("检测合格")


@pytest.mark.parametrize("kind", ["site", "inspection", "holiday", ""])
def test_a_check_on_the_spot_stops_nothing(town: Town, kind: str) -> None:
    case_id = accepted(town)
    with pytest.raises(NoSuchStopError):
        stop(town, case_id, kind=kind)
    assert acts_of(case_id)[-1] == "accept"


@pytest.mark.parametrize("days", [0, -1, 401])
def test_how_long_it_takes_is_told_in_whole_days(town: Town, days: int) -> None:
    with pytest.raises(NoSuchStopError):
        stop(town, accepted(town), days=days)


def test_before_acceptance_nothing_can_be_stopped_because_nothing_runs(town: Town) -> None:
    from tests.cases.test_lifecycle import restaurant, send

    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    with pytest.raises(WrongStateError):
        stop(town, case_id)


def test_a_second_stop_waits_for_the_end_of_the_first_and_both_count(town: Town) -> None:
    case_id = accepted(town)
    before = the_case(case_id).statutory_due_on
    stop(town, case_id)
    with pytest.raises(WrongStateError):
        stop(town, case_id, kind="hearing")
    working_days_later(2)
    resume(town, case_id)
    stop(town, case_id, kind="hearing")
    working_days_later(1)
    resume(town, case_id)
    assert the_case(case_id).statutory_due_on == catalogue.city().calendar.add_working(before, 3)


def test_a_stop_after_the_promise_was_broken_mends_nothing(town: Town) -> None:
    case_id = accepted(town)
    before = the_case(case_id)
    working_days_later(6)
    stop(town, case_id)
    working_days_later(3)
    resume(town, case_id)
    after = the_case(case_id)
    assert after.due_on == before.due_on < clock.today(), "it is as late as it was"
    assert after.statutory_due_on == catalogue.city().calendar.add_working(before.statutory_due_on, 3)


def test_a_stop_that_ends_on_the_day_it_began_takes_nothing(town: Town) -> None:
    case_id = accepted(town)
    before = the_case(case_id).statutory_due_on
    stop(town, case_id)
    resume(town, case_id)
    assert the_case(case_id).statutory_due_on == before


def test_nobody_decides_while_it_is_stopped_but_the_applicant_may_withdraw(town: Town) -> None:
    case_id = accepted(town)
    acts.complete_step(open_task(case_id).id, actor=town.actor("liu-yang"), key=key())
    visit(town, open_task(case_id))
    stop(town, case_id)
    with pytest.raises(WrongStateError):
        acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="合格")
    done = acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
    assert done.state == "withdrawn"
    assert not the_case(case_id).is_open


def test_a_stop_needs_its_reasons_the_right_office_and_the_latest_version(town: Town) -> None:
    case_id = accepted(town)
    with pytest.raises(ReasonMissingError):
        stop(town, case_id, words="  ")
    with pytest.raises(OwnCaseError):
        stop(town, case_id, by="zhao-jianmin")
    with pytest.raises(MayNotError):
        stop(town, case_id, by="he-fang")
    with pytest.raises(CaseNotFoundError):
        stop(town, case_id, by="feng-xue")
    with pytest.raises(StaleCaseError):
        acts.stop(case_id, "testing", actor=town.actor("liu-yang"), key=key(), version=1, days=3, words=WHY)


def extend(town: Town, case_id: object, days: int = 10, *, by: str = "qian-guohua", words: str = "现场情况复杂，需要复核。") -> acts.Done:
    return acts.extend(case_id, actor=town.actor(by), key=key(), version=version(case_id), days=days, words=words)


def test_the_head_extends_the_statutory_limit_and_the_promise_stays(town: Town) -> None:
    case_id = accepted(town)
    before = the_case(case_id)
    assert extend(town, case_id, 5).state == "accepted"
    after = the_case(case_id)
    assert after.due_on == before.due_on, "a broken promise is not mended by more time"
    assert after.statutory_due_on == catalogue.city().calendar.add_working(before.statutory_due_on, 5)
    assert open_task(case_id).statutory_due_on == after.statutory_due_on
    assert [one.template for one in messages.of_case(case_id)][-1] == "extended"


@pytest.mark.parametrize("days", [0, 6])
def test_by_no_more_than_the_law_of_the_item_allows(town: Town, days: int) -> None:
    """Ten working days for a licence (行政许可法 第四十二条), five for this one."""
    with pytest.raises(ExtensionError, match="1 至 5|1 to 5"):
        extend(town, accepted(town), days)


def test_once(town: Town) -> None:
    case_id = accepted(town)
    extend(town, case_id, 2)
    with pytest.raises(ExtensionError, match="已经延长过|already"):
        extend(town, case_id, 2)


def test_not_by_a_reviewer_and_not_without_reasons(town: Town) -> None:
    case_id = accepted(town)
    with pytest.raises(MayNotError):
        extend(town, case_id, by="liu-yang")
    with pytest.raises(ReasonMissingError):
        extend(town, case_id, words=" ")


def test_too_late_is_too_late(town: Town) -> None:
    case_id = accepted(town)
    working_days_later(11)
    with pytest.raises(ExtensionError, match="已过|passed"):
        extend(town, case_id)


def test_once_the_statutory_limit_has_passed_nothing_stops_it_any_more(town: Town) -> None:
    case_id = accepted(town)
    last_day = the_case(case_id).statutory_due_on
    working_days_later(10)
    assert clock.today() == last_day
    assert "stop" in reads.desk_case(case_id, town.actor("liu-yang")).acts
    working_days_later(1)
    assert "stop" not in reads.desk_case(case_id, town.actor("liu-yang")).acts
    with pytest.raises(ExtensionError, match="已过|passed"):
        stop(town, case_id)
    assert (the_case(case_id).stops, the_case(case_id).statutory_due_on) == ([], last_day)


def test_an_extension_and_a_stop_add_up_in_any_order(town: Town) -> None:
    one, add = accepted(town), catalogue.city().calendar.add_working
    before = the_case(one).statutory_due_on
    stop(town, one)
    working_days_later(3)
    resume(town, one)
    extend(town, one, 5)
    assert the_case(one).statutory_due_on == add(before, 8)
