"""A second, naive evaluator: the meaning of the language written down once more, over exact fractions and a tree walk.

It shares nothing with the one under test but the nodes. A condition is True, False or None (unknown); a value is a fraction,
date, text or tuple, or one of the two words below.
"""

import calendar
import datetime as dt
import math
from fractions import Fraction

from tongban.rules.core import Fact, Nothing, Value
from tongban.rules.core import language as lang

NOT_THERE, OPEN = "<none>", "<unknown>"


def meaning(node: lang.Node, facts: dict[str, Fact]):
    match node:
        case lang.And(operands):
            found = [condition(operand, facts) for operand in operands]
            return False if False in found else None if None in found else True
        case lang.Or(operands):
            found = [condition(operand, facts) for operand in operands]
            return True if True in found else None if None in found else False
        case lang.Not(operand):
            found = condition(operand, facts)
            return None if found is None else not found
        case lang.Has(fact):
            found = value(fact, facts)
            return None if found is OPEN else found is not NOT_THERE
        case lang.Compare() | lang.In() | lang.Call(function="startsWith" | "endsWith" | "contains"):
            return tested(node, facts)
        case lang.Conditional():
            return chosen(node, facts)
    return value(node, facts)


def condition(node: lang.Node, facts: dict[str, Fact]) -> bool | None:
    found = meaning(node, facts)
    return False if found is NOT_THERE else None if found is OPEN else found


def chosen(node: lang.Conditional, facts: dict[str, Fact]):
    which = condition(node.condition, facts)
    then, otherwise = meaning(node.then, facts), meaning(node.otherwise, facts)
    if isinstance(then, bool) or isinstance(otherwise, bool) or then is None or otherwise is None:
        then, otherwise = condition(node.then, facts), condition(node.otherwise, facts)
    if which is not None:
        return then if which else otherwise
    return then if then is otherwise or then == otherwise else None if isinstance(then, bool) or then is None else OPEN


def tested(node, facts: dict[str, Fact]) -> bool | None:
    left, right = (value(part, facts) for part in lang.children(node))
    if left is NOT_THERE or right is NOT_THERE:
        return False
    if left is OPEN or right is OPEN:
        return None
    if isinstance(node, lang.In):
        return left in right
    if isinstance(node, lang.Call):
        return {"startsWith": left.startswith, "endsWith": left.endswith, "contains": left.__contains__}[node.function](right)
    order = (left > right) - (left < right)
    return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[node.op]


def value(node: lang.Node, facts: dict[str, Fact]):
    match node:
        case lang.Literal():
            return read(node.value, node.scale)
        case lang.ListLiteral(items):
            return tuple(value(item, facts) for item in items)
        case lang.FactPath(name):
            found = facts[name]
            if isinstance(found, Value):
                return tuple(read(item) for item in found.value) if isinstance(found.value, tuple) else read(found.value)
            return NOT_THERE if isinstance(found, Nothing) else OPEN
        case lang.Conditional():
            return chosen(node, facts)
    parts = [value(part, facts) for part in operands_of(node)]
    if any(part is NOT_THERE for part in parts):
        return NOT_THERE
    return OPEN if any(part is OPEN for part in parts) else computed(node, parts)


def read(raw, scale: int = 0):
    if isinstance(raw, bool | str | dt.date):
        return raw
    return Fraction(raw) / 10**scale


def operands_of(node: lang.Node) -> tuple[lang.Node, ...]:
    """A span is read through to its count; a rounded quotient is one operand, and so is its unit."""
    match node:
        case lang.Arithmetic(op="+" | "-", right=lang.Call(function="days" | "months" | "years", arguments=(count,))):
            return (node.left, count)
    return lang.children(node)


def computed(node: lang.Node, parts: list):
    match node:
        case lang.Negate():
            return -parts[0]
        case lang.Arithmetic(right=lang.Call(function="days" | "months" | "years" as unit)):
            return moved(parts[0], unit, int(parts[1]) * (1 if node.op == "+" else -1))
        case lang.Arithmetic(op="-") if isinstance(parts[0], dt.date):
            return Fraction((parts[0] - parts[1]).days)
        case lang.Arithmetic(op=op):
            a, b = parts
            return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "%": lambda: a - b * int(a / b)}[op]()
        case lang.Call(function="min" | "max"):
            return sorted(parts)[0 if node.function == "min" else -1]
        case lang.Call(function="round_down"):
            return math.trunc(parts[0] / parts[1]) * parts[1]
        case lang.Call(function="round_half_up"):
            units = parts[0] / parts[1]
            return math.floor(abs(units) + Fraction(1, 2)) * (-1 if units < 0 else 1) * parts[1]
        case lang.Call(function="size"):
            return Fraction(len(parts[0]))
        case lang.Call(function="months_between"):
            return Fraction(months(*parts))
        case lang.Call(function="years_between"):
            return Fraction(math.trunc(Fraction(months(*parts), 12)))
    raise AssertionError(node)


def moved(day: dt.date, unit: str, count: int) -> dt.date:
    if unit == "days":
        return dt.date.fromordinal(day.toordinal() + count)
    year, month = day.year, day.month
    for _ in range(abs(count) * (12 if unit == "years" else 1)):
        month += 1 if count > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def months(first: dt.date, second: dt.date) -> int:
    """Counted one by one."""
    if second < first:
        return -months(second, first)
    count = 0
    while moved(first, "months", count + 1) <= second:
        count += 1
    return count
