"""What may not stand in the repository: hosts of registries, paths of one machine, work left open, files nobody can account for."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

from tests import halves

ROOT = Path(__file__).parents[2]
FILES = [
    ROOT / name
    for name in subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True).stdout.splitlines()
]
TEXTS = [
    path
    for path in FILES
    if path.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".lock", ".cfg", ".html", ".js", ".css", ".sh", ""} and path.is_file()
]


def test_no_registry_host_and_no_index_stands_in_a_file():
    hosts = re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs|--(extra-)?index-url|^index-url\s*=|\"resolved\":\s*\"http", re.MULTILINE
    )
    assert not found(hosts)


def test_no_path_of_a_machine_stands_in_a_file():
    homes = re.compile(r"(?<![\w.])/(home|Users)/[a-z]\w*/|(?<![\w./])/root/|" + re.escape(f"{ROOT.parent}/"))
    assert not found(homes)


def test_no_work_is_left_open():
    left = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XXX)\b|NotImplemented" + r"Error|pytest\.skip|mark\.x?skip|mark\.xfail")
    assert not [where for where in found(left) if where.endswith(".py")]


def test_vendored_files_are_those_of_their_manifest():
    manifests = [path for path in FILES if path.name == "MANIFEST.sha256"]
    assert manifests
    for manifest in manifests:
        listed = dict(reversed(line.split(maxsplit=1)) for line in manifest.read_text().splitlines())
        present = {str(path.relative_to(manifest.parent)) for path in manifest.parent.rglob("*") if path.is_file() and path != manifest}
        assert present == {name.lstrip("*") for name in listed}
        for name, digest in listed.items():
            assert hashlib.sha256((manifest.parent / name.lstrip("*")).read_bytes()).hexdigest() == digest, name


def test_pages_load_nothing_from_another_host():
    loads = re.compile(
        r"""<(script|link|img|iframe|source)\b[^>]*\b(src|href)=["'](https?:)?//|@import\s+["'](https?:)?//|url\(\s*["']?(https?:)?//"""
    )
    assert not [where for where in found(loads) if where.endswith((".html", ".css", ".js"))]


def found(pattern: re.Pattern[str]) -> list[str]:
    here = Path(__file__)
    return [str(path.relative_to(ROOT)) for path in TEXTS if path != here and pattern.search(path.read_text(errors="replace"))]


def test_the_whole_run_closes_with_one_line_for_all_that_ran_and_what_ended_without_a_word_is_an_error():
    lines = ["3 passed in 1.00s", "1 failed, 4 passed, 2 warnings in 62.00s (0:01:02)", "Killed"]
    assert halves._closing(lines, 63.5) == "1 failed, 7 passed, 2 warnings, 1 error in 63.50s"
