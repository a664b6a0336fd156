"""From nodes back to text, with the fewest brackets.

Invariant: `parse(write(node))` equals `node`.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from . import language as lang
from .language import SIGNATURES, Node

CHOOSE, EITHER, BOTH, RELATE, ADD, MULTIPLY, PREFIX, ATOM = range(8)
ARITHMETIC_LEVEL: Final = {"+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY}
ESCAPED: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def write(node: Node) -> str:
    """The canonical text of an expression."""
    return _written(node)[0]


def _in(node: Node, level: int) -> str:
    """The text of a part where at least `level` is needed, in brackets if it binds looser."""
    text, own = _written(node)
    return text if own >= level else f"({text})"


def _written(node: Node) -> tuple[str, int]:  # noqa: C901, PLR0911, PLR0912 - one return a kind of node
    match node:
        case lang.Literal():
            text = _literal(node)
            return text, PREFIX if text.startswith("-") else ATOM
        case lang.ListLiteral(items):
            return f"[{', '.join(_literal(item) for item in items)}]", ATOM
        case lang.FactPath(name):
            return name, ATOM
        case lang.Has(fact):
            return f"has({fact.name})", ATOM
        case lang.Not(operand):
            return f"!{_in(operand, PREFIX)}", PREFIX
        case lang.Negate(operand):
            return f"-{_negated(operand)}", PREFIX
        case lang.And(operands):
            return " && ".join(_in(operand, RELATE) for operand in operands), BOTH
        case lang.Or(operands):
            return " || ".join(_in(operand, BOTH) for operand in operands), EITHER
        case lang.Compare(op, left, right):
            return f"{_in(left, RELATE)} {op} {_in(right, ADD)}", RELATE
        case lang.In(item, container):
            return f"{_in(item, RELATE)} in {_in(container, ADD)}", RELATE
        case lang.Arithmetic(op, left, right):
            level = ARITHMETIC_LEVEL[op]
            return f"{_in(left, level)} {op} {_in(right, level + 1)}", level
        case lang.Conditional(condition, then, otherwise):
            return f"{_in(condition, EITHER)} ? {_in(then, EITHER)} : {_in(otherwise, CHOOSE)}", CHOOSE
        case lang.Call(function, arguments):
            return _call(function, arguments), ATOM
    raise TypeError(f"{node!r} has no text")


def _negated(operand: Node) -> str:
    """A minus before a written number would be read as its sign, so brackets keep the two apart."""
    if isinstance(operand, lang.Literal) and operand.kind in ("int", "decimal"):
        return f"({_literal(operand)})"
    return _in(operand, PREFIX)


def _call(function: str, arguments: tuple[Node, ...]) -> str:
    if SIGNATURES[function].method:
        receiver, *others = arguments
        return f"{_in(receiver, ATOM)}.{function}({', '.join(map(write, others))})"
    return f"{function}({', '.join(map(write, arguments))})"


def _literal(literal: lang.Literal) -> str:
    value = literal.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, str):
        return f'"{value.translate(ESCAPED)}"'
    if literal.kind == "money":
        return f"yuan({value // 100})" if value % 100 == 0 else f"fen({value})"
    if literal.scale:
        digits = str(abs(value)).rjust(literal.scale + 1, "0")
        return f"{'-' if value < 0 else ''}{digits[: -literal.scale]}.{digits[-literal.scale :]}"
    return str(value)
