"""Publishing: what runs changes at the next request in every process, and nothing that was published is ever lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.test.utils import CaptureQueriesContext

from tests.catalogue.small_city import FILES, SERVICE, changed, small_city, written
from tests.catalogue.test_policies import AT, POLICY, files
from tongban.catalogue import reads, running
from tongban.catalogue.acts import publish, publish_policy, publish_texts
from tongban.catalogue.core import reading
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.errors import (
    CityFaults,
    NotCarriedError,
    NothingPublishedError,
    StaleFolderError,
    UnknownVersionError,
    VersionChangedError,
)
from tongban.catalogue.models import Publishing, StoredText
from tongban.house.commands import publish as publishing
from tongban.house.prepare import publish as prepare
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text
from tongban.ledger.models import Entry
from tongban.rules.core import Fault

SECOND = changed(SERVICE, "fresh: 1 day", "fresh: 2 days")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_cache() -> None:
    reads.version.cache_clear()
    reads.pinned.cache_clear()


def test_before_the_first_publishing_there_is_no_city() -> None:
    with pytest.raises(NothingPublishedError):
        reads.city()


def test_a_folder_is_published_and_runs(tmp_path: Path) -> None:
    done = publish(written(tmp_path), "operator:ann")
    assert done.is_new
    assert done.changed["services"] == ("stall",)
    assert reads.city().hash == done.hash == read_files(small_city()).hash
    assert reads.city().services["stall"].title.zh == "摆摊许可"


def test_publishing_the_same_again_changes_nothing() -> None:
    first = publish_texts(small_city(), "ann")
    again = publish_texts(small_city() | {"roles.yaml": b"# a comment\n" + small_city()["roles.yaml"]}, "ann")
    assert not again.is_new
    assert again.changed == {}
    assert again.hash == first.hash
    assert Publishing.objects.count() == 1


def test_an_old_version_is_read_again_and_hashes_to_the_same() -> None:
    publish_texts(small_city(), "ann")
    old = reads.city().services["stall"]
    publish_texts(SECOND, "ann")
    reads.version.cache_clear()
    reads.pinned.cache_clear()
    new = reads.city().services["stall"]
    assert new.hash != old.hash
    assert reads.service(old.hash).hash == old.hash
    assert reads.service(old.hash).needs == old.needs != new.needs
    pinned = reads.pinned(old.hash)
    assert set(pinned.procedures) == {"licence", "filing"}
    assert "decision" in pinned.letters
    assert "permit" in pinned.credentials
    assert "market/licence" in pinned.resources


def test_a_stricter_check_of_later_days_leaves_old_versions_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    done = publish_texts(small_city(), "ann")

    def stricter(*args: Any) -> None:
        args[-1].append(Fault("city.yaml", 1, 1, Text("更严", "stricter")))

    monkeypatch.setattr(reading, "check", stricter)
    assert reads.version(done.hash).hash == done.hash
    with pytest.raises(CityFaults):
        publish_texts(SECOND, "ann")


def test_an_older_version_can_be_published_again() -> None:
    first = publish_texts(small_city(), "ann")
    publish_texts(SECOND, "ann")
    back = publish_texts(reads.texts(first.hash), "ann")
    assert back.hash == first.hash == reads.city().hash
    assert [one.hash for one in reads.publishings()][:1] == [first.hash]
    assert Publishing.objects.count() == 3


def test_a_city_with_a_fault_leaves_the_running_one() -> None:
    before = publish_texts(small_city(), "ann").hash
    with pytest.raises(CityFaults):
        publish_texts(changed(SERVICE, "department: market", "department: markt"), "ann")
    with pytest.raises(CityFaults, match="1"):
        publish_texts(changed(SERVICE, "state: granted", "state: received"), "ann")
    assert reads.city().hash == before


def test_a_connector_that_is_not_installed_leaves_the_running_one() -> None:
    before = publish_texts(small_city(), "ann").hash
    with pytest.raises(TongbanError, match="telepathy"):
        publish_texts(changed("resources/fire/checks.yaml", "kind: table", "kind: telepathy"), "ann")
    assert reads.city().hash == before
    assert Publishing.objects.count() == 1


def test_a_stale_folder_is_refused() -> None:
    first = publish_texts(small_city(), "ann").hash
    second = publish_texts(SECOND, "ben", base=first).hash
    with pytest.raises(StaleFolderError) as caught:
        publish_texts(changed(SERVICE, "fresh: 1 day", "fresh: 3 days"), "ann", base=first)
    assert (caught.value.base, caught.value.running) == (first, second)
    assert reads.city().hash == second


def test_publishing_is_on_the_record() -> None:
    done = publish_texts(small_city(), "operator:ann")
    entry = Entry.objects.get(act="catalogue.publish")
    assert entry.actor == "operator:ann"
    assert entry.payload["version"] == done.hash
    assert entry.payload["changed"]["services"] == ["stall"]


def test_lower_rooms_are_told() -> None:
    publish_texts(small_city(), "ann")
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM parties_area ORDER BY code")
        assert [row[0] for row in cursor.fetchall()] == ["990200", "990201"]
        cursor.execute("SELECT id FROM parties_department ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == ["fire", "market"]
        cursor.execute("SELECT resource, service, purpose, items FROM exchange_grant ORDER BY resource")
        assert cursor.fetchall() == [("fire/checks", "stall", "fire", ["passed"]), ("market/licence", "stall", "in-business", ["status"])]


def test_a_version_nobody_published_is_not_found() -> None:
    with pytest.raises(UnknownVersionError):
        reads.service("0" * 64)
    with pytest.raises(UnknownVersionError):
        reads.texts("0" * 64)


def test_a_stored_text_that_was_altered_is_not_used() -> None:
    done = publish_texts(small_city(), "ann")
    stored = StoredText.objects.get(content=FILES[SERVICE].encode())
    StoredText.objects.filter(pk=stored.pk).update(content=bytes(stored.content).replace(b"fresh: 1 day", b"fresh: 9 days"))
    with pytest.raises(VersionChangedError):
        reads.version(done.hash)
    assert publish_texts(SECOND, "ann").is_new
    assert reads.city().services["stall"].needs[0].fresh.days == 2


def test_the_pointer_is_read_once_a_request_and_anew_at_the_next() -> None:
    first = publish_texts(small_city(), "ann").hash
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # it would end the test's own transaction
    request_started.send(sender=None)
    try:
        with CaptureQueriesContext(connection) as queries:
            assert reads.city().hash == first
            reads.city()
            reads.city()
        assert sum("catalogue_publishing" in query["sql"] for query in queries) == 1
    finally:
        request_finished.send(sender=None)
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    assert running.running_hash() == first
    second = publish_texts(SECOND, "ann").hash
    assert reads.city().hash == second


def test_one_request_sees_one_version_unless_it_publishes_itself() -> None:
    publish_texts(small_city(), "ann")
    running.begin_request()
    try:
        reads.city()
        second = publish_texts(SECOND, "ann").hash
        assert reads.city().hash == second
    finally:
        running.end_request()


@pytest.mark.django_db(transaction=True)
def test_a_new_version_holds_in_another_connection_at_its_next_request() -> None:
    seen: list[str] = []
    ask, answered = threading.Semaphore(0), threading.Semaphore(0)

    def other() -> None:
        try:
            for _ in range(2):
                ask.acquire()
                running.begin_request()
                seen.append(reads.city().hash)
                running.end_request()
                answered.release()
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    first = publish_texts(small_city(), "ann").hash
    thread.start()
    ask.release()
    answered.acquire()
    second = publish_texts(SECOND, "ann").hash
    ask.release()
    answered.acquire()
    thread.join()
    assert seen == [first, second]


@pytest.mark.django_db(transaction=True)
def test_another_process_reads_what_was_published_and_every_older_version() -> None:
    publish_texts(small_city(), "ann")
    old = reads.city().services["stall"].hash
    second = publish_texts(SECOND, "ann").hash
    code = (
        "import django, sys; from django.conf import settings\n"
        "settings.DATABASES['default']['NAME'] = sys.argv[1]\n"
        "django.setup()\n"
        "from tongban.catalogue import reads\n"
        "print(reads.city().hash, reads.service(sys.argv[2]).hash)\n"
    )
    environment = os.environ | {"PYTHONPATH": "src:.", "DJANGO_SETTINGS_MODULE": "tongban.house.settings"}
    name = connection.settings_dict["NAME"]
    ran = subprocess.run([sys.executable, "-c", code, str(name), old], capture_output=True, text=True, env=environment, check=False)
    assert ran.stdout.split() == [second, old], ran.stderr


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_from_the_same_base_at_once_do_not_both_succeed() -> None:
    first = publish_texts(small_city(), "ann").hash
    results: list[str] = []

    def one(days: int) -> None:
        try:
            publish_texts(changed(SERVICE, "fresh: 1 day", f"fresh: {days} days"), f"p{days}", base=first)
            results.append("published")
        except StaleFolderError:
            results.append("stale")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(days,)) for days in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["published", "stale"]
    assert Publishing.objects.count() == 2


def test_the_command_publishes_and_says_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert publishing.run(written(tmp_path), by="ann", lang="en") == 0
    assert "services: stall" in capsys.readouterr().out
    assert publishing.run(tmp_path, by="ann", lang="en") == 0
    assert "running already" in capsys.readouterr().out


def test_the_command_tells_the_faults_and_publishes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert publishing.run(written(tmp_path, changed(SERVICE, "department: market", "department: markt")), lang="en") == 1
    assert f"{SERVICE}:6:13: there is no department “markt”" in capsys.readouterr().out
    assert Publishing.objects.count() == 0


def published_at_the_desk(text: bytes, by: str = "ann") -> str:
    """A policy published by itself; the city's version."""
    return publish_policy(text.decode(), by=by, base=reads.city().hash).hash


