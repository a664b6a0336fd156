"""What a decided case's page shows is what the decision rested on, whatever registers say afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import key, version
from tests.town import Town
from tongban.cases import acts, reads
from tongban.exchange import acts as exchange
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_a_decided_case_shows_the_facts_that_it_was_decided_on(town: Town) -> None:
    case_id = to_decision(town)
    decider, applicant = town.actor("sun-lihua"), town.actor("chen-xiao")
    acts.decide(case_id, "grant", actor=decider, key=key(), version=version(case_id), words="x")
    on_the_day = reads.case_view(case_id, applicant)
    assert {item.state for item in on_the_day.prefilled if item.need == "firm"} == {"value"}
    clock.move_by(timedelta(days=2))
    exchange.suspend("market-regulation/business-licence", by="test")
    acts.gather(case_id, actor="test")
    later = reads.case_view(case_id, applicant)
    assert later.prefilled == on_the_day.prefilled
    assert (later.answers, later.stations, later.clauses) == (on_the_day.answers, on_the_day.stations, on_the_day.clauses)


def test_a_running_case_shows_what_registers_said_last(town: Town) -> None:
    case_id = to_decision(town)
    clock.move_by(timedelta(days=2))
    exchange.suspend("market-regulation/business-licence", by="test")
    acts.gather(case_id, actor="test")
    shown = reads.case_view(case_id, town.actor("chen-xiao")).prefilled
    assert {item.state for item in shown if item.need == "firm"} == {"unknown"}
