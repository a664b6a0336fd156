"""The line of stations of a case that ended before a result stops where it stopped."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.town import Town
from tongban.cases import acts, reads

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def sent(town: Town) -> UUID:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    return case_id


def test_the_way_of_a_withdrawn_case_ends_with_the_withdrawal_and_its_day(town: Town) -> None:
    case_id, actor = sent(town), town.actor("chen-xiao")
    acts.withdraw(case_id, actor=actor, key=key(), version=version(case_id))
    line = reads.case_view(case_id, actor).stations
    assert [(stop.label.zh, stop.state) for stop in line] == [("申请", "done"), ("受理前撤件", "ended")]
    assert line[-1].note.zh == "11月4日"


def test_the_way_of_a_running_case_shows_what_lies_ahead(town: Town) -> None:
    line = reads.case_view(sent(town), town.actor("chen-xiao")).stations
    assert [stop.state for stop in line][:2] == ["done", "now"]
    assert {stop.state for stop in line[2:]} == {"ahead"}
