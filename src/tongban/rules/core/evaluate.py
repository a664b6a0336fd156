"""The single-case evaluator: a checked expression as nested closures over the values of its facts.

Invariants: inside, a condition is `True`, `False` or unknown; a value is itself (decimals scaled), `NONE` or unknown; and
**an unknown is the frozenset of the names of the facts that would settle it**, so that no second pass is needed to say what to ask
next. None is stronger than unknown: a comparison with none is no whatever the other side turns out to be. Nothing depends on
the order of evaluation; a left-hand no only saves work. No expression raises for facts that were admitted.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from . import language as lang
from .arithmetic import ONE, factors, round_quotient
from .check import Typist
from .dates import add_days, add_months, add_years, months_between, years_between
from .language import Node
from .shapes import Shape, shape_of_literal

Env = list[Any]
Run = Callable[[Env], Any]
NONE: Final = type("NoneThere", (), {"__repr__": lambda _: "NONE", "__slots__": ()})()


class Compiler:
    """Turns checked nodes into closures; `slots` says where each fact stands in the environment."""

    def __init__(self, typist: Typist, slots: Mapping[str, int]) -> None:
        self.typist = typist
        self.slots = slots

    def outcome(self, node: Node) -> Run:
        """A node as a condition if it is yes-no, else as a value."""
        return self.condition(node) if self.typist.sound(node).base == "yes-no" else self.value(node)

    # Conditions: True, False or unknown

    def condition(self, node: Node) -> Run:  # noqa: C901, PLR0911 - one return a kind of node
        """The closure of a yes-no node; a yes-no fact that is none is no."""
        match node:
            case lang.FactPath(name):
                return _yes_no_fact(self.slots[name])
            case lang.Literal(value=value):
                return lambda _: value
            case lang.Has(fact):
                return _has(self.slots[fact.name])
            case lang.Not(operand):
                return _not(self.condition(operand))
            case lang.And(operands):
                return _all([self.condition(operand) for operand in operands])
            case lang.Or(operands):
                return _any([self.condition(operand) for operand in operands])
            case lang.Conditional(condition, then, otherwise):
                return _choose(self.condition(condition), self.condition(then), self.condition(otherwise))
            case lang.Compare():
                return self.compare(node)
            case lang.In():
                return self.membership(node)
            case lang.Call(function, (text, part)):
                return _test(TEXT_TESTS[function], self.value(text), self.value(part))
        raise TypeError(f"{node!r} is no condition")

    def compare(self, node: lang.Compare) -> Run:
        test = COMPARISONS[node.op]
        scale = self.common_scale(node.left, node.right)
        left, right = node.left, node.right
        if isinstance(right, lang.Literal) and isinstance(left, lang.FactPath) and self.typist.sound(left).scale == scale:
            return _test_fact(test, self.slots[left.name], scaled_literal(right, scale))
        return _test(test, self.at(left, scale), self.at(right, scale))

    def membership(self, node: lang.In) -> Run:
        if not isinstance(node.container, lang.ListLiteral):
            return _test(_is_in, self.value(node.item), self.value(node.container))
        scale = self.common_scale(node.item, *node.container.items)
        values = frozenset(scaled_literal(item, scale) for item in node.container.items)
        if isinstance(node.item, lang.FactPath) and self.typist.sound(node.item).scale == scale:
            return _test_fact(_is_in, self.slots[node.item.name], values)
        return _test(_is_in, self.at(node.item, scale), lambda _: _Written(values))

    # Values: a value, NONE or unknown

    def value(self, node: Node) -> Run:  # noqa: PLR0911 - one return a kind of node
        """The closure of a node's value, at the node's own scale."""
        match node:
            case lang.FactPath(name):
                return operator.itemgetter(self.slots[name])
            case lang.Literal(value=value):
                return lambda _: value
            case lang.Negate(operand):
                return _apply1(operator.neg, self.value(operand))
            case lang.Arithmetic():
                return self.arithmetic(node)
            case lang.Call():
                return self.call(node)
            case lang.Conditional(condition, then, otherwise):
                if self.typist.sound(node).base == "yes-no":
                    return self.condition(node)
                scale = self.common_scale(then, otherwise)
                return _choose(self.condition(condition), self.at(then, scale), self.at(otherwise, scale))
        return self.condition(node)

    def at(self, node: Node, scale: int) -> Run:
        """The closure of a number at a scale that is not below its own."""
        factor = 10 ** (scale - self.typist.sound(node).scale)
        run = self.value(node)
        return run if factor == 1 else _apply1(lambda value: value * factor, run)

    def common_scale(self, *nodes: Node) -> int:
        return max(self.typist.sound(node).scale for node in nodes)

    def arithmetic(self, node: lang.Arithmetic) -> Run:
        left, right = self.typist.sound(node.left), self.typist.sound(node.right)
        if right.base == "duration" and right.words:
            (unit,) = right.words
            return _apply2(_moving(unit, node.op), self.value(node.left), self.value(node.right))
        if left.base == "date":
            return _apply2(lambda a, b: (a - b).days, self.value(node.left), self.value(node.right))
        if node.op == "*":
            return _apply2(operator.mul, self.value(node.left), self.value(node.right))
        scale = self.common_scale(node.left, node.right)
        return _apply2(ARITHMETIC[node.op], self.at(node.left, scale), self.at(node.right, scale))

    def call(self, node: lang.Call) -> Run:
        if node.function in ("min", "max"):
            scale = self.common_scale(*node.arguments)
            pick: Callable[..., Any] = min if node.function == "min" else max
            return _apply(pick, [self.at(argument, scale) for argument in node.arguments])
        if node.function in ("round_down", "round_half_up"):
            return self.rounding(node)
        if node.function in ("days", "months", "years"):
            return self.value(node.arguments[0])
        if node.function == "size":
            return _apply1(len, self.value(node.arguments[0]))
        if node.function in BETWEEN:
            return _apply2(BETWEEN[node.function], *(self.value(argument) for argument in node.arguments))
        return self.condition(node)

    def rounding(self, node: lang.Call) -> Run:
        value, to = node.arguments
        unit = shape_of_literal(to) if isinstance(to, lang.Literal) else ONE
        if isinstance(value, lang.Arithmetic) and value.op == "/":
            top, bottom = value.left, value.right
            round_both = _rounder(node.function, self.typist.sound(top), self.typist.sound(bottom), unit)
            return _apply2(round_both, self.value(top), self.value(bottom))
        round_both = _rounder(node.function, self.typist.sound(value), ONE, unit)
        return _apply1(lambda number: round_both(number, 1), self.value(value))


class _Written(frozenset[Any]):
    """A written list as a value; its own class, so that it is never taken for an unknown."""


def scaled_literal(literal: lang.Literal, scale: int) -> Any:
    """The value of a literal; a number is brought to `scale`."""
    if literal.kind in ("int", "decimal", "money") and isinstance(literal.value, int):
        return literal.value * 10 ** (scale - literal.scale)
    return literal.value


# Conditions


def _yes_no_fact(slot: int) -> Run:
    def run(env: Env) -> Any:
        value = env[slot]
        return False if value is NONE else value

    return run


def _has(slot: int) -> Run:
    def run(env: Env) -> Any:
        value = env[slot]
        if value is NONE:
            return False
        return value if type(value) is frozenset else True

    return run


def _not(operand: Run) -> Run:
    def run(env: Env) -> Any:
        value = operand(env)
        return value if type(value) is frozenset else not value

    return run


def _all(operands: list[Run]) -> Run:
    def run(env: Env) -> Any:
        needs = None
        for operand in operands:
            value = operand(env)
            if value is False:
                return False
            if value is not True:
                needs = value if needs is None else needs | value
        return True if needs is None else needs

    return run


def _any(operands: list[Run]) -> Run:
    def run(env: Env) -> Any:
        needs = None
        for operand in operands:
            value = operand(env)
            if value is True:
                return True
            if value is not False:
                needs = value if needs is None else needs | value
        return False if needs is None else needs

    return run


def _choose(condition: Run, then: Run, otherwise: Run) -> Run:
    def run(env: Env) -> Any:
        chosen = condition(env)
        if chosen is True:
            return then(env)
        if chosen is False:
            return otherwise(env)
        one, other = then(env), otherwise(env)
        unknown = [value for value in (one, other) if type(value) is frozenset]
        if not unknown and (one is other or (one is not NONE and other is not NONE and one == other)):
            return one
        return chosen.union(*unknown)

    return run


def _test(test: Callable[[Any, Any], bool], left: Run, right: Run) -> Run:
    def run(env: Env) -> Any:
        a, b = left(env), right(env)
        if a is NONE or b is NONE:
            return False
        if type(a) is frozenset:
            return a | b if type(b) is frozenset else a
        return b if type(b) is frozenset else test(a, b)

    return run


def _test_fact(test: Callable[[Any, Any], bool], slot: int, constant: Any) -> Run:
    def run(env: Env) -> Any:
        value = env[slot]
        if value is NONE:
            return False
        return value if type(value) is frozenset else test(value, constant)

    return run


# Values: a none makes none, else an unknown makes unknown


def _apply1(function: Callable[[Any], Any], operand: Run) -> Run:
    def run(env: Env) -> Any:
        value = operand(env)
        return value if value is NONE or type(value) is frozenset else function(value)

    return run


def _apply2(function: Callable[[Any, Any], Any], left: Run, right: Run) -> Run:
    def run(env: Env) -> Any:
        a, b = left(env), right(env)
        if a is NONE or b is NONE:
            return NONE
        if type(a) is frozenset:
            return a | b if type(b) is frozenset else a
        return b if type(b) is frozenset else function(a, b)

    return run


def _apply(function: Callable[..., Any], operands: list[Run]) -> Run:
    def run(env: Env) -> Any:
        values = [operand(env) for operand in operands]
        if any(value is NONE for value in values):
            return NONE
        unknown = [value for value in values if type(value) is frozenset]
        return frozenset[str]().union(*unknown) if unknown else function(*values)

    return run


def _is_in(item: Any, container: Any) -> bool:
    return item in container


def _remainder(top: int, bottom: int) -> int:
    """What is left, with the sign of the dividend, as in CEL and SQL."""
    left = abs(top) % abs(bottom)
    return -left if top < 0 else left


def _moving(unit: str, op: str) -> Callable[[dt.date, int], dt.date]:
    move = {"days": add_days, "months": add_months, "years": add_years}[unit]
    return move if op == "+" else lambda day, count: move(day, -count)


def _rounder(how: Any, top: Shape, bottom: Shape, unit: Shape) -> Callable[[int, int], int]:
    over, under = factors(top, bottom, unit)
    return lambda a, b: round_quotient(how, a * over, b * under) * unit.low


COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "%": _remainder,
}
TEXT_TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}
BETWEEN: Final[Mapping[str, Callable[[Any, Any], int]]] = {"years_between": years_between, "months_between": months_between}
