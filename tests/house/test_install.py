"""Installing: what is complete is recognised, what is not is done again, and what stands in the way is said in both languages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tongban.house import install

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout whose installation is complete."""
    (tmp_path / "requirements").mkdir()
    for name in ("runtime", "dev"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(name)
    (tmp_path / "pyproject.toml").write_text("[project]")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "tongban").write_text("")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "_run", lambda *command: pytest.fail(f"ran {command[0]}"))
    install._stamp("runtime").write_text(install._fingerprint("runtime"))
    return tmp_path


def test_what_is_complete_is_not_installed_again(checkout):
    assert install.main("runtime") == 0


def test_the_developers_installation_is_enough_to_run(checkout):
    install._stamp("runtime").unlink()
    install._stamp("dev").write_text(install._fingerprint("dev"))
    assert install.main("runtime") == 0


@pytest.mark.parametrize("changed", ["requirements/runtime.lock", "pyproject.toml"])
def test_a_changed_lock_or_declaration_is_installed(checkout, monkeypatch, changed):
    (checkout / changed).write_text("changed")
    tried = []
    monkeypatch.setattr(install, "_with_uv", lambda lock: tried.append(lock.name) or True)
    assert install.main("runtime") == 0
    assert tried == ["runtime.lock"]
    assert install.main("runtime") == 0
    assert len(tried) == 1


def test_a_moved_checkout_is_installed_anew(checkout, monkeypatch):
    moved = checkout.parent / "moved"
    shutil.copytree(checkout, moved)
    monkeypatch.setattr(install, "ROOT", moved)
    monkeypatch.setattr(install, "VENV", moved / ".venv")
    assert not install._is_done("runtime")


def test_a_failed_installation_leaves_no_stamp_and_names_the_way_out(checkout, monkeypatch, capsys):
    install._stamp("runtime").unlink()
    monkeypatch.setattr(install, "_with_uv", lambda _: False)
    monkeypatch.setattr(install, "_with_pip", lambda _: False)
    assert install.main("runtime") == 1
    assert not install._stamp("runtime").exists()
    said = capsys.readouterr().err
    assert "镜像" in said
    assert "mirror" in said


def test_a_full_disk_is_told_before_anything_is_fetched(checkout, monkeypatch, capsys):
    install._stamp("runtime").unlink()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=9_000_000))
    assert install.main("runtime") == 1
    assert "9 MB" in capsys.readouterr().err


def test_it_runs_on_a_bare_python():
    """Nothing of ours and nothing installed is imported: `-S -E -I` leaves the standard library only."""
    code = f"import runpy, sys; sys.argv = ['install', 'none']; runpy.run_path({str(ROOT / 'src/tongban/house/install.py')!r})"
    subprocess.run([sys.executable, "-S", "-I", "-c", code], check=True)


def test_without_a_python_that_is_new_enough_the_makefile_says_what_to_do(tmp_path):
    done = subprocess.run(
        [shutil.which("make") or "make", "-C", str(ROOT), "setup", "PYTHON="],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert done.returncode != 0
    assert "3.11" in done.stderr
    assert "需要" in done.stderr
