"""The jobs of this room, by kind, for the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from tongban.jobs.acts import at_once
from tongban.messages.acts.deliver import deliver_all
from tongban.messages.acts.send import DELIVER


@at_once
def _deliver(payloads: Sequence[Mapping[str, Any]]) -> list[Exception | None]:
    ids = [UUID(payload["message_id"]) for payload in payloads]
    outcomes = deliver_all(ids)
    return [outcome if isinstance(outcome := outcomes[id_], Exception) else None for id_ in ids]


KINDS: Final[Mapping[str, Callable[[Any], Any]]] = {DELIVER: _deliver}
