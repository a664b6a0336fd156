"""Which way a case goes once it is sent, and which steps come next.

Invariants: the first way whose condition holds is taken; a way whose condition is not known yet is not skipped in favour of a later one that
would grant by machine; a machine grants only when every clause is yes and the way asks for no step; a machine never refuses
(PIPL article 24); a step whose condition does not hold is left out, one whose condition is unknown is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.catalogue.core.course import MACHINE_ACTS, amount, assess, careful_way, choose_way, may_machine_grant
from tongban.catalogue.core.definition import Gives, Limits, Procedure, Service, Step, Way
from tongban.catalogue.core.definition.feedback import ABOUT
from tongban.rules.core import Answer, Explanation, Facts, Unknown, Value


@dataclass(frozen=True)
class Course:
    """What sending leads to."""

    way: Way
    procedure: Procedure
    gives: Gives
    limits: Limits
    state: str
    acts: tuple[str, ...]
    """The procedure's acts that the machine carries out, in order."""
    explanation: Explanation
    amount_fen: int | None

    @property
    def is_granted(self) -> bool:
        """Whether the machine granted."""
        return "grant" in self.acts


def settle_course(service: Service, procedures: Mapping[str, Procedure], facts: Facts, state: str, act: str) -> Course:
    """The course of a case that is sent (`act` send) or sent again (`correct`) from `state`."""
    choice = choose_way(service, facts)
    may_grant = may_machine_grant(service, choice, facts)
    way = choice.way if choice.way is not None and (choice.way.route or may_grant) else _way_for_people(service, facts)
    procedure = procedures[way.procedure or service.procedure]
    gives, limits = way.gives or service.gives, way.limits or service.limits
    explanation = assess(service, facts)
    acts = [act]
    reached = procedure.next_state(state, act) or state
    if may_grant:
        for machine_act in MACHINE_ACTS:
            further = procedure.next_state(reached, machine_act)
            if further is not None:
                acts.append(machine_act)
                reached = further
    fen = amount_of(service, gives, facts)
    return Course(way, procedure, gives, limits, reached, tuple(acts), explanation, fen)


def _way_for_people(service: Service, facts: Facts) -> Way:
    """The first way with steps that holds, else the one with the most: a way for machines that a machine may not go leads to people."""
    held = (
        way for way in service.ways if way.route and not way.is_promise and (way.when is None or way.when.evaluate(facts) == Answer.YES)
    )
    return next(held, careful_way(service))


def next_steps(service: Service, way: Way, after: str, facts: Facts) -> tuple[Step, ...]:
    """The steps to open after one is done (`after` empty: at the beginning): one step, or all parts of a joint one; none when the route is through."""
    route = way.after if after in way.after else way.route or careful_way(service).route
    return _next_of(service, route, route.index(after) + 1 if after else 0, facts)


def steps_after(service: Service, way: Way, facts: Facts) -> tuple[Step, ...]:
    """The steps to open once the answer was given; none where nothing follows it."""
    return _next_of(service, way.after, 0, facts)


def _next_of(service: Service, route: tuple[str, ...], behind: int, facts: Facts) -> tuple[Step, ...]:
    for name in route[behind:]:
        step = service.steps[name]
        if not _applies(step, facts):
            continue
        parts = tuple(part for part in step.together if _applies(part, facts))
        if parts or not step.together:
            return parts or (step,)
    return ()


def route_of(service: Service, way: Way, facts: Facts) -> tuple[Step, ...]:
    """The steps that this case goes through, joint ones whole, with those that follow the answer."""
    route = (way.route or careful_way(service).route) + way.after
    return tuple(service.steps[name] for name in route if _applies(service.steps[name], facts))


def is_certain(service: Service, step: Step, facts: Facts) -> bool:
    """Whether it is known already that a step will be done; not while that waits for what an earlier step records."""
    if step.when is None or step.when.evaluate(facts) != Answer.UNKNOWN:
        return True
    recording = {one.id for one in service.every_step}
    return not any(name.partition(".")[0] in recording and isinstance(facts.get(name), Unknown) for name in step.when.vocabulary)


def step_named(service: Service, name: str) -> Step:
    """A step, or a part of a joint step, by its id."""
    for step in service.every_step:
        if step.id == name:
            return step
    raise KeyError(name)


def office_of(step: Step, answerable: str, service: Service) -> str:
    """The department that does a step: the one named, else the one whose case it is; of a case about another, the service's own, unless that of the other is meant."""
    if service.about is None:
        return step.of or answerable
    return answerable if step.of == ABOUT else step.of or service.department


def joint_of(service: Service, name: str) -> Step | None:
    """The joint step that a step is part of."""
    for step in service.steps.values():
        if any(part.id == name for part in step.together):
            return step
    return None


def brought_about(step: Step, records: Mapping[str, str], outcome: str) -> str:
    """The act of the procedure that a step brings about, once it is done with these records; empty if none."""
    if outcome != "pass":
        return ""
    return next(
        (step.brings[value] for name, value in records.items() if name in step.records and value in step.brings),
        step.brings.get("pass", ""),
    )


def is_joint_done(joint: Step, open_parts: int, done_parts: int) -> bool:
    """Whether a joint step is through: all of its parts, or any, as declared."""
    return done_parts > 0 if joint.join == "any" else open_parts == 0


def _applies(step: Step, facts: Facts) -> bool:
    return step.when is None or step.when.evaluate(facts) != Answer.NO


def amount_of(service: Service, gives: Gives, facts: Facts) -> int | None:
    """What a way pays out, in fen; None if it pays nothing, or the sum is not known."""
    found = amount(service, facts) if gives.amount is not None else None
    return found.value if isinstance(found, Value) else None


def months_of(gives: Gives, facts: Facts) -> int | None:
    """For how many months what is given is valid by rule; None if no rule says, or not yet."""
    found = gives.months.evaluate(facts) if gives.months is not None else None
    return found.value if isinstance(found, Value) else None
