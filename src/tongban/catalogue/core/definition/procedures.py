"""A procedure: states with their national code, transitions, what silence means, which stops are lawful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.catalogue.core.definition.limits import Limit, Option
from tongban.kernel.text import Text


@dataclass(frozen=True)
class State:
    """A state of a procedure. `clock`: before the start, running, or ended."""

    id: str
    title: Text
    clock: Literal["before", "running", "ended"]
    national_code: str = ""
    station: str = ""
    """The station of the way in which this state lies: apply, accept, review, decide, deliver."""
    terminal: bool = False


@dataclass(frozen=True)
class Transition:
    """`act` is the engine's verb: send, accept, not-accept, not-needed, ask-correction, correct, start, grant, refuse, deliver, withdraw, lapse, deem-accepted."""

    act: str
    sources: tuple[str, ...]
    to: str
    cite: str = ""


@dataclass(frozen=True)
class Procedure:
    """States with their national code, transitions, what silence means, which stops are lawful."""

    id: str
    title: Text
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    first: str
    correction_within: Limit | None = None
    """Within which the applicant must be told what to correct."""
    silence_accepts: bool = False
    deliver_within: Limit | None = None
    extension: Limit | None = None
    lawful_stops: tuple[Option, ...] = ()

    def next_state(self, state: str, act: str) -> str | None:
        """The state an act leads to, or None where the state does not allow it."""
        for transition in self.transitions:
            if transition.act == act and state in transition.sources:
                return transition.to
        return None
