"""Value, none and unknown are three things, and every question is on the record."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, InternalError, OperationalError, connection, connections, transaction
from django.db.utils import ConnectionHandler

from tests.exchange.conftest import LICENCE, OTHER, RESOURCE, SHOP, Counter, item
from tongban.exchange import acts, reads
from tongban.exchange.errors import NotSharedError, UnknownConnectorError, UnknownResourceError
from tongban.exchange.models import Answer
from tongban.kernel.ids import uscc_check, uuid7
from tongban.ledger.reads import entries
from tongban.parties.core.sealing import SealBrokenError
from tongban.rules.core import TextType

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
NOBODY = "92990101MA0000009" + uscc_check("92990101MA0000009")


def test_a_record_that_is_there_is_a_value_of_the_declared_types(counter: Counter) -> None:
    answer = counter.ask("status", "owner", "registered_on", "capital", "area_m2", "staff")
    assert (answer.state, answer.reason, answer.source) == ("value", "", "market")
    assert answer.values == {
        "status": "active",
        "owner": "赵建国",
        "registered_on": "2020-03-05",
        "capital": 5000000,
        "area_m2": "86.50",
        "staff": 4,
    }
    assert answer.as_of == datetime(2026, 11, 20, tzinfo=UTC)


def test_only_what_was_asked_for_is_kept(counter: Counter) -> None:
    assert set(counter.ask("status").values) == {"status"}


def test_asked_and_nothing_there_is_none(counter: Counter) -> None:
    answer = counter.ask(key=NOBODY)
    assert (answer.state, answer.reason, answer.values) == ("none", "", {})


def test_an_item_that_the_record_lacks_is_none_inside_a_value(counter: Counter) -> None:
    assert counter.ask("area_m2", key=OTHER).values == {"area_m2": None}


def test_an_item_outside_its_declared_type_is_kept_as_such_and_not_as_none(counter: Counter) -> None:
    assert counter.ask("staff", key=OTHER).values == {"staff": {"outside-its-type": "101"}}


def test_a_question_without_a_key_is_unknown(counter: Counter) -> None:
    answer = counter.ask(key=" ")
    assert (answer.state, answer.reason) == ("unknown", "no-key")


@pytest.mark.parametrize("purpose", ["food/advertising", "sign/in-business", "in-business", "advertising", ""])
def test_a_question_for_another_purpose_is_not_allowed_and_not_asked(counter: Counter, purpose: str) -> None:
    answer = counter.ask("owner", purpose=purpose)
    assert (answer.state, answer.reason, answer.values) == ("unknown", "not-allowed", {})
    assert [look.reason for look in reads.who_looked("firm", counter.shop_id)] == ["not-allowed"]
    assert entries(counter.case_id)[0].payload["reason"] == "not-allowed"


def test_an_item_outside_the_grant_is_not_allowed(counter: Counter) -> None:
    acts.end_grants(RESOURCE, "food", by="data-officer")
    acts.grant(RESOURCE, "food", "in-business", ["status"])
    assert counter.ask("status").state == "value"
    assert counter.ask("status", "owner").reason == "not-allowed"


def test_a_narrower_grant_leaves_running_cases_theirs(counter: Counter) -> None:
    acts.grant(RESOURCE, "food", "in-business", ["status"])
    assert counter.ask("status", "owner").state == "value"


def test_the_same_grant_twice_is_one(counter: Counter) -> None:
    assert acts.grant(RESOURCE, "food", "in-business", LICENCE.items) == acts.grant(RESOURCE, "food", "in-business", LICENCE.items)
    assert len(reads.grants(RESOURCE)) == 1


def test_what_is_not_shared_cannot_be_granted(counter: Counter) -> None:
    acts.declare_resource(replace(LICENCE, id="market/secret", sharing="none"))
    with pytest.raises(NotSharedError):
        acts.grant("market/secret", "food", "in-business", ["status"])


def test_a_silenced_register_is_unknown_until_it_is_resumed(counter: Counter) -> None:
    acts.suspend(RESOURCE)
    answer = counter.ask()
    assert (answer.state, answer.reason) == ("unknown", "no-answer")
    assert set(reads.silenced()) == {RESOURCE}
    acts.resume(RESOURCE)
    assert counter.ask().state == "value"


def test_a_department_that_is_not_connected_is_unknown(counter: Counter) -> None:
    acts.declare_resource(replace(LICENCE, connector={"kind": "unreachable"}))
    answer = counter.ask()
    assert (answer.state, answer.reason) == ("unknown", "no-answer")


def test_a_register_whose_table_is_gone_is_unknown_and_nothing_else_breaks(counter: Counter) -> None:
    acts.declare_resource(replace(LICENCE, connector={"kind": "table", "table": "gone"}))
    assert counter.ask().reason == "no-answer"
    acts.declare_resource(LICENCE)
    assert counter.ask().state == "value"


def test_a_slow_register_is_cut_off_and_unknown(counter: Counter) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIEW registers.slow AS SELECT l.* FROM registers.licence l, LATERAL (SELECT pg_sleep(30) WHERE l.uscc IS NOT NULL) s"
        )
        cursor.execute("SET LOCAL statement_timeout = 200")
    acts.declare_resource(replace(LICENCE, connector={"kind": "table", "table": "slow"}))
    begun = time.monotonic()
    answer = counter.ask()
    assert time.monotonic() - begun < 5
    assert (answer.state, answer.reason) == ("unknown", "no-answer")


@pytest.fixture
def departments_server() -> Iterator[None]:
    """The connector's own connection, as in a running city, to a committed table and one that hangs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA IF NOT EXISTS registers; CREATE TABLE registers.licence AS SELECT %s AS uscc, 'active' AS status, now() AS as_of",
            [SHOP],
        )
        cursor.execute(
            "CREATE VIEW registers.slow AS SELECT l.* FROM registers.licence l, LATERAL (SELECT pg_sleep(30) WHERE l.uscc IS NOT NULL) s"
        )
    connections["registers"] = own = connections.create_connection("registers")
    yield
    own.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE registers.licence CASCADE")


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_a_hanging_register_is_cut_off_after_two_seconds_and_the_next_question_is_answered(departments_server: None) -> None:
    counter = Counter(uuid7(), uuid7())
    acts.declare_resource(replace(LICENCE, connector={"kind": "table", "table": "slow"}))
    acts.grant(RESOURCE, "food", "in-business", ["status"])
    begun = time.monotonic()
    assert counter.ask().reason == "no-answer"
    assert time.monotonic() - begun < 4
    acts.declare_resource(LICENCE)
    assert counter.ask().values == {"status": "active"}


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_the_connectors_connection_cannot_write(departments_server: None) -> None:
    with pytest.raises(InternalError, match="read-only"), connections["registers"].cursor() as cursor:
        cursor.execute("DELETE FROM registers.licence")


