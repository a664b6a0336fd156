"""Jobs: asked for once, done once, retried, given up, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tongban.jobs.acts import apart, enqueue, sweep, try_again, wait, work
from tongban.jobs.acts.wait import deafen
from tongban.jobs.acts.work import MOST_ATTEMPTS
from tongban.jobs.errors import NotGivenUpError
from tongban.jobs.models import Job
from tongban.jobs.reads import failed, waiting
from tongban.kernel import clock


@pytest.fixture
def seen():
    return []


def note(seen):
    return {"note": lambda payload: seen.append(payload["n"])}


def in_thread(do):
    """Run on a connection of its own."""
    caught = []

    def run():
        try:
            do()
        except BaseException as error:  # noqa: BLE001 - whatever it was, the test asks about it
            caught.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, caught


@pytest.mark.django_db
def test_a_job_runs_once_and_is_done(seen):
    enqueue("note", {"n": 1})
    assert work(note(seen)) == 1
    assert work(note(seen)) == 0
    assert seen == [1]
    assert waiting() == failed() == ()


@pytest.mark.django_db
def test_a_key_asks_for_one_job_however_often_it_is_used(seen):
    first = enqueue("note", {"n": 1}, key="once")
    assert enqueue("note", {"n": 2}, key="once") == first
    work(note(seen))
    assert enqueue("note", {"n": 3}, key="once") == first
    work(note(seen))
    assert seen == [1]


@pytest.mark.django_db
def test_a_postponed_job_waits_for_the_citys_clock(seen):
    enqueue("note", {"n": 1}, run_at=clock.now() + timedelta(days=3))
    assert work(note(seen)) == 0
    assert len(waiting()) == 1
    clock.move_by(timedelta(days=3, seconds=1))
    assert work(note(seen)) == 1
    assert seen == [1]


@pytest.mark.django_db
def test_due_jobs_run_earliest_first_up_to_the_limit(seen):
    now = clock.now()
    for n in (3, 1, 2):
        enqueue("note", {"n": n}, run_at=now - timedelta(hours=10 - n))
    assert work(note(seen), limit=2) == 2
    assert seen == [1, 2]


@pytest.mark.django_db
def test_a_kind_that_this_worker_does_not_know_is_left_for_another(seen):
    enqueue("other", {})
    assert work(note(seen)) == 0
    assert [job.kind for job in waiting()] == ["other"]


@pytest.mark.django_db
def test_a_failure_leaves_only_its_error_and_is_tried_later():
    def fail(payload):
        enqueue("trace", {})
        raise ValueError("no such register\0")

    enqueue("fail", {})
    began = clock.now()
    assert work({"fail": fail}) == 1
    (job,) = waiting()
    assert job.attempts == 1
    assert "ValueError: no such register" in job.error
    assert timedelta(seconds=9) < job.run_at - began < timedelta(seconds=20)
    assert work({"fail": fail}) == 0


@pytest.mark.django_db
def test_a_job_is_given_up_after_eight_failures_and_can_be_tried_again(seen):
    def fail(payload):
        raise ValueError

    job_id = enqueue("note", {"n": 1})
    tries = 0
    for _ in range(20):
        tries += work({"note": fail})
        clock.move_by(timedelta(hours=1))
    assert tries == MOST_ATTEMPTS == 8
    assert waiting() == ()
    (job,) = failed()
    assert (job.id, job.attempts) == (job_id, 8)
    try_again(job_id)
    assert work(note(seen)) == 1
    assert failed() == ()
    with pytest.raises(NotGivenUpError) as refused:
        try_again(job_id)
    assert str(job_id) in refused.value.says.zh


@pytest.mark.django_db
def test_a_broken_statement_in_a_job_spares_the_next_one(seen):
    def broken(payload):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nothing_there")

    enqueue("broken", {})
    enqueue("note", {"n": 1})
    assert work({"broken": broken, **note(seen)}) == 2
    assert seen == [1]
    assert "nothing_there" in waiting()[0].error


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_transaction_rolls_back_was_never_asked_for(seen):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("note", {"n": 1})
        raise ZeroDivisionError
    assert work(note(seen)) == 0


@pytest.mark.django_db(transaction=True)
def test_a_failure_at_commit_counts_as_the_jobs_failure():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE deferred_probe (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    try:

        def twice(payload):
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO deferred_probe VALUES (1), (1)")

        enqueue("twice", {})
        assert work({"twice": twice}) == 1
        (job,) = waiting()
        assert job.attempts == 1
        assert "deferred_probe" in job.error
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE deferred_probe")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_apart_may_be_the_outermost_act(seen):
    @apart
    def act(payload):
        with transaction.atomic(durable=True):
            seen.append(payload["n"])

    enqueue("act", {"n": 1})
    assert work({"act": act}) == 1
    assert seen == [1]
    assert waiting() == failed() == ()


@pytest.mark.django_db(transaction=True)
def test_an_act_of_its_own_transaction_is_refused_inside_a_job_that_does_not_run_apart():
    def act(payload):
        with transaction.atomic(durable=True):
            pass

    enqueue("act", {})
    work({"act": act})
    assert "durable" in waiting()[0].error


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_jobs_and_none_is_done_twice(seen):
    for n in range(60):
        enqueue("note", {"n": n})

    def slow(payload):
        seen.append(payload["n"])
        time.sleep(0.002)

    threads = [in_thread(lambda: work({"note": slow})) for _ in range(4)]
    for thread, _ in threads:
        thread.join(30)
    assert [caught for _, caught in threads] == [[]] * 4
    assert sorted(seen) == list(range(60))


KILLED = """
import os, sys, time, django
django.setup()
from django.db import connection
from tongban.jobs.acts import work, apart
def stuck(payload):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO jobs_job (id, kind, payload, asked_at, run_at, attempts, error) VALUES (gen_random_uuid(), 'trace', '{}', now(), now(), 0, '')")
    print("inside", flush=True)
    time.sleep(60)
