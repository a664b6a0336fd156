"""What the desk's search finds, for whom, and that it reads no whole table for it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.test_lifecycle import restaurant, send
from tests.town import Town
from tongban.cases import reads
from tongban.cases.models import Case, Task
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties.sealer import sealer

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def many(like: Case, count: int) -> None:
    """So many sent cases of made-up firms, in the department and area of one that there is."""
    now, names = clock.now(), [f"{chr(0x5000 + n % 997)}{chr(0x6000 + n % 1009)}商行" for n in range(count)]
    Case.objects.bulk_create(
        Case(
            number=f"99010100012026112{n:07d}X",
            service=like.service,
            service_hash=like.service_hash,
            procedure=like.procedure,
            state=like.state,
            way=like.way,
            department=like.department,
            area=like.area,
            applicant_kind="firm",
            applicant_id=uuid7(),
            applicant_name=name,
            name_grams=sealer().grams(name),
            applied_by=uuid7(),
            begun_at=now,
            saved_at=now,
        )
        for n, name in enumerate(names)
    )


def plans(statements: Iterable[str]) -> str:
    """How the database means to carry out each statement that reads cases."""
    lines = []
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case")
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            lines += [row[0] for row in cursor.fetchall()]
    return "\n".join(lines)


@pytest.fixture
def sent(town: Town) -> Case:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    return Case.objects.get(pk=case_id)


def test_a_case_is_found_by_its_number_its_tail_and_two_characters_of_its_name(town: Town, sent: Case) -> None:
    officer = town.actor("liu-yang")
    for words in (
        sent.number,
        sent.number[-7:],
        sent.number[-7:].lower(),
        sent.applicant_name,
        sent.applicant_name[1:3],
        f" {sent.applicant_name} ",
    ):
        assert [row.case_id for row in reads.search(officer, words)] == [sent.id], words
    for words in ("", "  ", sent.number[:-1], sent.applicant_name[::-1], sent.applicant_name[:1], sent.number[-2:], "%", "_" * 25):
        assert reads.search(officer, words) == (), words


def test_a_draft_has_no_words_to_be_found_by(town: Town) -> None:
    draft = Case.objects.get(pk=restaurant(town))
    assert draft.name_grams == []


def test_search_looks_into_an_index_for_a_number_and_for_a_name(town: Town, sent: Case) -> None:
    many(sent, 3000)
    officer = town.actor("liu-yang")
    for words in (sent.number[-7:], sent.applicant_name[1:3] + "面"):
        with CaptureQueriesContext(connection) as captured:
            reads.search(officer, words)
        asked = [one["sql"] for one in captured if 'FROM "cases_case"' in one["sql"]]
        assert asked
        plan = plans(asked)
        assert "Seq Scan on cases_case" not in plan, plan
        assert "case_number_tail" in plan or "case_name_grams" in plan, plan


def test_a_longer_list_takes_no_more_statements(town: Town, sent: Case) -> None:
    officer, asked = town.actor("liu-yang"), []
    for more in (0, 20):
        many(sent, more)
        with CaptureQueriesContext(connection) as captured:
            found = len(reads.search(officer, "食品经营"))
        asked.append((found, len(captured)))
    assert asked == [(1, asked[0][1]), (21, asked[0][1])]


def test_the_box_of_what_is_done_looks_into_an_index(town: Town, sent: Case) -> None:
    now = clock.now()
    Task.objects.bulk_create(
        Task(
            case=sent,
            step="review",
            role="reviewer",
            department=sent.department,
            is_open=False,
            opened_at=now,
            done_at=now,
            done_by=uuid7(),
        )
        for _ in range(3000)
    )
    with CaptureQueriesContext(connection) as captured:
        reads.queue(town.actor("liu-yang"), "done")
    asked = [one["sql"] for one in captured if 'FROM "cases_task"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_task")
    assert "task_done_by" in plans(asked)
