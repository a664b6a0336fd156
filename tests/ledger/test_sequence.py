"""Appending and sequencing: nothing lost, nothing twice, no gap, whoever commits late, rolls back or is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import DatabaseError, connection, transaction

from tongban.ledger.acts import append, append_all, sequence
from tongban.ledger.acts import sequence as sequence_act
from tongban.ledger.core.notes import Checkpoint, Verifier, open_note
from tongban.ledger.core.proofs import verify_consistency
from tongban.ledger.core.tree import CompactRange, hash_leaf
from tongban.ledger.errors import AlreadyDoneError, KeyReusedError
from tongban.ledger.models import Checkpoint as CheckpointRow
from tongban.ledger.models import Leaf, Pending, Tile
from tongban.ledger.reads import consistency, earlier, entries, entry_bundle, latest_checkpoint, public_key, tile, verify_database, waiting

from .acts import CASE, act, in_thread, record

SEQUENCE = sys.modules["tongban.ledger.acts.sequence"]


@pytest.mark.django_db
def test_an_appended_act_waits_and_is_then_in_the_tree():
    ids = record(3)
    assert waiting() == 3
    assert latest_checkpoint() is None
    assert [view.index for view in entries(CASE)] == [None] * 3
    assert sequence() == 3
    assert sequence() == 0
    assert waiting() == 0
    found = entries(CASE)
    assert [(view.id, view.index) for view in found] == [(entry_id, index) for index, entry_id in enumerate(ids)]
    assert found[2].payload == act(2).payload
    assert (found[0].at, found[0].actor, found[0].purpose) == (act().at, act().actor, act().purpose)
    assert verify_database() == []


@pytest.mark.django_db
def test_the_checkpoint_is_signed_over_the_root_that_anybody_computes_from_the_public_bundles():
    record(300)
    for limit in (1, 255, 5000):
        sequence(limit)
    latest = latest_checkpoint()
    said = Checkpoint.read(open_note(latest.note, [Verifier.read(public_key())]))
    raw = entry_bundle(0, 256) + entry_bundle(1, 44)
    leaves = [raw[start + 2 : start + 35] for start in range(0, len(raw), 35)]
    assert {leaf[0] for leaf in leaves} == {1}
    root = CompactRange().grow(map(hash_leaf, leaves)).range.root()
    assert (said.size, said.root) == (300, root) == (latest.size, latest.root)
    assert tile(0, 0) == b"".join(map(hash_leaf, leaves[:256]))
    assert tile(0, 1, 44) == b"".join(map(hash_leaf, leaves[256:]))
    assert tile(1, 0, 1) == CompactRange().grow(map(hash_leaf, leaves[:256])).range.root()
    assert (
        tile(0, 1, 45)
        is tile(0, 1)
        is tile(1, 0, 2)
        is tile(2, 0, 1)
        is tile(0, -1, 1)
        is tile(-1, 0, 1)
        is entry_bundle(2, 1)
        is entry_bundle(0, 0)
        is None
    )


@pytest.mark.django_db
def test_every_checkpoint_is_consistent_with_every_other():
    rows = []
    for size in (1, 2, 1, 60, 200, 30, 1):
        record(size)
        sequence()
        rows.append(latest_checkpoint())
    for older in rows:
        for newer in rows[rows.index(older) :]:
            proof = consistency(older.size, newer.size)
            assert verify_consistency(first=older.size, second=newer.size, first_root=older.root, second_root=newer.root, proof=proof)


@pytest.mark.django_db
def test_a_sequencer_that_remembers_nothing_goes_on_from_the_stored_tree():
    for size in (1, 255, 1, 300, 7):
        record(size)
        SEQUENCE._known = CompactRange()
        sequence()
    SEQUENCE._known = CompactRange(3, (b"a" * 32, b"b" * 32))
    record(1)
    sequence()
    assert verify_database() == []
    assert Tile.objects.count() == 2


@pytest.mark.django_db
def test_an_act_outside_a_transaction_is_refused(django_db_blocker):
    from django.db import connection

    blocks = connection.in_atomic_block
    connection.in_atomic_block = False
    try:
        with pytest.raises(RuntimeError):
            append(act())
    finally:
        connection.in_atomic_block = blocks


@pytest.mark.django_db
def test_appending_is_one_statement_and_so_is_appending_many(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        append(act())
    with transaction.atomic(), django_assert_num_queries(1):
        append_all([act(n) for n in range(50)])
    append_all([])
    assert waiting() == 51


@pytest.mark.django_db
def test_sequencing_takes_few_statements_whatever_the_batch(django_assert_max_num_queries):
    record(1000)
    with django_assert_max_num_queries(8):
        assert sequence() == 1000


@pytest.mark.django_db
def test_a_request_sent_twice_is_done_once_and_answered_with_its_first_result():
    first = act(key="k1", body_hash=b"h" * 32, result={"case": "C1"})
    append(first)
    with pytest.raises(AlreadyDoneError) as again:
        append(act(key="k1", body_hash=b"h" * 32, result={"case": "C2"}))
    assert again.value.result == {"case": "C1"}
    assert again.value.entry_id == first.id
    with pytest.raises(KeyReusedError):
        append(act(key="k1", body_hash=b"i" * 32))
    append(act(key="k1", body_hash=b"i" * 32, actor="account:8"))
    append(act())
    append(act())
    assert waiting() == 4
    found = earlier("account:7", "k1")
    assert (found.entry_id, found.body_hash, found.result) == (first.id, b"h" * 32, {"case": "C1"})
    assert earlier("account:7", "k2") is None


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_with_one_key_at_the_same_time_one_waits_and_is_told_the_result():
    results = []

    def second():
        try:
            with transaction.atomic():
                append(act(key="k", body_hash=b"h", result={"n": 2}))
        except AlreadyDoneError as error:
            results.append(error.result)

    with transaction.atomic():
        append(act(key="k", body_hash=b"h", result={"n": 1}))
        thread, caught = in_thread(second)
        time.sleep(0.3)
        assert results == []
    thread.join(10)
    assert (results, caught, waiting()) == ([{"n": 1}], [], 1)


@pytest.mark.django_db(transaction=True)
def test_if_the_first_of_two_such_requests_rolls_back_the_second_is_done():
    def second():
        with transaction.atomic():
            append(act(key="k", body_hash=b"h", result={"n": 2}))

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append(act(key="k", body_hash=b"h", result={"n": 1}))
        thread, caught = in_thread(second)
        time.sleep(0.2)
        raise ZeroDivisionError
    thread.join(10)
    assert (caught, earlier("account:7", "k").result) == ([], {"n": 2})


@pytest.mark.django_db(transaction=True)
def test_appenders_at_once_with_rollbacks_and_late_commits_leave_no_gap_and_nothing_out():
    kept, stop = [], []

    def appender(seed):
        chance = random.Random(seed)
        for n in range(40):
            try:
                with transaction.atomic():
                    entry_id = append(act(n))
                    time.sleep(chance.random() * 0.004)
                    1 / (chance.random() >= 0.3)
            except ZeroDivisionError:
                continue
            kept.append(entry_id)

    def sequencer():
        while not stop:
            sequence(limit=7)

    workers = [in_thread(lambda seed=seed: appender(seed)) for seed in range(3)]
    sequencers = [in_thread(sequencer) for _ in range(2)]
    for thread, _ in workers:
        thread.join(60)
    stop.append(True)
    for thread, _ in sequencers:
        thread.join(60)
    while sequence():
        pass
    assert [caught for _, caught in workers + sequencers] == [[]] * 5
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(len(kept)))
    assert set(Leaf.objects.values_list("entry_id", flat=True)) == set(kept)
    assert verify_database() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [1, 2, 3, 4, 5])
def test_a_sequencer_that_fails_at_any_statement_leaves_the_tree_as_it_was(broken):
    record(300)
    sequence(10)
    before = latest_checkpoint()
    count = 0

    def fail(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == broken:
            raise DatabaseError("pulled out")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail), pytest.raises(DatabaseError):
        sequence()
        raise DatabaseError("fewer statements than expected")
    assert count in (broken, broken - 1)
    if count == broken:
        assert latest_checkpoint() == before
        assert (Leaf.objects.count(), Pending.objects.count(), Tile.objects.count()) == (10, 290, 0)
    assert verify_database() == []
    sequence()
    assert Leaf.objects.count() == 300
    assert verify_database() == []


KILLED = """
import os, signal, sys, django
django.setup()
from django.db import connection
from tongban.ledger.acts import sequence
count = 0
def die(execute, sql, params, many, context):
    global count
    count += 1
    if count == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    done = execute(sql, params, many, context)
    if count == int(sys.argv[1]) - 100:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
