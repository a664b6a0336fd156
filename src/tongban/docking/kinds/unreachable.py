"""A system that is declared while nobody has connected it yet: every case goes to people at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Never
from uuid import UUID

from tongban.docking.core.parcels import Acknowledgement, Parcel, There
from tongban.docking.errors import DownError
from tongban.docking.kinds.connector import Line
from tongban.kernel.text import Text


class Unreachable:
    """The failing example of every question."""

    def push(self, line: Line, parcels: Sequence[Parcel]) -> Mapping[UUID, Acknowledgement]:  # noqa: ARG002 - as every kind
        """Raises DownError."""
        _raise()

    def ask(self, line: Line, ids: Sequence[UUID]) -> Mapping[UUID, There]:  # noqa: ARG002 - as every kind
        """Raises DownError."""
        _raise()

    def withdraw(self, line: Line, ids: Sequence[UUID]) -> None:  # noqa: ARG002 - as every kind
        """Raises DownError."""
        _raise()

    def held(self, line: Line, since: datetime) -> Mapping[UUID, There]:  # noqa: ARG002 - as every kind
        """Raises DownError."""
        _raise()


def _raise() -> Never:
    raise DownError(Text("系统尚未接通", "the system is not connected yet"), is_connected=False)
