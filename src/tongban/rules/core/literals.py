"""Values written out in an expression: numbers, amounts, dates.

Invariant: a written value is exact and inside int64, or it is a fault.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from tongban.kernel.text import Text

from .faults import FaultList, Span
from .language import Literal, Node, Refused
from .tokens import Token
from .types import INT64

LITERAL_FUNCTIONS: Final = frozenset({"date", "yuan", "fen"})
MOST_DIGITS: Final = 12

TOO_BIG: Final = Text("这个数超出 64 位整数的范围", "this number is outside the range of 64-bit integers")
TOO_FINE: Final = Text(f"小数点后最多 {MOST_DIGITS} 位", f"at most {MOST_DIGITS} digits after the point")
BAD_DATE: Final = Text('日期要写成 date("2026-06-30")', 'a date is written date("2026-06-30")')
BAD_YUAN: Final = Text(
    "yuan( ) 里写一个数，最多两位小数，如 yuan(50)；事实要换成金额，请乘：form.count * yuan(1)",
    "yuan( ) takes one written number with at most two decimals, such as yuan(50); to make an amount of a fact, "
    "multiply: form.count * yuan(1)",
)
BAD_FEN: Final = Text(
    "fen( ) 里写一个整数，如 fen(5000)；事实要换成金额，请乘：form.count * fen(1)",
    "fen( ) takes one written whole number, such as fen(5000); to make an amount of a fact, multiply: form.count * fen(1)",
)


def number(token: Token, at: Span, *, negative: bool, faults: FaultList) -> Node:
    """The literal of a number word, exact."""
    whole, _, digits = token.text.partition(".")
    value = int((whole + digits)[:60]) * (-1 if negative else 1)
    if not -INT64 - 1 <= value <= INT64:
        faults.add(at, TOO_BIG)
        return Refused(at)
    if len(digits) > MOST_DIGITS:
        faults.add(at, TOO_FINE)
        return Refused(at)
    return Literal("decimal" if digits else "int", value, len(digits), at)


def amount(name: str, arguments: tuple[Node, ...], at: Span, faults: FaultList) -> Node:
    """The literal that `date(…)`, `yuan(…)` or `fen(…)` stands for."""
    if any(isinstance(argument, Refused) for argument in arguments):
        return Refused(at)
    reading = {"date": (_date, BAD_DATE), "yuan": (_yuan, BAD_YUAN), "fen": (_fen, BAD_FEN)}
    read, complaint = reading[name]
    literal = arguments[0] if len(arguments) == 1 else None
    found = read(literal, at) if isinstance(literal, Literal) else None
    if found is None:
        faults.add(at, complaint)
        return Refused(at)
    return found


def _date(literal: Literal, at: Span) -> Literal | None:
    text = literal.value
    if not isinstance(text, str) or len(text) != 10 or text[4] + text[7] != "--":
        return None
    try:
        return Literal("date", dt.date.fromisoformat(text), 0, at)
    except ValueError:
        return None


def _yuan(literal: Literal, at: Span) -> Literal | None:
    if literal.kind not in ("int", "decimal") or literal.scale > 2 or not isinstance(literal.value, int):
        return None
    fen = literal.value * 10 ** (2 - literal.scale)
    return Literal("money", fen, 0, at) if abs(fen) <= INT64 else None


def _fen(literal: Literal, at: Span) -> Literal | None:
    return Literal("money", literal.value, 0, at) if literal.kind == "int" else None
