"""What arithmetic gives, as shapes: ranges are computed, and what could overflow, divide by zero or lose digits is refused.

Invariants: every function answers the exact hull of the results, or a `Text` saying why there is none; money never mixes
with plain numbers except by `*`; a quotient exists only inside `round_down` and `round_half_up`.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Final, Literal

from tongban.kernel.text import Text

from .dates import add_days, add_months
from .shapes import Base, Shape, aligned
from .types import INT64

Problem = Text
Rounding = Literal["round_down", "round_half_up"]

OVERFLOW: Final = Text(
    "结果可能超出 64 位整数（{low} 到 {high}）；请收紧事实的 min、max",
    "the result may leave 64-bit integers ({low} to {high}); narrow the min and max of the facts",
)
NO_CALENDAR: Final = Text(
    "结果可能早于公元 1 年或晚于 9999 年；请收紧事实的 min、max",
    "the result may fall before the year 1 or after 9999; narrow the min and max of the facts",
)
MONEY_MIX: Final = Text("金额不能与数直接混算；请写明 yuan(…) 或 fen(…)", "money does not mix with plain numbers; write yuan(…) or fen(…)")
MONEY_TIMES_MONEY: Final = Text("金额不能乘金额", "an amount is not multiplied by an amount")
MONEY_RATIO: Final = Text(
    "金额之比不作除法，请用乘法比较：写 a * 100 >= b * 30，不写 a / b >= 0.3",
    "a ratio of amounts is not divided out; compare by multiplication: a * 100 >= b * 30, not a / b >= 0.3",
)
BARE_DIVISION: Final = Text(
    "除法会丢位数：比较请改用乘法（a > 3 * b），取值请写 round_down(a / b, 1) 或 round_half_up(a / b, 1)，除法放在最后",
    "a division loses digits: compare by multiplication (a > 3 * b), or round it, dividing last: "
    "round_down(a / b, 1), round_half_up(a / b, 1)",
)
ZERO_DIVISOR: Final = Text(
    "除数可能为 0（{low} 到 {high}）；请给事实声明不含 0 的 min、max，或写 max(x, 1)",
    "the divisor may be 0 ({low} to {high}); declare a min and max that exclude 0, or write max(x, 1)",
)
WHOLE_ONLY: Final = Text("% 只用于整数或整分的金额", "% takes whole numbers or whole fen")
DATES: Final = Text(
    "日期可以加减 days(n)、months(n)、years(n)，也可以减日期（得天数），日期写在左边",
    "a date takes + or - days(n), months(n) or years(n), and date - date is a number of days; the date stands on the left",
)
NO_CONCAT: Final = Text("文字不能相加", "texts are not joined with +")
NOT_FOR: Final = Text("“{op}”不能用于{left}与{right}", "“{op}” does not take {left} and {right}")
ROUND_TO: Final = Text(
    "取整单位要写成大于 0 的字面值，且与被取整的值同类：数写 1、0.01、100，金额写 yuan(1)、fen(1)",
    "the unit of rounding is a written value above 0 of the same kind: 1, 0.01 or 100 for a number, yuan(1) or fen(1) for money",
)


def combine(op: str, left: Shape, right: Shape) -> Shape | Problem:  # noqa: PLR0911 - one return a case
    """The shape of `left op right` for `+ - * %`; a division only inside rounding."""
    if "text" in (left.base, right.base) and op == "+":
        return NO_CONCAT
    if "date" in (left.base, right.base):
        return _with_dates(op, left, right)
    if not {left.base, right.base} <= {"number", "money"}:
        return NOT_FOR.format(op=op, left=left.name, right=right.name)
    match op:
        case "+" | "-":
            return _sum(op, left, right)
        case "*":
            return _product(left, right)
        case "%":
            return _remainder(left, right)
    return MONEY_RATIO if right.base == "money" else BARE_DIVISION


def in_range(shape: Shape) -> Shape | Problem:
    """The shape, if it lies in int64."""
    return shape if shape.fits else OVERFLOW.format(low=shape.low, high=shape.high)


def _sum(op: str, left: Shape, right: Shape) -> Shape | Problem:
    if left.base != right.base:
        return MONEY_MIX
    scale, (a, b) = aligned((left, right))
    for part in (a, b):
        if not part.fits:
            return OVERFLOW.format(low=part.low, high=part.high)
    if op == "+":
        return in_range(Shape(left.base, scale, a.low + b.low, a.high + b.high))
    return in_range(Shape(left.base, scale, a.low - b.high, a.high - b.low))


def _product(left: Shape, right: Shape) -> Shape | Problem:
    if left.base == right.base == "money":
        return MONEY_TIMES_MONEY
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    base: Base = "money" if "money" in (left.base, right.base) else "number"
    return in_range(Shape(base, left.scale + right.scale, min(corners), max(corners)))


def _remainder(left: Shape, right: Shape) -> Shape | Problem:
    if left.base != right.base:
        return MONEY_MIX
    if left.scale or right.scale:
        return WHOLE_ONLY
    if right.low <= 0 <= right.high:
        return ZERO_DIVISOR.format(low=right.low, high=right.high)
    most = max(abs(right.low), abs(right.high)) - 1
    return Shape(left.base, 0, max(-most, min(left.low, 0)), min(most, max(left.high, 0)))


def _with_dates(op: str, left: Shape, right: Shape) -> Shape | Problem:
    if left.base != "date" or op not in "+-":
        return DATES
    if right.base == "date" and op == "-":
        return Shape("number", 0, left.low - right.high, left.high - right.low)
    if right.base != "duration" or not right.words:
        return DATES
    low, high = (right.low, right.high) if op == "+" else (-right.high, -right.low)
    (unit,) = right.words
    try:
        return Shape("date", 0, shifted(left.low, unit, low), shifted(left.high, unit, high))
    except (OverflowError, ValueError):
        return NO_CALENDAR


def shifted(ordinal: int, unit: str, count: int) -> int:
    """The ordinal of a date moved by `count` days, months or years. Raises OverflowError or ValueError outside years 1 to 9999."""
    day = dt.date.fromordinal(ordinal)
    if unit == "days":
        return add_days(day, count).toordinal()
    return add_months(day, count * (12 if unit == "years" else 1)).toordinal()


def rounded(how: Rounding, top: Shape, bottom: Shape, to: Shape) -> Shape | Problem:
    """The shape of `how(top / bottom, to)`; `bottom` is one for a plain value."""
    if top.base == "date" or not {top.base, bottom.base} <= {"number", "money"}:
        return NOT_FOR.format(op=how, left=top.name, right=to.name)
    if bottom.base == "money":
        return MONEY_RATIO
    if bottom.low <= 0 <= bottom.high:
        return ZERO_DIVISOR.format(low=bottom.low, high=bottom.high)
    if to.base != top.base or to.low != to.high or to.low <= 0:
        return ROUND_TO
    over, under = factors(top, bottom, to)
    inner = 2 * (max(abs(top.low), abs(top.high)) * over + max(abs(bottom.low), abs(bottom.high)) * under)
    if inner > INT64:
        return OVERFLOW.format(low=-inner, high=inner)
    corners = [Fraction(a * over, b * under) for a in (top.low, top.high) for b in (bottom.low, bottom.high)]
    bounds = [round_quotient(how, corner.numerator, corner.denominator) * to.low for corner in corners]
    return in_range(Shape(top.base, to.scale, min(bounds), max(bounds)))


def factors(top: Shape, bottom: Shape, to: Shape) -> tuple[int, int]:
    """What scaled top and bottom are multiplied by so that their quotient counts units of `to`."""
    over, under = 10 ** (bottom.scale + to.scale), 10**top.scale * to.low
    common = Fraction(over, under)
    return common.numerator, common.denominator


def round_quotient(how: Rounding, top: int, bottom: int) -> int:
    """`top / bottom` as a whole number: towards zero, or to the nearest with halves away from zero."""
    size, divisor = abs(top), abs(bottom)
    whole = size // divisor if how == "round_down" else (2 * size + divisor) // (2 * divisor)
    return whole if (top < 0) == (bottom < 0) else -whole


ONE: Final = Shape("number", 0, 1, 1)
