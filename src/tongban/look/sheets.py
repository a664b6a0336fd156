"""A table as a file that a spreadsheet opens: xlsx, or CSV as Excel in Chinese opens it.

Invariants: dates and numbers are dates and numbers; no text is ever a formula: in a workbook it is stored as a text, in CSV an apostrophe stands before what would
begin one; a text that begins with an apostrophe, or as spreadsheets keep digits (`="001"`), gets another, so that whoever takes one away again has the text; rows are
written as they come, and no more of them than the limit.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final, Literal, TypeVar

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tongban.kernel import clock
from tongban.kernel.text import Lang, Text, plain

Format = Literal["xlsx", "csv"]
FORMATS: Final[tuple[Format, Format]] = ("xlsx", "csv")
MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LIMIT: Final = 50_000
"""Rows of one file."""
_IN_MEMORY: Final = 4_000_000
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_ESCAPED: Final = re.compile("_x[0-9A-Fa-f]{4}_")
_UNKEPT: Final = re.compile("[\ufffe\uffff]")
_NUMBER_FORMATS: Final = {
    "text": "@",
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
    "whole": "0",
    "decimal": "0.00",
    "money": "#,##0.00",
}
_WIDTHS: Final = {"text": 24, "day": 13, "instant": 18, "whole": 10, "decimal": 12, "money": 14, "yes-no": 8}
_YES: Final = Text("是", "yes")
_NO: Final = Text("否", "no")
_OPTIONS: Final = Text("选项", "Options")
_ABOUT: Final = Text("说明", "About")

Row = TypeVar("Row")
Key = TypeVar("Key")
Kind = Literal["text", "day", "instant", "whole", "decimal", "money", "yes-no"]


@dataclass(frozen=True)
class Column:
    """One column. `name` is its own name, in a hidden row under the titles; `options` are what may be chosen in its cells."""

    title: Text | str
    kind: Kind = "text"
    name: str = ""
    options: tuple[Text | str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: title, columns, and rows of values (str, Text, bool, int, Decimal, date, datetime, None) in the columns' order."""

    title: Text | str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[object]]
    is_form: bool = False
    """To be filled in and given back: cells keep what is typed as it is, empty rows are ready."""
    about: Callable[[int, bool], Iterable[tuple[Text | str, Text | str]]] | None = None
    """What a second sheet says, of how many rows there are and whether there were more: whose, as of when."""


@dataclass(frozen=True)
class Written:
    """A file, to be read from its beginning; how many rows it has, and whether there were more."""

    stream: IO[bytes]
    rows: int
    is_cut: bool


def write(table: Table, kind: Format, lang: Lang, *, limit: int = LIMIT) -> Written:
    """Write a table. The file is closed by whoever reads it."""
    rows = _Counted(table.rows, limit)
    stream: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by whoever reads it
    (_write_xlsx if kind == "xlsx" else _write_csv)(table, rows, lang, stream)
    stream.seek(0)
    return Written(stream, rows.count, rows.is_cut)


def file_name(title: str, kind: Format, *, cut_at: int = 0) -> str:
    """What the file is called: title, day, and how many rows it was cut at."""
    clean = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", title).strip("-. ")[:60] or "table"
    cut = f"-{cut_at}" if cut_at else ""
    return f"{clean}-{clock.today():%Y%m%d}{cut}.{kind}"


def every(pages: Callable[[Key], tuple[Iterable[Row], Key]], first: Key) -> Iterator[Row]:
    """All rows of a list, page by page. `pages` brings a page from where the one before ended, and where the next begins: what is empty, or None, if there is none."""
    after, is_first = first, True
    while after or is_first:
        found, after = pages(after)
        yield from found
        is_first = False


class _Counted:
    """Rows up to a limit, counted."""

    def __init__(self, rows: Iterable[Sequence[object]], limit: int) -> None:
        self.rows, self.limit = rows, limit
        self.count, self.is_cut = 0, False

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self.rows:
            if self.count == self.limit:
                self.is_cut = True
                return
            self.count += 1
            yield row


def _write_csv(table: Table, rows: _Counted, lang: Lang, stream: IO[bytes]) -> None:
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_in_csv(_in(column.title, lang)) for column in table.columns])
    for row in rows:
        writer.writerow([_csv_value(value, lang) for value in row])
    text.detach()


