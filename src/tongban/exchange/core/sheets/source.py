"""What kind of file an upload is, by content alone, and its rows whichever kind it is.

Invariants: the name never decides; a workbook is looked through (size unpacked, number of parts, macros, encryption, document types) before any of it is
read; a text is read in the encoding that it is sound in, never with replaced characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from tongban.exchange.errors import UnreadableFileError
from tongban.kernel.text import Text

MOST_BYTES: Final = 20_000_000
MOST_COLUMNS: Final = 256
LAST_ROW: Final = 1_048_576
"""The last row of a worksheet (ECMA-376)."""

CellKind = Literal["text", "number", "day", "yes-no", "formula", "error"]


class Cell(NamedTuple):
    """One cell that is not empty: its kind and its text, numbers as the file spells them. `day` is a number that the file shows as a date."""

    kind: CellKind
    text: str


Row = tuple[int, dict[int, Cell]]
"""A row's number and its cells by column, both from 1."""


@dataclass(frozen=True)
class Source:
    """The rows of one table, in their order, each read when it is asked for."""

    rows: Iterator[Row]
    name: str = ""
    """The worksheet's name; empty for a text."""
    from_1904: bool = False
    """Whether days are counted from 1904, as old Macintosh files do."""
    merged: Sequence[tuple[int, int, int, int]] = ()
    """Merged ranges: first and last row, first and last column; all of them once the last row was read."""


_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0", Text("旧格式的 Excel 文件（.xls），或设了打开密码", "an old Excel file (.xls), or one with a password")),
    (b"%PDF-", Text("PDF", "a PDF")),
    (b"\x89PNG", Text("图片", "a picture")),
    (b"\xff\xd8\xff", Text("图片", "a picture")),
    (b"Rar!", Text("压缩包", "an archive")),
    (b"7z\xbc\xaf", Text("压缩包", "an archive")),
    (b"\x1f\x8b", Text("压缩包", "an archive")),
    (b"<", Text("网页格式的表格（有的系统把它存成 .xls）", "a table in a web page (some systems call it .xls)")),
)
SAVE_AS: Final = Text(
    "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再上传。",
    "Open it in Excel or WPS, save it as an Excel workbook (.xlsx), and upload that.",
)


def refused(zh: str, en: str, then: Text = SAVE_AS) -> UnreadableFileError:
    """The error that tells why a file is not read, and what to do."""
    return UnreadableFileError(Text(f"{zh}，没有读取。{then.zh}", f"{en}, so it was not read. {then.en}"))


def check_kind(content: bytes) -> Literal["xlsx", "csv"]:
    """Which kind an upload is; cheap. Raises UnreadableFileError for whatever is neither."""
    if not content.strip():
        raise refused("文件是空的", "The file is empty", Text("请打开看看内容是否完好。", "Open it to see that its content is there."))
    if len(content) > MOST_BYTES:
        size, most = len(content) / 1_000_000, MOST_BYTES // 1_000_000
        raise refused(
            f"文件有 {size:.1f} MB，超过 {most} MB",
            f"The file has {size:.1f} MB, more than {most} MB",
            Text("请分成几个文件上传。", "Upload it in parts."),
        )
    if content.startswith(b"PK"):
        return "xlsx"
    for magic, what in _OTHERS:
        if content.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(magic):
            raise refused(f"这是{what.zh}", f"This is {what.en}")
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused("这不是表格文件", "This is no table")
    return "csv"


def weight(content: bytes) -> int:
    """How many bytes there are to read, unpacked. Raises UnreadableFileError for what is no table."""
    if check_kind(content) == "csv":
        return len(content)
    from tongban.exchange.core.sheets.archive import opened

    return sum(info.file_size for info in opened(content).infolist())


def open_source(content: bytes) -> Source:
    """The upload's table. Raises UnreadableFileError, also while its rows are read."""
    if check_kind(content) == "csv":
        from tongban.exchange.core.sheets.text import open_text

        return open_text(content)
    from tongban.exchange.core.sheets.archive import opened
    from tongban.exchange.core.sheets.workbook import open_workbook

    return open_workbook(opened(content))
