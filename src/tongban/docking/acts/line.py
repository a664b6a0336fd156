"""The line to one system: calling it, and noting whether it answered.

Invariants: a system that kept silent is not called again before its wait is over, so that one that is down costs one call's time and not one for each case;
the first answer opens the line again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from django.db import transaction

from tongban.docking.core.patience import wait_after
from tongban.docking.errors import DownError
from tongban.docking.kinds import KINDS, Connector, Line
from tongban.docking.models import System
from tongban.kernel import clock
from tongban.kernel.text import Text

T = TypeVar("T")
_log = structlog.get_logger("tongban.docking")
_NO_KIND = Text("接入类型“{kind}”未安装", "the kind of connector “{kind}” is not installed")


def call(system: System, question: Callable[[Connector, Line], T]) -> T:
    """Ask a system something, outside every transaction, and note how that went. Raises DownError."""
    try:
        line = Line(system.id, system.connector, timedelta(seconds=system.timeout_seconds))
        answer = question(_connector(system), line)
    except DownError as down:
        _went_silent(system, down.says)
        raise
    fault = line.faults[-1] if line.faults else Text("", "")
    is_news = bool(system.failures) or (system.error_zh, system.error_en) != (fault.zh[:200], fault.en[:300])
    if is_news or system.answered_at is None or clock.now() - system.answered_at > timedelta(minutes=1):
        System.objects.filter(pk=system.id).update(
            failures=0, down_since=None, not_before=None, answered_at=clock.now(), error_zh=fault.zh[:200], error_en=fault.en[:300]
        )
        system.failures, system.not_before = 0, None
    return answer


def may_be_called(system: System, now: datetime) -> bool:
    """Whether no wait after a silence runs."""
    return system.not_before is None or system.not_before <= now


def open_line(system_id: str) -> None:
    """A person asks: the wait after the last silence is over, in the caller's transaction."""
    System.objects.filter(pk=system_id).update(not_before=None)


def _connector(system: System) -> Connector:
    kind = system.connector.get("kind", "")
    found = KINDS.get(kind)
    if found is None:
        raise DownError(_NO_KIND.format(kind=kind), is_connected=False)
    return found


def _went_silent(system: System, says: Text) -> None:
    now = clock.now()
    with transaction.atomic():
        row = System.objects.select_for_update().get(pk=system.id)
        row.failures += 1
        row.down_since = row.down_since or now
        row.not_before = now + wait_after(row.failures)
        row.error_zh, row.error_en = says.zh[:200], says.en[:300]
        row.save(update_fields=["failures", "down_since", "not_before", "error_zh", "error_en"])
    system.failures, system.not_before = row.failures, row.not_before
    _log.warning("system silent", system=system.id, cause=says.en, failures=row.failures)
