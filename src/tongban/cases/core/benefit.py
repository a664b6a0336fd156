"""What applicants and offices were spared, counted from cases that were decided.

Invariants: what a case took on paper is what its own version declares, what it took now is what happened to it; a case that took more than on paper counts
against the saving; sums of days, services and ways of counting are the same in any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final, Self

from tongban.catalogue.core.definition import Service, Way
from tongban.catalogue.core.words import SITUATION
from tongban.rules.core import Answer, Fact, Facts, Nothing, Unknown, Value

IN_PERSON: Final = frozenset({"window", "kiosk"})
"""Channels that cost the applicant a way to an office."""
WITHOUT_ANSWER: Final = ("withdraw", "lapse", "not-accept", "not-needed")
"""Acts that end a case without an answer to what was asked for."""
APPLY_AND_RECEIVE: Final = 2
"""The two steps that every case has, as the guide counts them."""


@dataclass(frozen=True)
class Happened:
    """Decided cases of one version, way, situation and channel, which are counted together."""

    cases: int
    papers: int
    """Handed in, of all of them."""
    steps: int
    """Steps that officials did on the way to the answer, acceptance left out, of all of them."""
    by_machine: int
    """Granted without any official."""
    joined: int
    """Parts of a bundle."""
    trips: int
    """Those that would take a way of their own to an office: of a bundle's parts, one goes for all."""
    timed: int
    """Those whose working days are known."""
    days: int
    """Working days from the complete set to the decision, of those."""
    late_promise: int
    late_law: int


@dataclass(frozen=True)
class Sums:
    """Sums over decided cases; `x_before` is what they would have taken on paper."""

    ended: int = 0
    """Cases that came to any end; all others are of those that were answered, yes or no."""
    cases: int = 0
    by_machine: int = 0
    joined: int = 0
    timed: int = 0
    days: int = 0
    days_before: int = 0
    """Of those whose days are known."""
    late_promise: int = 0
    late_law: int = 0
    papers: int = 0
    papers_before: int = 0
    visits: int = 0
    visits_before: int = 0
    steps: int = 0
    steps_before: int = 0
    conditions: int = 0
    """Conditions answered."""
    conditions_by_data: int = 0
    """Those answered from data and answers alone, without anything that an official recorded."""

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def papers_saved(self) -> int:
        """Papers that nobody had to bring."""
        return self.papers_before - self.papers

    @property
    def visits_saved(self) -> int:
        """Ways to an office that nobody had to go."""
        return self.visits_before - self.visits

    def hours_saved(self, visit: int, paper: int) -> int:
        """Applicants' hours, at so many for a way to an office and for a paper; waiting is not counted."""
        return self.visits_saved * visit + self.papers_saved * paper


def total(many: Iterable[Sums]) -> Sums:
    """All of them together."""
    return sum(many, start=Sums())


def sums(happened: Happened, service: Service, way_id: str, channel: str, situation: str) -> Sums:
    """What these cases took, beside what they would have taken on paper, by the version under which they were decided."""
    n, paper = happened.cases, service.before
    way = next((one for one in service.ways if one.id == way_id), None)
    conditions, by_data = _conditions(service, way, situation)
    return Sums(
        ended=n,
        cases=n,
        by_machine=happened.by_machine,
        joined=happened.joined,
        timed=happened.timed,
        days=happened.days,
        days_before=paper.days * happened.timed,
        late_promise=happened.late_promise,
        late_law=happened.late_law,
        papers=happened.papers,
        papers_before=paper.documents * n,
        visits=n if service.visit is not None else happened.trips if channel in IN_PERSON else 0,
        visits_before=paper.visits * n,
        steps=happened.steps + APPLY_AND_RECEIVE * n,
        steps_before=paper.steps * n,
        conditions=conditions * n,
        conditions_by_data=by_data * n,
    )


def _conditions(service: Service, way: Way | None, situation: str) -> tuple[int, int]:
    """How many conditions such a case meets, and how many of them read nothing that an official records; one that its situation never asks is none of them."""
    recorded = {f"{step.id}.{name}" for step in service.every_step for name in step.records}
    covered = way.covers if way else ()
    facts = _known_of(service, situation)
    asked = [
        clause for clause in service.rules if clause.id not in covered and (clause.when is None or clause.when.evaluate(facts) != Answer.NO)
    ]
    return len(asked), sum(recorded.isdisjoint(clause.holds.facts_read) for clause in asked)


def _known_of(service: Service, situation: str) -> Facts:
    """What is known of every case in a situation: that, and which questions it never asks."""
    facts: dict[str, Fact] = {**dict.fromkeys(service.vocabulary, Unknown("not-asked")), SITUATION: Value(situation, "case")}
    for question in service.questions:
        if question.show is not None and question.show.evaluate(facts) == Answer.NO:
            facts[f"form.{question.id}"] = Nothing("applicant")
    return facts
