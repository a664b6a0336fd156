"""Reading an expression, and asking it.

Invariants: an `Expression` exists only if its text is wholly inside the language, well typed, and guarded; it is immutable and
may be shared between threads; it answers for any facts whatever and never raises.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tongban.kernel.text import Text

from . import language as lang
from .admit import Admit, admission, misfit
from .check import Typist
from .evaluate import NONE, Compiler, Run
from .facts import NOT_ASKED, NOTHING, UNSETTLED, Answer, Fact, Facts, Outcome, Unknown, Value
from .faults import FaultList, Origin, nearest
from .flow import Flow, Remark
from .language import Node
from .parse import parse
from .shapes import Shape, at_scale, shape_of, type_of
from .trace import Part, Trace, parted, traced
from .types import FactSpec, FactType, Vocabulary

EMPTY: Final = Text("表达式是空的", "the expression is empty")
EXPECTED: Final = Text("这里要{expected}，表达式给出的是{found}", "{expected} is needed here; the expression gives {found}")
OUT_OF_RANGE: Final = Text(
    "表达式可能给出 {found}，超出这里允许的范围：{expected}", "the expression may give {found}, outside what is allowed here: {expected}"
)
TOO_FINE: Final = Text(
    "结果可能有 {digits} 位小数，这里要{expected}；请取整：round_down(…) 或 round_half_up(…)",
    "the result may have {digits} digits after the point, here {expected} is needed; round it: round_down(…) or round_half_up(…)",
)
FRACTION_OF_A_FEN: Final = Text(
    "结果可能不足一分；请取整：round_down(…, fen(1)) 或 round_half_up(…, fen(1))",
    "the result may be a fraction of a fen; round it: round_down(…, fen(1)) or round_half_up(…, fen(1))",
)
NO_OPTION: Final = Text("“{word}”不是这里的选项", "“{word}” is not an option here")


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression said of certain facts: outcome, the facts it read, and what would settle an unknown."""

    expression: Expression
    outcome: Outcome
    facts: tuple[tuple[str, Fact], ...]
    needs: tuple[str, ...]

    def trace(self) -> Trace:
        """The outcome of every part; made on demand."""
        return self.expression.trace(dict(self.facts))


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A checked expression: its source, its type, its nodes, what it reads, and what is remarkable about it."""

    source: str
    type: FactType
    may_be_none: bool
    ast: Node
    facts_read: frozenset[str]
    remarks: tuple[Remark, ...]
    vocabulary: dict[str, FactSpec]
    """The declarations of the facts that it reads, in reading order."""
    typist: Typist = field(repr=False)
    _admits: tuple[tuple[str, Admit], ...] = field(repr=False)
    _run: Run = field(repr=False)
    _finish: Callable[[Any], Outcome] = field(repr=False)
    _parts: list[Part] = field(default_factory=list, repr=False)
    """The whole with its parts, once a trace was asked for."""

    def evaluate(self, facts: Facts) -> Outcome:
        """The answer of a condition, or the value, none or unknown of an amount. A fact that is missing was not asked."""
        get = facts.get
        return self._finish(self._run([admit(get(name, NOT_ASKED)) for name, admit in self._admits]))

    def explain(self, facts: Facts) -> Reading:
        """The outcome with the facts that were read and those which would settle it."""
        return Reading(self, *self.read(facts))

    def read(self, facts: Facts) -> tuple[Outcome, tuple[tuple[str, Fact], ...], tuple[str, ...]]:
        """Outcome, facts read, facts needed: one pass, without objects around it."""
        env, seen, get = [], [], facts.get
        for name, admit in self._admits:
            fact = get(name, NOT_ASKED)
            value = admit(fact)
            if type(value) is frozenset and type(fact) is not Unknown:
                fact = misfit(fact)
            env.append(value)
            seen.append((name, fact))
        found = self._run(env)
        needs = tuple(name for name, _ in seen if name in found) if type(found) is frozenset else ()
        return self._finish(found), tuple(seen), needs

    def trace(self, facts: Facts) -> Trace:
        """The outcome of every part of the expression for these facts."""
        if not self._parts:
            slots = {name: slot for slot, (name, _) in enumerate(self._admits)}
            self._parts.append(parted(self.ast, self.source, Compiler(self.typist, slots), lambda part: finisher(self.typist.sound(part))))
        return traced(self._parts[0], [admit(facts.get(name, NOT_ASKED)) for name, admit in self._admits])


def read_expression(source: str, vocabulary: Vocabulary, expects: FactType | None = None, origin: Origin | None = None) -> Expression:
    """Parse and check an expression; `expects` is the type it must yield, `origin` where it begins in its file.

    Raises `RuleFaults` with everything that is wrong, placed in the file.
    """
    faults = FaultList(source, origin or Origin())
    node = parse(source, faults)
    typist = Typist({name: shape_of(spec) for name, spec in vocabulary.items()}, faults)
    shape = typist.shape(node)
    if shape is not None:
        _check_result(node, shape, expects, faults)
    faults.raise_any()
    flow = Flow(typist, faults)
    flow.whole(node)
    faults.raise_any()
    return built(source, node, typist, tuple(flow.remarks), {name: vocabulary[name] for name in lang.facts_of(node)}, expects)


def built(
    source: str,
    node: Node,
    typist: Typist,
    remarks: tuple[Remark, ...],
    read: dict[str, FactSpec],
    expects: FactType | None,
) -> Expression:
    """An expression of nodes that were found sound."""
    shape = typist.sound(node)
    slots = {name: slot for slot, name in enumerate(read)}
    widened = shape_of(FactSpec(expects)) if expects is not None else shape
    run = Compiler(typist, slots).at(node, widened.scale) if widened.scale > shape.scale else Compiler(typist, slots).outcome(node)
    return Expression(
        source=source,
        type=type_of(shape) if expects is None else expects,
        may_be_none=shape.base != "yes-no" and any(spec.may_be_none for spec in read.values()),
        ast=node,
        facts_read=frozenset(read),
        remarks=remarks,
        vocabulary=read,
        typist=typist,
        _admits=tuple((name, admission(name, spec)) for name, spec in read.items()),
        _run=run,
        _finish=finisher(widened),
    )


def finisher(shape: Shape) -> Callable[[Any], Outcome]:
    """How an inner outcome is told: an answer for a condition, else a fact."""
    if shape.base == "yes-no":
        return lambda found: Answer.YES if found is True else Answer.NO if found is False else Answer.UNKNOWN
    outer = _outer(shape)

    def finish(found: Any) -> Outcome:
        if found is NONE:
            return NOTHING
        return Unknown(UNSETTLED) if type(found) is frozenset else Value(outer(found))

    return finish


def _outer(shape: Shape) -> Callable[[Any], Any]:
    if shape.scale:
        # A part of an amount may be a fraction of a fen before it is rounded; it is told in fen.
        return lambda value: decimal.Decimal(value).scaleb(-shape.scale)
    if shape.base == "list" and shape.item is not None:
        item = _outer(shape.item)
        return lambda values: tuple(item(value) for value in values)
    return lambda value: value


def _check_result(node: Node, shape: Shape, expects: FactType | None, faults: FaultList) -> None:
    """Fault a result that is no value, a fraction of a fen, or not what is expected here."""
    if shape.base == "duration":
        faults.add(node.at, EXPECTED.format(expected=Text("一个值", "a value"), found=shape.name))
    elif shape.base == "money" and shape.scale:
        faults.add(node.at, FRACTION_OF_A_FEN)
    elif expects is not None:
        _check_expected(node, shape, expects, faults)


def _check_expected(node: Node, shape: Shape, expects: FactType, faults: FaultList) -> None:
    wanted = shape_of(FactSpec(expects))
    if shape.base != wanted.base:
        faults.add(node.at, EXPECTED.format(expected=expects.expected(), found=shape.name))
    elif shape.scale > wanted.scale:
        faults.add(node.at, TOO_FINE.format(digits=shape.scale, expected=expects.expected()))
    elif shape.base == "text" and wanted.words is not None:
        if shape.words is None:
            faults.add(node.at, EXPECTED.format(expected=expects.expected(), found=shape.name))
        for word in sorted((shape.words or frozenset()) - wanted.words):
            faults.add(node.at, NO_OPTION.format(word=word), nearest(word, wanted.words))
    elif shape.base in ("number", "money", "date"):
        low, high = at_scale(shape, wanted.scale).low, at_scale(shape, wanted.scale).high
        if low < wanted.low or high > wanted.high:
            faults.add(node.at, OUT_OF_RANGE.format(found=type_of(shape).expected(), expected=expects.expected()))
