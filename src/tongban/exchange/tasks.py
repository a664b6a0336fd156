"""The jobs of this room, by kind, for the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from tongban.exchange.acts.uploads import READ, read_upload
from tongban.jobs.acts import apart


@apart
def _read(payload: Mapping[str, Any]) -> None:
    read_upload(UUID(payload["upload"]))


KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {READ: _read}
