"""A bundle (一件事): several services asked for once, on one page, by one clock.

Invariants: the merged form is a `Service` like any other, so that whatever draws a form or asks registers needs to know nothing of bundles; each part
keeps its own service, which decides it by its own rules and on its own clock; what a part needs to know is asked, answered or supplied, never two of
them at once under the same answers.

Source: GovStack, Registration building block: one service holds many registrations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tongban.catalogue.core.definition.offered import Service, WorkedTest
from tongban.kernel.text import Text
from tongban.rules.core import Expression

Source = Literal["credential", "number", "records", "answer"]


@dataclass(frozen=True)
class Supply:
    """A result of one part that another needs: its credential's serial, its case number, what was recorded in a step, or an answer given in it."""

    part: str
    kind: Source
    step: str = ""
    name: str = ""


@dataclass(frozen=True)
class Part:
    """One service of a bundle, under a name of its own."""

    alias: str
    service: str
    situation: str
    optional: bool = False
    """The person chooses; the question is `with_<alias>`."""
    when: Expression | None = None
    """Whether this part is needed, over the merged facts; none: always. The person's choice is part of it."""
    after: tuple[str, ...] = ()
    """The parts that must have been granted before this one is sent, in declared order; those that supply it stand here too."""
    asks: Mapping[str, str] = field(default_factory=dict)
    """The part's question → the merged question that asks it."""
    answers: Mapping[str, Expression] = field(default_factory=dict)
    """The part's question → the expression over the merged facts that answers it, so that nobody is asked."""
    supplies: Mapping[str, Supply] = field(default_factory=dict)
    """The part's question → the result of another part that answers it."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """The part's need → the merged need that is asked for it. A need whose key only a result supplies is asked when the part is sent."""


@dataclass(frozen=True)
class Visit:
    """On-site checks of several parts that are one visit."""

    id: str
    title: Text
    steps: tuple[tuple[str, str], ...]
    """(part, step)."""
    at: str = ""
    """The merged fact that says where; empty where nothing does."""


@dataclass(frozen=True)
class Bundle:
    """Services that make one event of life. `service` is the merged form with the bundle's own words, clock and letters."""

    service: Service
    parts: Mapping[str, Part]
    visits: tuple[Visit, ...] = ()
    tests: tuple[WorkedTest, ...] = ()

    @property
    def id(self) -> str:
        """Its name, which no service has."""
        return self.service.id

    @property
    def hash(self) -> str:
        """The hash under which its cases are pinned; it closes over the hashes of its parts."""
        return self.service.hash
