"""The keeper: the process that owns everything a running city consists of.

Invariants: whoever started it holds the other end of its standard input; when that end closes - on purpose, by Ctrl-C, by a kill of any kind -
the keeper stops web, worker and database, and ends. A process that falls is started again; one that keeps falling ends the city with its own
last words. What happens is told on standard output, one JSON object a line.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tongban.house.postgres import Cluster
from tongban.kernel.errors import TongbanError

_FALLS = 4
_WITHIN = 60.0
_GRACE = 8.0


@dataclass
class Kept:
    """One process that has to stay up."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    falls: list[float] = field(default_factory=list)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0)
        tell(event="started", name=self.name, pid=self.process.pid)

    def has_fallen(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, how: signal.Signals) -> None:
        """Signal the process and everything that it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, how)
            except ProcessLookupError:
                pass

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:].strip()


def tell(**event: object) -> None:
    """Tell the one in front; when nobody listens any more, that is for the lifeline to notice."""
    try:
        print(json.dumps(event, ensure_ascii=False), flush=True)
    except BrokenPipeError:
        pass


class Keeper:
    """Starts, watches and stops."""

    def __init__(self, data: Path, kept: list[Kept], prepare: list[str] | None) -> None:
        self.cluster = None if os.environ.get("DATABASE_URL") else Cluster(data)
        self.data = data
        self.kept = kept
        self.prepare = prepare
        self.ending = threading.Event()

    def run(self) -> int:
        """Until the lifeline closes. Returns the exit status."""
        try:
            return self._run()
        except TongbanError as error:
            tell(event="failed", zh=error.says.zh, en=error.says.en)
            return 1
        finally:
            self._stop()

    def _run(self) -> int:
        if self.cluster:
            self.cluster.start()
            tell(event="step", name="database")
        if self.prepare and not self._prepared(self.prepare):
            return 0 if self.ending.is_set() else 1
        for each in self.kept:
            each.start()
        while not self.ending.wait(0.25):
            for each in self.kept:
                if each.has_fallen() and not self._again(each):
                    return 1
            if self.cluster and not self.cluster.alive():
                tell(event="fell", name="postgres", status=None)
                self.cluster.start()
        return 0

    def _prepared(self, command: list[str]) -> bool:
        """Make ready what the city needs; its progress passes through to the one in front."""
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env={**os.environ, "TONGBAN_ROLE": "tongban_owner"}, process_group=0)
        while process.poll() is None:
            if self.ending.wait(0.05):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return process.returncode == 0

    def _again(self, each: Kept) -> bool:
        now = time.monotonic()
        each.signal(signal.SIGKILL)
        each.falls = [*(fall for fall in each.falls if now - fall < _WITHIN), now]
        tell(event="fell", name=each.name, status=each.process.returncode if each.process else None, times=len(each.falls))
        if len(each.falls) >= _FALLS:
            tell(event="gave-up", name=each.name, words=each.last_words())
            return False
        time.sleep(min(2.0, 0.2 * 2 ** len(each.falls)))
        each.start()
        return True

    def _stop(self) -> None:
        for each in self.kept:
            each.signal(signal.SIGTERM)
        patience = time.monotonic() + _GRACE
        for each in self.kept:
            if each.process is not None:
                try:
                    each.process.wait(max(0.1, patience - time.monotonic()))
                except subprocess.TimeoutExpired:
                    pass
                each.signal(signal.SIGKILL)
        if self.cluster:
            self.cluster.stop()
        tell(event="stopped")


def main() -> int:
    """Read what to keep from the first argument, then keep it."""
    plan = json.loads(sys.argv[1])
    data = Path(plan["data"])
    kept = [Kept(name, command, data / "log" / f"{name}.log") for name, command in plan["keep"].items()]
    keeper = Keeper(data, kept, plan.get("prepare"))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: keeper.ending.set())
    threading.Thread(target=_watch, args=(keeper.ending,), daemon=True).start()
    return keeper.run()


def _watch(ending: threading.Event) -> None:
    while os.read(0, 64):
        pass
    ending.set()


if __name__ == "__main__":
    sys.exit(main())
