"""Whoever may write past the triggers is found by the numbers, and what was touched is named."""

from __future__ import annotations

import json
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import connection, transaction

from tongban.kernel.ids import uuid7
from tongban.ledger.acts import erase, sequence
from tongban.ledger.core.act import commit, leaf_data
from tongban.ledger.core.canonical import canonical
from tongban.ledger.core.notes import Checkpoint, Signer
from tongban.ledger.core.tree import CompactRange, hash_leaf
from tongban.ledger.errors import NotErasableError, UnknownEntryError
from tongban.ledger.models import Entry, Leaf
from tongban.ledger.reads import database as audit
from tongban.ledger.reads import entries, receipt, verify_database

from .acts import CASE, act, record

TABLES = ("ledger_entry", "ledger_leaf", "ledger_tile", "ledger_checkpoint", "ledger_pending")


@contextmanager
def as_an_intruder():
    """A database administrator who switches the triggers and constraints off."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE ledger_entry DROP CONSTRAINT IF EXISTS ledger_entry_whole_or_erased")
        yield cursor


@pytest.fixture
def ids(db):
    ids = record(300)
    sequence(10)
    sequence(270)
    assert verify_database() == []
    return ids


def only_fault() -> str:
    (fault,) = verify_database()
    assert fault.zh
    assert fault.en
    return fault.en


@pytest.mark.parametrize(
    "change",
    [
        "payload = jsonb_set(payload, '{n}', '999')",
        "actor = 'account:8'",
        "act = 'refuse'",
        "at = at + interval '1 microsecond'",
        "case_id = gen_random_uuid()",
        "case_id = NULL",
        "department = 'fire-rescue'",
        "purpose = 'other'",
        "result = '{}'",
        "key = 'k'",
        "body_hash = '\\x00'",
        "salt = sha256(salt)",
        "payload = jsonb_build_object('n', 1e30)",
        "payload = '[]'",
    ],
)
@pytest.mark.parametrize("place", [5, 295])
def test_an_altered_entry_is_named_whether_sequenced_or_waiting(ids, change, place):
    with as_an_intruder() as cursor:
        cursor.execute(f"UPDATE ledger_entry SET {change} WHERE id = %s", [ids[place]])
    fault = only_fault()
    assert str(ids[place]) in fault
    assert "altered" in fault
    assert ("at place 5" in fault) == (place == 5)


def test_an_entry_whose_commitment_was_recomputed_too_is_named_by_its_leaf(ids):
    salt = b"s" * 32
    document = {**receipt(ids[5])["document"], "purpose": "forged"}
    with as_an_intruder() as cursor:
        cursor.execute(
            "UPDATE ledger_entry SET purpose = 'forged', salt = %s, commitment = %s WHERE id = %s",
            [salt, commit(salt, canonical(document)), ids[5]],
        )
    fault = only_fault()
    assert str(ids[5]) in fault
    assert "does not fit its leaf" in fault


def forge(cursor, entry_id, index):
    """Entry, commitment and leaf, all recomputed."""
    salt = b"s" * 32
    document = {**receipt(entry_id)["document"], "purpose": "forged"}
    commitment = commit(salt, canonical(document))
    cursor.execute("UPDATE ledger_entry SET purpose = 'forged', salt = %s, commitment = %s WHERE id = %s", [salt, commitment, entry_id])
    cursor.execute("UPDATE ledger_leaf SET hash = %s WHERE index = %s", [hash_leaf(leaf_data(commitment)), index])


def test_a_leaf_that_was_recomputed_too_is_found_by_the_signed_roots(ids):
    with as_an_intruder() as cursor:
        forge(cursor, ids[15], 15)
    faults = [fault.en for fault in verify_database()]
    assert len(faults) == 2
    assert "a leaf from 10 to 279 was altered" in faults[0]
    assert "Tile 0 of level 0 (places 0 to 255)" in faults[1]


def test_a_whole_tree_that_was_recomputed_but_not_signed_is_found_by_the_signatures(ids):
    with as_an_intruder() as cursor:
        forge(cursor, ids[15], 15)
        leaves = [bytes(leaf) for leaf in Leaf.objects.order_by("index").values_list("hash", flat=True)]
        cursor.execute("UPDATE ledger_tile SET hash = %s", [CompactRange().grow(leaves[:256]).range.root()])
        root = CompactRange().grow(leaves).range.root()
        thief = Signer("127.0.0.1:8000/ledger", b"t" * 32)
        for note in (thief.sign(Checkpoint("127.0.0.1:8000/ledger", 280, root).text()), None):
            if note:
                cursor.execute("UPDATE ledger_checkpoint SET root = %s, note = %s WHERE size = 280", [root, note])
                assert "no signature of a known key" in only_fault()
            else:
                cursor.execute("UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint WHERE size = 10) WHERE size = 280")
                assert "does not fit the row's size or root" in only_fault()


def test_deleted_rows_are_found_wherever_they_were(ids):
    cases = {
        "DELETE FROM ledger_entry WHERE id = %s": "its row was deleted",
        "DELETE FROM ledger_leaf WHERE entry_id = %s": "Places 5 to 5 are empty",
    }
    for sql, said in cases.items():
        savepoint = transaction.savepoint()
        with as_an_intruder() as cursor:
            cursor.execute(sql, [ids[5]])
        assert said in " ".join(fault.en for fault in verify_database())
        transaction.savepoint_rollback(savepoint)
    assert verify_database() == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM ledger_leaf WHERE index > 270", "the tree only 271"),
        ("DELETE FROM ledger_checkpoint WHERE size = 280", "No checkpoint covers places 10 to 279"),
        ("DELETE FROM ledger_tile", "Tile 0 of level 0 (places 0 to 255) is missing"),
        ("UPDATE ledger_tile SET hash = sha256(hash)", "does not fit the recomputed one"),
        ("INSERT INTO ledger_tile VALUES (1, 0, '\\x00')", "Tile 0 of level 1"),
        ("DELETE FROM ledger_pending", "neither in the tree nor waiting"),
        ("INSERT INTO ledger_pending SELECT entry_id, hash FROM ledger_leaf WHERE index = 3", "still waits"),
        ("UPDATE ledger_pending SET hash = sha256(hash)", "does not fit its leaf"),
        ("UPDATE ledger_checkpoint SET root = sha256(root) WHERE size = 10", "does not fit the row's size or root"),
        ("UPDATE ledger_checkpoint SET note = replace(note, E'\\n280\\n', E'\\n281\\n') WHERE size = 280", "does not fit the text"),
        ("UPDATE ledger_checkpoint SET note = 'x' WHERE size = 280", "malformed"),
        (
            "UPDATE ledger_entry SET payload = NULL, salt = NULL, erased_at = now() WHERE id = (SELECT entry_id FROM ledger_leaf WHERE index = 3)",
            "no entry says so",
        ),
        (
            "INSERT INTO ledger_entry SELECT gen_random_uuid(), act, actor, at, case_id, department, purpose, payload, salt, commitment FROM ledger_entry LIMIT 1",
            "neither in the tree nor waiting",
        ),
    ],
)
def test_every_other_tampering_is_found(ids, sql, said):
    with as_an_intruder() as cursor:
        cursor.execute(sql)
    assert said in " ".join(fault.en for fault in verify_database())


def test_a_flood_of_faults_is_counted_and_not_listed_without_end(ids, monkeypatch):
    monkeypatch.setattr(audit, "MOST", 20)
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE ledger_entry SET purpose = 'x'")
    faults = verify_database()
    assert len(faults) == 21
    assert faults[-1].en.startswith("280 further faults")


def test_an_erased_entry_is_accepted_and_tells_nothing_more(ids):
    root = receipt(ids[5])["root"]
    erase(ids[5], actor="account:9", department="data-office", purpose="erasure")
    erase(ids[295], actor="account:9", department="data-office", purpose="erasure")
    assert verify_database() == []
    kept = Entry.objects.filter(id=ids[5]).values().get()
    assert {name: value for name, value in kept.items() if value not in (None, "")}.keys() == {"id", "at", "commitment", "erased_at"}
    assert receipt(ids[5])["root"] == root
    assert ids[5] not in {view.id for view in entries(CASE)}
    sequence()
    assert verify_database() == []
    with pytest.raises(UnknownEntryError):
        erase(ids[5], actor="account:9", department="data-office", purpose="erasure")
    with pytest.raises(UnknownEntryError):
        erase(uuid7(), actor="account:9", department="data-office", purpose="erasure")


def test_the_evidence_of_an_erasure_cannot_be_erased_and_one_that_was_forged_does_not_count(ids):
    evidence = erase(ids[5], actor="account:9", department="data-office", purpose="erasure")
    with pytest.raises(NotErasableError):
        erase(evidence, actor="account:9", department="data-office", purpose="erasure")
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE ledger_entry SET payload = %s WHERE id = %s", [json.dumps({"entry": str(ids[6])}), evidence])
        cursor.execute("UPDATE ledger_entry SET payload = NULL, salt = NULL, erased_at = now() WHERE id = %s", [ids[6]])
    said = [fault.en for fault in verify_database()]
    assert any(str(evidence) in fault and "altered" in fault for fault in said)
    assert any(str(ids[6]) in fault and "no entry says so" in fault for fault in said)


@pytest.mark.django_db(transaction=True)
def test_a_working_city_can_be_verified_in_one_snapshot():
    record(5)
    sequence()
    assert verify_database() == []
    assert connection.in_atomic_block is False
    with transaction.atomic():
        record(1)
        assert verify_database() == []
    assert isinstance(act().id, UUID)
