"""What is known at each place of a condition: which facts are certainly there, and which values they can still have.

Invariants: when all facts are known, what `when_yes` says of them holds if the condition is yes, and `when_no` if it is no;
None there means that this answer cannot come. That a fact is there holds also while others are unknown: after a condition
that is not definitely no. From this follow the two findings:
a fact that may be none and stands where *no* would turn into *yes* must be guarded by `has()`, else it is a fault; and a
condition that can never be yes, or never be no, is remarked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from tongban.kernel.text import Text

from . import language as lang
from .check import Typist
from .faults import FaultList, Span
from .language import Node
from .shapes import Shape, at_scale, hull, shape_of_literal

RemarkKind = Literal["never-yes", "never-no", "part-never-yes", "part-never-no"]
Known = Mapping[str, Shape]

UNGUARDED: Final = Text(
    "“{name}”可能没有值，没有值时这里会把“否”变成“是”；请先写 has({name}) && …（或 has({name}) ? … : …）",
    "“{name}” may be none, and here none would turn no into yes; guard it first: has({name}) && … (or has({name}) ? … : …)",
)
MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding that is no fault by itself: this can never be yes, or never be no; of the whole condition or of a part."""

    kind: RemarkKind
    at: Span
    source: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition can come to, and what is known of the facts in either case; None if that case cannot be."""

    when_yes: Known | None
    when_no: Known | None


class Flow:
    """Walks a checked condition, carrying what is known of the facts."""

    def __init__(self, typist: Typist, faults: FaultList) -> None:
        self.typist = typist
        self.faults = faults
        self.remarks: list[Remark] = []

    def whole(self, node: Node) -> None:
        """Check a whole expression: guards everywhere, and for a condition what it can come to."""
        if self.typist.sound(node).base != "yes-no":
            self.value(node, self.typist.facts, guarded=False)
            return
        verdict = self.condition(node, self.typist.facts, guarded=False)
        whole: list[Remark] = []
        if verdict.when_yes is None:
            whole.append(self._remark("never-yes", node))
        if verdict.when_no is None:
            whole.append(self._remark("never-no", node))
        self.remarks = whole + [remark for remark in self.remarks if remark.at != node.at]

    # Values: only guards are of interest

    def value(self, node: Node, known: Known, *, guarded: bool) -> None:
        """Check the facts that a value reads; `guarded` asks that none of them may be none."""
        match node:
            case lang.FactPath(name):
                if guarded and known[name].may_be_none:
                    self.faults.add(node.at, UNGUARDED.format(name=name))
            case lang.Conditional(condition, then, otherwise):
                verdict = self.condition(condition, known, guarded=True)
                self.value(then, known if verdict.when_yes is None else verdict.when_yes, guarded=guarded)
                self.value(otherwise, known if verdict.when_no is None else verdict.when_no, guarded=guarded)
            case _:
                for child in lang.children(node):
                    self.value(child, known, guarded=guarded)

    # Conditions

    def condition(self, node: Node, known: Known, *, guarded: bool) -> Verdict:  # noqa: PLR0911 - one return a kind of node
        """Check a condition under what is known, and say what either answer adds to it."""
        match node:
            case lang.And(operands):
                return self._and(operands, known, guarded=guarded)
            case lang.Or(operands):
                return self._or(operands, known, guarded=guarded)
            case lang.Not(operand):
                inner = self.condition(operand, known, guarded=True)
                return Verdict(inner.when_no, inner.when_yes)
            case lang.Conditional():
                return self._conditional(node, known, guarded=guarded)
            case lang.Has(fact):
                return self._noted(node, self._has(fact.name, known))
            case lang.Literal(value=value):
                return Verdict(known, None) if value else Verdict(None, known)
        guarded = guarded or (isinstance(node, lang.Compare) and node.op == "!=")
        self.value(node, known, guarded=guarded)
        return self._noted(node, self._test(node, known))

    def _and(self, operands: tuple[Node, ...], known: Known, *, guarded: bool) -> Verdict:
        possible, here = True, known
        misses: list[Known | None] = []
        for operand in operands:
            verdict = self.condition(operand, here, guarded=guarded)
            misses.append(verdict.when_no)
            possible = possible and verdict.when_yes is not None
            here = here if verdict.when_yes is None else verdict.when_yes
        return Verdict(here if possible else None, _either(misses))

    def _or(self, operands: tuple[Node, ...], known: Known, *, guarded: bool) -> Verdict:
        possible, here = True, known
        hits: list[Known | None] = []
        for operand in operands:
            verdict = self.condition(operand, here, guarded=guarded)
            hits.append(verdict.when_yes)
            possible = possible and verdict.when_no is not None
            here = here if verdict.when_no is None else verdict.when_no
        return Verdict(_either(hits), here if possible else None)

    def _conditional(self, node: lang.Conditional, known: Known, *, guarded: bool) -> Verdict:
        chosen = self.condition(node.condition, known, guarded=True)
        then_known = known if chosen.when_yes is None else chosen.when_yes
        else_known = known if chosen.when_no is None else chosen.when_no
        then = self.condition(node.then, then_known, guarded=guarded)
        otherwise = self.condition(node.otherwise, else_known, guarded=guarded)
        branches = [verdict for verdict, way in ((then, chosen.when_yes), (otherwise, chosen.when_no)) if way is not None]
        return Verdict(_either([way.when_yes for way in branches]), _either([way.when_no for way in branches]))

    def _has(self, name: str, known: Known) -> Verdict:
        shape = known[name]
        if not shape.may_be_none:
            return Verdict(known, None)
        return Verdict({**known, name: replace(shape, may_be_none=False)}, known)

    def _test(self, node: Node, known: Known) -> Verdict:
        """A comparison, membership, text test or yes-no fact under what is known."""
        read = _certain(node)
        may_miss = {name for name in lang.facts_of(node) if known[name].may_be_none}
        there = {**known, **{name: replace(known[name], may_be_none=False) for name in read}}
        yes, no = _narrowed(node, Typist(there))
        when_yes = None if yes is None else {**there, **yes}
        if no is None:
            return Verdict(when_yes, known if may_miss else None)
        # It is also no while a fact is none, and then nothing follows for the values of the others.
        still = {name: replace(shape, may_be_none=known[name].may_be_none) for name, shape in no.items() if may_miss <= {name}}
        return Verdict(when_yes, {**known, **still})

    def _noted(self, node: Node, verdict: Verdict) -> Verdict:
        if verdict.when_yes is None:
            self.remarks.append(self._remark("part-never-yes", node))
        if verdict.when_no is None:
            self.remarks.append(self._remark("part-never-no", node))
        return verdict

    def _remark(self, kind: RemarkKind, node: Node) -> Remark:
        return Remark(kind, node.at, self.faults.source[node.at.start : node.at.end])


Narrowing = dict[str, Shape]


def _either(cases: list[Known | None]) -> Known | None:
    """What holds in whichever of the cases came about."""
    possible = [case for case in cases if case is not None]
    if not possible:
        return None
    first, *others = possible
    if not others:
        return first
    return {name: hull([first[name], *(other[name] for other in others)]) for name in first}


def _certain(node: Node) -> tuple[str, ...]:
    """The facts that are certainly not none if the test is yes: those it reads outside `? :`."""
    if isinstance(node, lang.FactPath):
        return (node.name,)
    if isinstance(node, lang.Conditional):
        return ()
    return tuple(name for child in lang.children(node) for name in _certain(child))


def _narrowed(node: Node, typist: Typist) -> tuple[Narrowing | None, Narrowing | None]:
    """What yes and no say of the values that a test reads; None if the values rule that answer out."""
    match node:
        case lang.FactPath(name):
            shape = typist.sound(node)
            yes = {name: shape.within(1, 1)} if shape.high else None
            return yes, ({name: shape.within(0, 0)} if not shape.low else None)
        case lang.Compare(op):
            return _compared(node, op, typist), _compared(node, OPPOSITE[op], typist)
        case lang.In(lang.FactPath(name), lang.ListLiteral(items)):
            return _among(name, typist.facts[name], items)
    return {}, {}


def _compared(node: lang.Compare, op: str, typist: Typist) -> Narrowing | None:
    """What `left op right` says of the facts that stand alone on either side; None if it cannot be."""
    left, right = typist.sound(node.left), typist.sound(node.right)
    if left.base == "text":
        return _same_words(node, op, left, right)
    scale = max(left.scale, right.scale)
    a, b = at_scale(left, scale), at_scale(right, scale)
    one, other = _bounded(a, op, b), _bounded(b, MIRRORED[op], a)
    if one is None or other is None:
        return None
    found: Narrowing = {}
    for side, own, narrow in ((node.left, left, one), (node.right, right, other)):
        if isinstance(side, lang.FactPath) and own.scale == scale:
            found[side.name] = narrow
    return found


def _bounded(shape: Shape, op: str, by: Shape) -> Shape | None:
    """The values of `shape` for which `shape op by` can hold; both at one scale."""
    low, high = shape.low, shape.high
    match op:
        case "==":
            low, high = max(low, by.low), min(high, by.high)
        case "!=" if by.low == by.high:
            low, high = low + (low == by.low), high - (high == by.low)
        case "<":
            high = min(high, by.high - 1)
        case "<=":
            high = min(high, by.high)
        case ">":
            low = max(low, by.low + 1)
        case ">=":
            low = max(low, by.low)
    return shape.within(low, high) if low <= high else None


def _same_words(node: lang.Compare, op: str, left: Shape, right: Shape) -> Narrowing | None:
    found: Narrowing = {}
    for side, own, other in ((node.left, left, right), (node.right, right, left)):
        words = _kept(own.words, op, other.words)
        if words is not None and not words:
            return None
        if isinstance(side, lang.FactPath):
            found[side.name] = replace(own, words=words)
    return found


def _kept(own: frozenset[str] | None, op: str, other: frozenset[str] | None) -> frozenset[str] | None:
    """The words of `own` that can be (un)equal to some word of `other`; None is any text."""
    if op == "==":
        return other if own is None else own if other is None else own & other
    return own - other if own is not None and other is not None and len(other) == 1 else own


def _among(name: str, shape: Shape, items: tuple[lang.Literal, ...]) -> tuple[Narrowing | None, Narrowing | None]:
    written = [shape_of_literal(item) for item in items]
    if shape.base == "text":
        words = frozenset[str]().union(*(item.words or frozenset() for item in written))
        inside = _kept(shape.words, "==", words)
        outside = None if shape.words is None else shape.words - words
        return (
            {name: replace(shape, words=inside)} if inside else None,
            {name: replace(shape, words=outside)} if outside is None or outside else None,
        )
    scale = max([shape.scale, *(item.scale for item in written)])
    values = {at_scale(item, scale).low for item in written}
    wide = at_scale(shape, scale)
    reached = [value for value in values if wide.low <= value <= wide.high]
    everything = len(reached) == wide.high - wide.low + 1
    no: Narrowing | None = None if everything else {}
    if not reached:
        return None, no
    return ({name: shape.within(min(reached), max(reached))} if scale == shape.scale else {}), no