def _csv_value(value: object, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return (_YES if value else _NO).in_(lang)
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return _in_csv(_in(value, lang))


def _in_csv(text: str) -> str:
    return f"'{text}" if text.startswith(("'", *_BEGINS_A_FORMULA)) else text


def _in(value: object, lang: Lang) -> str:
    """A text as it can be kept in a file."""
    return _UNKEPT.sub("", plain(value.in_(lang) if isinstance(value, Text) else str(value)))


def _write_xlsx(table: Table, rows: _Counted, lang: Lang, stream: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(_in(table.title, lang)))
    has_names = any(column.name for column in table.columns)
    first = 3 if has_names else 2
    sheet.freeze_panes = f"A{first}"
    for at, column in enumerate(table.columns, 1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = max(_WIDTHS[column.kind], _width(_in(column.title, lang)))
        if table.is_form and column.kind in _NUMBER_FORMATS:
            sheet.column_dimensions[letter].number_format = _NUMBER_FORMATS[column.kind]
    sheet.append([_heading(sheet, _in(column.title, lang)) for column in table.columns])
    if has_names:
        sheet.row_dimensions[2].hidden = True
        sheet.append([column.name for column in table.columns])
    cells = [_cell_maker(sheet, column, lang, as_typed=table.is_form) for column in table.columns]
    for row in rows:
        sheet.append([make(value) for make, value in zip(cells, row, strict=True)])
    _offer_options(book, sheet, table, lang, first)
    if table.about:
        about = book.create_sheet(_ABOUT.in_(lang))
        about.column_dimensions["A"].width, about.column_dimensions["B"].width = 22, 70
        for label, says in table.about(rows.count, rows.is_cut):
            about.append([_text_cell(about, _in(label, lang)), _text_cell(about, _in(says, lang))])
    book.save(stream)


def _heading(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, title)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="FFF1EFE8")
    cell.border = Border(bottom=Side("thin", color="FF5A6472"))
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cell_maker(sheet: Any, column: Column, lang: Lang, *, as_typed: bool) -> Callable[[object], Any]:
    """How a value of a column becomes what the library writes; a style is made once and shared."""
    model = WriteOnlyCell(sheet)
    model.number_format = _NUMBER_FORMATS.get(column.kind, "General")
    style = model._style  # noqa: SLF001 - the library has no other way to share a style among streamed cells

    def cell(value: object, kind: str) -> Any:
        made = WriteOnlyCell(sheet)
        made._value, made.data_type, made._style = value, kind, style  # noqa: SLF001 - likewise
        return made

    def make(value: object) -> Any:
        if value is None:
            return None
        if isinstance(value, bool):
            return (_YES if value else _NO).in_(lang)
        if isinstance(value, datetime):
            return cell(clock.local(value).replace(tzinfo=None), "d")
        if isinstance(value, date):
            return cell(value, "d")
        if isinstance(value, int | Decimal):
            return cell(value, "n")
        text = _in(value, lang)
        text = _ESCAPED.sub(lambda found: f"_x005F{found[0]}", text)
        text = f"'{text}" if text.startswith(("'", '="')) else text
        return cell(text, "s") if as_typed or text.startswith(("=", "#", "+", "-", "@")) else text

    return make


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _offer_options(book: Any, sheet: Any, table: Table, lang: Lang, first: int) -> None:
    """Lists to choose from, kept on a hidden sheet because a list written into the cell's rule may have 255 characters only."""
    listed: list[list[str]] = []
    for at, column in enumerate(table.columns, 1):
        options = column.options or ((_YES, _NO) if column.kind == "yes-no" and table.is_form else ())
        if not options:
            continue
        listed.append([_in(option, lang) for option in options])
        place = get_column_letter(len(listed))
        rule = DataValidation(
            type="list", formula1=f"'{_OPTIONS.in_(lang)}'!${place}$1:${place}${len(options)}", allow_blank=True, showErrorMessage=True
        )
        rule.add(f"{get_column_letter(at)}{first}:{get_column_letter(at)}{LIMIT * 2 + first}")
        sheet.data_validations.append(rule)
    if listed:
        hidden = book.create_sheet(_OPTIONS.in_(lang))
        hidden.sheet_state = "hidden"
        for row in itertools.zip_longest(*listed):
            hidden.append(list(row))


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "Sheet"


def _width(title: str) -> int:
    """Columns of a title: a Chinese character takes two."""
    return min(40, sum(2 if ord(letter) > 0x2E7F else 1 for letter in title) + 4)