def test_a_keys_text_is_never_part_of_the_question(counter: Counter) -> None:
    assert counter.ask(key="'; DROP TABLE registers.licence; --").state == "none"
    assert counter.ask().state == "value"


@pytest.mark.parametrize("key", ["\x00", "\ud800", "a\x00b", "😀", "x" * 100_000, "\u202e"])
def test_no_key_however_odd_is_an_error(counter: Counter, key: str) -> None:
    assert counter.ask(key=key).state in {"none", "unknown"}
    assert counter.ask().state == "value"


def test_a_table_of_an_odd_name_is_quoted(counter: Counter) -> None:
    acts.declare_resource(replace(LICENCE, connector={"kind": "table", "table": 'licence" WHERE true; --'}))
    assert counter.ask().reason == "no-answer"


def test_asking_for_what_nobody_declared_is_refused(counter: Counter) -> None:
    with pytest.raises(UnknownResourceError):
        counter.ask(resource="market/nothing")
    with pytest.raises(UnknownResourceError):
        counter.ask("nothing")


def test_a_connector_that_is_not_installed_is_refused_when_declared(db: None) -> None:
    with pytest.raises(UnknownConnectorError):
        acts.declare_resource(replace(LICENCE, connector={"kind": "telepathy"}))
    with pytest.raises(UnknownConnectorError):
        acts.declare_resource(replace(LICENCE, connector={"kind": "table"}))


