"""What a list of the desk reads does not grow with the cases there are: four times as many cases, open or long decided, and no more rows are touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.test_lifecycle import restaurant, send
from tests.town import Town
from tongban.cases import reads
from tongban.cases.models import Case, Task
from tongban.cases.reads.queue import Box
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties.core.people import Actor, Post
from tongban.parties.sealer import sealer
from tongban.statements.columns import columns_of, table_of

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
SMALL, LARGE = 4_000, 16_000
LISTS: tuple[Box, ...] = ("mine", "today", "late", "waiting", "department", "done")
READERS = {
    "all of the city": ("market-regulation", "reviewer", "990100"),
    "a district": ("market-regulation", "reviewer", "990101"),
    "what waits for others": ("market-regulation", "decider", "990100"),
    "parts of others' cases": ("market-station", "inspector", "990100"),
    "a department without cases": ("housing", "reviewer", "990100"),
}


CASE = {
    "number": "'99010100012026' || lpad(n::text, 10, '0') || 'X'",
    "applicant_id": "gen_random_uuid()",
    "applied_by": "gen_random_uuid()",
    "applicant_name": "names.name",
    "name_grams": "names.grams",
    "area": "(ARRAY['990101001', '990101002', '990102001', '990103102'])[1 + n / 4 % 4]",
    "is_open": "n % 4 < 2",
}
"""Of four cases one is open with the reviewer, one with the inspector of another department, two are decided."""
TASK = {
    "id": "gen_random_uuid()",
    "case_id": "made.id",
    "role": "CASE WHEN n % 4 = 1 THEN 'inspector' ELSE 'reviewer' END",
    "department": "CASE WHEN n % 4 = 1 THEN 'market-station' ELSE 'market-regulation' END",
    "guest": "CASE WHEN n % 4 = 1 THEN 'market-station' ELSE '' END",
    "area": "made.area",
    "is_open": "made.is_open",
    "due_on": "DATE '{today}' + (n / 16 % 5 - 2)",
    "due_at": "CASE WHEN n % 7 < 2 THEN (DATE '{today}' + (n / 16 % 5 - 2))::timestamptz + n % 480 * interval '1 minute' END",
    "done_at": "CASE WHEN made.is_open THEN NULL ELSE now() END",
    "done_by": "CASE WHEN made.is_open THEN NULL ELSE '{officer}'::uuid END",
    "number": "made.number",
    "applicant_name": "made.applicant_name",
}


def fill(like: Case, officer: Actor, after: int, upto: int) -> None:
    """Cases and their tasks like one that there is, made inside the database."""
    names = [f"{chr(0x5000 + n % 97)}{chr(0x6000 + n % 89)}商行" for n in range(97)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS names (place int, name text, grams int[])")
        cursor.execute("TRUNCATE names")
        cursor.executemany("INSERT INTO names VALUES (%s, %s, %s)", [(n, name, sealer().grams(name)) for n, name in enumerate(names)])
        made = CASE | {"id": "('01a00000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid"}
        numbers = f"generate_series({after + 1}, {upto}) n"
        cursor.execute(copied(Case, made, f"{numbers} JOIN names ON names.place = n % 97 JOIN cases_case t ON t.id = '{like.pk}'"))
        of_made = f"JOIN cases_case made ON made.id = {made['id']} JOIN cases_task t ON t.case_id = '{like.pk}'"
        cursor.execute(
            copied(
                Task,
                {name: told.format(officer=officer.person_id, today=clock.today()) for name, told in TASK.items()},
                f"{numbers} {of_made}",
            )
        )
        cursor.execute("ANALYZE cases_case")
        cursor.execute("ANALYZE cases_task")


def copied(model: Any, told: dict[str, str], source: str) -> str:
    names = [column.name for column in columns_of(model)]
    return f"INSERT INTO {table_of(model)} ({', '.join(names)}) SELECT {', '.join(told.get(name, f't.{name}') for name in names)} FROM {source}"


def reader(town: Town, department: str, role: str, area: str) -> Actor:
    somebody = town.actor("liu-yang")
    return Actor(somebody.account_id, somebody.person_id, somebody.name, (Post(uuid7(), department, role, area),))


def rows_read(look: Any) -> int:
    """How many rows of tables the statements of one look touch, kept or thrown away."""
    with CaptureQueriesContext(connection) as captured:
        look()
    asked = [one["sql"] for one in captured if "cases_" in one["sql"]]
    assert asked
    return sum(_touched(_plan(statement)) for statement in asked)


def _plan(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        told = cursor.fetchone()[0]
    return (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]


def _touched(node: dict[str, Any]) -> int:
    below = sum(_touched(child) for child in node.get("Plans", ()))
    if not node["Node Type"].endswith("Scan") or "Relation Name" not in node:
        return below
    thrown = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    return below + int((node["Actual Rows"] + thrown) * node["Actual Loops"])


def measured(town: Town, sent: Case) -> dict[tuple[str, str], int]:
    words = {"a number's tail": sent.number[-7:], "a name": sent.applicant_name, "two characters": "商行", "a service": "食品经营"}
    found = {}
    for name, place in READERS.items():
        actor = reader(town, *place)
        for box in LISTS:
            found[name, box] = rows_read(lambda actor=actor, box=box: reads.queue(actor, box))
            key = reads.queue(actor, box).next_key
            if key:
                found[name, f"{box}, second page"] = rows_read(lambda actor=actor, box=box, key=key: reads.queue(actor, box, after=key))
        found[name, "counts"] = rows_read(lambda actor=actor: reads.counts(actor))
        for what, said in words.items():
            found[name, what] = rows_read(lambda actor=actor, said=said: reads.search(actor, said))
    return found


def test_four_times_the_cases_are_no_more_rows_to_read(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    sent, officer, found = Case.objects.get(pk=case_id), town.actor("liu-yang"), []
    for before, count in ((0, SMALL), (SMALL, LARGE)):
        fill(sent, officer, before, count)
        found.append(measured(town, sent))
    few, many = found
    grown = {where: (few[where], many[where]) for where in few if many[where] > 1.5 * few[where] + 60}
    assert not grown
    assert max(many.values()) < LARGE
