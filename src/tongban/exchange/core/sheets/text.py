"""A table as text: CSV, or what Excel calls Unicode text.

Invariants: the encoding is one in which every byte is sound: a byte order mark decides, then UTF-8, then GB 18030 (which Excel in Chinese writes); a row's
number is its record's, as a spreadsheet counts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from tongban.exchange.core.sheets.source import MOST_COLUMNS, Cell, Row, Source, refused
from tongban.kernel.text import Text

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GUESSES: Final = ("utf-8", "gb18030")
_SEPARATORS: Final = ",\t;"
DEEPEST: Final = 20
"""Lines by which the separator is told."""
LONGEST_FIELD: Final = 40_000


def open_text(content: bytes) -> Source:
    """The rows of a text. Raises UnreadableFileError, also while they are read."""
    text = decoded(content)
    head = "\n".join(text.splitlines()[:DEEPEST])
    separator = max(_SEPARATORS, key=lambda each: (head.count(each), each == ","))
    return Source(_rows(text, separator))


def decoded(content: bytes) -> str:
    """The text of the bytes. Raises UnreadableFileError if they are sound in no encoding that is used for such files."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else _GUESSES:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused(
        "文件的文字编码认不出来（既不是 UTF-8，也不是 GB 18030）",
        "The file's encoding is neither UTF-8 nor GB 18030",
    )


def _rows(text: str, separator: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    number = 0
    try:
        for number, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            if len(fields) > MOST_COLUMNS and any(field.strip() for field in fields[MOST_COLUMNS:]):
                raise refused(
                    f"第 {number} 行超过 {MOST_COLUMNS} 列",
                    f"Row {number} has more than {MOST_COLUMNS} columns",
                    Text("请核对分隔符。", "Check the separator."),
                )
            yield number, {at: Cell("text", field) for at, field in enumerate(fields, 1) if field.strip()}
    except csv.Error as fault:
        raise refused(
            f"第 {number + 1} 行的引号或长度不对，读不下去",
            f"Row {number + 1} has a wrong quotation mark or is too long",
        ) from fault