def test_the_latest_answer_to_each_need_counts(counter: Counter) -> None:
    counter.ask()
    acts.suspend(RESOURCE)
    counter.ask()
    counter.ask(need="other")
    found = reads.answers(counter.case_id)
    assert {need: answer.state for need, answer in found.items()} == {"firm": "unknown", "other": "unknown"}
    assert [answer.state for answer in reads.history(counter.case_id)] == ["value", "unknown", "unknown"]
    assert reads.answers(uuid7()) == {}


def test_an_answer_read_again_is_the_answer_that_was_given(counter: Counter) -> None:
    given = counter.ask("owner", "status", "capital")
    assert reads.answers(counter.case_id)["firm"] == given
    assert given.is_for(f" {SHOP.lower()} ")
    assert not given.is_for(OTHER)
    assert SHOP not in repr(given)


def test_the_database_holds_personal_values_and_keys_only_sealed(counter: Counter) -> None:
    answer = counter.ask("owner", "status")
    row = Answer.objects.get(pk=answer.id)
    assert row.values == {"status": "active"}
    assert "赵建国".encode() not in bytes(row.sealed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text FROM exchange_answer a")
        kept = cursor.fetchone()[0]
    assert "赵建国" not in kept
    assert SHOP not in kept


def test_an_answer_moved_to_another_row_does_not_open(counter: Counter) -> None:
    mine, other = counter.ask("owner"), counter.ask("owner", key=OTHER, need="other")
    Answer.objects.filter(pk=other.id).update(sealed=Answer.objects.get(pk=mine.id).sealed)
    with pytest.raises(SealBrokenError):
        reads.answers(counter.case_id)


def test_the_record_has_case_purpose_and_items_and_no_value(counter: Counter) -> None:
    counter.ask("owner", "status")
    (entry,) = entries(counter.case_id)
    assert entry.act == "exchange.fetch"
    assert entry.purpose == "food/in-business"
    assert entry.payload["items"] == ["owner", "status"]
    assert "赵建国" not in str(entry.payload)
    assert SHOP not in str(entry.payload)
    assert "active" not in str(entry.payload)


def test_who_looked_says_who_and_what_for_and_never_what_was_seen(counter: Counter) -> None:
    counter.ask("owner")
    counter.ask("status", key=OTHER)
    (look,) = reads.who_looked("firm", counter.shop_id)
    assert (look.department, look.actor, look.resource, look.items, look.purpose, look.case_id) == (
        "civil",
        "person-1",
        RESOURCE,
        ("owner",),
        "food/in-business",
        counter.case_id,
    )
    assert "赵建国" not in repr(look)


def test_a_question_takes_five_statements_outside_its_transactions(counter: Counter, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(8):  # two savepoints stand for the two transactions
        counter.ask("owner", "status")


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_a_question_inside_a_transaction_is_refused() -> None:
    acts.declare_resource(replace(LICENCE, connector={"kind": "unreachable"}))
    counter = Counter(uuid7(), uuid7())
    with pytest.raises(RuntimeError), transaction.atomic():
        counter.ask()
    assert reads.history(counter.case_id) == ()
    assert counter.ask().state == "unknown"
    assert len(reads.history(counter.case_id)) == 1


@pytest.mark.parametrize(
    "wrong", [{"state": "maybe"}, {"state": "none", "values": {"status": "active"}}, {"state": "none", "reason": "no-answer"}]
)
def test_the_database_refuses_an_answer_that_is_neither(counter: Counter, wrong: dict[str, object]) -> None:
    answer = counter.ask(key=NOBODY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.id).update(**wrong)


def test_a_resource_declared_again_is_the_new_one(counter: Counter) -> None:
    acts.declare_resource(replace(LICENCE, items={"status": item(TextType(50), "sensitive")}))
    assert list(reads.resources()[RESOURCE].items) == ["status"]
    answer = counter.ask("status")
    assert Answer.objects.get(pk=answer.id).values == {}


def test_a_register_that_does_not_take_the_call_is_given_up_after_two_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        asked = connections.settings["registers"] | {"HOST": "127.0.0.1", "PORT": str(deaf.getsockname()[1]), "TEST": {}}
        began = time.monotonic()
        with pytest.raises(OperationalError):
            ConnectionHandler({"default": asked})["default"].ensure_connection()
        assert time.monotonic() - began < 4
