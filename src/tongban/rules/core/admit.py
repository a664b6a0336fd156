"""From a fact as it was told to a value that a rule may compute with.

Invariants: what is admitted is of the declared type, inside its range, and none only where that was declared. Anything else
(a text for a number, an amount above the maximum, an undeclared none) is unknown, with the reason: a register's mistake neither
stops a case nor decides one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from .evaluate import NONE
from .facts import OUTSIDE_ITS_TYPE, Fact, Nothing, Unknown, Value
from .types import Bool, Choice, Date, Decimal, FactSpec, FactType, Int, ListOf, Money

Admit = Callable[[Fact], Any]


def admission(name: str, spec: FactSpec) -> Admit:
    """How the fact `name` enters an evaluation: its inner value, NONE, or an unknown that names it."""
    unknown = frozenset((name,))
    nothing: Any = NONE if spec.may_be_none else unknown
    inner = _inner(spec.type)

    def admit(fact: Fact) -> Any:
        if type(fact) is Value:
            value = inner(fact.value)
            return unknown if value is None else value
        return nothing if type(fact) is Nothing else unknown

    return admit


def misfit(fact: Fact) -> Unknown:
    """How a fact that was told, and not admitted, is shown."""
    return Unknown(OUTSIDE_ITS_TYPE, getattr(fact, "source", ""))


def _inner(kind: FactType) -> Callable[[Any], Any]:  # noqa: PLR0911 - one return a type
    """The inner value of an outer one, or None if it is not of the type."""
    match kind:
        case Int(low, high) | Money(low, high):
            return lambda value: value if type(value) is int and low <= value <= high else None
        case Bool():
            return lambda value: value if type(value) is bool else None
        case Date(first, last):
            day = dt.date
            return lambda value: value if type(value) is day and first <= value <= last else None
        case Choice(options):
            known = frozenset(options)
            return lambda value: value if type(value) is str and value in known else None
        case Decimal():
            return lambda value: kind.scaled(value) if kind.accepts(value) else None
        case ListOf(item):
            return _list_of(_inner(item))
    return lambda value: value if kind.accepts(value) else None


def _list_of(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not tuple:
            return None
        items = tuple(inner(item) for item in value)
        return None if any(item is None for item in items) else items

    return read
