"""The types of an expression: every node gets its shape, or a fault.

Invariants: an expression without faults cannot overflow int64, divide by zero, lose digits, or meet a value of another kind,
whatever facts of the declared types it is given; a node inside a faulty one is reported once, never as a consequence.
A shape depends on the node and the declarations alone, not on where it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from tongban.kernel.text import Text

from . import language as lang
from .arithmetic import MONEY_MIX, ONE, ROUND_TO, Rounding, combine, in_range, rounded
from .dates import months_between, years_between
from .faults import FaultList, Span, nearest
from .language import Node
from .shapes import YES_NO, Base, Shape, aligned, hull, shape_of_literal

NO_FACT: Final = Text("没有“{name}”这个事实", "there is no fact “{name}”")
NO_OPTION: Final = Text("“{word}”不是选项；选项有：{options}", "“{word}” is not an option; the options are {options}")
NO_COMMON_OPTION: Final = Text("两边没有相同的选项，永远不会相等", "the two sides share no option and can never be equal")
CONDITION: Final = Text("这里要一个条件（是或否），却是{found}", "a condition (yes or no) is needed here, not {found}")
COMPARE_MIX: Final = Text("{left}不能与{right}比较", "{left} cannot be compared with {right}")
MONEY_COMPARE: Final = Text("金额要与金额比较：写 yuan(50) 或 fen(5000)", "compare money with money: write yuan(50) or fen(5000)")
DATE_COMPARE: Final = Text('日期要写成 date("2026-06-30")', 'write the date as date("2026-06-30")')
SPAN_COMPARE: Final = Text(
    "时长只用来加减日期；日期相减得天数，请与整数比较",
    "a span is only added to or taken from a date; date - date is a number of days, compare that with a whole number",
)
NO_ORDER: Final = Text("{what}没有大小，只能用 == != in", "{what} has no order; only == != in compare it")
USE_IN: Final = Text("列表用 in 判断：值 in 列表", "a list is tested with in: value in list")
BOTH_CONDITIONS: Final = Text(
    "== 和 != 只比较是否类事实与 true、false，条件之间请用 && || !",
    "== and != compare a yes-no fact with true or false; between conditions write && || !",
)
MIXED_LIST: Final = Text("列表里的值要同一种类", "the values of a list are all of one kind")
NOT_A_LIST: Final = Text("in 的右边要是列表", "the right side of in is a list")
LIST_ALONE: Final = Text("列表只能写在 in 的右边", "a list stands only on the right of in")
BRANCHES: Final = Text("? : 的两个结果要同一种类：{left}与{right}", "both results of ? : are of one kind, not {left} and {right}")
WHOLE_AND_DECIMAL: Final = Text(
    "这里整数与小数混用；请统一写法，如 1.0", "whole numbers and decimals are mixed here; write all in one form, such as 1.0"
)
ARGUMENT: Final = Text("{function} 要{expected}，却是{found}", "{function} takes {expected}, not {found}")
ONE_KIND: Final = Text("{function} 的参数要同一种类：数、金额或日期", "{function} takes arguments of one kind: numbers, amounts or dates")


class Typist:
    """Finds the shape of every node. Without a fault list it is silent: faults were reported before."""

    def __init__(self, facts: Mapping[str, Shape], faults: FaultList | None = None) -> None:
        self.facts = facts
        self.faults = faults
        self._known: dict[int, tuple[Node, Shape | None]] = {}

    def shape(self, node: Node) -> Shape | None:
        """The shape of a node, or None if it or a part of it is at fault."""
        known = self._known.get(id(node))
        if known is None:
            known = node, RULES[type(node)](self, node)
            self._known[id(node)] = known
        return known[1]

    def sound(self, node: Node) -> Shape:
        """The shape of a node that was checked before."""
        shape = self.shape(node)
        if shape is None:
            raise TypeError("only a checked expression has shapes")
        return shape

    def fault(self, at: Span, message: Text, close: str | None = None) -> None:
        if self.faults is not None:
            self.faults.add(at, message, close)

    def settle(self, node: Node, result: Shape | Text) -> Shape | None:
        if isinstance(result, Text):
            self.fault(node.at, result)
            return None
        return result

    def condition(self, node: Node) -> None:
        """Fault unless the node is yes-no."""
        shape = self.shape(node)
        if shape is not None and shape.base != "yes-no":
            self.fault(node.at, CONDITION.format(found=shape.name))

    # One rule a kind of node

    def literal(self, node: lang.Literal) -> Shape:
        return shape_of_literal(node)

    def fact(self, node: lang.FactPath) -> Shape | None:
        if node.name not in self.facts:
            self.fault(node.at, NO_FACT.format(name=node.name), nearest(node.name, self.facts))
            return None
        return self.facts[node.name]

    def has(self, node: lang.Has) -> Shape:
        self.shape(node.fact)
        return YES_NO

    def negation(self, node: lang.Not) -> Shape:
        self.condition(node.operand)
        return YES_NO

    def junction(self, node: lang.And | lang.Or) -> Shape:
        for operand in node.operands:
            self.condition(operand)
        return YES_NO

    def negate(self, node: lang.Negate) -> Shape | None:
        shape = self.shape(node.operand)
        if shape is None:
            return None
        if shape.base not in ("number", "money"):
            self.fault(node.at, ARGUMENT.format(function="-", expected=Text("数或金额", "a number or an amount"), found=shape.name))
            return None
        return self.settle(node, in_range(Shape(shape.base, shape.scale, -shape.high, -shape.low)))

    def arithmetic(self, node: lang.Arithmetic) -> Shape | None:
        left, right = self.shape(node.left), self.shape(node.right)
        return None if left is None or right is None else self.settle(node, combine(node.op, left, right))

    def conditional(self, node: lang.Conditional) -> Shape | None:
        self.condition(node.condition)
        left, right = self.shape(node.then), self.shape(node.otherwise)
        if left is None or right is None:
            return None
        if left.base != right.base or left.base in ("list", "duration"):
            return self.settle(node, BRANCHES.format(left=left.name, right=right.name))
        if left.base == "number" and (left.scale == 0) != (right.scale == 0):
            return self.settle(node, WHOLE_AND_DECIMAL)
        return self.settle(node, in_range(hull(aligned((left, right))[1])))

    def compare(self, node: lang.Compare) -> Shape:
        left, right = self.shape(node.left), self.shape(node.right)
        if left is not None and right is not None:
            problem = self.comparable(node, left, right)
            if problem is not None:
                self.fault(node.at, problem)
        return YES_NO

    def comparable(self, node: lang.Compare, left: Shape, right: Shape) -> Text | None:
        bases = {left.base, right.base}
        if len(bases) > 1:
            return _why_not(bases, left, right)
        if "duration" in bases or "list" in bases:
            return SPAN_COMPARE if "duration" in bases else USE_IN
        if node.op not in ("==", "!=") and left.base in ("yes-no", "text"):
            return NO_ORDER.format(what=left.name)
        if left.base == "yes-no" and not all(isinstance(side, lang.FactPath | lang.Literal) for side in (node.left, node.right)):
            return BOTH_CONDITIONS
        if left.base == "text":
            return self.words_meet((node.left, left), (node.right, right))
        return _too_long(left, right)

    def words_meet(self, one: tuple[Node, Shape], other: tuple[Node, Shape]) -> Text | None:
        """Fault each written word that is not an option of the other side; answer if two choices share none."""
        for (node, words), (_, options) in ((one, other), (other, one)):
            if options.declared and options.words is not None and words.words is not None and not words.declared:
                for word in sorted(words.words - options.words):
                    says = NO_OPTION.format(word=word, options=", ".join(sorted(options.words)))
                    self.fault(node.at, says, nearest(word, options.words))
        if one[1].declared and other[1].declared and not (one[1].words or frozenset()) & (other[1].words or frozenset()):
            return NO_COMMON_OPTION
        return None

    def membership(self, node: lang.In) -> Shape:
        item = self.shape(node.item)
        if isinstance(node.container, lang.ListLiteral):
            self.membership_of_written(node.item, item, node.container)
            return YES_NO
        container = self.shape(node.container)
        if container is not None and (container.base != "list" or container.item is None):
            self.fault(node.container.at, NOT_A_LIST)
        elif item is not None and container is not None and container.item is not None:
            inner = container.item
            if item.base != inner.base or item.scale != inner.scale:
                self.fault(node.at, _why_not({item.base, inner.base}, item, inner))
            elif problem := self.words_meet((node.item, item), (node.container, inner)):
                self.fault(node.at, problem)
        return YES_NO

    def membership_of_written(self, item: Node, shape: Shape | None, written: lang.ListLiteral) -> None:
        if len({literal.kind for literal in written.items}) > 1:
            self.fault(written.at, MIXED_LIST)
        elif shape is not None and shape.base in ("yes-no", "list", "duration"):
            self.fault(item.at, NOT_FOR_IN.format(found=shape.name))
        elif shape is not None:
            for literal in written.items:
                other = shape_of_literal(literal)
                problem = _why_not({shape.base, other.base}, shape, other) if shape.base != other.base else None
                if shape.base == other.base == "text":
                    problem = self.words_meet((item, shape), (literal, other))
                problem = problem or _too_long(shape, other)
                if problem:
                    self.fault(literal.at, problem)

    def list_alone(self, node: lang.ListLiteral) -> None:
        self.fault(node.at, LIST_ALONE)

    def refused(self, _: lang.Refused) -> None:
        """Its fault is noted already."""

    # Functions

    def call(self, node: lang.Call) -> Shape | None:
        if node.function in ("round_down", "round_half_up"):
            return self.rounding(node)
        shapes = [self.shape(argument) for argument in node.arguments]
        sound = [shape for shape in shapes if shape is not None]
        if len(sound) < len(shapes):
            return None
        return self.settle(node, _called(node.function, sound))

    def rounding(self, node: lang.Call) -> Shape | None:
        value, to = node.arguments
        if not isinstance(to, lang.Literal) or to.kind not in ("int", "decimal", "money"):
            return self.settle(to, ROUND_TO)
        quotient = isinstance(value, lang.Arithmetic) and value.op == "/"
        parts = (value.left, value.right) if isinstance(value, lang.Arithmetic) and quotient else (value,)
        shapes = [self.shape(part) for part in parts]
        top, bottom = shapes[0], shapes[1] if quotient else ONE
        if top is None or bottom is None:
            return None
        return self.settle(node, rounded(cast("Rounding", node.function), top, bottom, shape_of_literal(to)))


NOT_FOR_IN: Final = Text("in 不用于{found}", "in does not take {found}")


def _why_not(bases: set[Base], left: Shape, right: Shape) -> Text:
    if bases == {"money", "number"}:
        return MONEY_COMPARE
    if bases == {"date", "text"}:
        return DATE_COMPARE
    if "duration" in bases:
        return SPAN_COMPARE
    return USE_IN if "list" in bases else COMPARE_MIX.format(left=left.name, right=right.name)


def _too_long(left: Shape, right: Shape) -> Text | None:
    """Numbers are compared at one scale; both must still fit."""
    if left.base not in ("number", "money"):
        return None
    problems = [in_range(shape) for shape in aligned((left, right))[1]]
    return next((problem for problem in problems if isinstance(problem, Text)), None)


def _called(function: str, shapes: list[Shape]) -> Shape | Text:
    match function:
        case "min" | "max":
            return _extreme(function, shapes)
        case "days" | "months" | "years":
            return _duration(function, shapes[0])
        case "size":
            return _size(shapes[0])
        case "years_between" | "months_between":
            return _between(function, shapes)
    wrong = next((shape for shape in shapes if shape.base != "text"), None)
    return YES_NO if wrong is None else ARGUMENT.format(function=function, expected=Text("文字", "text"), found=wrong.name)


def _extreme(function: str, shapes: list[Shape]) -> Shape | Text:
    bases = {shape.base for shape in shapes}
    if len(bases) > 1 or not bases <= {"number", "money", "date"}:
        return MONEY_MIX if bases == {"money", "number"} else ONE_KIND.format(function=function)
    scale, at = aligned(tuple(shapes))
    pick: Callable[[list[int]], int] = min if function == "min" else max
    low, high = pick([shape.low for shape in at]), pick([shape.high for shape in at])
    problem = next((shape for shape in at if not shape.fits), None)
    return in_range(problem or Shape(shapes[0].base, scale, low, high))


def _duration(function: str, count: Shape) -> Shape | Text:
    if count.base != "number" or count.scale:
        return ARGUMENT.format(function=function, expected=Text("整数", "a whole number"), found=count.name)
    return Shape("duration", 0, count.low, count.high, frozenset({function}))


def _size(shape: Shape) -> Shape | Text:
    if shape.base not in ("text", "list"):
        return ARGUMENT.format(function="size", expected=Text("文字或列表", "a text or a list"), found=shape.name)
    return Shape("number", 0, 0, shape.high)


def _between(function: str, shapes: list[Shape]) -> Shape | Text:
    first, second = shapes
    if first.base != "date" or second.base != "date":
        found = first if first.base != "date" else second
        return ARGUMENT.format(function=function, expected=Text("两个日期", "two dates"), found=found.name)
    between = years_between if function == "years_between" else months_between
    day = dt.date.fromordinal
    low, high = between(day(first.high), day(second.low)), between(day(first.low), day(second.high))
    return Shape("number", 0, low, high)


RULES: Final[Mapping[type, Callable[[Typist, Any], Shape | None]]] = {
    lang.Literal: Typist.literal,
    lang.ListLiteral: Typist.list_alone,
    lang.FactPath: Typist.fact,
    lang.Has: Typist.has,
    lang.Not: Typist.negation,
    lang.Negate: Typist.negate,
    lang.And: Typist.junction,
    lang.Or: Typist.junction,
    lang.Compare: Typist.compare,
    lang.In: Typist.membership,
    lang.Arithmetic: Typist.arithmetic,
    lang.Conditional: Typist.conditional,
    lang.Call: Typist.call,
    lang.Refused: Typist.refused,
}
"""The closed set of nodes; a node without a rule is a programming error."""
