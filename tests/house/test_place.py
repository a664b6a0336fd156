"""The data folder: held by one, ready only when everything is made, and clear about what is wrong with it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tongban.house import demo, place
from tongban.house.errors import AlreadyRunningError, FolderError, PortTakenError
from tongban.house.place import Place, fingerprint


def test_a_place_is_held_by_one_process_at_a_time(tmp_path):
    here = Place(tmp_path)
    here.note(address="http://127.0.0.1:8000", pid=4711)
    with here.held(), pytest.raises(AlreadyRunningError, match="4711"), Place(tmp_path).held():
        pass
    with here.held():
        pass


def test_a_city_is_ready_only_once_it_has_been_noted(tmp_path):
    assert Place(tmp_path).state() is None
    Place(tmp_path).note(people=40)
    assert Place(tmp_path).state().phase == "making"
    assert Place(tmp_path).note(phase="ready").people == 40


def test_a_torn_state_counts_as_none(tmp_path):
    (tmp_path / "state.json").write_text('{"phase": "re')
    assert Place(tmp_path).state() is None


def test_an_unfinished_first_start_is_begun_anew(tmp_path):
    here = Place(tmp_path)
    here.note(phase="making", people=9)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "half").write_text("half")
    demo.begin_anew(here, people=7)
    assert not (tmp_path / "files").exists()
    assert here.state().people == 7
    assert here.clock.read_text() == "0"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="file"):
        Place(tmp_path / "file" / "below").open(new=True)


def test_a_full_disk_is_told_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    with pytest.raises(FolderError, match="5 MB"):
        Place(tmp_path).open(new=True)


def test_a_taken_port_is_told_with_another_one_to_try():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"PORT={taken + 1}"):
            demo.refuse_taken("127.0.0.1", taken)


def test_the_fingerprint_follows_the_city_folder(tmp_path):
    (tmp_path / "city.yaml").write_text("a")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    (tmp_path / "city.yaml").write_text("b")
    assert fingerprint(tmp_path) != before


def test_the_first_city_folder_is_the_default(tmp_path, monkeypatch):
    monkeypatch.delenv("TONGBAN_CITY", raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("b", "a"):
        (tmp_path / "cities" / name).mkdir(parents=True)
        (tmp_path / "cities" / name / "city.yaml").write_text("")
    assert place.city_folder() == (tmp_path / "cities" / "a").resolve()


def test_asking_for_help_is_quick():
    program = Path(sys.executable).with_name("tongban")
    imported = subprocess.run([sys.executable, "-X", "importtime", program, "--help"], capture_output=True, text=True, check=True)
    assert "advance" not in imported.stderr
    assert not [module for module in ("django", "psycopg", "rich.console") if f"| {module}\n" in imported.stderr.replace("  ", " ")]
