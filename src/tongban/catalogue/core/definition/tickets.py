"""What makes a service one of tickets: kinds, limits by tier, who gets what, who is told when it takes long, and how a ticket may be closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tongban.catalogue.core.definition.limits import Limit
from tongban.kernel.text import Text
from tongban.rules.core import Expression

Fixed = Literal["yes", "partly", "no", "out-of-scope", "no-such-thing"]
"""Whether what was asked for is done: what a closing reason says, and the figures count apart."""
HOLDER, RESPONSIBLE, DISTRICT = "holder", "responsible", "district"
"""Whom a rung may name besides a department: whose turn it is, who answers for the ticket, the last resort of its area."""


@dataclass(frozen=True)
class Hours:
    """A period in hours, `24 hours`: it runs through nights, weekends and holidays."""

    hours: int


Term = Limit | Hours


@dataclass(frozen=True)
class TicketAsks:
    """Which questions of the form say what the engine has to know; an empty name is a question that the form does not ask."""

    category: str
    area: str
    what: str
    kind: str = ""
    address: str = ""
    place: str = ""
    """A point, `latitude,longitude` in degrees."""
    anonymous: str = ""
    """A yes-no question: whoever handles it shall not see who asked."""
    contact: tuple[str, ...] = ()
    """Questions whose answers name the person: shown to nobody on the desk where the ticket is sealed."""


@dataclass(frozen=True)
class TicketSteps:
    """Which steps of the service are the turns of a ticket."""

    dispatch: str
    handle: str
    help: str
    ruling: str
    supervise: str

    @property
    def all(self) -> tuple[str, ...]:
        """Every step that a ticket may wait for."""
        return self.dispatch, self.handle, self.help, self.ruling, self.supervise


@dataclass(frozen=True)
class TicketKind:
    """One kind of ticket: whether it is sealed by itself, may stand in the public list, and is closed as fixed only with proof."""

    id: str
    title: Text
    sealed: bool = False
    public: bool = False
    proof: bool = False


@dataclass(frozen=True)
class Tier:
    """One limit and the condition under which it holds; the first that holds is taken, and the last has none."""

    id: str
    title: Text
    within: Term
    when: Expression | None = None


@dataclass(frozen=True)
class Routing:
    """Tickets of these categories, in this area if one is named, go to this department."""

    categories: tuple[str, ...]
    department: str
    area: str = ""


@dataclass(frozen=True)
class Rung:
    """Who is told when: `percent` of the limit, or so many hours `after` it."""

    of: str
    """A department, or `holder`, `responsible`, `district`."""
    tell: str = ""
    """The role; that of the task which is open, where `of` is the holder."""
    percent: int = 100
    after: Hours | None = None


@dataclass(frozen=True)
class Closing:
    """One reason for which a ticket may be closed, and the words that the person is told."""

    id: str
    title: Text
    says: Text
    fixed: Fixed
    kinds: tuple[str, ...] = ()
    """The kinds that may be closed so; empty for all."""


@dataclass(frozen=True)
class Elsewhere:
    """What is no matter of tickets, and where to turn instead."""

    id: str
    title: Text
    where: Text
    urgent: bool = False


@dataclass(frozen=True)
class Alike:
    """When two tickets may be about the same: near by so many metres, within so many days, with so many per cent of the words."""

    metres: int = 300
    days: int = 30
    percent: int = 25


@dataclass(frozen=True)
class Tickets:
    """The part of a service that makes its cases tickets."""

    asks: TicketAsks
    steps: TicketSteps
    kinds: Mapping[str, TicketKind]
    tiers: tuple[Tier, ...]
    routing: tuple[Routing, ...]
    last_resort: Mapping[str, str]
    """Area → department: of those that hold a ticket's area, the narrowest."""
    escalation: tuple[Rung, ...]
    closing: Mapping[str, Closing]
    reopen_within: Limit
    reopen_most: int
    dispute_within: Hours
    urge_every: Hours
    out_of_scope: tuple[Elsewhere, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By category, words that suggest it."""
    alike: Alike = Alike()
