"""Whole lifecycles a second over the JSON API: apply, accept, decide, look up, with web, worker (sequencer), PostgreSQL and the load on the same machine.

Invariants: the city is a throw-away one with a durable PostgreSQL of its own; what is counted went through the interface with tokens, keys and every check;
the record is sequenced meanwhile, and at the end it is verified and holds an entry for every event.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, Final

from tongban.house.bench.shares import seconds_of
from tongban.house.bench.throwaway import Throwaway, throwaway
from tongban.house.place import city_folder

CLIENTS: Final = 12
WARM_SECONDS: Final = 4.0
TURNS: Final = 10
_TURN_SECONDS = 8.0
_DRAIN_SECONDS: Final = 120.0


def run(seconds: float = 20.0, existing: int | None = None, people: int = 600, clients: int = CLIENTS) -> dict[str, Any]:
    """Measure; plain JSON. With `existing` (or `TONGBAN_BENCH_EXISTING`) the first variant is also measured among so many cases, in turns with the empty city."""
    old = int(os.environ.get("TONGBAN_BENCH_EXISTING", "0")) if existing is None else existing
    place = partial(furnished, people=people, clients=clients)
    return {
        "apply_accept_decide": measure(seconds, place(existing=0, short=True)),
        **(_in_turns(place, old) if old else {"whole_service": measure(seconds, place(existing=0, short=False))}),
        "clients": clients,
        "existing_cases": old,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


@dataclass
class Furnished:
    """A city with people, officials and old cases, served."""

    city: Throwaway
    told: dict[str, Any]
    """For the load: applicants, crew, and whether the service is the short one."""
    figures: dict[str, Any]

    def load(self, seconds: float) -> dict[str, Any]:
        """The figures of so many seconds."""
        return _load(self.city, seconds, self.told)

    def record(self) -> dict[str, Any]:
        """What the record holds once everything is sequenced. Raises RuntimeError where it does not hold what was done: then no figure counts."""
        found: dict[str, Any] = self.city.call("tongban.house.bench.lifecycle", "record", role="tongban_app")
        if found["events_without_leaf"] or found["faults"]:
            raise RuntimeError(f"the record does not hold what was done: {found}; the worker said: {self.city.said('worker')}")
        return found


@contextmanager
def furnished(*, existing: int, people: int, clients: int, short: bool) -> Iterator[Furnished]:
    """A city of its own; `short` is the service with a single step and no papers."""
    with throwaway() as city:
        began = time.monotonic()
        made = city.call("tongban.house.bench.furnish", str(people), str(clients + 1), str(existing), "short" if short else "whole")
        took = time.monotonic() - began
        spare, *applicants = made["applicants"]
        told = {"applicant": spare, "crew": made["crew"], "short": short}
        statements = city.call("tongban.house.bench.statements", json.dumps(told), role="tongban_app")
        city.serve()
        told = {"applicants": applicants, "crew": made["crew"], "short": short}
        yield Furnished(city, told, {"statements": statements, "seconds_to_furnish": round(took, 1)})


def measure(seconds: float, place: AbstractContextManager[Furnished]) -> dict[str, Any]:
    """One variant, alone, and what the machine's database could do at most."""
    with place as one:
        figures = one.load(seconds) | one.figures
        record = one.record()
        one.city.stop()
        ceiling = one.city.call("tongban.house.bench.ceiling", one.city.cluster.url(), "8", "5")
    rate = figures["lifecycles_per_second"]
    return figures | {
        "ceiling_transactions_per_second": ceiling,
        "ceiling_transactions_per_lifecycle": round(ceiling / rate, 1) if rate else None,
        "record": record,
    }


def _in_turns(place: Callable[..., AbstractContextManager[Furnished]], old: int) -> dict[str, Any]:
    """An empty city and one with old cases, both up, measured in turns (empty, full, full, empty, …): what else the machine does comes and goes, and meets both."""
    with place(existing=0, short=True) as empty, place(existing=old, short=True) as full:
        rows = []
        for turn in range(TURNS):
            pair = [("empty", empty), ("full", full)]
            rows.append({name: one.load(_TURN_SECONDS) for name, one in (pair if turn % 2 == 0 else reversed(pair))})
        records = {"empty": empty.record(), "full": full.record()}
    rate, spent = "lifecycles_per_second", "cpu_ms_per_lifecycle"
    return {
        "in_turns": [{name: {rate: told[rate], spent: told[spent]} for name, told in row.items()} for row in rows],
        "records": records,
        "statements_among_existing": full.figures["statements"],
        "seconds_to_furnish": full.figures["seconds_to_furnish"],
        "rate_full_to_empty": round(median(row["full"][rate] / row["empty"][rate] for row in rows), 3),
        "cpu_full_to_empty": round(median(row["full"][spent] / row["empty"][spent] for row in rows), 3),
    }


def _load(city: Throwaway, seconds: float, what: dict[str, Any]) -> dict[str, Any]:
    """Run the clients and note who used the processor while they were counted."""
    told = what | {"port": city.port, "seconds": seconds, "warm": WARM_SECONDS, "city": str(city_folder())}
    command = [sys.executable, "-m", "tongban.house.bench.clients"]
    with subprocess.Popen(command, env=city.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        assert load.stdin is not None
        assert load.stdout is not None
        load.stdin.write(json.dumps(told))
        load.stdin.close()
        roots = {name: process.pid for name, process in city.running.items()} | {"load": load.pid, "postgresql": city.postmaster()}
        load.stdout.readline()
        before, began = seconds_of(roots), time.monotonic()
        load.stdout.readline()
        after, took = seconds_of(roots), time.monotonic() - began
        said = load.stdout.readline()
    if not said:
        raise RuntimeError("the load ended without figures; its fault stands above")
    figures = json.loads(said)
    used = {name: round((after[name] - before[name]) / took, 2) for name in after}
    spent = sum(after.values()) - sum(before.values())
    done = figures["lifecycles"]
    return {
        "lifecycles_per_second": round(done / took, 1),
        "cores_used": used,
        "cpu_ms_per_lifecycle": round(spent * 1000 / done, 1) if done else None,
        **figures,
    }


def record() -> dict[str, Any]:
    """Wait until everything is sequenced, then hold the record against itself and against the cases."""
    import django

    django.setup()
    from django.db import connection

    from tongban.ledger.reads import verify_database

    end = time.monotonic() + _DRAIN_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM ledger_pending")
            if cursor.fetchone()[0] == 0:
                break
            time.sleep(0.2)
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.entry_id)) "
            "FROM cases_event e JOIN cases_case c ON c.id = e.case_id WHERE c.number NOT LIKE 'OLD%'"
        )
        events, missing = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM ledger_leaf")
        leaves = cursor.fetchone()[0]
    return {"entries": leaves, "events": events, "events_without_leaf": missing, "faults": [str(fault) for fault in verify_database()]}


if __name__ == "__main__":
    print(json.dumps(record()))
