"""The demo from an empty folder: it comes up, keeps what it has, goes down whole, and survives what one can do to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from tongban.house.postgres import Cluster

ROOT = Path(__file__).parents[2]
TONGBAN = Path(sys.executable).with_name("tongban")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(data: Path) -> dict[str, str]:
    """A person's shell: nothing of the test run's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TONGBAN_", "DJANGO_", "DATABASE_URL", "MAKELEVEL"))}
    return kept | {"TONGBAN_DATA": str(data), "TONGBAN_WORKERS": "1"}


@contextmanager
def demo(data: Path, *, people: int = 30, ready: bool = True) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    front = subprocess.Popen(
        [TONGBAN, "demo", "--port", str(port), "--people", str(people)],
        cwd=ROOT,
        env=surroundings(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        if ready:
            wait_for(f"http://127.0.0.1:{port}/healthz", front)
            state_becomes_ready(data)
        yield front, f"http://127.0.0.1:{port}"
    finally:
        if front.poll() is None:
            front.terminate()
            front.communicate(timeout=60)


def wait_for(address: str, front: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert front.poll() is None, front.communicate()[0]
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def state_becomes_ready(data: Path) -> None:
    end = time.monotonic() + 20
    while json.loads((data / "state.json").read_text())["phase"] != "ready" and time.monotonic() < end:
        time.sleep(0.1)


def tongban(data: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TONGBAN, *words], cwd=ROOT, env=surroundings(data), capture_output=True, text=True, check=False)


def left_over(data: Path) -> list[str]:
    """Processes whose surroundings name this data folder; the database's bear it in their command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if str(data).encode() in told and state != "Z" and int(process.name) != os.getpid():
            found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def goes_silent(data: Path) -> bool:
    end = time.monotonic() + 30
    while (left := left_over(data)) and time.monotonic() < end:
        time.sleep(0.2)
    return not left and not Cluster(data).running()


def people_in(data: Path) -> int:
    with psycopg.connect(Cluster(data).url()) as connection:
        row = connection.execute("SELECT count(*) FROM parties_person").fetchone()
    assert row
    return int(row[0])


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """A demo city at its first start."""
    data = tmp_path_factory.mktemp("demo") / "data"
    with demo(data) as (front, address):
        yield data, address
        front.terminate()
        said = front.communicate(timeout=60)[0]
    assert address in said
    assert goes_silent(data)
    Cluster(data).destroy()


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    """A demo city that has run and was stopped by Ctrl-C."""
    data = tmp_path_factory.mktemp("home") / "data"
    with demo(data) as (front, _):
        front.send_signal(signal.SIGINT)
        front.communicate(timeout=60)
    assert goes_silent(data)
    yield data
    Cluster(data).destroy()


def test_a_second_demo_on_the_same_folder_is_refused_with_the_firsts_address(running):
    data, address = running
    with demo(data, ready=False) as (second, _):
        assert address in second.communicate(timeout=60)[0]
        assert second.returncode == 1


def test_a_demo_person_signs_in_by_one_click_and_moves_the_clock(running):
    data, address = running
    with httpx.Client(base_url=address, follow_redirects=False) as visitor:
        page = visitor.get("/demo/people").text
        login = page.partition('name="login" value="')[2].partition('"')[0]
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        assert visitor.post("/demo/sign-in", data={"login": "nobody", "csrfmiddlewaretoken": token}).status_code == 404
        assert visitor.post("/demo/sign-in", data={"login": login}).status_code == 403
        assert visitor.post("/demo/sign-in", data={"login": login, "csrfmiddlewaretoken": token}).status_code == 302
        before = tongban(data, "clock", "show").stdout
        token = visitor.get("/demo/people").text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        assert visitor.post("/demo/advance", data={"days": "5", "csrfmiddlewaretoken": token}).status_code == 302
        assert tongban(data, "clock", "show").stdout > before


def test_a_killed_database_is_up_again_and_lost_nothing(running):
    data, address = running
    there = people_in(data)
    os.kill(int((Cluster(data).store / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    end = time.monotonic() + 30
    while httpx.get(f"{address}/healthz", timeout=30).status_code != 200 and time.monotonic() < end:
        time.sleep(0.2)
    assert httpx.get(f"{address}/demo/people", timeout=30).status_code == 200
    assert people_in(data) == there


def test_a_backup_restores_the_city_with_the_same_record(running, tmp_path):
    data, _ = running
    kept = tmp_path / "city.tar"
    before = record_of(data)
    done = tongban(data, "backup", kept)
    assert done.returncode == 0, done.stderr
    assert kept.stat().st_mode & 0o077 == 0
    assert tongban(data, "backup", kept).returncode == 1
    other = tmp_path / "other"
    try:
        restored = tongban(other, "restore", kept)
        assert restored.returncode == 0, restored.stderr
        then, now = record_of(other), record_of(data)
        assert before.entries <= then.entries <= now.entries
        assert before.checkpoints <= then.checkpoints <= now.checkpoints
        assert then.people == before.people
        verified = tongban(other, "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        again = tongban(other, "restore", kept)
        assert again.returncode == 1
        assert "--replace" in again.stderr
    finally:
        Cluster(other).destroy()


def test_a_second_start_keeps_the_people_and_a_killed_front_leaves_nothing(home):
    with demo(home) as (front, _):
        there = people_in(home)
        front.send_signal(signal.SIGKILL)
        front.communicate()
        assert there >= 30
        assert goes_silent(home)


def test_a_killed_keeper_leaves_nothing_either(home):
    with demo(home) as (front, _):
        children = Path(f"/proc/{front.pid}/task/{front.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        assert "停止" in front.communicate(timeout=60)[0]
        assert front.returncode == 1
        assert goes_silent(home)


def test_a_first_start_that_was_killed_is_begun_anew(tmp_path):
    data = tmp_path / "data"
    with demo(data, ready=False) as (front, _):
        end = time.monotonic() + 60
        while not (data / "postgres.ready").exists() and not (Cluster(data).home / "postgres.ready").exists() and time.monotonic() < end:
            time.sleep(0.02)
        front.send_signal(signal.SIGKILL)
        front.communicate()
    assert goes_silent(data)
    assert json.loads((data / "state.json").read_text())["phase"] == "making"
    try:
        with demo(data):
            assert people_in(data) >= 30
    finally:
        Cluster(data).destroy()


def test_data_of_a_newer_version_are_left_alone(home):
    cluster = Cluster(home)
    cluster.start()
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_tomorrow', now())")
    state = json.loads((home / "state.json").read_text())
    (home / "state.json").write_text(json.dumps(state | {"made_from": "another version"}))
    try:
        with demo(home, ready=False) as (front, _):
            said = front.communicate(timeout=60)[0]
        assert front.returncode == 1
        assert "cases.9999_tomorrow" in said
        assert "demo-reset" in said
        assert goes_silent(home)
    finally:
        cluster.start()
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("DELETE FROM django_migrations WHERE name = '9999_tomorrow'")
        cluster.stop()


def test_a_damaged_backup_restores_nothing(home, tmp_path):
    kept = tmp_path / "city.tar"
    assert tongban(home, "backup", kept).returncode == 0
    spoiled = bytearray(kept.read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    kept.write_bytes(spoiled)
    done = tongban(tmp_path / "other", "restore", kept)
    assert done.returncode == 1
    assert "SHA-256" in done.stderr
    assert not (tmp_path / "other" / "postgres").exists()


@dataclass(frozen=True)
class Record:
    """What a city has done, the checkpoints it signed over it, and how many people it knows."""

    entries: frozenset[object]
    checkpoints: frozenset[str]
    people: int


def record_of(data: Path) -> Record:
    """A city that is up goes on meanwhile: its worker matches, and its vertical systems answer."""
    cluster = Cluster(data)
    ran = cluster.running()
    cluster.start()
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        signed_at_all = "SELECT count(*) > 0 FROM ledger_checkpoint"
        for _ in range(600):
            if connection.execute(signed_at_all).fetchone() == (True,):
                break
            time.sleep(0.1)
        [people] = connection.execute("SELECT count(*) FROM parties_person").fetchone() or [0]
        record = Record(
            frozenset(connection.execute("SELECT id, act, at FROM ledger_entry").fetchall()),
            frozenset(note for (note,) in connection.execute("SELECT note FROM ledger_checkpoint")),
            people,
        )
    if not ran:
        cluster.stop()
    assert record.entries
    assert record.checkpoints
    return record
