"""Run every test: most folders in two processes side by side, each with a server and a folder of its own; then whole cities and browser stories, alone.

Invariants: a folder's tests run in one process and in their order, as `pytest tests/FOLDER` runs them; a folder that is not named here runs all the same;
the closing line counts what ran in all three, and the exit code is the worst of theirs. Each remembers its failures for `--last-failed` by itself.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import IO, Final

HERE: Final = Path(__file__).parent
ALONE: Final = ("crash", "house", "journeys", "look")
"""What starts a whole city or a browser: beside others, two cores starve it."""
FIRST: Final = ("api", "benefits", "cases", "catalogue", "messages", "spec")
"""Half of the rest by the time that it takes; every other folder is in the second half."""
COUNTS: Final = re.compile(r"(\d+) (passed|failed|error|warning|skipped|xfailed|xpassed|deselected)s?\b")


def main() -> int:
    """Run the halves, then the rest alone, showing how each goes, and one closing line for all; the worst exit code."""
    began = time.monotonic()
    folders = {path.name for path in HERE.iterdir() if any(path.rglob("test_*.py"))}
    with tempfile.TemporaryFile() as kept:
        beside = _start("half-2", folders - {*FIRST, *ALONE}, kept)
        first = _start("half-1", folders & {*FIRST}, subprocess.PIPE)
        said = [_show(first.stdout), ""]
        codes = [first.wait(), beside.wait()]
        kept.seek(0)
        said[1] = _show(kept)
    rest = _start("alone", folders & {*ALONE}, subprocess.PIPE)
    said.append(_show(rest.stdout))
    codes.append(rest.wait())
    sys.stdout.write(_closing(said, time.monotonic() - began) + "\n")
    return max(codes)


def _start(name: str, folders: set[str], output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    paths = [f"tests/{folder}" for folder in sorted(folders)]
    command = [sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir=.pytest_cache/{name}", *paths]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=HERE.parent)


def _show(output: IO[bytes] | None) -> str:
    """Print what a process says as it says it; its last line."""
    last = ""
    for line in output or ():
        last = line.decode(errors="replace")
        sys.stdout.write(last)
        sys.stdout.flush()
    return last


def _closing(lines: list[str], seconds: float) -> str:
    """One line in pytest's own words; a process without a closing line of its own counts as an error.

    >>> _closing(["3 passed in 1.00s", "1 failed, 4 passed, 2 warnings in 2.00s (0:00:02)"], 3)
    '1 failed, 7 passed, 2 warnings in 3.00s'
    """
    told: Counter[str] = Counter()
    for line in lines:
        found = COUNTS.findall(line) if " in " in line else []
        told.update({what: int(number) for number, what in found} if found else {"error": 1})
    order = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warning", "error")
    plural = {"warning", "error"}
    parts = [f"{told[what]} {what}{'s' if what in plural and told[what] != 1 else ''}" for what in order if told[what]]
    return f"{', '.join(parts)} in {seconds:.2f}s"


if __name__ == "__main__":
    sys.exit(main())
