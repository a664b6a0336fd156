"""Documents are current: what they name is there, and what is there is named."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

from tongban.house import cli

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/README.md"), *ROOT.glob("cities/**/*.md")]


def test_no_link_in_a_page_leads_nowhere():
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
        if not target.startswith(("http://", "https://", "mailto:")) and not (page.parent / target).exists()
    ]
    assert not dead


def test_the_floors_in_the_architecture_page_are_those_that_are_enforced():
    enforced = configparser.ConfigParser()
    enforced.read(ROOT / ".importlinter")
    floors = [line.strip() for line in enforced["importlinter:contract:floors"]["layers"].splitlines() if line.strip()]
    drawn = (ROOT / "ARCHITECTURE.md").read_text().split("```")[1].strip().splitlines()
    assert [re.split(r"\s{2,}", line.strip())[0] for line in drawn] == floors


def test_every_variable_that_the_program_reads_is_documented():
    read = {
        name for path in (ROOT / "src").rglob("*.py") for name in re.findall(r"[\"'](TONGBAN_[A-Z]+|[A-Z]+_URL)[\"']", path.read_text())
    }
    told = set(re.findall(r"`(TONGBAN_[A-Z]+|[A-Z]+_URL)", (ROOT / "docs" / "operating.md").read_text()))
    ours = {"TONGBAN_TEST", "TONGBAN_ROLE", "TONGBAN_CLOCK"}  # set by our own processes for each other
    assert read - ours - told == set()
    assert told - read == set()


def test_every_target_that_a_page_names_is_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        (page.name, target) for page in PAGES for target in re.findall(r"(?:^|`)make ([a-z][a-z-]+)(?=[`\s])", commands(page), re.MULTILINE)
    }
    assert {target for _, target in named} <= targets


def test_every_command_that_a_page_names_is_there():
    known = {command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback} | {"clock"}
    named = {
        (page.name, word)
        for page in PAGES
        for word in re.findall(r"(?:^|[`/ ])tongban ([a-z][a-z-]+)(?=[`\s])", commands(page), re.MULTILINE)
    }
    assert {word for _, word in named} <= known


def test_every_measurement_can_be_asked_for():
    folder = ROOT / "src" / "tongban" / "house" / "bench"
    there = {
        path.stem for path in folder.glob("*.py") if path.stem != "__init__" and re.search(r"^def run\(", path.read_text(), re.MULTILINE)
    }
    assert {module.rpartition(".")[2] for module in cli.BENCHES.values()} == there


def test_the_ci_script_is_sound_and_may_be_run():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)


def commands(page: Path) -> str:
    """What a page shows as code."""
    text = page.read_text()
    return "\n".join([*re.findall(r"```\w*\n(.*?)```", text, re.DOTALL), *(f"`{code}`" for code in re.findall(r"`([^`\n]+)`", text))])
