"""The jobs of this room, by kind, for the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from tongban.messages.acts.deliver import deliver
from tongban.messages.acts.send import DELIVER


def _deliver(payload: Mapping[str, Any]) -> None:
    deliver(UUID(payload["message_id"]))


KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {DELIVER: _deliver}
