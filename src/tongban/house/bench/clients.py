"""The load: so many applicants, each going from application to decision again and again, over connections that stay open. A process of its own.

Invariants: a client sends its next call only when the last one was answered (a closed loop), so what is measured is never a queue of our own making; calls
are counted from the first whole lifecycle begun after the warm-up until the end; an answer that is not one of success ends the measurement.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from statistics import quantiles
from typing import Any

from tongban.house.bench.script import BOUNDARY, Applicant, Crew, headers, lifecycle, multipart, read_plan


class RefusedError(RuntimeError):
    """The interface answered otherwise than by success."""


class Line:
    """One kept-alive connection: raw bytes, because a client library would take more of the processor than what is measured."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.spent: dict[str, list[float]] = defaultdict(list)

    def call(self, act: str, token: str, method: str, path: str, body: Any = None, file: bytes | None = None) -> dict[str, Any]:
        """One call and its answer. Raises RefusedError, OSError."""
        content = multipart(file) if file is not None else json.dumps(body).encode() if body is not None else b""
        kind = f"multipart/form-data; boundary={BOUNDARY}" if file is not None else "application/json"
        lines = [f"{name}: {value}" for name, value in headers(token).items()]
        head = "\r\n".join(
            [f"{method} /api{path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}", f"Content-Length: {len(content)}", *lines]
        )
        began = time.perf_counter()
        self._socket.sendall(head.encode() + b"\r\n\r\n" + content)
        status, said = self._answer()
        self.spent[act].append((time.perf_counter() - began) * 1000)
        if not 200 <= status < 300:
            raise RefusedError(f"{act}: {status} {said.decode(errors='replace')[:500]}")
        return dict(json.loads(said))

    def _answer(self) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self._more()
        return int(head.split(b" ", 2)[1]), body

    def _more(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part


class Load:
    """All clients of one measurement."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.plan, self.crew, self.short = read_plan(Path(told["city"])), Crew(**told["crew"]), bool(told["short"])
        self.applicants = [Applicant(**one) for one in told["applicants"]]
        self.port, self.begin, self.end = told["port"], time.monotonic() + told["warm"], time.monotonic() + told["warm"] + told["seconds"]
        self.spent: dict[str, list[float]] = defaultdict(list)
        self.whole: list[float] = []
        self.faults: list[str] = []
        self._lock = threading.Lock()

    def run(self) -> dict[str, Any]:
        """Everything, once; lines on standard output say when counting begins and ends."""
        threads = [threading.Thread(target=self._client, args=(one,)) for one in self.applicants]
        for thread in threads:
            thread.start()
        time.sleep(max(0.0, self.begin - time.monotonic()))
        print(json.dumps({"began": True}), flush=True)
        time.sleep(max(0.0, self.end - time.monotonic()))
        print(json.dumps({"ended": True}), flush=True)
        for thread in threads:
            thread.join()
        if self.faults:
            raise SystemExit(self.faults[0])
        return {
            "lifecycles": len(self.whole),
            "lifecycle_ms": percentiles(self.whole),
            "acts_ms": {act: percentiles(times) for act, times in self.spent.items()},
        }

    def _client(self, who: Applicant) -> None:
        try:
            line = Line(self.port)
            while (began := time.monotonic()) < self.end and not self.faults:
                line.spent.clear()
                lifecycle(line.call, self.plan, who, self.crew, short=self.short)
                if began >= self.begin and time.monotonic() <= self.end:
                    self._count((time.monotonic() - began) * 1000, line.spent)
        except (OSError, RuntimeError) as fault:
            self.faults.append(repr(fault))

    def _count(self, whole: float, spent: dict[str, list[float]]) -> None:
        with self._lock:
            self.whole.append(whole)
            for act, times in spent.items():
                self.spent[act].extend(times)


def percentiles(times: list[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    cuts = quantiles(times, n=100) if len(times) > 1 else times * 99 or [0.0] * 99
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1)}


def main() -> None:
    """What to do comes on standard input as JSON."""
    print(json.dumps(Load(json.loads(sys.stdin.read())).run()), flush=True)


if __name__ == "__main__":
    main()
