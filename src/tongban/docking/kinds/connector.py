"""What every kind of connector does. Invariant: a call ends within the system's time, and either answers in the agreed form or raises DownError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from tongban.docking.core.parcels import Acknowledgement, Parcel, There
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """How one system is reached."""

    system: str
    settings: Mapping[str, str]
    timeout: timedelta
    faults: list[Text] = field(default_factory=list)
    """What was wrong with an answer that holds all the same, for a person to see."""


class Connector(Protocol):
    """The four questions to another system; every one raises DownError."""

    def push(self, line: Line, parcels: Sequence[Parcel]) -> Mapping[UUID, Acknowledgement]:
        """Send parcels; one that is there already stays as it is. A parcel that the answer leaves out was not taken."""

    def ask(self, line: Line, ids: Sequence[UUID]) -> Mapping[UUID, There]:
        """How these stand there; one that the answer leaves out is not there."""

    def withdraw(self, line: Line, ids: Sequence[UUID]) -> None:
        """Say that these are not to be done any more."""

    def held(self, line: Line, since: datetime) -> Mapping[UUID, There]:
        """Everything of ours that came there since an instant."""
