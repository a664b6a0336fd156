"""What would change a no: the smallest changes of facts under which the same policy says yes, with the threshold where a fact is a number, an amount or a date.

Invariants: every way that is told was asked of the single evaluator as a whole, and it said yes; a way changes no fact that it need not; a value that is told is the nearest to the
present one in its direction, as far as the condition turns once between them; a fact that is unknown is not changed but asked for (`Verdict.needs`); time only goes forward.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal as Exact
from typing import Any, Final

from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.verdict import MATCH_ON, verdict
from tongban.rules.core import (
    Answer,
    Bool,
    Choice,
    Date,
    Decimal,
    Expression,
    Fact,
    Facts,
    Int,
    Money,
    Nothing,
    RuleFaults,
    Unknown,
    Value,
    language,
    read_expression,
    write,
)

MOST_CHANGES: Final = 5
_MOST_WAYS: Final = 60
"""Sets of changes that are gone on with; a set is asked about once."""
Holds = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, as it is and as it would have to be."""

    fact: str
    now: Fact
    to: Value
    distance: int
    """How far that is, in the least units of its type (persons, fen, days); 1 for a word or a yes-no."""


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together turn the no into a yes, and what would be paid then (fen)."""

    changes: tuple[Change, ...]
    amount: int | None


def ways(policy: Policy, facts: Facts) -> tuple[Way, ...]:
    """The ways from a no to a yes, those with the fewest changes first; none if there is no no, or no way of few changes."""
    now = verdict(policy, facts)
    if now.answer != Answer.NO:
        return ()
    failing = [result.clause.holds for result in now.explanation.results if result.answer == Answer.NO]
    if not failing and policy.amount is not None:
        failing = [policy.amount]
    once = _alone(policy, facts, failing)
    found = once or _together(policy, facts)
    return tuple(sorted(found, key=_effort))


def goes_on(policy: Policy, facts: Facts, way: Way, change: Change) -> bool:
    """Whether the yes stays beyond the value that is told, as far as it was tried: then it is a threshold (at most, at least), else just this value."""
    kind = policy.vocabulary[change.fact].type
    if not isinstance(kind, Int | Money | Decimal | Date):
        return False
    scale, changed = _Scale(kind), {**facts, **{one.fact: one.to for one in way.changes}}
    to = scale.number(change.to.value)
    down = isinstance(change.now, Value) and to < scale.number(change.now.value)
    edge = max(scale.low, min(to, 0)) if down and not isinstance(kind, Date) else scale.low if down else scale.high
    if edge == to:
        return down and edge == scale.low
    step = -1 if down else 1
    probes = {to + step, to + step * (abs(edge - to) // 2), edge} if not isinstance(kind, Date) else {to + step, to + step * 30}
    inside = [probe for probe in probes if scale.low <= probe <= scale.high]
    return all(_is_yes(policy, {**changed, change.fact: Value(scale.value(probe))}) for probe in inside)


def _effort(way: Way) -> tuple[int, int, int]:
    """Fewest changes first; then those of what is there before those of what would have to come to be there; then the nearest."""
    new = sum(isinstance(change.now, Nothing) for change in way.changes)
    return len(way.changes), new, sum(change.distance for change in way.changes)


def _alone(policy: Policy, facts: Facts, failing: list[Expression]) -> list[Way]:
    """One fact that is enough."""
    names = [name for name in policy.vocabulary if all(name in one.vocabulary for one in failing)]
    literals = [number for one in failing for number in _literals(one)]
    found = (change for name in names for change in _turns(name, policy, facts, literals, lambda told: _is_yes(policy, told)))
    return [way for change in found if (way := _way(policy, facts, (change,))) is not None]


def _together(policy: Policy, facts: Facts) -> list[Way]:
    """The fewest changes that are enough together: each turns the first condition that still fails, and the next is looked for beside it."""
    parts = {clause.id: _parts(policy, clause.holds) for clause in policy.rules}
    level: list[dict[str, Value]] = [{}]
    for _ in range(MOST_CHANGES):
        found: list[Way] = []
        after: list[dict[str, Value]] = []
        for chosen in level:
            for name, to in _next_turns(policy, {**facts, **chosen}, parts):
                more = {**chosen, name: to}
                way = _needed(policy, facts, more)
                if way is not None:
                    found.append(way)
                elif more not in after:
                    after.append(more)
        if found:
            return [way for at, way in enumerate(found) if way not in found[:at]]
        level = after[:_MOST_WAYS]
    return []


def _next_turns(policy: Policy, facts: Facts, parts: Mapping[str, Sequence[Expression]]) -> Iterator[tuple[str, Value]]:
    """What would turn the first condition that says no; nothing where none does, and it is not known, or nothing is paid all the same."""
    said = (result for result in verdict(policy, facts).explanation.results if result.answer == Answer.NO)
    first = next(said, None)
    if first is None:
        return
    part = next((one for one in parts[first.clause.id] if one.evaluate(facts) == Answer.NO), first.clause.holds)
    for name in part.vocabulary:
        yield from ((name, change.to) for change in _turns(name, policy, facts, _literals(part), _holder(part)))


def _parts(policy: Policy, holds: Expression) -> tuple[Expression, ...]:
    """The conditions that a clause asks for at once, each by itself; the clause as a whole where they cannot stand alone."""
    if not isinstance(holds.ast, language.And):
        return (holds,)
    try:
        return tuple(read_expression(write(part), policy.vocabulary) for part in holds.ast.operands)
    except RuleFaults:
        return (holds,)


def _needed(policy: Policy, facts: Facts, chosen: dict[str, Value]) -> Way | None:
    """The way of some changes, without those that it does not need; None if they are not enough."""
    changes = tuple(_change(policy, facts, name, to) for name, to in chosen.items())
    way = _way(policy, facts, changes)
    for change in changes:
        fewer = tuple(one for one in way.changes if one is not change) if way is not None else ()
        way = (_way(policy, facts, fewer) if fewer else None) or way
    return way


def _change(policy: Policy, facts: Facts, name: str, to: Value) -> Change:
    now, kind = facts[name], policy.vocabulary[name].type
    if not isinstance(kind, Int | Money | Decimal | Date):
        return Change(name, now, to, 1)
    scale = _Scale(kind)
    return Change(name, now, to, abs(scale.number(to.value) - scale.start(now)))


def _way(policy: Policy, facts: Facts, changes: tuple[Change, ...]) -> Way | None:
    changed = {**facts, **{change.fact: change.to for change in changes}}
    then = verdict(policy, changed)
    return Way(changes, then.amount) if then.answer == Answer.YES else None


def _is_yes(policy: Policy, facts: Facts) -> bool:
    return verdict(policy, facts).answer == Answer.YES


def _holder(condition: Expression) -> Holds:
    return lambda facts: condition.evaluate(facts) == Answer.YES


def _literals(expression: Expression) -> list[language.Literal]:
    return [node for node in language.walk(expression.ast) if isinstance(node, language.Literal)]


def _turns(name: str, policy: Policy, facts: Facts, literals: list[language.Literal], holds: Holds) -> Iterator[Change]:
    """The values of one fact, the nearest in each direction, under which the condition holds."""
    now, kind = facts.get(name, Unknown("not-asked")), policy.vocabulary[name].type
    if isinstance(now, Unknown):
        return

    def at(value: Any) -> bool:
        return holds({**facts, name: Value(value)})

    if isinstance(kind, Bool | Choice):
        options: tuple[Any, ...] = (True, False) if isinstance(kind, Bool) else kind.options
        present = now.value if isinstance(now, Value) else None
        yield from (_change(policy, facts, name, Value(option)) for option in options if option != present and at(option))
    elif isinstance(kind, Int | Money | Decimal | Date):
        scale = _Scale(kind)
        start = scale.start(now)
        directions = (1,) if name == MATCH_ON or isinstance(now, Nothing) else (-1, 1)
        marks = {mark + near for literal in literals if (mark := scale.mark(literal)) is not None for near in (-1, 0, 1)}
        for direction in directions:
            number = _nearest(start, direction, scale, marks, lambda told: at(scale.value(told)))
            if number is not None:
                yield _change(policy, facts, name, Value(scale.value(number)))


class _Scale:
    """The values of a type as whole numbers: fen, scaled digits, days."""

    def __init__(self, kind: Int | Money | Decimal | Date) -> None:
        self.kind = kind
        match kind:
            case Date(first, last):
                self.low, self.high = first.toordinal(), last.toordinal()
            case Decimal():
                self.low, self.high = kind.bounds
            case Int(low, high) | Money(low, high):
                self.low, self.high = low, high

    def number(self, value: Any) -> int:
        if isinstance(self.kind, Decimal):
            return int(self.kind.scaled(value) or 0)
        return value.toordinal() if isinstance(value, dt.date) else int(value)

    def start(self, now: Fact) -> int:
        """Where a fact stands; what is not there, before the least there may be."""
        return self.number(now.value) if isinstance(now, Value) else self.low - 1

    def value(self, number: int) -> Any:
        if isinstance(self.kind, Decimal):
            return Exact(number).scaleb(-self.kind.scale)
        return dt.date.fromordinal(number) if isinstance(self.kind, Date) else number

    def mark(self, literal: language.Literal) -> int | None:
        """Where a written value of this type stands."""
        if isinstance(literal.value, dt.date):
            return literal.value.toordinal() if isinstance(self.kind, Date) else None
        if isinstance(literal.value, bool | str) or isinstance(self.kind, Date):
            return None
        scale = self.kind.scale if isinstance(self.kind, Decimal) else 0
        return literal.value * 10 ** (scale - literal.scale) if scale >= literal.scale else None


def _nearest(start: int, direction: int, scale: _Scale, marks: set[int], at: Callable[[int], bool]) -> int | None:
    """The nearest number in a direction at which it holds: steps that double, halved back; and the written numbers on the way, where it may hold for one value only."""
    edge = scale.high if direction > 0 else scale.low
    before, step, found = start, 1, None
    while before != edge:
        probe = start + direction * step
        probe = min(probe, edge) if direction > 0 else max(probe, edge)
        if at(probe):
            found = _halved(before, probe, at)
            break
        before, step = probe, step * 2
    reach = edge if found is None else found
    between = [mark for mark in marks if scale.low <= mark <= scale.high and 0 < (mark - start) * direction <= (reach - start) * direction]
    return next((mark for mark in sorted(between, key=lambda mark: abs(mark - start)) if at(mark)), found)


def _halved(no: int, yes: int, at: Callable[[int], bool]) -> int:
    while abs(yes - no) > 1:
        middle = (no + yes) // 2
        if at(middle):
            yes = middle
        else:
            no = middle
    return yes
