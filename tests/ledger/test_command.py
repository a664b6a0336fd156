"""`tongban verify` over the whole record, and the measurement's own arithmetic."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from tongban.house.bench import ledger as bench
from tongban.house.commands import verify as command
from tongban.ledger.acts import sequence
from tongban.ledger.reads import verify_database

from .acts import record


@pytest.mark.django_db
def test_a_whole_record_is_said_to_be_whole(capsys):
    assert command.run() == 0
    record(3)
    sequence()
    record(2)
    assert command.run() == 0
    said = capsys.readouterr().out
    assert "存证完好：3 条记录" in said
    assert "2 wait to be sequenced" in said
    assert command.run(as_json=True) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["size"], answer["waiting"], answer["faults"]) == (True, 3, 2, [])


@pytest.mark.django_db
def test_a_fault_is_said_in_both_languages_and_the_status_is_one(capsys):
    ids = record(3)
    sequence()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_entry SET purpose = 'forged' WHERE id = %s", [ids[1]])
    assert command.run() == 1
    said = capsys.readouterr().out
    assert "存证核验发现 1 处问题" in said
    assert f"Entry {ids[1]} at place 1: its content does not fit its commitment" in said
    assert command.run(as_json=True) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert set(answer["faults"][0]) == {"zh", "en"}


@pytest.mark.django_db(transaction=True)
def test_what_was_measured_is_a_record_that_verifies():
    figures = bench.measure(0.05)
    assert figures["act_to_checkpoint_100_per_second"] > 0
    assert figures["inclusion_proof_ms"]["p50"] <= figures["inclusion_proof_ms"]["p99"]
    assert figures["entries"] > 10_000
    assert figures["durable"] is False or connection.settings_dict["HOST"]
    assert verify_database() == []