def test_what_was_published_at_the_desk_stays_until_the_folder_has_it(db: None, tmp_path: Path) -> None:
    folder = written(tmp_path / "city", files())
    publish(folder, "operator")
    revised = POLICY.replace("cap: yuan(2000)", "cap: yuan(2100)").replace("amount: 2000 yuan", "amount: 2100 yuan").encode()
    ran = published_at_the_desk(revised)
    assert publish(folder, "operator").carried == (AT,)
    assert reads.city().hash == ran
    (folder / "pools.yaml").write_bytes(files()["pools.yaml"].replace(b"50000", b"60000"))
    assert publish(folder, "operator").carried == (AT,)
    assert reads.texts(reads.city().hash)[AT] == revised
    (folder / AT).write_bytes(revised)
    assert publish(folder, "operator").carried == ()
    assert reads.pending() == {}
    (folder / AT).write_bytes(POLICY.encode())
    publish(folder, "operator")
    assert reads.texts(reads.city().hash)[AT] == POLICY.encode(), "once it was in step, the folder leads again"


def test_a_folder_that_has_changed_the_same_file_is_refused_and_nothing_is_lost(db: None, tmp_path: Path) -> None:
    folder = written(tmp_path / "city", files())
    publish(folder, "operator")
    ran = published_at_the_desk(POLICY.replace("phone: x", "").replace("zh: 好,", "zh: 很好,").encode())
    (folder / AT).write_bytes(POLICY.replace("zh: 好,", "zh: 还好,").encode())
    with pytest.raises(NotCarriedError) as refused:
        publish(folder, "operator")
    assert AT in refused.value.says.en
    assert reads.city().hash == ran
    prepare(folder)
    assert reads.city().hash == ran, "a start keeps what runs"
    assert publish(folder, "operator", base=ran).is_new, "who has fetched what runs says so"
    assert reads.pending() == {}


def test_a_further_version_ends_the_one_before_and_changes_no_other_byte(db: None, tmp_path: Path) -> None:
    publish(written(tmp_path / "city", files()), "operator")
    published_at_the_desk(POLICY.replace("in_force: 2026-02-01", "in_force: 2026-12-15").encode())
    texts = reads.texts(reads.city().hash)
    assert texts[AT] == POLICY.replace("until: 2026-12-31", "until: 2026-12-14", 1).encode()
    assert {path for path, content in texts.items() if content != files().get(path)} == {AT, "policies/stall-aid/2026-12-15.yaml"}
    assert set(reads.pending()) == {AT, "policies/stall-aid/2026-12-15.yaml"}
