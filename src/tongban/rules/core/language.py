"""The language as frozen nodes: a closed set, which every evaluator, writer and translator covers in full.

Invariants: nodes are immutable; two nodes are equal if they mean the same, wherever they stand (`at` is not compared);
a literal knows its kind, so that `1` and `true` are never equal. Numbers are scaled integers: `5.5` is 55 at scale 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from typing import Literal as OneOf

from .faults import NOWHERE, Span

LANGUAGE_VERSION = "1"

LiteralKind = OneOf["yes-no", "int", "decimal", "money", "date", "text"]
CompareOp = OneOf["==", "!=", "<", "<=", ">", ">="]
ArithmeticOp = OneOf["+", "-", "*", "/", "%"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out. Money is fen; a decimal is a scaled integer with its scale."""

    kind: LiteralKind
    value: bool | int | str | dt.date
    scale: int = 0
    at: Span = field(default=NOWHERE, compare=False, repr=False)


YES: Final = Literal("yes-no", value=True)
NO: Final = Literal("yes-no", value=False)


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """Literals of one kind in brackets; stands only on the right of `in`."""

    items: tuple[Literal, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FactPath:
    """A fact by its full name, `alias.name`."""

    name: str
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Has:
    """Yes if the fact was asked for and a value came; no if nothing is there."""

    fact: FactPath
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite answer; unknown stays unknown."""

    operand: Node
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """The number or amount with its sign turned."""

    operand: Node
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    """No if any operand is no; yes if all are yes; else unknown."""

    operands: tuple[Node, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Yes if any operand is yes; no if all are no; else unknown."""

    operands: tuple[Node, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of one type; no if either is none."""

    op: CompareOp
    left: Node
    right: Node
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is one of a written list, or of a fact that is a list; no if either is none."""

    item: Node
    container: Node
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Exact arithmetic on numbers, amounts, dates; none if either operand is none."""

    op: ArithmeticOp
    left: Node
    right: Node
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`; while the condition is unknown, what both branches agree on."""

    condition: Node
    then: Node
    otherwise: Node
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the closed table in `check`; the receiver of a method is the first argument."""

    function: str
    arguments: tuple[Node, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands where a text was refused, so that reading can go on; never part of an `Expression`."""

    at: Span = field(default=NOWHERE, compare=False, repr=False)


Node = Literal | ListLiteral | FactPath | Has | Not | Negate | And | Or | Compare | In | Arithmetic | Conditional | Call | Refused


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911 - one return a kind of node
    """The direct parts of a node, in reading order."""
    match node:
        case Has(fact):
            return (fact,)
        case Not(operand) | Negate(operand):
            return (operand,)
        case And(operands) | Or(operands):
            return operands
        case Compare(_, left, right) | Arithmetic(_, left, right) | In(left, right):
            return (left, right)
        case Conditional(condition, then, otherwise):
            return (condition, then, otherwise)
        case Call(_, arguments):
            return arguments
        case ListLiteral(items):
            return items
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all its parts, in reading order."""
    yield node
    for child in children(node):
        yield from walk(child)


def facts_of(node: Node) -> tuple[str, ...]:
    """The names of the facts that a node reads, each once, in reading order."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, FactPath)))


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is written: `x.f(y)` for a method, else `f(x, y)`; `most` None means any number."""

    least: int
    most: int | None
    method: bool = False


SIGNATURES: Final[Mapping[str, Signature]] = {
    "min": Signature(2, None),
    "max": Signature(2, None),
    "round_down": Signature(2, 2),
    "round_half_up": Signature(2, 2),
    "days": Signature(1, 1),
    "months": Signature(1, 1),
    "years": Signature(1, 1),
    "years_between": Signature(2, 2),
    "months_between": Signature(2, 2),
    "size": Signature(1, 1),
    "startsWith": Signature(2, 2, method=True),
    "endsWith": Signature(2, 2, method=True),
    "contains": Signature(2, 2, method=True),
}
