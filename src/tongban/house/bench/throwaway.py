"""A city for the length of a measurement or a trial: a durable PostgreSQL of its own, web and worker processes, all gone afterwards.

Invariants: nothing of it touches another city's data, keys or port; what was acknowledged is flushed (fsync and synchronous commits are on).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tongban.house.postgres import Cluster

_STRANGE = (
    "DATABASE_URL",
    "REGISTERS_URL",
    "OWNER_URL",
    "TONGBAN_TEST",
    "TONGBAN_CLOCK",
    "TONGBAN_KEYS",
    "TONGBAN_ROLE",
    "TONGBAN_ORIGIN",
    "TEST_DATABASE_URL",
)
_TERM_SECONDS = 10.0


@dataclass
class Throwaway:
    """One such city."""

    data: Path
    cluster: Cluster
    port: int
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def call(self, module: str, *arguments: str, role: str = "tongban_owner") -> Any:
        """Run one of this package's programs and read the JSON that it prints. Raises CalledProcessError."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self.environment | {"TONGBAN_ROLE": role}, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout.splitlines()[-1])

    def serve(self, *, workers: int = 2, threads: int = 2) -> None:
        """Start the web processes and the worker; returns once the first page is answered. Raises TimeoutError."""
        more = {"TONGBAN_ROLE": "tongban_app", "TONGBAN_WORKERS": str(workers), "TONGBAN_THREADS": str(threads)}
        self._start("web", more, "tongban.house.web", "127.0.0.1", str(self.port))
        self._start("worker", more, "tongban.house.worker")
        end = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > end:
                raise TimeoutError(f"nothing answers at port {self.port}")
            time.sleep(0.1)

    def postmaster(self) -> int:
        """The database server's first process."""
        said = self.cluster.call("pg_ctl", "status", "-D", self.cluster.store).stdout
        return int(said.partition("PID: ")[2].partition(")")[0])

    def stop(self) -> None:
        """End the processes that were started here."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(_TERM_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def said(self, name: str) -> str:
        """The end of what a process wrote."""
        return (self.data / f"{name}.log").read_text(errors="replace")[-1000:]

    def _start(self, name: str, more: dict[str, str], module: str, *arguments: str) -> None:
        with (self.data / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=self.environment | more, stdout=log, stderr=subprocess.STDOUT
            )

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@contextmanager
def throwaway() -> Iterator[Throwaway]:
    """The city's database, started and empty; processes that were started in it end with it."""
    folder = Path(tempfile.mkdtemp(prefix="tongban-throwaway-"))
    cluster = Cluster(folder)
    environment = {name: value for name, value in os.environ.items() if name not in _STRANGE}
    environment |= {"TONGBAN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tongban.house.settings"}
    environment |= {"TONGBAN_SYSTEMS": str(folder / "nobody.json")}  # nobody outside is called
    one = Throwaway(folder, cluster, _free_port(), environment)
    try:
        cluster.start()
        yield one
    finally:
        one.stop()
        cluster.destroy()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
