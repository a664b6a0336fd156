"""Expressions made of expressions: the same meaning under other names of facts, and conditions joined.

Invariants: what is composed was read and guarded where it stood, so it is typed again here and not guarded again; a condition that is put in front
of another (`both`) is no wherever the other's facts are none by it, and then the whole is no; a part that is settled by what was put in is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from . import language as lang
from .check import Typist
from .expression import Expression, built
from .faults import FaultList, Origin
from .language import NO, YES, Node
from .parse import parse
from .shapes import shape_of
from .types import FactType, Vocabulary
from .write import write


class UnfitPlaceError(Exception):
    """`has(x)` asks for a fact, and something that is no fact was put in the place of x."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def compose(node: Node, vocabulary: Vocabulary, expects: FactType | None = None) -> Expression:
    """The expression of some nodes. Raises `RuleFaults` where a fact is unknown or a type does not fit."""
    source = write(node)
    faults = FaultList(source, Origin())
    fresh = parse(source, faults)
    typist = Typist({name: shape_of(spec) for name, spec in vocabulary.items()}, faults)
    typist.shape(fresh)
    faults.raise_any()
    return built(source, fresh, typist, (), {name: vocabulary[name] for name in lang.facts_of(fresh)}, expects)


def substitute(node: Node, places: Mapping[str, Node]) -> Node:
    """The node with other nodes in the place of facts, and without the conditions that this settles. Raises UnfitPlaceError."""
    return _simpler(_put(node, places))


def both(nodes: Iterable[Node]) -> Node:
    """All of these conditions; yes if there is none."""
    return _simpler(_joined(lang.And, nodes, YES))


def either(nodes: Iterable[Node]) -> Node:
    """Any of these conditions; no if there is none."""
    return _simpler(_joined(lang.Or, nodes, NO))


def guard(node: Node, conditions: Mapping[str, Node]) -> Node:
    """The condition as it answers where a fact is none unless its own condition holds: whatever compares or asks for such a fact is then no.

    Raises UnfitPlaceError where one such fact is chosen between and not compared.
    """
    if not conditions:
        return node
    match node:
        case lang.Not() | lang.And() | lang.Or():
            return _rebuilt(node, lambda part: guard(part, conditions))
        case lang.Conditional(condition, then, otherwise):
            return lang.Conditional(guard(condition, conditions), guard(then, conditions), guard(otherwise, conditions))
    read = [name for name in lang.facts_of(node) if name in conditions]
    if read and any(isinstance(part, lang.Conditional) for part in lang.walk(node)):
        raise UnfitPlaceError(read[0])
    return both([*(conditions[name] for name in read), node])


def _joined(kind: Callable[[tuple[Node, ...]], Node], nodes: Iterable[Node], none: Node) -> Node:
    once: list[Node] = []
    for node in nodes:
        if node not in once:
            once.append(node)
    return kind(tuple(once)) if len(once) > 1 else once[0] if once else none


def _put(node: Node, places: Mapping[str, Node]) -> Node:
    if isinstance(node, lang.FactPath):
        return places.get(node.name, node)
    if isinstance(node, lang.Has):
        place = places.get(node.fact.name, node.fact)
        if isinstance(place, lang.Literal):
            return YES
        if not isinstance(place, lang.FactPath):
            raise UnfitPlaceError(node.fact.name)
        return lang.Has(place)
    return _rebuilt(node, lambda part: _put(part, places))


def _rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:  # noqa: PLR0911 - one return a kind of node
    match node:
        case lang.Not(operand):
            return lang.Not(change(operand))
        case lang.Negate(operand):
            return lang.Negate(change(operand))
        case lang.And(operands):
            return lang.And(tuple(map(change, operands)))
        case lang.Or(operands):
            return lang.Or(tuple(map(change, operands)))
        case lang.Compare(op, left, right):
            return lang.Compare(op, change(left), change(right))
        case lang.In(item, container):
            return lang.In(change(item), change(container))
        case lang.Arithmetic(op, left, right):
            return lang.Arithmetic(op, change(left), change(right))
        case lang.Conditional(condition, then, otherwise):
            return lang.Conditional(change(condition), change(then), change(otherwise))
        case lang.Call(function, arguments):
            return lang.Call(function, tuple(map(change, arguments)))
    return node


def _simpler(node: Node) -> Node:  # noqa: PLR0911 - one return a kind of node
    """The same without what is settled: comparisons of two written texts, and yes or no inside a junction."""
    node = _rebuilt(node, _simpler)
    match node:
        case lang.Compare(("==" | "!=") as op, lang.Literal("text", left), lang.Literal("text", right)):
            return YES if (left == right) is (op == "==") else NO
        case lang.In(lang.Literal("text", word), lang.ListLiteral(items)):
            return YES if word in {item.value for item in items} else NO
        case lang.Not(lang.Literal("yes-no", value)):
            return NO if value else YES
        case lang.And(operands):
            return _junction(lang.And, operands, YES, NO)
        case lang.Or(operands):
            return _junction(lang.Or, operands, NO, YES)
        case lang.Conditional(lang.Literal("yes-no", value), then, otherwise):
            return then if value else otherwise
    return node


def _junction(kind: Callable[[tuple[Node, ...]], Node], operands: tuple[Node, ...], neutral: Node, settling: Node) -> Node:
    if settling in operands:
        return settling
    flat: list[Node] = []
    for operand in operands:
        flat.extend(operand.operands if isinstance(operand, (lang.And, lang.Or)) and type(operand) is kind else (operand,))
    return _joined(kind, (operand for operand in flat if operand != neutral), neutral)
