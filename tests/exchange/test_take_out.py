"""Whole columns for matching: exactly the granted items, every record, with its as-of; and silence where a register is silent."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from tests.exchange.conftest import LICENCE, OTHER, RESOURCE, SHOP, Counter, Declared
from tongban.exchange import acts
from tongban.exchange.acts import TakenOut
from tongban.exchange.errors import UnknownResourceError
from tongban.ledger.models import Entry

pytestmark = pytest.mark.django_db
KEPT = Declared("market/holders", LICENCE.items, {"kind": "kept"})


@pytest.fixture
def taking(counter: Counter, tmp_path: Path):
    acts.grant(RESOURCE, "firm", "matching", ["status", "area_m2", "owner"])

    def take(*items: str, resource: str = RESOURCE) -> tuple[TakenOut, list[dict[str, str]]]:
        into = tmp_path / "out.csv"
        taken = acts.take_out(resource, items, into, for_whom="firm", purpose="matching", by="ann")
        return taken, list(csv.DictReader(into.read_text().splitlines())) if into.exists() else []

    return take


def test_every_record_comes_with_its_key_and_as_of(taking) -> None:
    taken, rows = taking("status", "area_m2")
    assert (taken.rows, taken.as_of, taken.reason) == (2, datetime(2026, 11, 20, tzinfo=UTC), "")
    assert [sorted(row) for row in rows] == [["area_m2", "as_of", "status", "uscc"]] * 2
    assert {row["uscc"]: row["area_m2"] for row in rows} == {SHOP: "86.50", OTHER: ""}


def test_an_item_that_was_not_granted_does_not_leave(taking) -> None:
    taken, rows = taking("status", "capital")
    assert (taken.reason, taken.rows, rows) == ("not-allowed", 0, [])


def test_an_item_that_nobody_declared_is_an_error(taking) -> None:
    with pytest.raises(UnknownResourceError):
        taking("colour")


def test_a_silenced_or_broken_register_is_silent(taking) -> None:
    acts.suspend(RESOURCE)
    assert taking("status")[0].reason == "no-answer"
    acts.resume(RESOURCE)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registers.licence RENAME COLUMN status TO state")
    assert taking("status")[0].reason == "no-answer"


def test_a_kept_register_is_opened_record_by_record(taking, counter: Counter) -> None:
    acts.declare_resource(KEPT)
    acts.grant(KEPT.id, "firm", "matching", ["status", "owner", "staff"])
    assert taking("status", resource=KEPT.id)[0].reason == "no-answer"  # it was never given as a whole
    told = datetime(2026, 11, 1, tzinfo=UTC)
    acts.load_records(KEPT.id, [(SHOP, {"status": "active", "owner": "赵建国", "staff": 3})], by="ann", as_of=told)
    taken, rows = taking("status", "owner", "staff", resource=KEPT.id)
    assert (taken.rows, taken.as_of) == (1, told)
    assert [(row["uscc"], row["owner"], row["staff"]) for row in rows] == [(SHOP, "赵建国", "3")]


def test_the_record_says_how_much_was_taken_and_no_value(taking) -> None:
    taking("status", "owner")
    payloads = [str(entry.__dict__) for entry in Entry.objects.all()]
    taken = [told for told in payloads if "exchange.take-out" in told]
    assert len(taken) == 1
    assert "赵建国" not in taken[0]
