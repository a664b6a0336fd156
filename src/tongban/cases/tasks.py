"""What the worker does for cases: nothing waits in a queue of jobs; what time brings about is found by asking which dates have passed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError

from tongban.cases.acts.silence import deem_accepted, overdue_answers

log = logging.getLogger(__name__)
KINDS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {}


def sweep() -> int:
    """Let time's own acts happen; returns how many did. Safe to run at any moment, in any number of processes; a case that cannot be moved holds up no other."""
    return sum(_carefully(case_id) for case_id in overdue_answers())


def _carefully(case_id: UUID) -> bool:
    try:
        return deem_accepted(case_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("silence could not be carried out on case %s", case_id)
        return False
