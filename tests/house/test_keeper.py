"""Whatever ends the one in front, nothing of the city is left behind; what falls is started again, but not for ever."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STAY = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)",
]
FALL = [sys.executable, "-c", "import sys; sys.exit('no chair to sit on')"]

FRONT = """
import json, subprocess, sys
keeper = subprocess.Popen(json.loads(sys.argv[1]), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(keeper.pid, json.loads(keeper.stdout.readline())["pid"], flush=True)
keeper.wait()
"""


def plan(data: Path, **keep: list[str]) -> list[str]:
    (data / "log").mkdir(exist_ok=True)
    return [sys.executable, "-m", "tongban.house.keeper", json.dumps({"data": str(data), "keep": keep})]


@pytest.fixture
def started(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/none")  # the keeper then leaves databases alone
    begun: list[subprocess.Popen[str]] = []

    def start(**keep: list[str]) -> subprocess.Popen[str]:
        begun.append(subprocess.Popen(plan(tmp_path, **keep), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return begun[-1]

    yield start
    for process in begun:
        process.stdin.close()
        process.wait(15)
        process.stdout.close()


def told(keeper: subprocess.Popen[str], event: str) -> dict[str, object]:
    assert keeper.stdout is not None
    for line in keeper.stdout:
        found = json.loads(line)
        if found["event"] == event:
            return found
    raise AssertionError(f"the keeper never told `{event}`")


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def is_gone(pid: int, within: float = 12.0) -> bool:
    end = time.monotonic() + within
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_alive(pid)


def test_closing_the_lifeline_ends_every_process(started):
    keeper = started(web=STAY)
    web = told(keeper, "started")["pid"]
    keeper.stdin.close()
    assert keeper.wait(10) == 0
    assert is_gone(web)


def test_a_process_that_will_not_stop_is_killed(started):
    keeper = started(web=STUBBORN)
    web = told(keeper, "started")["pid"]
    time.sleep(0.5)
    keeper.stdin.close()
    assert keeper.wait(15) == 0
    assert is_gone(web)


def test_a_killed_parent_leaves_nothing_behind(tmp_path):
    front = subprocess.Popen(
        [
            sys.executable,
            "-c",
            FRONT,
            json.dumps(plan(tmp_path, web=STAY)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@nowhere/none"},
    )
    keeper, web = (int(word) for word in front.stdout.readline().split())
    front.send_signal(signal.SIGKILL)
    front.communicate()
    assert is_gone(keeper)
    assert is_gone(web)


def test_a_process_that_falls_is_started_again(started):
    keeper = started(web=STAY)
    first = told(keeper, "started")["pid"]
    os.kill(first, signal.SIGKILL)
    assert told(keeper, "fell")["name"] == "web"
    assert told(keeper, "started")["pid"] != first


def test_a_process_that_keeps_falling_ends_the_city_with_its_last_words(started):
    keeper = started(web=FALL)
    assert "no chair to sit on" in str(told(keeper, "gave-up")["words"])
    assert keeper.wait(10) == 1
