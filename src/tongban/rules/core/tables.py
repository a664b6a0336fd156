"""Decision tables: rows of cells that compile to the language's own nodes, after it was made sure that exactly one row answers.

Invariants: a cell is a set of values of its column's type, and whether it takes none; a row is the box of its cells; two rows never overlap, and what no row covers
is answered by `otherwise` or the table is faulty. The nodes of a table are nested choices, guarded where a fact may be none, so that every evaluator has tables for nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tongban.kernel.text import Text

from . import language as lang
from .faults import ValueFault
from .language import NO, Node
from .types import Bool, Choice, Date, Decimal, FactSpec, Int, Money

_SPAN: Final = re.compile(r"(.+?)\s*\.\.\s*(.+)")
_BOUND: Final = re.compile(r"(<=|>=|<|>)\s*(.+)")
ANY: Final = ("any", "-")
NONE_WORD: Final = "none"
NO_CELL: Final = Text("表格的列不能是这种类型", "a column of a table cannot be of this type")
EMPTY_CELL: Final = Text("这一格不含任何值", "no value is in this cell")


@dataclass(frozen=True, slots=True)
class Cell:
    """A set of values: whole numbers (fen, scaled digits, days) from `low` to `high`, or words; and whether none is in it."""

    low: int = 0
    high: int = -1
    words: frozenset[str] = frozenset()
    none: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is in it."""
        return self.low > self.high and not self.words and not self.none

    def meet(self, other: Cell) -> Cell:
        """What is in both."""
        return Cell(max(self.low, other.low), min(self.high, other.high), self.words & other.words, self.none and other.none)

    def without(self, other: Cell) -> list[Cell]:
        """What is in this one alone, in pieces."""
        rest = Cell(words=self.words - other.words, none=self.none and not other.none)
        met = self.meet(other)
        spans = [(self.low, self.high)] if met.low > met.high else [(self.low, met.low - 1), (met.high + 1, self.high)]
        pieces = [Cell(low, high) for low, high in spans if low <= high]
        return pieces if rest.is_empty else [*pieces, rest]


Box = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a fact and what it may be."""

    fact: str
    spec: FactSpec

    def whole(self) -> Cell:
        """Every value, and none where that may be. Raises ValueFault for a type that no table reads."""
        none = self.spec.may_be_none
        match self.spec.type:
            case Bool():
                return Cell(words=frozenset(("yes", "no")), none=none)
            case Choice(options):
                return Cell(words=frozenset(options), none=none)
            case Int(low, high) | Money(low, high):
                return Cell(low, high, none=none)
            case Decimal() as kind:
                return Cell(*kind.bounds, none=none)
            case Date(first, last):
                return Cell(first.toordinal(), last.toordinal(), none=none)
        raise ValueFault(NO_CELL)

    def read(self, words: Sequence[str]) -> Cell:
        """A cell as written: any, none, values, `< v`, `v .. w`. Raises ValueFault."""
        whole = self.whole()
        found = Cell()
        for word in words:
            found = _joined(found, self._part(word.strip(), whole))
        if found.meet(whole).is_empty:
            raise ValueFault(EMPTY_CELL)
        return found.meet(whole)

    def _part(self, word: str, whole: Cell) -> Cell:
        if word in ANY:
            return whole
        if word == NONE_WORD:
            return Cell(none=True)
        if whole.words:
            value = self.spec.type.read(word)
            return Cell(words=frozenset((("yes" if value else "no") if isinstance(value, bool) else value,)))
        if span := _SPAN.fullmatch(word):
            return Cell(self._whole_of(span[1]), self._whole_of(span[2]))
        if bound := _BOUND.fullmatch(word):
            at = self._whole_of(bound[2])
            low, high = {"<": (whole.low, at - 1), "<=": (whole.low, at), ">": (at + 1, whole.high), ">=": (at, whole.high)}[bound[1]]
            return Cell(low, high)
        at = self._whole_of(word)
        return Cell(at, at)

    def _whole_of(self, word: str) -> int:
        kind = self.spec.type
        value = kind.read(word)
        if isinstance(kind, Decimal):
            return int(kind.scaled(value) or 0)
        return value.toordinal() if isinstance(value, dt.date) else int(value)

    def show(self, cell: Cell) -> str:
        """One value that is in the cell."""
        if cell.words:
            return min(cell.words)
        if cell.low > cell.high:
            return NONE_WORD
        kind = self.spec.type
        if isinstance(kind, Date):
            return dt.date.fromordinal(cell.low).isoformat()
        value: Any = kind.read(_decimal(cell.low, kind.scale)) if isinstance(kind, Decimal) else cell.low
        return kind.show(value, "en")

    def test(self, cell: Cell) -> Node | None:
        """The condition that the fact's value is in the cell; None if every value is."""
        fact = lang.FactPath(self.fact)
        whole = self.whole()
        if cell == whole:
            return None
        held = self._value_test(fact, cell, whole)
        if not self.spec.may_be_none:
            return held
        has = lang.Has(fact)
        if held is None:
            return has if not cell.none else None
        if held == NO:
            return lang.Not(has)
        return lang.Or((lang.Not(has), held)) if cell.none else lang.And((has, held))

    def _value_test(self, fact: lang.FactPath, cell: Cell, whole: Cell) -> Node | None:
        if cell.words:
            if cell.words == whole.words:
                return None
            if isinstance(self.spec.type, Bool):
                return fact if "yes" in cell.words else lang.Not(fact)
            options = tuple(lang.Literal("text", word) for word in sorted(cell.words))
            return lang.Compare("==", fact, options[0]) if len(options) == 1 else lang.In(fact, lang.ListLiteral(options))
        if cell.low > cell.high:
            return NO
        tests: list[Node] = []
        if cell.low == cell.high:
            return lang.Compare("==", fact, self._literal(cell.low))
        if cell.low > whole.low:
            tests.append(lang.Compare(">=", fact, self._literal(cell.low)))
        if cell.high < whole.high:
            tests.append(lang.Compare("<=", fact, self._literal(cell.high)))
        return _all(tests)

    def _literal(self, value: int) -> lang.Literal:
        match self.spec.type:
            case Money():
                return lang.Literal("money", value)
            case Decimal(scale):
                return lang.Literal("decimal", value, scale)
            case Date():
                return lang.Literal("date", dt.date.fromordinal(value))
        return lang.Literal("int", value)


