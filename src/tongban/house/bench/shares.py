"""Who used the processor: seconds of user and system time by group of processes, from /proc. On a system without it, nothing is told."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(roots: dict[str, int]) -> dict[str, float]:
    """The time that each root process and all below it have used so far."""
    stats = _stats()
    return {name: round(_tree(root, stats), 2) for name, root in roots.items()} if stats else {}


def _tree(root: int, stats: dict[int, tuple[int, float, float]]) -> float:
    if root not in stats:
        return 0.0
    _, own, waited = stats[root]
    return own + waited + sum(_tree(pid, stats) for pid, (parent, _, _) in stats.items() if parent == root)


def _stats() -> dict[int, tuple[int, float, float]]:
    """By process: its parent, its own time, and that of children which have ended."""
    found: dict[int, tuple[int, float, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        user, system, child_user, child_system = (int(word) for word in words[11:15])
        found[int(folder.name)] = (int(words[1]), (user + system) / _TICKS, (child_user + child_system) / _TICKS)
    return found
