"""A procedure: states with their national code, transitions, what silence means, which stops are lawful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tongban.catalogue.core.definition.limits import Limit, Option
from tongban.kernel.text import Text

Clock = Literal["before", "running", "stopped", "ended"]


@dataclass(frozen=True)
class State:
    """A state of a procedure. `clock`: before the start, running, stopped by law, or ended."""

    id: str
    title: Text
    clock: Clock
    national_code: str = ""
    station: str = ""
    """The station of the way in which this state lies: apply, accept, review, decide, deliver."""
    terminal: bool = False
    code_if_tolerated: str = ""
    """The national code of a case that was accepted while a secondary paper was owed (容缺): 12 in place of 11."""


STAYING = ("urge", "add", "ask-help", "give-help", "call-back", "see-who", "escalate", "progress")
"""Acts on a ticket that may leave it in the state it is in: a transition of theirs need not say where it leads."""
REDEMPTION_ACTS = ("queue", "take-up", "give-up", "pay", "return-payment", "take-back", "claw-back")
"""What becomes of a case that redeems a policy: it waits for money, it is given up after it was granted, it is paid, it is taken back, what was paid is claimed back."""
TICKET_ACTS = (
    "dispatch", "last-resort", "dispute", "rule", "answer", "confirm", "reopen", "close", "to-supervision", "review-again", "review-stands",
    "merge", "unmerge", *STAYING,
)  # fmt: skip
"""What may be done with a ticket, beside what may be done with any case."""
ACTS = (
    "send", "accept", "not-accept", "not-needed", "ask-correction", "correct", "start", "stop", "resume", "extend",
    "grant", "refuse", "deliver", "withdraw", "lapse", "deem-accepted", "annul", "finish", "finish-in-part", "finish-without",
    "open", "uphold", "dismiss", *TICKET_ACTS, *REDEMPTION_ACTS,
)  # fmt: skip
"""The engine's verbs that a procedure may allow."""
AFTER_THE_END = ("deliver", "annul", "call-back", "close", "reopen", "give-up", "pay", "return-payment", "take-back", "claw-back")
"""Verbs that lead out of a state in which the answer is given: they change what became of it, not the answer's making."""


@dataclass(frozen=True)
class Transition:
    """`act` is one of the engine's verbs (`ACTS`)."""

    act: str
    sources: tuple[str, ...]
    to: str
    cite: str = ""
    code: str = ""
    """The national code that the act itself reports, where it has one beside its state's: 7 (corrections end), 10 (a special procedure ends)."""
    title: Text | None = None
    """What the act is called in this procedure, where that is not its usual name."""


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
    """Within which the result must reach the applicant."""
    extension: Limit | None = None
    """By how much the head may extend the statutory limit, once."""
    lawful_stops: tuple[Option, ...] = ()
    """Procedures whose time does not count; a check on the spot is none of them."""
    delivered_on: Literal["reading", "arrival"] = "reading"
    """When a letter is delivered to who agreed to electronic delivery: once it is opened, or once it has reached their page."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """By act, the letter in which the applicant is told of it."""
    basis: Mapping[str, Text] = field(default_factory=dict)
    """By letter, the law on which it rests, where that is the law of procedure; other letters rest on the first basis of the service."""
    rated: tuple[str, ...] = ()
    """The states in which a case is finished for its applicant, who can then rate it."""

    @property
    def acts(self) -> frozenset[str]:
        """The acts that it allows in some state."""
        return frozenset(one.act for one in self.transitions)

    def title_of(self, state: str, act: str) -> Text | None:
        """What this procedure calls an act in a state, if it has a name of its own for it."""
        return next((one.title for one in self.transitions if one.act == act and state in one.sources), None)

    def next_state(self, state: str, act: str) -> str | None:
        """The state an act leads to, or None where the state does not allow it."""
        for transition in self.transitions:
            if transition.act == act and state in transition.sources:
                return transition.to
        return None
