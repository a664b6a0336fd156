"""A resource that is in the catalogue while its department has not connected it yet: it is always silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.exchange.core.answers import Found
from tongban.exchange.errors import SilentError
from tongban.exchange.kinds.connector import Wanted


def ask(settings: Mapping[str, str], *, resource: str, key_name: str, key: str, items: tuple[str, ...]) -> Found:  # noqa: ARG001 - as every kind
    """Raises SilentError."""
    raise SilentError("unreachable")


def take_out(wanted: Wanted) -> tuple[int, datetime | None]:  # noqa: ARG001 - as every kind
    """Raises SilentError."""
    raise SilentError("unreachable")
