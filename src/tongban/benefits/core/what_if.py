"""What a draft would come to if one of its numbers were another: the thresholds of its clauses and its cap, each by itself.

Invariants: what is tried is the draft with one literal changed, read anew by the checker, so that what could not stand in a policy is not tried; a number is known by its
place in reading order, which is the same for the same text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from tongban.catalogue.core.definition import Policy
from tongban.rules.core import Expression, Node, RuleFaults, read_expression, write
from tongban.rules.core import language as lang

CAP: Final = "cap"
"""What stands in place of a clause's id for the cap."""
MOST: Final = 12
"""Numbers that are tried; a policy with more is asked about in several drafts."""
SMALL: Final = 20
"""Up to here a whole number is changed by one and two, beyond by a tenth and a quarter."""
PARTS: Final = (75, 90, 110, 125)
"""Of a hundred."""
DAYS: Final = (-90, -30, 30, 90)
KINDS: Final = ("int", "money", "decimal", "date")


@dataclass(frozen=True, slots=True)
class Number:
    """A literal that a clause compares with something, or the cap."""

    clause: str
    literal: lang.Literal
    compare: lang.Compare | None = None
    """Where it stands; none for the cap."""


@dataclass(frozen=True, slots=True)
class IfSo:
    """What comes of one other value: a whole number, fen, a decimal's digits, or an ISO day; amount in fen."""

    value: int | str
    entitled: int
    unknown: int
    amount: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One number of the draft, by its place in `numbers`, and what other values of it come to, the smallest first."""

    at: int
    clause: str
    rows: tuple[IfSo, ...]


def numbers(policy: Policy) -> tuple[Number, ...]:
    """The numbers and days of a policy that can be asked about, in reading order, the cap last."""
    found = [one for clause in policy.rules for one in _compared(clause.id, clause.holds.ast)]
    cap = _cap_of(policy)
    return (*found[: MOST - 1], *((Number(CAP, cap),) if cap is not None else ()))


def _compared(clause: str, node: Node) -> Iterator[Number]:
    for part in lang.walk(node):
        if isinstance(part, lang.Compare) and part.op not in ("==", "!="):
            for side, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(side, lang.Literal) and side.kind in KINDS and not isinstance(other, lang.Literal):
                    yield Number(clause, side, part)


def _cap_of(policy: Policy) -> lang.Literal | None:
    ast = policy.amount.ast if policy.amount is not None else None
    if policy.cap is None or not isinstance(ast, lang.Call) or ast.function != "min":
        return None
    last = ast.arguments[-1]
    return last if isinstance(last, lang.Literal) and last.value == policy.cap else None


def other_values(literal: lang.Literal) -> tuple[int | date, ...]:
    """Values that are near: two below and two above."""
    value = literal.value
    if isinstance(value, date):
        return tuple(value + timedelta(days=days) for days in DAYS)
    if not isinstance(value, int) or value == 0:
        return ()
    if literal.kind != "money" and abs(value) <= SMALL:
        near = [value + step for step in (-2, -1, 1, 2)]
    else:
        near = [_rounded(value * part, literal.kind) for part in PARTS]
    return tuple(sorted({one for one in near if one != value and (one > 0) == (value > 0)}))


def _rounded(hundredfold: int, kind: str) -> int:
    """A hundredth, of money to the yuan where there is one."""
    unit = 100 if kind == "money" and abs(hundredfold) >= 100_00 * 100 else 1
    return hundredfold // (100 * unit) * unit


def with_value(policy: Policy, number: Number, value: int | date) -> Policy | None:
    """The policy with one number changed; none if the checker refuses that."""
    other = replace(number.literal, value=value)
    try:
        if number.compare is None:
            return None if policy.amount is None else replace(policy, amount=_read(policy, policy.amount, number.literal, other))
        rules = tuple(
            replace(clause, holds=_read(policy, clause.holds, number.literal, other)) if clause.id == number.clause else clause
            for clause in policy.rules
        )
    except RuleFaults:
        return None
    return replace(policy, rules=rules)


def _read(policy: Policy, expression: Expression, literal: lang.Literal, other: lang.Literal) -> Expression:
    return read_expression(write(_put(expression.ast, literal, other)), policy.vocabulary, expression.type)


def _put(node: Any, literal: lang.Literal, other: lang.Literal) -> Any:
    """The node with one literal, the very one, in whose place another stands."""
    if node is literal:
        return other
    if isinstance(node, tuple):
        return tuple(_put(one, literal, other) for one in node)
    if not is_dataclass(node) or isinstance(node, lang.Literal | type):
        return node
    changed = {each.name: _put(getattr(node, each.name), literal, other) for each in fields(node) if each.name != "at"}
    return replace(node, **changed)


def as_told(value: int | date) -> int | str:
    """As it stands in JSON."""
    return value.isoformat() if isinstance(value, date) else value


def literal_of(number: Number, value: int | str) -> lang.Literal:
    """The other value, as it would stand in the policy."""
    return replace(number.literal, value=date.fromisoformat(value) if isinstance(value, str) else value)
