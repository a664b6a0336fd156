"""The wall of what is due: each number opens exactly the cases that it counts; late against the promise and late against the law are two rows."""

from __future__ import annotations

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.cases.test_tolerance import accept, owing
from tests.cases.walking import accepted, promised, the_case, working_days_later
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.reads.wall import KINDS
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def numbers(town: Town, login: str = "qian-guohua") -> dict[tuple[str, str], int]:
    """Every number that is not nought, and with each the promise that it opens as many cases."""
    found = {}
    for kind, cells in reads.wall(town.actor(login)).rows.items():
        for cell in cells:
            shown, _ = reads.behind(town.actor(login), kind, cell.bucket)
            assert len(shown) == cell.count, (kind, cell.bucket)
            if cell.count:
                found[kind, cell.bucket] = cell.count
    return found


def test_nothing_is_due_where_nothing_was_sent(town: Town) -> None:
    assert numbers(town) == {}


def test_a_case_stands_under_every_limit_that_runs(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    case = the_case(case_id)
    assert numbers(town) == {("answer", str(case.answer_due_on)): 1, ("promise", str(case.due_on)): 1}, "the statutory limit is further off"


def test_late_against_the_promise_and_then_against_the_law(town: Town) -> None:
    accepted(town)
    working_days_later(6)
    assert numbers(town)["promise", "late"] == 1
    assert ("statute", "late") not in numbers(town)
    working_days_later(5)
    assert numbers(town)["statute", "late"] == 1


def test_what_waits_for_the_applicant_is_its_own_row(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.ask_correction(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id), questions=[], words="请补图。")
    working_days_later(6)
    assert {kind for kind, _ in numbers(town)} == {"reply"}


def test_a_stopped_case_is_due_only_for_its_stop(town: Town) -> None:
    case_id = accepted(town)
    acts.stop(case_id, "testing", actor=town.actor("liu-yang"), key=key(), version=version(case_id), days=3, words="送检")
    assert numbers(town) == {("stop", str(the_case(case_id).stop_due_on)): 1}


def test_owed_papers_deliveries_and_checks_are_due_too(town: Town) -> None:
    case_id = owing(town)
    accept(town, case_id)
    assert ("owed", str(the_case(case_id).owed_due_on)) in numbers(town, "han-lei")
    granted = promised(town)
    working_days_later(5)
    assert ("deliver", str(the_case(granted).deliver_due_on)) in numbers(town)
    working_days_later(11)
    assert any(kind == "check" for kind, _ in numbers(town, "wu-qiang"))


def test_a_day_off_counts_with_the_working_day_after_it(town: Town) -> None:
    accepted(town)
    days = reads.wall(town.actor("qian-guohua")).days
    assert days[0] == clock.today()
    assert len(days) == len(set(days)) == 6
    assert sum(count for (kind, _), count in numbers(town).items() if kind == "promise") == 1


def test_nobody_sees_another_departments_wall(town: Town) -> None:
    accepted(town)
    assert numbers(town, "feng-xue") == {}
    assert all(reads.behind(town.actor("feng-xue"), kind, "late") == ((), "") for kind in KINDS)


def warnings(town: Town) -> list[str]:
    from tongban.messages import reads as messages

    return [one.text.zh for one in messages.inbox(town.actor("qian-guohua").person_id) if one.template == "due-soon"]


def test_the_head_is_warned_once_a_day_before_the_law_is_broken(town: Town) -> None:
    from tongban.house.worker import pass_time

    accepted(town)
    working_days_later(7)
    pass_time()
    assert warnings(town) == [], "three days are left"
    working_days_later(1)
    pass_time()
    pass_time()
    assert len(warnings(town)) == 1
    assert "1件" in warnings(town)[0]
    working_days_later(1)
    pass_time()
    assert len(warnings(town)) == 2
