"""A whole file of rows, read as records; every fault in one run.

Invariants: a row with a fault is no record, and rows that name the same key are all at fault, because nobody can know which is meant; rows without any content
are passed over; faults name row and column as the spreadsheet shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from tongban.exchange.core.records import Column, Record, Shape, key_fault
from tongban.exchange.core.sheets.cells import CellError, key_of, value_of
from tongban.exchange.core.sheets.headings import DEEPEST, Columns, find_columns, is_names, titles
from tongban.exchange.core.sheets.source import Row, Source, open_source, refused
from tongban.exchange.core.sheets.workbook import column_letters
from tongban.kernel.text import Text
from tongban.parties.core.identity import plain

MOST_ROWS: Final = 100_000
MOST_FAULTS: Final = 1_000
"""Faults that are kept; all are counted."""
_TOLD_EVERY: Final = 1_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `column` in letters, empty where the whole row or no column is meant; row 0 is the file."""

    row: int
    column: str
    title: Text
    says: Text


@dataclass(frozen=True, slots=True)
class GoodRow:
    """One sound row."""

    row: int
    record: Record


@dataclass
class Sheet:
    """What was read."""

    name: str
    rows: int = 0
    """Rows with content under the heading."""
    good: list[GoodRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    """The first of them, by row and column."""
    faults_total: int = 0
    faulty_rows: int = 0


def read_sheet(content: bytes, shape: Shape, progress: Progress = lambda _: None) -> Sheet:
    """Read an upload as records of a register. Raises UnreadableFileError for what is no table, or too large."""
    source = open_source(content)
    head: list[Row] = []
    for row in source.rows:
        head.append(row)
        if row[0] >= DEEPEST or len(head) >= DEEPEST:
            break
    columns = find_columns(head, shape)
    reading = _Reading(shape, source, columns)
    if columns is None:
        reading.sheet.faults, reading.sheet.faults_total = [_no_heading(shape)], 1
        return reading.sheet
    if columns.faults:
        for one in columns.faults:
            reading.fault(columns.row, one.column, one.says)
        if shape.key not in columns.places.values() or any(one.column == 0 for one in columns.faults):
            return reading.sheet  # without a column that is asked for, every row would be told as faulty
    under = (row for row in chain(head, source.rows) if row[0] > columns.row and row[1])
    reading.read(under, progress)
    return reading.done()


def _no_heading(shape: Shape) -> Fault:
    listed = list(titles(shape).values())
    says = Text(
        f"前 {DEEPEST} 行里没有找到标题行。标题行应有：{'、'.join(one.zh for one in listed)}",
        f"no heading was found among the first {DEEPEST} rows. It should have: {', '.join(one.en for one in listed)}",
    )
    return Fault(0, "", Text("", ""), says)


class _Reading:
    """One file on its way."""

    def __init__(self, shape: Shape, source: Source, columns: Columns | None) -> None:
        self.shape, self.source = shape, source
        self.sheet = Sheet(source.name)
        self.heading = columns.row if columns else 0
        self.places = dict(columns.places) if columns else {}
        self.titles = titles(shape)
        self.columns: dict[str, Column] = {column.name: column for column in shape.columns}
        self.found: dict[int, list[Fault]] = {}
        self.keys: dict[str, list[int]] = {}
        self.key_column = next((at for at, name in self.places.items() if name == shape.key), 0)

    def read(self, rows: Iterator[Row], progress: Progress) -> None:
        """Every row under the heading."""
        first = True
        for number, cells in rows:
            if first and is_names(cells, self.places):
                first = False
                continue
            first = False
            self.sheet.rows += 1
            if self.sheet.rows > MOST_ROWS:
                raise refused(
                    f"文件超过 {MOST_ROWS:,} 行",
                    f"The file has more than {MOST_ROWS:,} rows",
                    Text("请分成几个文件上传。", "Upload it in parts."),
                )
            self._row(number, cells)
            if self.sheet.rows % _TOLD_EVERY == 0:
                progress(self.sheet.rows)

    def done(self) -> Sheet:
        """With what only the whole file shows: keys that stand twice, merged cells."""
        for numbers in self.keys.values():
            if len(numbers) > 1:
                self._doubled(numbers)
        self._merged()
        self.sheet.good = [one for one in self.sheet.good if one.row not in self.found]
        return self._counted()

    def fault(self, row: int, column: int, says: Text) -> None:
        """Note one fault of the heading."""
        self._note(row, column, says)
        self._counted()

    def _row(self, number: int, cells: Any) -> None:
        key = self._key(number, cells)
        values: dict[str, Any] = {}
        for at, name in self.places.items():
            if name == self.shape.key:
                continue
            try:
                values[name] = value_of(cells.get(at), self.columns[name], from_1904=self.source.from_1904)
            except CellError as fault:
                self._note(number, at, fault.says)
        for at in cells.keys() - self.places.keys():
            self._note(number, at, Text("有内容，但这一列没有可用的标题", "has content, but its column has no usable title"))
        if number not in self.found:
            self.sheet.good.append(GoodRow(number, Record(key, {name: value for name, value in values.items() if value is not None})))

    def _key(self, number: int, cells: Any) -> str:
        cell = cells.get(self.key_column)
        try:
            key = plain(key_of(cell)) if cell is not None else ""
        except CellError as fault:
            self._note(number, self.key_column, fault.says)
            return ""
        wrong = key_fault(self.shape.key, key)
        if wrong is not None:
            self._note(number, self.key_column, wrong)
        else:
            self.keys.setdefault(key, []).append(number)
        return key

    def _doubled(self, numbers: list[int]) -> None:
        for number in numbers:
            others = [str(other) for other in numbers if other != number][:5]
            says = Text(f"与第 {'、'.join(others)} 行重复", f"is the same as in row {', '.join(others)}")
            self._note(number, self.key_column, says)

    def _merged(self) -> None:
        rows = {one.row for one in self.sheet.good} | self.found.keys()
        for first, last, left, right in self.source.merged:
            for at in range(left, min(right, left + 20) + 1):
                if at not in self.places:
                    continue
                for row in range(first, min(last, first + MOST_ROWS) + 1):
                    if row in rows:
                        self._note(
                            row,
                            at,
                            Text("是合并单元格的一部分，请取消合并，每行各填一格", "is part of a merged cell; unmerge and fill each row"),
                        )

    def _note(self, row: int, column: int, says: Text) -> None:
        name = self.places.get(column, "")
        title = self.titles.get(name, Text("", ""))
        self.found.setdefault(row, []).append(Fault(row, column_letters(column) if column else "", title, says))

    def _counted(self) -> Sheet:
        every = [fault for row in sorted(self.found) for fault in sorted(self.found[row], key=lambda one: (len(one.column), one.column))]
        self.sheet.faults, self.sheet.faults_total = every[:MOST_FAULTS], len(every)
        self.sheet.faulty_rows = sum(row > self.heading for row in self.found)
        return self.sheet
