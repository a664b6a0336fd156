"""PostgreSQL and the web processes killed with SIGKILL in the middle of work: what was acknowledged is there, once, and the record agrees with the cases."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg

from tests.town import CITY
from tongban.house.bench.script import Applicant, Crew, lifecycle, read_plan
from tongban.house.bench.throwaway import Throwaway, throwaway
from tongban.house.errors import PostgresFailedError
from tongban.kernel.ids import uuid7

CLIENTS = 6
ENOUGH = 60
"""Acts that are acknowledged before the power is cut."""
CASES_AND_RECORD = """
SELECT
  (SELECT count(*) FROM cases_event e WHERE NOT EXISTS (
    SELECT FROM ledger_entry l WHERE l.id = e.entry_id AND l.case_id = e.case_id AND l.act = 'cases.' || e.act)),
  (SELECT count(*) FROM ledger_entry l WHERE l.act LIKE 'cases.%' AND NOT EXISTS (SELECT FROM cases_event e WHERE e.entry_id = l.id)),
  (SELECT count(*) - count(DISTINCT entry_id) FROM cases_event),
  (SELECT count(*) FROM ledger_entry l WHERE NOT EXISTS (SELECT FROM ledger_leaf f WHERE f.entry_id = l.id)),
  (SELECT count(*) FROM exchange_answer a WHERE NOT EXISTS (SELECT FROM ledger_entry l WHERE l.act = 'exchange.fetch' AND l.payload->>'answer' = a.id::text)),
  (SELECT count(*) FROM cases_case c WHERE (state = 'granted') <> (1 = (SELECT count(*) FROM credentials_credential d WHERE d.case_id = c.id))),
  (SELECT count(*) FROM (SELECT case_id, act FROM cases_event GROUP BY 1, 2 HAVING count(*) > 1) twice),
  (SELECT count(*) FROM cases_letterseries s WHERE last <> (SELECT count(*) FROM cases_letter l WHERE (l.series, l.year) = (s.series, s.year))),
  (SELECT count(*) FROM messages_message m WHERE NOT EXISTS (SELECT FROM jobs_job j WHERE j.payload->>'message_id' = m.id::text))
"""


@dataclass
class Program:
    """A client that remembers what it was told, and says the last thing again under the same key if it was told nothing."""

    port: int
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    unanswered: tuple[str, dict[str, str], bytes] | None = None

    def call(self, act: str, token: str, method: str, path: str, body: Any = None, file: bytes | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid7()), "Content-Type": "application/json"}
        content = json.dumps(body or {}).encode()
        if method == "POST":
            self.unanswered = (path, headers, content)
        answer = self._send(method, path, headers, content)
        if method == "POST":
            self.unanswered = None
            self.acknowledged.append(answer)
        return answer

    def say_again(self) -> dict[str, Any] | None:
        if self.unanswered is None:
            return None
        path, headers, content = self.unanswered
        answer = self._send("POST", path, headers, content)
        self.acknowledged.append(answer)
        assert self._send("POST", path, headers, content) == answer
        return answer

    def _send(self, method: str, path: str, headers: dict[str, str], content: bytes) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, f"/api{path}", content, headers)
            response = connection.getresponse()
            said = response.read()
        finally:
            connection.close()
        if not 200 <= response.status < 300:
            raise HTTPException(f"{response.status} {said.decode()[:300]}")
        return dict(json.loads(said))


def work(city: Throwaway, made: dict[str, Any], programs: list[Program], ending: threading.Event) -> list[threading.Thread]:
    plan, crew = read_plan(CITY), Crew(**made["crew"])

    def run(program: Program, who: Applicant) -> None:
        while not ending.is_set():
            try:
                lifecycle(program.call, plan, who, crew, short=True)
            except (OSError, HTTPException):
                return

    threads = [
        threading.Thread(target=run, args=(program, Applicant(**who))) for program, who in zip(programs, made["applicants"], strict=True)
    ]
    for thread in threads:
        thread.start()
    return threads


def acknowledged_by(programs: list[Program]) -> int:
    return sum(len(program.acknowledged) for program in programs)


def wait_until_busy(programs: list[Program], threads: list[threading.Thread]) -> None:
    """Until enough was acknowledged and somebody waits for an answer, however long a busy machine takes for it: that is the moment of the cut."""
    end = time.monotonic() + 240
    while acknowledged_by(programs) <= ENOUGH or not any(program.unanswered for program in programs):
        assert time.monotonic() < end, f"{acknowledged_by(programs)} acts in four minutes"
        assert any(thread.is_alive() for thread in threads), "every client gave up before the cut"
        time.sleep(0.005)


def below(root: int) -> list[int]:
    """A process and everything that it started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def kill(root: int) -> None:
    for pid in below(root):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def postmaster(city: Throwaway) -> int:
    return int(city.cluster.call("pg_ctl", "status", "-D", city.cluster.store).stdout.partition("PID: ")[2].partition(")")[0])


def start_again(city: Throwaway, killed: int) -> None:
    """Start the server again. Where nobody reaps orphans (a container without an init), the killed one still has its number: then its lock is taken away."""
    end = time.monotonic() + 30
    if Path(f"/proc/{killed}/stat").exists() and "Z" in Path(f"/proc/{killed}/stat").read_text().rpartition(")")[2].split()[0]:
        (city.cluster.store / "postmaster.pid").unlink(missing_ok=True)
    while True:
        try:
            city.cluster.start()
        except PostgresFailedError:
            assert time.monotonic() < end
            time.sleep(0.5)
        else:
            return


def test_what_was_acknowledged_survives_the_kill_of_database_and_web_and_the_record_agrees() -> None:
    with throwaway() as city:
        made = city.call("tongban.house.bench.furnish", "200", str(CLIENTS), "0", "short")
        city.serve()
        programs, ending = [Program(city.port) for _ in made["applicants"]], threading.Event()
        threads = work(city, made, programs, ending)
        server = postmaster(city)
        wait_until_busy(programs, threads)
        kill(server)
        for process in city.running.values():
            kill(process.pid)
        ending.set()
        for thread in threads:
            thread.join()
        city.stop()

        assert acknowledged_by(programs) > ENOUGH, "too little was under way to say anything"
        start_again(city, server)
        city.serve()
        again = [program.say_again() for program in programs]
        assert any(again), "nothing was under way when it was killed"
        record = city.call("tongban.house.bench.lifecycle", "record", role="tongban_app")
        city.stop()
        with psycopg.connect(city.cluster.url()) as connection:
            told = {answer["case_id"]: answer for program in programs for answer in program.acknowledged}
            rows = connection.execute(
                "SELECT id::text, number, state, version FROM cases_case WHERE id::text = ANY(%s)", [list(told)]
            ).fetchall()
            kept = {row[0]: row[1:] for row in rows}
            assert kept == {case_id: (answer["number"], answer["state"], answer["version"]) for case_id, answer in told.items()}
            acknowledged = acknowledged_by(programs)
            (events,) = connection.execute("SELECT count(*) FROM cases_event").fetchone() or (0,)
            assert events == acknowledged, "every act is acknowledged in the end, and each of them once"
            assert connection.execute(CASES_AND_RECORD).fetchone() == (0,) * 9
        assert record["faults"] == []
        assert record["events_without_leaf"] == 0
