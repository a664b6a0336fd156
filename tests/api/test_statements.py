"""How many SQL statements an act takes, through the interface and with the asker's identity read: ten at most."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection, transaction

from tests.town import CITY, Town
from tongban import statements
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts.publish import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.house.bench.furnish import official, who_applies
from tongban.house.bench.script import Applicant, Crew, read_plan, shortened
from tongban.house.bench.statements import count

GROWING = (
    *("cases_case", "cases_task", "cases_event", "cases_letter", "exchange_answer", "messages_message", "jobs_job"),
    *("ledger_entry", "ledger_pending", "ledger_leaf", "credentials_credential", "parties_person", "parties_firm", "parties_mandate"),
)
"""The tables that grow with people and cases."""

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


class Listener:
    """What was asked, with its values."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.asked[str(sql)] = params
        return execute(sql, params, many, context)


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener()


@pytest.fixture(scope="module")
def counted(committed_town: Town, listener: Listener, django_db_blocker: Any) -> dict[str, list[str]]:
    with django_db_blocker.unblock(), connection.execute_wrapper(listener):
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
    asked = [sql for sql in counted["fetch"] if 'FROM "registers".' in sql or "FROM exchange_register" in sql]
    assert len(asked) == 3, "one for each register, of departments or kept"
    assert len(counted["fetch"]) == len(asked) + 2, "what is held and granted; the answers with their entries"


def test_a_statement_too_many_would_be_seen(counted: dict[str, list[str]]) -> None:
    assert any("cases_case" in sql and "FOR UPDATE" in sql for sql in counted["decide"])
    assert any("ledger_entry" in sql for sql in counted["decide"])


def test_no_statement_of_a_lifecycle_reads_a_growing_table_whole(counted: dict[str, list[str]], listener: Listener) -> None:
    whole, explained = {}, 0
    with transaction.atomic():
        statements.rows("SET LOCAL enable_seqscan = off")  # these tables are small enough to be read whole: is there another way?
        for sql, values in listener.asked.items():
            if not re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)", sql) or '"registers".' in sql:
                continue
            explained += 1
            plan = "\n".join(line for (line,) in plan_of(sql, values))
            found = [table for table in GROWING if re.search(rf"Seq Scan on {table}\b", plan)]
            if found:
                whole[sql[:120]] = found
    assert explained >= 20
    assert not whole


def plan_of(sql: str, values: Any) -> list[tuple[str]]:
    if "$1" in sql or not values:
        return statements.rows(f"EXPLAIN {sql}", values or ())
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", values)
        return list(cursor.fetchall())
