"""The jobs of this room, by kind, for the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from tongban.benefits.acts import carry_out
from tongban.benefits.acts.match import MATCH
from tongban.jobs.acts import apart


@apart
def _match(payload: Mapping[str, Any]) -> None:
    carry_out(UUID(payload["run"]))


KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {MATCH: _match}
