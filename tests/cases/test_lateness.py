"""Once a case has ended nothing is due on it, and that it was late is still known: on its page and in the figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import key, version
from tests.cases.test_tolerance import accept, owing
from tests.cases.walking import the_case
from tests.town import Town
from tongban.cases import acts, reads
from tongban.faces.desk.drawn import clocks
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.mark.parametrize(("days", "late"), [(0, (False, False)), (9, (True, False)), (40, (True, True))])
def test_a_case_decided_late_stays_late(town: Town, days: int, late: tuple[bool, bool]) -> None:
    case_id = to_decision(town)
    clock.move_by(timedelta(days=days))
    acts.gather(case_id, actor="test")
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="核查合格")
    case = the_case(case_id)
    assert (case.late_promise, case.late_law) == late
    assert (case.due_on, case.statutory_due_on) == (None, None)
    drawn = clocks(reads.desk_case(case_id, town.actor("liu-yang")).case)
    assert tuple(one.is_past for one in drawn) == late
    found = reads.benefit(date.min)["food-business-licence"]
    assert (found.late_promise, found.late_law) == tuple(map(int, late))


def test_who_takes_an_application_back_owes_nothing_any_more(town: Town) -> None:
    case_id = owing(town)
    accept(town, case_id)
    assert the_case(case_id).owed_due_on is not None
    acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
    assert the_case(case_id).owed_due_on is None
