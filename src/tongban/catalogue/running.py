"""Which version runs.

Invariants: inside a web request the pointer is read once, so that a page never mixes two versions; outside a request (worker, command) it is read
anew each time; either way a new version holds from the next request or job in every process, without a restart and without a message.
"""

from __future__ import annotations

import threading

from tongban import statements
from tongban.statements import Question, Row

_POINTER = "SELECT version FROM catalogue_publishing ORDER BY number DESC LIMIT 1"
_request = threading.local()


def running_hash() -> str | None:
    """The hash of the running version; None before the first publishing."""
    if not getattr(_request, "inside", False):
        return _read()
    if _request.hash is None:
        _request.hash = _read()
    return str(_request.hash) if _request.hash else None


def beside(question: Question) -> list[Row]:
    """The rows of another statement, with which the pointer is read in one piece: what a request asks first."""
    rows, pointer = statements.together([question, (_POINTER, ())])
    _request.hash = pointer[0][0] if pointer else None
    return rows


def latest_hash() -> str | None:
    """The hash of the version that runs this moment, also in the middle of a request; None before the first publishing."""
    return _read()


def forget() -> None:
    """Read the pointer again: this request has just published."""
    _request.hash = None


def begin_request(**_: object) -> None:
    """A web request begins in this thread."""
    _request.inside = True
    _request.hash = None


def end_request(**_: object) -> None:
    """It is over."""
    _request.inside = False
    _request.hash = None


def _read() -> str | None:
    found = statements.row(_POINTER)
    return found[0] if found else None
