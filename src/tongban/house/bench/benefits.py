"""A million firms × a hundred policies: hits with amounts, all counts, and whether they are right, beside two other ways to the same answer in the same run.

Invariants: every figure starts from the Parquet file in a process of its own, whose greatest memory is told; two threads; what is compared is exact, to the fen; the single
evaluator is asked about at least 100,000 pairs, hit or not, over facts made without the columns; a bar that is missed is named, and whoever asked for the figures is told by the
program's exit code.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

import duckdb

from tongban.benefits.bulk import Everybody
from tongban.benefits.core.profiles import loading
from tongban.benefits.core.statements import wide
from tongban.benefits.errors import DisagreementError
from tongban.house.bench.made_up_firms import ON, VOCABULARY, limits, policies, write_firms

FIRMS: Final = int(os.environ.get("TONGBAN_BENCH_FIRMS", "1000000"))
POLICIES: Final = int(os.environ.get("TONGBAN_BENCH_POLICIES", "100"))
PAIRS: Final = 100_000
AT_MOST: Final[dict[str, float]] = {"hits_seconds": 3, "counts_seconds": 8, "peak_mb": 500, "disagreements": 0}
"""The bars of the declared size; a smaller one is held to the same."""
_FILE: Final = "profile.parquet"
Stage = Callable[[str], dict[str, Any]]


def run() -> dict[str, Any]:
    """Measure; figures as plain JSON, seconds by the wall and of the processor, with the load of the machine beside them."""
    found: dict[str, Any] = {"firms": FIRMS, "policies": POLICIES, "load_before": round(os.getloadavg()[0], 1)}
    with tempfile.TemporaryDirectory(prefix="tongban-benefits-") as folder:
        found["file_mb"] = _alone(_made, folder)["file_mb"]
        for name, stage in _STAGES.items():
            found[name] = _alone(stage, folder)
    found["bars"] = _bars(found)
    found["missed"] = [name for name, bar in found["bars"].items() if not bar["held"]]
    same = {(found[name]["entitled"], found[name]["amount"]) for name in ("hits", "counts", "peer_one_wide_statement")}
    if len(same) != 1:
        raise SystemExit(f"three ways, and not one answer: {same}")
    single = found["agreement"]["single_us_a_pair"] * FIRMS * POLICIES / 1e6
    found["peer_single_evaluator"] = {"seconds_for_all_pairs": round(single), "from": f"{found['agreement']['pairs']} pairs"}
    found["load_after"] = round(os.getloadavg()[0], 1)
    return found


def _bars(found: dict[str, Any]) -> dict[str, dict[str, float | bool]]:
    """Each figure that has a bar, the bar, and whether it is held."""
    figures: dict[str, float] = {
        "hits_seconds": found["hits"]["seconds"],
        "counts_seconds": found["counts"]["seconds"],
        "peak_mb": max(found["hits"]["peak_mb"], found["counts"]["peak_mb"]),
        "disagreements": found["agreement"]["disagreements"],
    }
    bars: dict[str, dict[str, float | bool]] = {
        name: {"found": figure, "at_most": AT_MOST[name], "held": figure <= AT_MOST[name]} for name, figure in figures.items()
    }
    pairs = found["agreement"]["pairs"]
    return bars | {"pairs": {"found": pairs, "at_least": PAIRS, "held": pairs >= PAIRS}}


def _alone(stage: Stage, folder: str) -> dict[str, Any]:
    """One stage in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, stage, folder).result()


def _measured(stage: Stage, folder: str) -> dict[str, Any]:
    told = stage(folder)
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return {**told, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // scale}


def _made(folder: str) -> dict[str, Any]:
    """The file; in a process of its own as well, because whoever is started inherits the greatest memory of who starts it."""
    path = Path(folder) / _FILE
    write_firms(path, FIRMS)
    return {"file_mb": round(path.stat().st_size / 1e6)}


class _Clock:
    def __init__(self) -> None:
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def told(self) -> dict[str, float]:
        return {"seconds": round(time.perf_counter() - self.wall, 2), "processor": round(time.process_time() - self.processor, 2)}


def _hits(folder: str) -> dict[str, Any]:
    """From the file to a file of hits with amounts for each policy."""
    all_ = policies(POLICIES)
    clock = _Clock()
    with Everybody(Path(folder) / _FILE, all_, limits(), ON) as everybody:
        loaded = clock.told()
        entitled = sum(everybody.find(policy, Path(folder) / f"{id_}.parquet") for id_, policy in all_.items())
        told = clock.told()
        row = everybody.connection.execute(f"SELECT sum(amount) FROM read_parquet('{folder}/policy-*.parquet')").fetchone()  # noqa: S608
    return {**told, "of_that_loading": loaded["seconds"], "entitled": entitled, "amount": int(row[0] or 0) if row else 0}


def _counts(folder: str) -> dict[str, Any]:
    """From the file to yes, no, unknown and the sum of each policy."""
    all_ = policies(POLICIES)
    clock = _Clock()
    with Everybody(Path(folder) / _FILE, all_, limits(), ON) as everybody:
        counted = [everybody.count(policy) for policy in all_.values()]
        told = clock.told()
    names = ("entitled", "not_entitled", "unknown", "amount")
    return {**told, **{name: sum(getattr(one, name) for one in counted) for name in names}}


def _agreement(folder: str) -> dict[str, Any]:
    """Pairs drawn from all of them, asked of both evaluators."""
    all_ = policies(POLICIES)
    with Everybody(Path(folder) / _FILE, all_, limits(), ON) as everybody:
        wanted = -(-PAIRS // POLICIES)
        everybody.draw(max(1, int(FIRMS / (wanted * 1.1))), seed=1)
        began = time.process_time()
        pairs = disagreements = 0
        for policy in all_.values():
            try:
                pairs += everybody.check(policy)
            except DisagreementError:  # the check of a policy ends at its first
                disagreements += 1
        spent = time.process_time() - began
    return {"pairs": pairs, "disagreements": disagreements, "single_us_a_pair": round(spent * 1e6 / max(1, pairs), 1)}


def _wide(folder: str) -> dict[str, Any]:
    """The plain way: every policy a column of one statement over the file, with all three values."""
    all_ = policies(POLICIES)
    clock = _Clock()
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        source = loading(VOCABULARY, limits(), ON, str(Path(folder) / _FILE), "unused").partition(" AS ")[2]
        row = connection.execute(wide(list(all_.values()), f"({source})")).fetchone()
    if row is None:
        raise RuntimeError("an aggregate always has a row")
    return {**clock.told(), "entitled": int(sum(row[0::3])), "unknown": int(sum(row[1::3])), "amount": int(sum(row[2::3]))}


_STAGES: Final[dict[str, Stage]] = {"hits": _hits, "counts": _counts, "agreement": _agreement, "peer_one_wide_statement": _wide}