@dataclass(frozen=True, slots=True)
class Finding:
    """Two rows that overlap (`second` counted from 0), or what no row covers (`second` None), with an example."""

    first: int | None
    second: int | None
    example: str


def findings(columns: Sequence[Column], rows: Sequence[Box]) -> list[Finding]:
    """Every pair of rows that overlaps, and one example of what no row covers."""
    found = []
    for second, row in enumerate(rows):
        for first, earlier in enumerate(rows[:second]):
            met = tuple(a.meet(b) for a, b in zip(earlier, row, strict=True))
            if not any(cell.is_empty for cell in met):
                found.append(Finding(first, second, _example(columns, met)))
    left = uncovered(columns, rows)
    return [*found, Finding(None, None, _example(columns, left[0]))] if left else found


def uncovered(columns: Sequence[Column], rows: Sequence[Box]) -> list[Box]:
    """What no row covers, in boxes."""
    left: list[Box] = [tuple(column.whole() for column in columns)]
    for row in rows:
        left = [piece for box in left for piece in _minus(box, row)]
    return left


def nodes(columns: Sequence[Column], rows: Sequence[Box], values: Sequence[Node], otherwise: Node | None) -> Node:
    """The table as nested choices; the last row needs no test where all rows together cover everything."""
    told = list(zip(rows, values, strict=True))
    if otherwise is None:
        *told, (_, otherwise) = told
    node = otherwise
    for row, value in reversed(told):
        tests = [test for column, cell in zip(columns, row, strict=True) if (test := column.test(cell)) is not None]
        condition = _all(tests)
        node = value if condition is None else lang.Conditional(condition, value, node)
    return node


def _all(tests: Sequence[Node]) -> Node | None:
    flat = [part for test in tests for part in (test.operands if isinstance(test, lang.And) else (test,))]
    return lang.And(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def _joined(one: Cell, other: Cell) -> Cell:
    """Both together; two spans that do not touch cannot stand in one cell."""
    none, words = one.none or other.none, one.words | other.words
    if one.low > one.high:
        return Cell(other.low, other.high, words, none)
    if other.low > other.high:
        return Cell(one.low, one.high, words, none)
    if max(one.low, other.low) > min(one.high, other.high) + 1:
        raise ValueFault(Text("一格里的数要连成一段；请分成两行", "the numbers of a cell must be one span; write two rows"))
    return Cell(min(one.low, other.low), max(one.high, other.high), words, none)


def _minus(box: Box, row: Box) -> list[Box]:
    """The box without the row: one column after the other is cut off."""
    if any(a.meet(b).is_empty for a, b in zip(box, row, strict=True)):
        return [box]
    pieces: list[Box] = []
    for at, (a, b) in enumerate(zip(box, row, strict=True)):
        pieces += [(*box[:at], piece, *box[at + 1 :]) for piece in a.without(b)]
        box = (*box[:at], a.meet(b), *box[at + 1 :])
    return pieces


def _example(columns: Sequence[Column], box: Box) -> str:
    return ", ".join(f"{column.fact} = {column.show(cell)}" for column, cell in zip(columns, box, strict=True))


def _decimal(value: int, scale: int) -> str:
    digits = str(abs(value)).rjust(scale + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"
