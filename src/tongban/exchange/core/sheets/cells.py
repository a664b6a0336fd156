"""What a cell means, by the declared type of its column.

Invariants: nothing is guessed: what could mean two things (a date in American order, sixteen digits kept as a number, a text that became a date) is a fault that
says how to write it; nothing is rounded; what was read is plain JSON of the declared type, so it can be read again as what it was.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from tongban.exchange.core.records import Column
from tongban.exchange.core.sheets.source import Cell
from tongban.kernel.text import Text
from tongban.kernel.text import plain as kept
from tongban.rules.core import Bool, Choice, Date, FactType, Int, Money, TextType, ValueFault
from tongban.rules.core import Decimal as DecimalType
from tongban.rules.core.faults import nearest

_YES: Final = frozenset({"是", "有", "yes", "y", "true", "1", "√", "✓"})
_NO: Final = frozenset({"否", "无", "no", "n", "false", "0", "×", "✗"})
_DIGITS_KEPT: Final = 15
"""A spreadsheet keeps no more digits of a number (IEEE 754 doubles)."""
_AS_SHOWN: Final = Context(prec=_DIGITS_KEPT)
_LAST_DAY: Final = 2_958_465
"""31 December 9999 as a spreadsheet counts days."""
_NONCHARACTERS: Final = re.compile("[\ufffe\uffff\ufdd0-\ufdef]")
_DAY_FORMS: Final = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)

AS_TEXT: Final = Text("请把这一列设为文本格式，再重新填写", "set the column's format to text and enter it again")
FORMULA: Final = Text(
    "是公式；公式的结果可能已过时，请复制后“选择性粘贴—数值”", "is a formula whose result may be stale; copy it and paste values only"
)


class CellError(Exception):
    """What is wrong with a cell, in words that follow its address."""

    def __init__(self, says: Text) -> None:
        super().__init__(says.en)
        self.says = says


def value_of(cell: Cell | None, column: Column, *, from_1904: bool = False) -> Any:
    """The plain JSON value of a cell; None for an empty one. Raises CellError."""
    if cell is None:
        return None
    check_cell(cell)
    if cell.kind == "day" and not isinstance(column.type, Date):
        raise CellError(
            Text(f"被表格软件当成了日期；{AS_TEXT.zh}", f"was turned into a date by the spreadsheet; {AS_TEXT.en}")
            if isinstance(column.type, TextType | Choice)
            else Text("是日期，这里要填数", "is a date; a number belongs here")
        )
    read = _READERS[type(column.type)]
    try:
        value = read(cell, column, from_1904)
        return None if value is None else column.type.to_json(column.type.read(value))
    except (ValueFault, OverflowError) as fault:
        raise CellError(_wrong(cell, column)) from fault


def key_of(cell: Cell) -> str:
    """The text of a key's cell, a leading apostrophe and blanks around it taken away. Raises CellError."""
    check_cell(cell)
    if cell.kind == "day":
        raise CellError(Text(f"被表格软件当成了日期；{AS_TEXT.zh}", f"was turned into a date by the spreadsheet; {AS_TEXT.en}"))
    return _spelled(cell) if cell.kind == "number" else typed(cell.text)


def check_cell(cell: Cell) -> None:
    """Raises CellError for a cell that has no value of its own."""
    if cell.kind == "formula":
        raise CellError(FORMULA)
    if cell.kind == "error":
        raise CellError(
            Text("是错误值（{what}），请改成实际内容", "is an error value ({what}); enter what it should be").format(what=cell.text[:20])
        )


