"""The first visible worksheet of a workbook (ISO/IEC 29500-1 §18), transitional or strict, read as a stream.

Invariants: numbers keep the spelling of the file, so no float decides anything; a formula is told as one, whatever result it stored; no more than one piece
of the sheet is in memory beside its table of texts.

The library for workbooks in the lock is not used to read: it expands document types, reads parts that are no rows and fails on oddities in them, and does not
tell merged cells of a sheet that it streams.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tongban.exchange.core.sheets.archive import damaged, read_part, stream_part
from tongban.exchange.core.sheets.source import LAST_ROW, MOST_COLUMNS, Cell, CellKind, Row, Source, refused

_DAYS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in number formats that show a day or a time (§18.8.30), the Chinese ones among them."""
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_KINDS: Final[dict[str, CellKind]] = {"b": "yes-no", "e": "error", "str": "text", "inlineStr": "text", "d": "text"}
MOST_TEXT: Final = 100_000_000
"""Characters in the table of texts."""
MOST_MERGED: Final = 100_000


def open_workbook(package: zipfile.ZipFile) -> Source:
    """The rows of the workbook's first visible worksheet. Raises UnreadableFileError, also while they are read."""
    book = _Book()
    root = _related(package, "", "officeDocument") or {}
    where = next(iter(root.values()), "xl/workbook.xml")
    if not read_part(package, where, book.start):
        raise damaged()
    sheets = _related(package, where, "worksheet") or {}
    visible = [(name, sheets[id_]) for name, id_, state in book.sheets if state == "visible" and id_ in sheets]
    if not visible:
        raise refused("文件里没有可见的工作表", "The file has no visible worksheet")
    name, path = visible[0]
    texts, days = _Texts(), _Styles()
    for each in (_related(package, where, "sharedStrings") or {}).values():
        read_part(package, each, texts.start, texts.end, texts.say, small=False)
    for each in (_related(package, where, "styles") or {}).values():
        read_part(package, each, days.start, days.end)
    sheet = _Sheet(tuple(texts.all), days.shown_as_days())
    return Source(_rows(package, path, sheet), name, book.from_1904, sheet.merged)


def _rows(package: zipfile.ZipFile, path: str, sheet: _Sheet) -> Iterator[Row]:
    for _ in stream_part(package, path, sheet.start, sheet.end, sheet.say):
        yield from sheet.taken()


def _related(package: zipfile.ZipFile, path: str, kind: str) -> dict[str, str] | None:
    """The parts that a part (the package itself: "") relates to as `kind`, by the relation's id."""
    found: dict[str, str] = {}
    folder, leaf = posixpath.split(path)

    def start(name: str, attributes: dict[str, str]) -> None:
        if (
            name.endswith("|Relationship")
            and attributes.get("Type", "").endswith(f"/{kind}")
            and attributes.get("TargetMode") != "External"
        ):
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = whole

    return found if read_part(package, posixpath.join(folder, "_rels", f"{leaf}.rels"), start) else None


class _Book:
    """The workbook's list of sheets."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.endswith("|sheet"):
            related = next((value for key, value in attributes.items() if key.endswith("|id")), "")
            self.sheets.append((attributes.get("name", "")[:120], related, attributes.get("state", "visible")))
        elif name.endswith("|workbookPr"):
            self.from_1904 = attributes.get("date1904") in ("1", "true")


class _Texts:
    """The table of texts that cells refer to; how a text is pronounced does not belong to it."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._parts: list[str] = []
        self._in_text = self._in_sound = False
        self._size = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        if name.endswith("|t"):
            self._in_text = not self._in_sound
        elif name.endswith("|rPh"):
            self._in_sound = True

    def say(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)
            self._size += len(text)
            if self._size > MOST_TEXT:
                raise damaged()

    def end(self, name: str) -> None:
        if name.endswith("|t"):
            self._in_text = False
        elif name.endswith("|rPh"):
            self._in_sound = False
        elif name.endswith("|si"):
            self.all.append(unescaped("".join(self._parts)))
            self._parts.clear()


