"""What the worker does for cases: nothing waits in a queue of jobs; what time brings about is found by asking which dates have passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tongban.cases.acts.silence import deem_accepted, overdue_answers

KINDS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {}


def sweep() -> int:
    """Let time's own acts happen; returns how many did. Safe to run at any moment, in any number of processes."""
    return sum(deem_accepted(case_id) for case_id in overdue_answers())
