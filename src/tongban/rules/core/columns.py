"""Checked expressions over a whole register: the same nodes as DuckDB SQL, one row a subject.

Invariants: for every row the SQL answers what `Expression.evaluate` answers for the facts of that row. A fact `alias.name` is a column of that name (BOOLEAN,
BIGINT for numbers and fen, DATE, VARCHAR, ENUM for a choice, or a list of these; a decimal as its scaled integer) and, where it may be none, a column `alias.name?` that is true if
nothing is there and never NULL. A value that is NULL and not nothing is unknown. A condition is TRUE, FALSE or NULL, which is unknown: SQL's own AND, OR and NOT
are the language's. No expression raises: the checker has bounded every part inside int64 and the calendar, and `admitted` keeps out of the columns what is not
of the declared type. A part that is needed twice is computed once, in a column of its own, whatever expression it stands in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from . import language as lang
from .arithmetic import ONE, factors
from .check import Typist
from .evaluate import scaled_literal
from .expression import Expression
from .language import Node
from .shapes import shape_of, shape_of_literal
from .types import Bool, Choice, Date, Decimal, FactSpec, FactType, Int, ListOf, Money, TextType, Vocabulary

_LET: Final = re.compile(r'"~(\d+)"')
_ATOM: Final = re.compile(r'"[^"]*"|CAST\(-?\d+ AS BIGINT\)|TRUE|FALSE|DATE \'[-\d]+\'')
_LITERAL: Final = re.compile(r"CAST\(-?\d+ AS BIGINT\)|DATE '[-\d]+'")
_TESTS: Final = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TEXT_TESTS: Final = {"startsWith": "starts_with", "endsWith": "ends_with", "contains": "contains"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in SQL. `value` is NULL unless there is one; nothing is there if any of `nones` is true."""

    value: str
    nones: tuple[str, ...] = ()

    @property
    def none(self) -> str:
        """Whether nothing is there, in SQL; never NULL."""
        return f"({' OR '.join(self.nones)})" if self.nones else "FALSE"


class Sheet:
    """The columns that expressions add to a table, and those that they share."""

    def __init__(self) -> None:
        self._lets: dict[str, tuple[str, int]] = {}
        self._levels: list[int] = []

    def condition(self, expression: Expression) -> str:
        """A yes-no expression as a BOOLEAN over `over(table)`."""
        return _Writer(self, expression.typist, expression.vocabulary).condition(expression.ast)

    def certainly(self, expression: Expression) -> str:
        """A predicate that is TRUE exactly where the condition is yes, and never says why not: cheaper, for the WHERE of a search."""
        return _Writer(self, expression.typist, expression.vocabulary).certainly(expression.ast)

    def certainly_not(self, expression: Expression) -> str:
        """A predicate that is TRUE exactly where the condition is no."""
        return _Writer(self, expression.typist, expression.vocabulary).certainly(expression.ast, no=True)

    def value(self, expression: Expression) -> Cell:
        """Any other expression, at the scale of its type."""
        writer = _Writer(self, expression.typist, expression.vocabulary)
        return writer.at(expression.ast, shape_of(FactSpec(expression.type)).scale)

    def over(self, table: str) -> str:
        """The table with all shared columns, as something to select from. Ask for it when every expression has been written."""
        levels: dict[int, list[str]] = {}
        for sql, (name, level) in self._lets.items():
            levels.setdefault(level, []).append(f"{sql} AS {name}")
        for _, lets in sorted(levels.items()):
            table = f"(SELECT *, {', '.join(lets)} FROM {table})"  # noqa: S608 - of checked nodes and quoted names
        return table

    def let(self, sql: str) -> str:
        """The name of a column that holds `sql`; what is plain already stays itself."""
        if _ATOM.fullmatch(sql):
            return sql
        if sql not in self._lets:
            level = 1 + max((self._levels[int(number)] for number in _LET.findall(sql)), default=0)
            self._lets[sql] = f'"~{len(self._levels)}"', level
            self._levels.append(level)
        return self._lets[sql][0]


