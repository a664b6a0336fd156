"""The jobs of this room, by kind, for the worker; and what happens because time passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from tongban.benefits.acts import carry_out
from tongban.benefits.acts.daily import match_by_itself
from tongban.benefits.acts.match import MATCH
from tongban.benefits.acts.trial import TRY, carry_out_trial
from tongban.jobs.acts import apart


@apart
def _match(payload: Mapping[str, Any]) -> None:
    carry_out(UUID(payload["run"]))


@apart
def _try(payload: Mapping[str, Any]) -> None:
    carry_out_trial(UUID(payload["trial"]))


KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {MATCH: _match, TRY: _try}


def sweep() -> int:
    """Match whoever's records changed, and everybody at the declared time; how many runs were asked for."""
    return match_by_itself()