work({"stuck": apart(stuck) if sys.argv[1] == "apart" else stuck})
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["locked", "apart"])
def test_a_killed_worker_loses_nothing(how, seen):
    enqueue("stuck", {"n": 1})
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{'' if settings['HOST'].startswith('/') else settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}?host={settings['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tongban.house.settings"}
    worker = subprocess.Popen([sys.executable, "-c", KILLED, how], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout.readline().strip() == "inside"
        assert work({"stuck": lambda payload: seen.append(1)}) == 0
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    if how == "apart":
        clock.move_by(timedelta(minutes=11))
    until = time.monotonic() + 10
    while not seen and time.monotonic() < until:
        work({"stuck": lambda payload: seen.append(payload["n"])})
        time.sleep(0.05)
    assert seen == [1]
    assert Job.objects.filter(kind="trace").count() == (1 if how == "apart" else 0)


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_whoever_waits_and_a_rollback_does_not():
    try:
        assert wait(0.05) is False
        began = time.monotonic()

        def ask():
            time.sleep(0.3)
            with transaction.atomic():
                enqueue("note", {"n": 1})

        thread, caught = in_thread(ask)
        assert wait(20) is True
        assert time.monotonic() - began < 5
        thread.join()
        assert caught == []
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            enqueue("note", {"n": 2})
            raise ZeroDivisionError
        assert wait(0.3) is False
    finally:
        deafen()


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_for_between_two_waits_is_heard():
    try:
        wait(0.01)
        enqueue("note", {"n": 1})
        assert wait(10) is True
    finally:
        deafen()


@pytest.mark.django_db(transaction=True)
def test_a_step_of_the_citys_clock_wakes_and_a_lost_connection_is_replaced():
    try:
        wait(0.01)
        timer = threading.Timer(0.3, lambda: clock.move_by(timedelta(days=2)))
        timer.start()
        assert wait(20) is True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        assert wait(0.2) is True
        enqueue_soon = threading.Timer(0.3, lambda: (enqueue("note", {"n": 1}), connection.close()))
        enqueue_soon.start()
        assert wait(20) is True
        enqueue_soon.join()
    finally:
        deafen()


@pytest.mark.django_db
def test_sweeping_removes_only_what_was_done_long_ago(seen):
    def fail(payload):
        raise ValueError

    enqueue("note", {"n": 1}, key="again")
    work(note(seen))
    assert sweep(timedelta(days=30)) == 0
    clock.move_by(timedelta(days=31))
    enqueue("note", {"n": 2})
    assert sweep(timedelta(days=30)) == 1
    assert len(waiting()) == 1
    enqueue("note", {"n": 3}, key="again")
    work(note(seen))
    assert seen == [1, 2, 3]
