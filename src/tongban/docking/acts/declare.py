"""Publishing declares the systems. The publishing's own ledger entry covers it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from tongban.docking.models import System
from tongban.kernel import clock
from tongban.kernel.text import Text


class DeclaredSystem(Protocol):
    """A system as the city's folder declares it."""

    @property
    def id(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def connector(self) -> Mapping[str, str]: ...
    @property
    def timeout(self) -> timedelta: ...
    @property
    def poll(self) -> timedelta: ...
    @property
    def patience(self) -> timedelta: ...
    @property
    def reconcile(self) -> str: ...


def declare_system(system: DeclaredSystem) -> None:
    """Keep a system as declared, in the caller's transaction; how the line to it is stays as it was. One that is no longer declared stays for what was handed to it."""
    declared = {
        "department": system.department,
        "zh": system.title.zh,
        "en": system.title.en,
        "connector": dict(system.connector),
        "timeout_seconds": system.timeout.total_seconds(),
        "poll_seconds": system.poll.total_seconds(),
        "patience_seconds": system.patience.total_seconds(),
        "reconcile_at": system.reconcile,
        "declared_at": clock.now(),
    }
    System.objects.update_or_create(pk=system.id, defaults=declared)