class _Writer:
    """One expression into a sheet; mirrors `evaluate.Compiler` case by case."""

    def __init__(self, sheet: Sheet, typist: Typist, vocabulary: Vocabulary) -> None:
        self.sheet, self.typist, self.vocabulary = sheet, typist, vocabulary

    def condition(self, node: Node) -> str:  # noqa: C901, PLR0911 - one return a kind of node
        """A yes-no node; a yes-no fact that is none is no."""
        match node:
            case lang.FactPath():
                return _unless(self.value(node))
            case lang.Literal(value=value):
                return "TRUE" if value else "FALSE"
            case lang.Has(fact):
                cell = self.value(fact)
                return f"(CASE WHEN {cell.none} THEN FALSE WHEN {cell.value} IS NOT NULL THEN TRUE END)"
            case lang.Not(operand):
                return f"(NOT {self.condition(operand)})"
            case lang.And(operands):
                return f"({' AND '.join(self.condition(operand) for operand in operands)})"
            case lang.Or(operands):
                return f"({' OR '.join(self.condition(operand) for operand in operands)})"
            case lang.Conditional():
                return self.chosen(node.condition, Cell(self.condition(node.then)), Cell(self.condition(node.otherwise))).value
            case lang.Compare(op, left, right):
                scale = self.scale(left, right)
                a, b = self.at(left, scale), self.at(right, scale)
                return _unless(Cell(f"({a.value} {_TESTS[op]} {b.value})", _either(a, b)))
            case lang.In():
                return self.membership(node)
            case lang.Call(function, (text, part)):
                a, b = self.value(text), self.value(part)
                return _unless(Cell(f"{_TEXT_TESTS[function]}({a.value}, {b.value})", _either(a, b)))
        raise TypeError(f"{node!r} is no condition")

    def certainly(self, node: Node, *, no: bool = False) -> str:  # noqa: PLR0911 - one return a kind of node
        """A yes-no node where only its yes (or its no) counts and the other two outcomes are one: plain tests, which can be taken into the scan."""
        match node:
            case lang.Not(operand):
                return self.certainly(operand, no=not no)
            case lang.And(operands) | lang.Or(operands):
                word = " AND " if isinstance(node, lang.And) != no else " OR "
                return f"({word.join(self.certainly(operand, no=no) for operand in operands)})"
            case lang.Has(fact):
                cell = self.value(fact)
                return cell.none if no else f"({cell.value} IS NOT NULL)"
            case _ if no:
                return f"(NOT {self.condition(node)})"
            case lang.FactPath(name):
                return column(name)
            case lang.Compare(op, left, right):
                scale = self.scale(left, right)
                return f"({self.at(left, scale).value} {_TESTS[op]} {self.at(right, scale).value})"
            case lang.In(item, lang.ListLiteral(items)):
                return self.listed(item, items).value
        return self.condition(node)

    def listed(self, item: Node, items: Sequence[lang.Literal]) -> Cell:
        """Whether a value is one of those written; a long IN of SQL would be planned as a join."""
        scale = self.scale(item, *items)
        found = self.pinned(self.at(item, scale))
        return Cell(f"({' OR '.join(f'{found.value} = {_written(option, scale)}' for option in items)})", found.nones)

    def membership(self, node: lang.In) -> str:
        if not isinstance(node.container, lang.ListLiteral):
            item, container = self.value(node.item), self.value(node.container)
            listed = self.sheet.let(container.value)
            found = f"(CASE WHEN {self.sheet.let(item.value)} IS NOT NULL THEN list_contains({listed}, {self.sheet.let(item.value)}) END)"
            return _unless(Cell(found, _either(item, container)))
        return _unless(self.listed(node.item, node.container.items))

    def value(self, node: Node) -> Cell:  # noqa: PLR0911 - one return a kind of node
        """A node's value, at the node's own scale."""
        match node:
            case lang.FactPath(name):
                return Cell(column(name), (none_column(name),) if self.vocabulary[name].may_be_none else ())
            case lang.Literal():
                return Cell(_written(node, node.scale))
            case lang.Negate(operand):
                cell = self.value(operand)
                return Cell(f"(-{cell.value})", cell.nones)
            case lang.Arithmetic():
                return self.arithmetic(node)
            case lang.Call():
                return self.call(node)
            case lang.Conditional(condition, then, otherwise) if self.typist.sound(node).base != "yes-no":
                scale = self.scale(then, otherwise)
                return self.chosen(condition, self.at(then, scale), self.at(otherwise, scale))
        return Cell(self.condition(node))

    def at(self, node: Node, scale: int) -> Cell:
        """A number at a scale that is not below its own."""
        cell, factor = self.value(node), 10 ** (scale - self.typist.sound(node).scale)
        return Cell(_times(cell.value, factor), cell.nones)

    def scale(self, *nodes: Node) -> int:
        return max(self.typist.sound(node).scale for node in nodes)

    def chosen(self, condition: Node, then: Cell, otherwise: Cell) -> Cell:
        """While the condition is unknown, what both branches agree on."""
        c, a, b = self.sheet.let(self.condition(condition)), self.sheet.let(then.value), self.sheet.let(otherwise.value)
        value = f"(CASE WHEN {c} THEN {a} WHEN NOT {c} THEN {b} WHEN {a} = {b} THEN {a} END)"
        if not then.nones and not otherwise.nones:
            return Cell(value)
        none = f"(CASE WHEN {c} THEN {then.none} WHEN NOT {c} THEN {otherwise.none} ELSE {then.none} AND {otherwise.none} END)"
        return Cell(value, (self.sheet.let(none),))

    def arithmetic(self, node: lang.Arithmetic) -> Cell:
        right = self.typist.sound(node.right)
        if right.base == "duration" and right.words:
            (unit,) = right.words
            return self.applied(lambda day, count: _moved(day, unit, node.op, count), self.value(node.left), self.value(node.right))
        if self.typist.sound(node.left).base == "date" or node.op == "*":
            return self.applied(lambda a, b: f"({a} {node.op} {b})", self.value(node.left), self.value(node.right))
        scale = self.scale(node.left, node.right)
        return self.applied(lambda a, b: f"({a} {node.op} {b})", self.at(node.left, scale), self.at(node.right, scale))

    def applied(self, function: Callable[..., str], *cells: Cell) -> Cell:
        """A function of values that is NULL if any is."""
        return Cell(function(*(cell.value for cell in cells)), _either(*cells))

    def call(self, node: lang.Call) -> Cell:
        match node.function:
            case "min" | "max":
                return self.extreme(node)
            case "round_down" | "round_half_up":
                return self.rounding(node)
            case "days" | "months" | "years":
                return self.value(node.arguments[0])
            case "size":
                return self.applied(lambda text: f"length({text})", self.value(node.arguments[0]))
            case "months_between" | "years_between":
                whole = self.applied(_months, *(self.pinned(self.value(argument)) for argument in node.arguments))
                return whole if node.function == "months_between" else Cell(f"({whole.value} // {_whole(12)})", whole.nones)
        return Cell(self.condition(node))

    def extreme(self, node: lang.Call) -> Cell:
        """The least or greatest; SQL's own skips NULL."""
        scale = self.scale(*node.arguments)
        cells = [self.pinned(self.at(argument, scale)) for argument in node.arguments]
        pick, values = ("least" if node.function == "min" else "greatest"), [cell.value for cell in cells]
        known = " AND ".join(f"{value} IS NOT NULL" for value in values if not _LITERAL.fullmatch(value))
        return Cell(f"(CASE WHEN {known or 'TRUE'} THEN {pick}({', '.join(values)}) END)", _either(*cells))

    def rounding(self, node: lang.Call) -> Cell:
        value, to = node.arguments
        unit = shape_of_literal(to) if isinstance(to, lang.Literal) else ONE
        top, bottom = (value.left, value.right) if isinstance(value, lang.Arithmetic) and value.op == "/" else (value, None)
        over, under = factors(self.typist.sound(top), self.typist.sound(bottom) if bottom else ONE, unit)
        a = self.value(top)
        b = self.value(bottom) if bottom else Cell("")
        above = self.sheet.let(_times(a.value, over))
        below = self.sheet.let(_times(b.value, under)) if bottom else _whole(under)
        return Cell(_times(_quotient(node.function, above, below), unit.low), _either(a, b))

    def pinned(self, cell: Cell) -> Cell:
        return Cell(self.sheet.let(cell.value), cell.nones)


