"""The commands: check tells faults as a compiler does, and a begun service has exactly one thing to mend."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.catalogue.small_city import SERVICE, changed, written
from tongban.house.commands import check, new_service

YUNCHUAN = Path("cities/yunchuan")


def test_a_good_city_checks_with_status_0_and_says_what_its_tests_cover(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(written(tmp_path), lang="en") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["service", "tests", "passed", "clauses", "answers", "seen"]
    assert told[1].split() == ["stall", "3", "3", "3", "9/9"]
    assert "No faults" in told[2]


@pytest.mark.parametrize(
    ("lang", "says"), [("zh", "没有“markt”这个部门。是不是“market”？"), ("en", "there is no department “markt”; did you mean “market”?")]
)
def test_a_fault_is_a_line_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, says: str) -> None:
    folder = written(tmp_path, changed(SERVICE, "department: market", "department: markt"))
    assert check.run(folder, lang="zh" if lang == "zh" else "en") == 1
    line = capsys.readouterr().out.splitlines()[0]
    assert line == f"{folder.as_posix()}/{SERVICE}:6:13: {says}"


def test_the_language_follows_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert check.language() == "zh"
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert check.language() == "en"


def test_json_has_faults_and_coverage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check.run(written(tmp_path, changed(SERVICE, "state: granted", "state: received")), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["services"][0]["answers_seen"] == told["services"][0]["answers"] == 9
    assert [(fault["line"], fault["nearest"]) for fault in told["faults"]] == [(64, None)]


def test_a_folder_that_is_no_city_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(tmp_path, lang="en") == 1
    assert "not a city folder" in capsys.readouterr().out


def test_a_link_out_of_the_folder_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "city")
    (tmp_path / "outside.yaml").write_text("letter: x")
    (folder / "letters" / "outside.yaml").symlink_to(tmp_path / "outside.yaml")
    assert check.run(folder, lang="en") == 1
    assert "letters/outside.yaml:1:1: this link leads out" in capsys.readouterr().out


def test_a_begun_service_fails_only_where_it_is_meant_to_and_passes_once_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path)
    assert new_service.run("dog-licence", folder, lang="en") == 0
    capsys.readouterr()
    assert check.run(folder, lang="en") == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith(folder.as_posix())]
    assert len(told) == 1
    assert "change its state to received" in told[0]
    path = folder / "services/dog-licence/service.yaml"
    line, column = (int(part) for part in told[0].removeprefix(path.as_posix() + ":").split(":")[:2])
    lines = path.read_text().split("\n")
    assert lines[line - 1][column - 1 :].startswith("filed")
    lines[line - 1] = lines[line - 1][: column - 1] + "received}"
    path.write_text("\n".join(lines))
    assert check.run(folder, lang="en") == 0


def test_a_service_is_not_begun_twice_nor_under_a_wrong_name(tmp_path: Path) -> None:
    folder = written(tmp_path)
    before = (folder / SERVICE).read_bytes()
    assert new_service.run("stall", folder) == 1
    assert new_service.run("Dog Licence", folder) == 1
    assert new_service.run("../x", folder) == 1
    assert (folder / SERVICE).read_bytes() == before


def test_the_template_city_is_sound_and_checks_in_three_seconds_of_a_processor(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.process_time()
    assert check.run(YUNCHUAN, as_json=True) == 0
    assert time.process_time() - began < 3, "of this process alone: what else runs here is not counted"
    assert json.loads(capsys.readouterr().out)["seconds"] > 0
