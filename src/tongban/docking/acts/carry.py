"""Carry another room's parcels to a declared system, over the same line: that room keeps what became of them.

Invariants: outside every transaction; a system that kept silent is not called before its wait is over; one that is not declared has no line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from tongban.docking.acts.line import call, may_be_called
from tongban.docking.core.parcels import Acknowledgement, Parcel, There
from tongban.docking.errors import DownError, UnknownSystemError
from tongban.docking.kinds import Connector, Line
from tongban.docking.models import System
from tongban.kernel import clock
from tongban.kernel.text import Text

T = TypeVar("T")


def offer(system_id: str, parcels: Sequence[Parcel]) -> Mapping[UUID, Acknowledgement]:
    """Offer parcels; one that is there already stays as it is. Raises DownError, UnknownSystemError."""
    return _called(system_id, lambda connector, line: connector.push(line, parcels))


def inquire(system_id: str, ids: Sequence[UUID]) -> Mapping[UUID, There]:
    """How parcels stand there; one that is left out is not there. Raises DownError, UnknownSystemError."""
    return _called(system_id, lambda connector, line: connector.ask(line, ids))


def everything_at(system_id: str, since: datetime) -> Mapping[UUID, There]:
    """All that came there since an instant. Raises DownError, UnknownSystemError."""
    return _called(system_id, lambda connector, line: connector.held(line, since))


def _called(system_id: str, question: Callable[[Connector, Line], T]) -> T:
    system = System.objects.filter(pk=system_id).first()
    if system is None:
        raise UnknownSystemError(system_id)
    if not may_be_called(system, clock.now()):
        raise DownError(Text(system.error_zh, system.error_en))
    return call(system, question)
