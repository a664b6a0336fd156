"""Prepared statements: what is written is read back, only what changed is written, a failure leaves nothing, and a connection that was lost is another one."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.signals import request_started
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tongban import statements
from tongban.cases.models import Case, Event, Letter
from tongban.exchange.models import Answer
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.statements import Part, Reading, Writing, make

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
DOCUMENT = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner),
)


def a_case(**values: Any) -> Case:
    now = clock.now()
    told = {
        "service": "s",
        "procedure": "p",
        "state": "received",
        "department": "d",
        "applicant_kind": "firm",
        "applicant_id": uuid7(),
        "applicant_name": "某店",
        "applied_by": uuid7(),
        "begun_at": now,
        "saved_at": now,
    }
    return make(Case, **(told | values))


def keep(row: Any) -> None:
    writing = Writing()
    writing.add(row)
    writing.execute()


def again(row: Any) -> Any:
    (found,) = statements.read(type(row), "t.id = $1", [row.pk])
    return found


def fields(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


class EverythingIsReadBack(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        TEXT,
        st.dictionaries(TEXT, DOCUMENT, max_size=4),
        st.lists(st.integers(-(2**31), 2**31 - 1), max_size=5),
        st.none() | st.dates(date(1900, 1, 1), date(2999, 12, 31)),
        st.none() | st.datetimes(timezones=st.just(UTC), allow_imaginary=False).filter(lambda at: 1000 < at.year < 9000),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.booleans(),
    )
    def test_as_it_was_written_and_as_django_reads_it(self, name, answers, grams, day, instant, amount, is_open) -> None:
        case = a_case(
            applicant_name=name, answers=answers, name_grams=grams, due_on=day, sent_at=instant, amount_fen=amount, is_open=is_open
        )
        keep(case)
        assert fields(again(case)) == fields(case) == fields(Case.objects.get(pk=case.pk))

    @settings(max_examples=40, deadline=None)
    @given(st.lists(TEXT, max_size=4), st.binary(max_size=60))
    def test_lists_of_texts_and_bytes_too(self, items, sealed) -> None:
        answer = make(
            Answer,
            case_id=uuid7(),
            need="firm",
            resource="r",
            source="d",
            state="none",
            reason="",
            items=items,
            values={},
            sealed=sealed,
            subject=b"\\x00",
            purpose="p",
            actor="a",
            department="d",
            fetched_at=clock.now(),
        )
        keep(answer)
        assert fields(again(answer)) == fields(answer)
        assert bytes(Answer.objects.get(pk=answer.pk).sealed) == sealed

    @settings(max_examples=40, deadline=None)
    @given(st.dictionaries(TEXT, DOCUMENT, max_size=4), st.dictionaries(TEXT, DOCUMENT, max_size=4), TEXT, st.booleans())
    def test_what_an_act_changes_is_what_is_changed(self, before, after, step, in_place) -> None:
        case = a_case(answers=before)
        keep(case)
        read = again(case)
        if in_place:
            read.answers.clear()
            read.answers.update(after)
        else:
            read.answers = after
        read.step = step
        writing = Writing()
        writing.change(read)
        writing.execute()
        assert fields(again(case)) == fields(case) | {"answers": after, "step": step}


@pytest.mark.django_db
def test_only_what_an_act_has_changed_is_written() -> None:
    case = a_case()
    keep(case)
    read = again(case)
    Case.objects.filter(pk=case.pk).update(department="another")
    read.state = "accepted"
    writing = Writing()
    writing.change(read)
    writing.execute()
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.department) == ("accepted", "another")


@pytest.mark.django_db
def test_a_row_that_was_written_is_written_whole_the_next_time() -> None:
    case = a_case()
    keep(case)
    read = again(case)
    for state in ("accepted", "received"):
        read.state = state
        writing = Writing()
        writing.change(read)
        writing.execute()
        assert Case.objects.get(pk=case.pk).state == state


@pytest.mark.django_db
def test_rows_of_several_tables_and_a_rooms_own_part_are_one_statement(django_assert_num_queries: Any) -> None:
    case, now = a_case(), clock.now()
    writing = Writing()
    writing.add(case)
    for act in ("send", "accept"):
        writing.add(make(Event, case_id=case.id, act=act, at=now, actor_name="", from_state="", to_state="", entry_id=uuid7()))
    writing.part(Part("named AS (SELECT {0}::text || {1}::text AS told)", ["a", "b"], "(SELECT told FROM named)"))
    with django_assert_num_queries(1):
        assert writing.execute() == ("ab",)
    assert [event.act for event in Event.objects.filter(case=case).order_by("id")] == ["send", "accept"]


@pytest.mark.django_db
def test_what_one_part_cannot_write_none_of_it_is_written() -> None:
    case, number = a_case(), "2026-1"
    writing = Writing()
    writing.add(case)
    for _ in range(2):
        writing.add(
            make(
                Letter,
                case_id=case.id,
                type="t",
                number=number,
                department="d",
                title_zh="函",
                title_en="letter",
                paragraphs=[],
                sealed=False,
                issued_on=clock.today(),
            )
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        writing.execute()
    assert not Case.objects.filter(pk=case.pk).exists()


def test_a_row_cannot_be_made_with_a_word_that_is_none_of_its_columns() -> None:
    with pytest.raises(TypeError, match="colour"):
        make(Letter, colour="red")


@pytest.mark.django_db
def test_the_second_of_two_alike_is_not_written_and_says_so() -> None:
    first, second = (a_case(state="draft", applied_by=UUID(int=1), applicant_id=UUID(int=2)) for _ in range(2))
    there = "(applied_by, service, applicant_id, situation, licence_id) WHERE state = 'draft'"
    assert statements.add_unless(first, there)
    assert not statements.add_unless(second, there)
    assert [case.pk for case in Case.objects.filter(applied_by=UUID(int=1))] == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_a_later_reading_of_one_piece_sees_what_the_lock_waited_for() -> None:
    case = a_case()
    keep(case)
    held, told = threading.Event(), []

    def reader() -> None:
        try:
            with transaction.atomic():
                held.wait(10)
                locked = Reading(Case, "t.id = $1 FOR UPDATE", [case.pk])
                told.extend(statements.read_together(locked, Reading(Event, "t.case_id = $1", [case.pk])))
        finally:
            connections.close_all()

    thread = threading.Thread(target=reader)
    thread.start()
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        held.set()
        time.sleep(0.3)
        keep(make(Event, case_id=case.pk, act="send", at=clock.now(), actor_name="", from_state="", to_state="", entry_id=uuid7()))
    thread.join()
    assert [event.act for event in told[1]] == ["send"]


@pytest.mark.django_db(transaction=True)
def test_while_one_thread_waits_for_the_server_others_run() -> None:
    spun = []

    def spin() -> None:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            spun.append(1)

    for inside in (False, True):
        spun.clear()
        thread = threading.Thread(target=spin)
        with transaction.atomic() if inside else connection.cursor():
            thread.start()
            statements.rows("SELECT pg_sleep(0.5)")
            thread.join()
        assert len(spun) > 10_000


@pytest.mark.django_db(transaction=True)
def test_a_transaction_begins_with_its_first_statement_and_rolls_back() -> None:
    case = a_case()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        keep(case)
        assert statements.row("SELECT now() = statement_timestamp()") == (False,), "no transaction was open"
        raise ZeroDivisionError
    assert not Case.objects.filter(pk=case.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_an_error_inside_a_transaction_ends_the_transaction_and_not_the_connection() -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        statements.rows("SET LOCAL statement_timeout = 50")
        statements.rows("SELECT pg_sleep(5)")
    assert statements.row("SELECT 1") == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_gets_another_column_type_is_asked_anew() -> None:
    statements.rows("CREATE TABLE IF NOT EXISTS shape_changes (a int)")
    try:
        statements.rows("INSERT INTO shape_changes VALUES (1)")
        asked = "SELECT a FROM shape_changes"
        assert statements.rows(asked) == [(1,)]
        statements.rows("ALTER TABLE shape_changes ALTER a TYPE text USING 'now a text'")
        assert statements.rows(asked) == [("now a text",)]
    finally:
        statements.rows("DROP TABLE shape_changes")


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_closed_is_replaced_before_the_next_request() -> None:
    connection.health_check_enabled = True
    pid = statements.row("SELECT pg_backend_pid()")
    closing = connections.create_connection("default")
    try:
        with closing.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", pid)
        time.sleep(0.2)
        request_started.send(sender=None, environ={})
        assert statements.row("SELECT pg_backend_pid()") != pid
    finally:
        closing.close()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_quiet_is_not_asked_whether_it_is_there(django_assert_num_queries: Any) -> None:
    connection.health_check_enabled = True
    statements.row("SELECT 1")
    for _ in range(2):
        request_started.send(sender=None, environ={})
        with django_assert_num_queries(1):
            statements.row("SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_what_must_stand_alone_is_refused_inside_a_transaction() -> None:
    statements.refuse_inside_a_transaction("this")
    with transaction.atomic(), pytest.raises(RuntimeError, match="this"):
        statements.refuse_inside_a_transaction("this")


@pytest.mark.django_db
def test_values_of_every_kind_arrive(django_assert_num_queries: Any) -> None:
    one, other, at = uuid7(), uuid7(), datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
    found = statements.row(
        "SELECT $1::text, $2::uuid, $3::date, $4::timestamptz, $5::uuid[], $6::bytea, $7::int, $8::interval, $9::text",
        ["“引号”'\\", one, date(2026, 1, 2), at, [one, other], b"\x00\xff", 7, timedelta(seconds=90), None],
    )
    assert found == ("“引号”'\\", one, date(2026, 1, 2), at, [one, other], b"\x00\xff", 7, timedelta(seconds=90), None)