with connection.execute_wrapper(die):
    sequence()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [3, 4, 105, 99])
def test_a_sequencer_that_is_killed_leaves_all_or_nothing(at):
    record(300)
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}?host={settings['HOST']}&port={settings['PORT'] or 5432}"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(at)],
        check=False,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tongban.house.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    committed = CheckpointRow.objects.count()
    assert committed == (1 if at == 99 else 0)
    assert Leaf.objects.count() == 300 * committed
    assert Pending.objects.count() == 300 * (1 - committed)
    assert verify_database() == []
    sequence()
    assert Leaf.objects.count() == 300
    assert verify_database() == []


@pytest.mark.django_db(transaction=True)
def test_the_applications_role_appends_and_sequences_but_changes_nothing():
    record(300)
    sequence(290)
    attempts = [
        "UPDATE ledger_leaf SET hash = '' WHERE index = 0",
        "DELETE FROM ledger_leaf",
        "UPDATE ledger_tile SET hash = ''",
        "DELETE FROM ledger_tile",
        "UPDATE ledger_checkpoint SET root = ''",
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_entry SET payload = '{}'",
        "UPDATE ledger_entry SET commitment = ''",
        "UPDATE ledger_entry SET purpose = 'other' WHERE case_id IS NOT NULL",
        "UPDATE ledger_pending SET hash = ''",
        "TRUNCATE ledger_leaf",
    ]
    for role in ("tongban_app", None):
        with connection.cursor() as cursor:
            if role:
                cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}; SET ROLE {role}")
            try:
                for attempt in attempts[: None if role else -1]:
                    with pytest.raises(DatabaseError, match=r"permission denied|is not changed"), transaction.atomic():
                        cursor.execute(attempt)
                record(1)
                assert sequence(4) == 4
            finally:
                cursor.execute("RESET ROLE")
    assert verify_database() == []


def test_the_act_and_its_module_have_one_name():
    assert sequence_act is SEQUENCE.sequence
