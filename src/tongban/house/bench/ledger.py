"""What the record carries: entries a second from act to signed checkpoint, and how long a proof takes.

Invariant: the figures come from the room's own acts and reads, on the durable database that the settings name, in its tables; what was
measured is a real log, so the entries stay. Run it on a scratch city.
"""

from __future__ import annotations

import os
import platform
import random
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from tongban.kernel import clock

if TYPE_CHECKING:
    from tongban.ledger.core.act import Act

_SECONDS: Final = 8.0
_PROOFS: Final = 1000


def run() -> dict[str, Any]:
    """Measure; plain JSON. Rates are entries a second, latencies milliseconds; `durable` says whether commits were flushed."""
    from tongban.house import running_database

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    with running_database.started(Path(os.environ.get("TONGBAN_DATA", ".tongban")).resolve()):
        import django

        django.setup()
        return measure(_SECONDS)


def measure(seconds: float) -> dict[str, Any]:
    """Measure on the connection as it is, about three times `seconds` long."""
    from django.db import connection

    from tongban.ledger.reads import latest_checkpoint

    figures = {
        "append_1_per_second": _append(1, seconds / 2),
        **_both(100, seconds),
        **_outbox(100, seconds),
        **_proofs(),
    }
    latest = latest_checkpoint()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name)) FROM unnest(ARRAY['ledger_entry', 'ledger_leaf', 'ledger_tile', 'ledger_checkpoint']) name"
        )
        size = int(cursor.fetchone()[0])
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('server_version')")
        fsync, commit, version = cursor.fetchone()
    entries = latest.size if latest else 0
    return figures | {
        "entries": entries,
        "bytes_per_entry": round(size / max(1, entries)),
        "durable": fsync == commit == "on",
        "postgresql": version,
        "python": platform.python_version(),
    }


def _act(n: int) -> Act:
    from tongban.ledger.acts import Act

    payload: dict[str, Any] = {
        "number": f"990100-{n:08d}",
        "clauses": [{"id": "in_business", "is": "yes"}, {"id": "layout_fits", "is": "yes"}],
        "version": "0f" * 32,
    }
    return Act(
        act="decide", actor="account:7", at=clock.now(), case_id=None, department="market-regulation", purpose="bench", payload=payload
    )


def _append(batch: int, seconds: float) -> int:
    """Acts appended a second, a transaction a batch."""
    from django.db import transaction

    from tongban.ledger.acts import append_all

    began, done = perf_counter(), 0
    while perf_counter() - began < seconds:
        with transaction.atomic(durable=True):
            append_all([_act(done + n) for n in range(batch)])
        done += batch
    return round(done / (perf_counter() - began))


def _both(batch: int, seconds: float) -> dict[str, Any]:
    """From act to signed checkpoint: two transactions a batch, one process."""
    from django.db import transaction

    from tongban.ledger.acts import append_all, sequence

    while sequence():
        pass
    spent: list[float] = []
    began, done = perf_counter(), 0
    while perf_counter() - began < seconds:
        acts, start = [_act(done + n) for n in range(batch)], perf_counter()
        with transaction.atomic(durable=True):
            append_all(acts)
        sequence(batch)
        spent.append((perf_counter() - start) * 1000)
        done += batch
    return {
        f"act_to_checkpoint_{batch}_per_second": round(done / (perf_counter() - began)),
        f"act_to_checkpoint_{batch}_ms": _percentiles(spent),
    }


def _outbox(batch: int, seconds: float) -> dict[str, Any]:
    """From outbox to signed checkpoint: one transaction a batch, and in batches of 5,000."""
    from django.db import transaction

    from tongban.ledger.acts import append_all, sequence

    figures: dict[str, Any] = {}
    for size in (batch, 5000):
        spent: list[float] = []
        done = made = 0
        while made < 60_000 and sum(spent) < seconds / 2:
            for _ in range(10):
                with transaction.atomic(durable=True):
                    append_all([_act(made + n) for n in range(1000)])
                made += 1000
            while (start := perf_counter()) and (taken := sequence(size)):
                spent.append(perf_counter() - start)
                done += taken
        figures |= {
            f"outbox_to_checkpoint_{size}_per_second": round(done / sum(spent)),
            f"outbox_to_checkpoint_{size}_ms": _percentiles([second * 1000 for second in spent]),
        }
    return figures


def _proofs() -> dict[str, Any]:
    """Inclusion and consistency proofs at random places of the whole tree."""
    from tongban.ledger.reads import consistency, inclusion, latest_checkpoint

    latest = latest_checkpoint()
    assert latest is not None
    chance = random.Random(2026)  # noqa: S311 - places to look at, not secrets
    spent: dict[str, list[float]] = {"inclusion": [], "consistency": []}
    for _ in range(_PROOFS):
        place = chance.randrange(1, latest.size)
        for name, prove in (("inclusion", inclusion), ("consistency", consistency)):
            start = perf_counter()
            prove(place, latest.size)
            spent[name].append((perf_counter() - start) * 1000)
    return {f"{name}_proof_ms": _percentiles(times) for name, times in spent.items()}


def _percentiles(times: list[float]) -> dict[str, float]:
    cuts = quantiles(times, n=100) if len(times) > 1 else times * 99
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2)}