def column(name: str) -> str:
    """The column of a fact, as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def none_column(name: str) -> str:
    """The column that says whether nothing is there."""
    return column(f"{name}?")


def sql_type(kind: FactType) -> str:
    """The type of a fact's column."""
    match kind:
        case Bool():
            return "BOOLEAN"
        case Date():
            return "DATE"
        case TextType():
            return "VARCHAR"
        case Choice(options):
            return f"ENUM({', '.join(map(quoted, options))})"
        case ListOf(item):
            return f"{sql_type(item)}[]"
    return "BIGINT"


def admitted(spec: FactSpec, value: str, none: str = "FALSE") -> Cell:
    """What a register told, as the columns of a fact: outside its declared type, and none where that was not declared, it is unknown (`admit.admission`)."""
    if isinstance(spec.type, Choice):
        value = f"TRY_CAST({value} AS {sql_type(spec.type)})"
    cell = Cell(f"(CASE WHEN {_fits(spec.type, value)} THEN {value} END)")
    return Cell(f"(CASE WHEN NOT {none} THEN {cell.value} END)", (none,)) if spec.may_be_none else cell


def _fits(kind: FactType, value: str) -> str:  # noqa: PLR0911 - one return a type
    match kind:
        case Int(low, high) | Money(low, high):
            return f"{value} BETWEEN {_whole(low)} AND {_whole(high)}"
        case Decimal():
            low, high = kind.bounds
            return f"{value} BETWEEN {_whole(low)} AND {_whole(high)}"
        case Date(first, last):
            return f"{value} BETWEEN {_day(first)} AND {_day(last)}"
        case Choice():
            return f"TRY_CAST({value} AS {sql_type(kind)}) IS NOT NULL"
        case TextType(longest) if longest is not None:
            return f"length({value}) <= {longest}"
        case ListOf(item):
            return f"len(list_filter({value}, lambda one: ({_fits(item, 'one')}) IS NOT TRUE)) = 0"
    return f"{value} IS NOT NULL"