def typed(text: str) -> str:
    """What somebody typed: without blanks around it, what cannot be kept, and one leading apostrophe, by which spreadsheets mark a text."""
    text = _NONCHARACTERS.sub("", kept(text)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:  # how some systems keep a spreadsheet from dropping zeros
        text = text[2:-1]
    return text.removeprefix("'").strip()


def _spelled(cell: Cell) -> str:
    """A number as a text. Raises CellError where the spreadsheet has lost its last digits."""
    number = _number(cell.text)
    if number is None:
        raise CellError(Text("不是数", "is no number"))
    if number == number.to_integral_value() and abs(number) >= 10**_DIGITS_KEPT:
        raise CellError(
            Text(
                f"是数字格式，表格软件只保留前 {_DIGITS_KEPT} 位，后面的已经丢失；{AS_TEXT.zh}",
                f"is a number, of which the spreadsheet kept {_DIGITS_KEPT} digits only; {AS_TEXT.en}",
            )
        )
    return f"{number:f}"


def _number(text: str) -> Decimal | None:
    """A number as the spreadsheet shows it: to fifteen digits, without zeros at its end."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return None
    number = _AS_SHOWN.plus(number)
    return number.quantize(Decimal(1)) if number == number.to_integral_value() and number.adjusted() < 28 else number.normalize()


def _text(cell: Cell, column: Column, _from_1904: bool) -> str | None:
    text = _spelled(cell) if cell.kind == "number" else typed(cell.text)
    if cell.kind == "yes-no":
        text = "TRUE" if cell.text == "1" else "FALSE"
    longest = column.type.max_length if isinstance(column.type, TextType) else None
    if longest is not None and len(text) > longest:
        raise CellError(Text(f"有 {len(text)} 个字，至多 {longest} 个", f"has {len(text)} characters, at most {longest}"))
    return text or None


def _choice(cell: Cell, column: Column, _from_1904: bool) -> str | None:
    text = _spelled(cell) if cell.kind == "number" else typed(cell.text)
    if not text:
        return None
    words = {folded(word): id_ for id_, label in column.options.items() for word in (label.en, label.zh)}
    words |= {folded(id_): id_ for id_ in getattr(column.type, "options", ())}
    found = words.get(folded(text))
    if found is None:
        raise CellError(_no_option(text, column))
    return found


def _no_option(text: str, column: Column) -> Text:
    shown = [column.options.get(id_, Text(id_, id_)) for id_ in getattr(column.type, "options", ())]
    near = nearest(folded(text), [folded(each.zh) for each in shown])
    close = next((each for each in shown if folded(each.zh) == near), None)
    says = Text("{what}不在选项中", "{what} is none of the options").format(what=_quoted(text, column))
    if close is not None:
        return Text("{says}；最接近的是“{close}”", "{says}; the nearest is “{close}”").format(says=says, close=close)
    listed = Text("、".join(each.zh for each in shown[:12]), ", ".join(each.en for each in shown[:12]))
    return Text("{says}：{listed}", "{says}: {listed}").format(says=says, listed=listed)


def _yes_no(cell: Cell, column: Column, _from_1904: bool) -> bool | None:
    text = folded(typed(cell.text))
    if text in _YES:
        return True
    if text in _NO:
        return False
    if not text:
        return None
    raise CellError(Text("{what}不是“是”或“否”", "{what} is neither yes nor no").format(what=_quoted(cell.text, column)))


def _figure(cell: Cell, column: Column) -> Decimal | None:
    if cell.kind == "number":
        number = _number(cell.text)
    elif cell.kind == "yes-no":
        number = None
    else:
        text = folded(typed(cell.text)).replace(",", "")
        if not text:
            return None
        number = Decimal(text) if re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?", text) else None
    if number is None:
        raise CellError(_wrong(cell, column))
    return number


def _whole(cell: Cell, column: Column, _from_1904: bool) -> int | None:
    number = _figure(cell, column)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise CellError(_wrong(cell, column))
    return int(number)


def _decimal(cell: Cell, column: Column, _from_1904: bool) -> Decimal | None:
    number = _figure(cell, column)
    if number is not None and isinstance(column.type, DecimalType) and column.type.scaled(number) is None:
        raise CellError(Text(f"小数点后至多 {column.type.scale} 位", f"has more than {column.type.scale} digits after the point"))
    return number


def _money(cell: Cell, column: Column, from_1904: bool) -> int | None:
    text = folded(typed(cell.text))
    bare = re.fullmatch(r"[¥￥]?\s*(.*?)\s*(?:元|yuan)?", text)
    number = _decimal(Cell(cell.kind, bare[1] if bare and cell.kind == "text" else cell.text), column, from_1904)
    if number is None:
        return None
    fen = number * 100
    if fen != fen.to_integral_value():
        raise CellError(Text("金额以元为单位，小数点后至多两位（分）", "an amount in yuan has at most two digits after the point"))
    return int(fen)


def _day(cell: Cell, column: Column, from_1904: bool) -> dt.date | None:
    if cell.kind in ("day", "number"):
        return _counted(cell, column, from_1904=from_1904)
    text = unicodedata.normalize("NFKC", typed(cell.text))
    if not text:
        return None
    for form in _DAY_FORMS:
        if match := form.fullmatch(text) or form.fullmatch("".join(text.split())):
            return _made(match[1], match[2], match[3], cell, column)
    raise CellError(_wrong(cell, column))


def _counted(cell: Cell, column: Column, *, from_1904: bool) -> dt.date:
    """A day that a spreadsheet keeps as a number of days (1 is 1 January 1900, and 1900 has a 29 February), or eight digits yyyymmdd."""
    number = _number(cell.text)
    if number is None or number < 1:
        raise CellError(_wrong(cell, column))
    if number != number.to_integral_value():
        raise CellError(Text("带有时刻，请只填日期", "has a time of day; enter the date only"))
    count = int(number)
    if count > _LAST_DAY:
        digits = str(count)
        if len(digits) != 8:
            raise CellError(_wrong(cell, column))
        return _made(digits[:4], digits[4:6], digits[6:], cell, column)
    if from_1904:
        return dt.date(1904, 1, 1) + dt.timedelta(days=count)
    if count == 60:
        raise CellError(_wrong(cell, column))
    return dt.date(1899, 12, 30 if count > 60 else 31) + dt.timedelta(days=count)


def _made(year: str, month: str, day: str, cell: Cell, column: Column) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise CellError(Text("{what}不是真实的日期", "{what} is no real date").format(what=_quoted(cell.text, column))) from None


def _wrong(cell: Cell, column: Column) -> Text:
    return Text("{what}不符合要求：应为{expected}", "{what} does not fit: expected {expected}").format(
        what=_quoted(cell.text, column), expected=expected(column)
    )


def expected(column: Column) -> Text:
    """What a column takes, in words for somebody who fills in cells."""
    kind: FactType = column.type
    if isinstance(kind, Money):
        return Text(
            f"{kind.show(kind.min, 'zh')}到{kind.show(kind.max, 'zh')}的金额，以元为单位",
            f"an amount in yuan from {kind.show(kind.min, 'en')} to {kind.show(kind.max, 'en')}",
        )
    if isinstance(kind, Date):
        return Text("日期，写成 2026-03-05 或 2026年3月5日", "a date, written 2026-03-05")
    if isinstance(kind, Bool):
        return Text("“是”或“否”", "yes or no")
    if isinstance(kind, Choice):
        shown = [column.options.get(id_, Text(id_, id_)) for id_ in kind.options]
        return Text("、".join(each.zh for each in shown), ", ".join(each.en for each in shown))
    return kind.expected()


def folded(text: str) -> str:
    """A word as it is compared: NFKC, small letters, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _quoted(text: str, column: Column) -> Text:
    """What stands there; never of a personal or sensitive item, because faults are kept."""
    if column.is_sealed:
        return Text("填写的内容", "what is there")
    shown = typed(text)[:40]
    return Text(f"“{shown}”", f"“{shown}”")


_READERS: Final[Mapping[type[FactType], Callable[[Cell, Column, bool], Any]]] = {
    TextType: _text,
    Choice: _choice,
    Bool: _yes_no,
    Int: _whole,
    DecimalType: _decimal,
    Money: _money,
    Date: _day,
}
"""By type of item; a list is no type of an item."""