class _Styles:
    """Which cell formats show a number as a day."""

    def __init__(self) -> None:
        self._own: dict[str, bool] = {}
        self._formats: list[str] = []
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        leaf = name.rpartition("|")[2]
        if leaf == "numFmt":
            self._own[attributes.get("numFmtId", "")] = shows_day(attributes.get("formatCode", ""))
        elif leaf == "cellXfs":
            self._in_cells = True
        elif leaf == "xf" and self._in_cells:
            self._formats.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name.endswith("|cellXfs"):
            self._in_cells = False

    def shown_as_days(self) -> frozenset[str]:
        """The indexes of those formats, as cells name them."""
        return frozenset(str(at) for at, id_ in enumerate(self._formats) if self._own.get(id_, id_.isdigit() and int(id_) in _DAYS))


@dataclass
class _Sheet:
    """One worksheet on its way through the parser."""

    texts: tuple[str, ...]
    days: frozenset[str]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    _ready: list[Row] = field(default_factory=list)
    _cells: dict[int, Cell] = field(default_factory=dict)
    _row: int = 0
    _column: int = 0
    _type: str = "n"
    _style: str = ""
    _is_formula: bool = False
    _is_open: bool = False
    _in_sound: bool = False
    _parts: list[str] = field(default_factory=list)

    def taken(self) -> list[Row]:
        """The rows that are whole by now, once."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        leaf = name.rpartition("|")[2]
        if leaf == "c":
            self._begin_cell(attributes)
        elif leaf in ("v", "t"):
            self._is_open = not self._in_sound
        elif leaf == "f":
            self._is_formula = True
        elif leaf == "row":
            self._begin_row(attributes.get("r", ""))
        elif leaf == "rPh":
            self._in_sound = True
        elif leaf == "mergeCell":
            self.merged.append(_range(attributes.get("ref", "")))
            if len(self.merged) > MOST_MERGED:
                raise damaged()

    def say(self, text: str) -> None:
        if self._is_open:
            self._parts.append(text)

    def end(self, name: str) -> None:
        leaf = name.rpartition("|")[2]
        if leaf in ("v", "t"):
            self._is_open = False
        elif leaf == "c":
            self._end_cell()
        elif leaf == "row":
            self._ready.append((self._row, self._cells))
        elif leaf == "rPh":
            self._in_sound = False

    def _begin_row(self, number: str) -> None:
        row = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else self._row + 1 if not number else LAST_ROW + 1
        if not self._row < row <= LAST_ROW:
            raise damaged()
        self._row, self._column, self._cells = row, 0, {}

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        where = attributes.get("r", "")
        self._column = column_number(where.rstrip("0123456789")) if where else self._column + 1
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._is_formula = False
        self._parts.clear()

    def _end_cell(self) -> None:
        if self._is_formula:
            cell = Cell("formula", "")
        elif not self._parts:
            return
        else:
            cell = self._cell("".join(self._parts))
        if not cell.text.strip() and cell.kind == "text":
            return
        if self._column > MOST_COLUMNS:
            raise refused(f"第 {self._row} 行超过 {MOST_COLUMNS} 列", f"Row {self._row} has more than {MOST_COLUMNS} columns")
        self._cells[self._column] = cell

    def _cell(self, text: str) -> Cell:
        if self._type == "n":
            return Cell("day" if self._style in self.days else "number", text.strip())
        if self._type == "s":
            if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(self.texts)):
                raise damaged()
            return Cell("text", self.texts[int(text)])
        kind = _KINDS.get(self._type)
        if kind is None:
            raise damaged()
        return Cell(kind, unescaped(text) if kind == "text" else text.strip())


def shows_day(code: str) -> bool:
    """Whether a number format shows a day or a time: y, m, d, h or s outside quotation marks, colours and paddings (§18.8.31)."""
    return bool(set(_NOT_SHOWN.sub("", code.partition(";")[0]).lower()) & set("ymdhs"))


def unescaped(text: str) -> str:
    """A text whose characters `_xHHHH_` are what they stand for (ST_Xstring, §22.9.2.19)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27. Raises UnreadableFileError for anything else."""
    if not 1 <= len(letters) <= 3 or not (letters.isascii() and letters.isalpha()):
        raise damaged()
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _range(reference: str) -> tuple[int, int, int, int]:
    """First and last row, first and last column of `B7:C9`."""
    match = re.fullmatch(r"([A-Za-z]{1,3})([0-9]{1,7}):([A-Za-z]{1,3})([0-9]{1,7})", reference)
    if match is None:
        raise damaged()
    return int(match[2]), int(match[4]), column_number(match[1]), column_number(match[3])