def _unless(cell: Cell) -> str:
    """A condition over values: no if any of them is none."""
    return f"(NOT {cell.none} AND {cell.value})" if cell.nones else cell.value


def _either(*cells: Cell) -> tuple[str, ...]:
    return tuple(dict.fromkeys(none for cell in cells for none in cell.nones))


def _moved(day: str, unit: str, op: str, count: str) -> str:
    sign = "" if op == "+" else "-"
    if unit == "days":
        return f"({day} {op} CAST({count} AS INTEGER))"
    return f"CAST({day} + to_months(CAST({sign}{count} * {12 if unit == 'years' else 1} AS INTEGER)) AS DATE)"


def _months(first: str, second: str) -> str:
    """`dates.months_between`: whole months completed."""

    def forward(a: str, b: str) -> str:
        short = f"(day({b}) < least(day({a}), day(last_day({b}))))"
        return f"((year({b}) - year({a})) * 12 + month({b}) - month({a}) - CAST({short} AS BIGINT))"

    return f"(CASE WHEN {second} < {first} THEN -{forward(second, first)} ELSE {forward(first, second)} END)"


def _quotient(how: str, top: str, bottom: str) -> str:
    """`arithmetic.round_quotient`: `//` goes towards zero."""
    if how == "round_down":
        return top if bottom == _whole(1) else f"({top} // {bottom})"
    size = f"((2 * abs({top}) + abs({bottom})) // (2 * abs({bottom})))"
    return f"(CASE WHEN ({top} < 0) = ({bottom} < 0) THEN {size} ELSE -{size} END)"


def _written(literal: lang.Literal, scale: int) -> str:
    value = scaled_literal(literal, scale)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return _whole(value)
    return _day(value) if isinstance(value, dt.date) else quoted(value)


def _whole(value: int) -> str:
    return f"CAST({value} AS BIGINT)"


def _times(value: str, factor: int) -> str:
    return value if factor == 1 else f"({value} * {_whole(factor)})"


def _day(value: dt.date) -> str:
    return f"DATE '{value.isoformat()}'"


def quoted(value: str) -> str:
    """A text as SQL; NUL cannot stand in it as itself."""
    parts = ["'" + part.replace("'", "''") + "'" for part in value.split("\0")]
    return parts[0] if len(parts) == 1 else f"({' || chr(0) || '.join(parts)})"
