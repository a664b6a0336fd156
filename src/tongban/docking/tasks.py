"""What the worker does for docking: the push that an act asked for, and what is due because time passed.

Invariants: a push may run twice, for what it pushes is known there by its id; one system that is down holds up no other, and costs one call a round.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.db import InterfaceError, OperationalError

from tongban.docking.acts.hand_over import PUSH
from tongban.docking.acts.push import ask, push, tell_called_off
from tongban.docking.acts.reconcile import reconcile, reconcile_due
from tongban.docking.acts.report import ask_reports, send_reports
from tongban.docking.reads import due_systems
from tongban.jobs.acts import apart

log = logging.getLogger(__name__)
_ROUNDS: Final = 20
"""Batches of one system in one round, so that a backlog does not keep everything else waiting."""


@apart
def _push(payload: Mapping[str, Any]) -> None:
    push(payload["system"])


KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {PUSH: _push}


def sweep() -> int:
    """Push, ask, tell and reconcile whatever is due; returns how much came of it. Safe to run at any moment, in any number of processes."""
    done = 0
    for system in due_systems():
        for act in (push, tell_called_off, ask, send_reports, ask_reports):
            done += _batches(partial(act, system), system)
    for system, hour in reconcile_due():
        done += _carefully(partial(reconcile, system, hour), system)
    return done


def _batches(act: Callable[[], int], system: str) -> int:
    done = 0
    for _ in range(_ROUNDS):
        more = _carefully(act, system)
        done += more
        if not more:
            break
    return done


def _carefully(act: Callable[[], int], system: str) -> int:
    try:
        return act()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("docking with %s failed; trying again", system)
        return 0
