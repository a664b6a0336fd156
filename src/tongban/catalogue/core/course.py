"""Which way a case goes and what a machine may do with it: pure functions that cases and worked tests share.

Invariants: the first way whose condition holds is taken; while an earlier way is undecided, no later way is taken that would let a machine grant; a
machine grants only where every acceptance and grant clause is yes and the way has no step; a machine never refuses; a way on a promise is taken only by
who chose to promise, and there a clause that the promise covers may be unknown, never no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.catalogue.core.definition import Procedure, Service, Way
from tongban.catalogue.core.words import PROMISED
from tongban.rules.core import NOTHING, Answer, Explanation, Fact, Facts, Nothing, Unknown, Value, explain

MACHINE_ACTS = ("accept", "grant")
"""What a machine does by itself, in this order, as far as the procedure's state allows."""


@dataclass(frozen=True)
class WayChoice:
    """The way that holds (None if none can be taken yet), and the ids of the earlier ways whose condition is unknown."""

    way: Way | None
    undecided: tuple[str, ...] = ()


def choose_way(service: Service, facts: Facts) -> WayChoice:
    """The first way that holds. An undecided way is passed over only in favour of one that officers work on."""
    undecided: list[str] = []
    for way in service.ways:
        if way.is_promise and not has_promised(facts):
            continue
        answer = Answer.YES if way.when is None else way.when.evaluate(facts)
        if answer == Answer.UNKNOWN:
            undecided.append(way.id)
        elif answer == Answer.YES and (way.route or not undecided):
            return WayChoice(way, tuple(undecided))
    return WayChoice(None, tuple(undecided))


def assess(service: Service, facts: Facts, purpose: str | None = None) -> Explanation:
    """Every clause answered, or those of one purpose (`acceptance`, `grant`)."""
    return explain([clause for clause in service.rules if purpose is None or clause.purpose == purpose], facts)


def amount(service: Service, facts: Facts) -> Fact:
    """What a benefit comes to, in fen; none for a service that pays nothing."""
    if service.gives.amount is None:
        return NOTHING
    found = service.gives.amount.evaluate(facts)
    if isinstance(found, (Value, Nothing, Unknown)):
        return found
    raise TypeError("an amount is no condition")


def may_machine_grant(service: Service, choice: WayChoice, facts: Facts) -> bool:
    """Whether nobody needs to look: the way has no step and every clause is yes, or covered by a promise."""
    return choice.way is not None and not choice.way.route and is_met(assess(service, facts), choice.way)


def is_met(explanation: Explanation, way: Way) -> bool:
    """Whether every clause is yes; one that the way's promise covers may still be unknown."""
    return all(
        result.answer == Answer.YES or (result.answer == Answer.UNKNOWN and result.clause.id in way.covers)
        for result in explanation.results
    )


def has_promised(facts: Facts) -> bool:
    """Whether the applicant chose to promise."""
    found = facts.get(PROMISED)
    return isinstance(found, Value) and found.value is True


def promise_open(service: Service, facts: Facts) -> Way | None:
    """The way on a promise that this case could take if the applicant chose to; none where its condition does not hold."""
    chosen = {**facts, PROMISED: Value(True, "applicant")}
    way = choose_way(service, chosen).way
    return way if way is not None and way.is_promise else None


def careful_way(service: Service) -> Way:
    """Where no way can be taken yet: the one with the most steps, so that people look."""
    return max((way for way in service.ways if not way.is_promise), key=lambda way: len(way.route))


def state_after_sending(service: Service, procedures: Mapping[str, Procedure], facts: Facts) -> str:
    """The state in which a case stands once it was sent and the machine has done what it may."""
    choice = choose_way(service, facts)
    way = choice.way or careful_way(service)
    procedure = procedures[way.procedure or service.procedure]
    state = procedure.next_state(procedure.first, "send") or procedure.next_state(procedure.first, "open") or procedure.first
    if may_machine_grant(service, choice, facts):
        for act in MACHINE_ACTS:
            state = procedure.next_state(state, act) or state
    return state
