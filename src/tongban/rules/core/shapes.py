"""What the checker knows of a value before it is there: its kind, its digits, its range, its possible words.

Invariants: `low` and `high` bound every value the expression can have, scaled by `10 ** scale` (dates as ordinals, a
duration as its count); both lie in int64. A shape is immutable; a narrower one is a new one.
"""

from __future__ import annotations

import datetime as dt
import decimal
from dataclasses import dataclass, replace
from typing import Final, Literal

from tongban.kernel.text import Text

from .language import Literal as LiteralNode
from .types import INT64, Bool, Choice, Date, Decimal, FactSpec, FactType, Int, ListOf, Money, TextType

Base = Literal["yes-no", "number", "money", "date", "duration", "text", "list"]
LONGEST_LIST: Final = 2**31 - 1

BASE_NAMES: Final = {
    "yes-no": Text("是否", "yes-no"),
    "number": Text("数", "number"),
    "money": Text("金额", "amount of money"),
    "date": Text("日期", "date"),
    "duration": Text("时长", "span of time"),
    "text": Text("文字", "text"),
    "list": Text("列表", "list"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The statically known part of a value.

    `words` is the closed set of texts it can be (a choice's options, a written text), None if open; `declared` says that
    the words are a choice's options. For a text, `high` is its greatest length.
    """

    base: Base
    scale: int = 0
    low: int = 0
    high: int = 0
    words: frozenset[str] | None = None
    declared: bool = False
    item: Shape | None = None
    may_be_none: bool = False

    def within(self, low: int, high: int) -> Shape:
        """The same with another range."""
        return replace(self, low=low, high=high)

    @property
    def name(self) -> Text:
        """What this is called in a message."""
        return BASE_NAMES[self.base]

    @property
    def fits(self) -> bool:
        """Whether the range lies in int64."""
        return self.low >= -INT64 - 1 and self.high <= INT64


YES_NO: Final = Shape("yes-no", 0, 0, 1)


def shape_of(spec: FactSpec) -> Shape:
    """What a fact's declaration says of its values."""
    return replace(_shape_of_type(spec.type), may_be_none=spec.may_be_none)


def _shape_of_type(kind: FactType) -> Shape:  # noqa: PLR0911 - one return a type
    match kind:
        case Int(low, high):
            return Shape("number", 0, low, high)
        case Decimal():
            return Shape("number", kind.scale, *kind.bounds)
        case Money(low, high):
            return Shape("money", 0, low, high)
        case Date(first, last):
            return Shape("date", 0, first.toordinal(), last.toordinal())
        case TextType(longest):
            return Shape("text", 0, 0, LONGEST_LIST if longest is None else longest)
        case Choice(options):
            return Shape("text", 0, 0, max(map(len, options), default=0), frozenset(options), declared=True)
        case ListOf(item):
            return Shape("list", 0, 0, LONGEST_LIST, item=_shape_of_type(item))
        case Bool():
            return YES_NO
    raise TypeError(f"{kind!r} is not a type of facts")


def shape_of_literal(literal: LiteralNode) -> Shape:
    """A written value: a range of one."""
    value = literal.value
    if isinstance(value, bool):
        return Shape("yes-no", 0, int(value), int(value))
    if isinstance(value, int):
        return Shape("money" if literal.kind == "money" else "number", literal.scale, value, value)
    if isinstance(value, dt.date):
        return Shape("date", 0, value.toordinal(), value.toordinal())
    return Shape("text", 0, len(value), len(value), frozenset({value}))


def type_of(shape: Shape) -> FactType:  # noqa: PLR0911 - one return a type
    """The type of the facts that an expression of this shape yields."""
    match shape.base:
        case "number" if shape.scale:
            low, high = (decimal.Decimal(bound).scaleb(-shape.scale) for bound in (shape.low, shape.high))
            return Decimal(shape.scale, low, high)
        case "number":
            return Int(shape.low, shape.high)
        case "money":
            return Money(shape.low, shape.high)
        case "date":
            return Date(dt.date.fromordinal(shape.low), dt.date.fromordinal(shape.high))
        case "text":
            return Choice(tuple(sorted(shape.words))) if shape.words is not None else TextType(shape.high)
        case "list" if shape.item:
            return ListOf(type_of(shape.item))
    return Bool()


def aligned(shapes: tuple[Shape, ...]) -> tuple[int, list[Shape]]:
    """The greatest scale of several shapes, and each shape at that scale."""
    scale = max(shape.scale for shape in shapes)
    return scale, [at_scale(shape, scale) for shape in shapes]


def at_scale(shape: Shape, scale: int) -> Shape:
    """The same values written with more digits; `scale` is not below the shape's own."""
    factor = 10 ** (scale - shape.scale)
    return shape if factor == 1 else replace(shape, scale=scale, low=shape.low * factor, high=shape.high * factor)


def hull(shapes: list[Shape]) -> Shape:
    """The least shape that covers all of them; they have one base and one scale."""
    first = shapes[0]
    words: frozenset[str] | None = frozenset()
    for shape in shapes:
        words = None if words is None or shape.words is None else words | shape.words
    return replace(
        first,
        low=min(shape.low for shape in shapes),
        high=max(shape.high for shape in shapes),
        words=words,
        declared=any(shape.declared for shape in shapes),
        may_be_none=any(shape.may_be_none for shape in shapes),
    )
