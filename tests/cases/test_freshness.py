"""A fact older than `fresh` is read again before anybody, or any machine, decides on it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.test_hands import sign, to_site
from tests.cases.test_lifecycle import allowance, key, restaurant, send, version
from tests.town import Town
from tongban.cases import acts
from tongban.cases.errors import FactsAgedError
from tongban.cases.models import Event
from tongban.exchange import acts as exchange
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def to_decision(town: Town, wish: acts.Wish | None = None) -> UUID:
    case_id = restaurant(town)
    if wish is not None:
        acts.wish_delivery(case_id, wish, actor=town.actor("chen-xiao"))
    site = to_site(town, case_id)
    sign(town, site, "wu-qiang")
    sign(town, site, "zheng-jie")
    return case_id


@pytest.mark.parametrize("answer", ["grant", "refuse"])
def test_nobody_decides_on_facts_that_have_aged(town: Town, answer: str) -> None:
    case_id = to_decision(town)
    clock.move_by(timedelta(days=2))
    officer = town.actor("sun-lihua")
    with pytest.raises(FactsAgedError) as told:
        acts.decide(case_id, answer, actor=officer, key=key(), version=version(case_id), words="x")
    assert told.value.needs == {"firm", "credit", "staff"}
    acts.gather(case_id, actor="test")
    acts.decide(case_id, answer, actor=officer, key=key(), version=version(case_id), words="x")
    event = Event.objects.filter(case_id=case_id).order_by("id").last()
    assert event.facts["firm.status"]["state"] == "value"


def test_a_register_that_has_fallen_silent_meanwhile_makes_its_facts_unknown_and_stops_nobody(town: Town) -> None:
    case_id = to_decision(town)
    clock.move_by(timedelta(days=2))
    exchange.suspend("market-regulation/business-licence", by="test")
    acts.gather(case_id, actor="test")
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="登记部门未答复，另行核实。")
    event = Event.objects.filter(case_id=case_id).order_by("id").last()
    assert event.facts["firm.status"]["state"] == "unknown"


def test_a_machine_grants_nothing_on_facts_that_have_aged(town: Town) -> None:
    case_id = allowance(town)
    clock.move_by(timedelta(days=60))
    assert send(town, case_id, "li-min").state == "received"
