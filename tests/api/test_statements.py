"""How many SQL statements an act takes, through the interface and with the asker's identity read: ten at most."""

from __future__ import annotations

from typing import Any

import pytest

from tests.town import CITY, Town
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts.publish import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.house.bench.furnish import official, who_applies
from tongban.house.bench.script import Applicant, Crew, read_plan, shortened
from tongban.house.bench.statements import count

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture(scope="module")
def counted(committed_town: Town, django_db_blocker: Any) -> dict[str, list[str]]:
    with django_db_blocker.unblock():
        plan = read_plan(CITY)
        (applicant,) = who_applies(120, 40, 1)
        department = catalogue.city().services[plan.service].department
        crew = Crew(official(department, plan.crew["accept"]), official(department, plan.crew["decide"]))
        whole = count(Applicant(**applicant), crew, plan, short=False)
        publish_texts(shortened(load(CITY), plan), "tests")
        short = count(Applicant(**applicant), crew, plan, short=True)
        publish_texts(load(CITY), "tests")
        return {**short, "step": whole["step"]}


@pytest.mark.parametrize("act", ["draft", "send", "accept", "step", "decide", "look up"])
def test_an_act_takes_at_most_ten_statements(counted: dict[str, list[str]], act: str) -> None:
    assert 0 < len(counted[act]) <= 10, "\n".join(counted[act])


def test_registers_are_asked_together(counted: dict[str, list[str]]) -> None:
    asked = [sql for sql in counted["fetch"] if "Composed" in sql or "FROM exchange_register" in sql]
    assert len(asked) == 3, "one for each register, of departments or kept"
    assert len(counted["fetch"]) == len(asked) + 3, "what is held and granted, the answers, their entries"


def test_a_statement_too_many_would_be_seen(counted: dict[str, list[str]]) -> None:
    assert any("cases_case" in sql and "FOR UPDATE" in sql for sql in counted["decide"])
    assert any("ledger_entry" in sql for sql in counted["decide"])
