"""The types of facts: what a value may be, how it is read from a text, kept as JSON, and shown to a person.

Invariants: numbers and amounts have a declared least and greatest value inside int64; money is integer fen; a decimal has
a fixed number of digits after the point and is never a float; `from_json(to_json(v)) == v` for every value of the type.
Every method that takes a value from outside raises `ValueFault` when the value is not of the type.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tongban.kernel.text import Text

from .faults import ValueFault, nearest

INT64: Final = 2**63 - 1
YES_WORDS: Final = frozenset({"yes", "true", "是"})
NO_WORDS: Final = frozenset({"no", "false", "否"})
MONTHS: Final = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


class FactType(ABC):
    """One of `Bool`, `Int`, `Money`, `Decimal`, `Date`, `TextType`, `Choice`, `ListOf`: a closed set."""

    @abstractmethod
    def accepts(self, value: object) -> bool:
        """Whether `value` is exactly of this type and inside its range."""

    @abstractmethod
    def _parse(self, text: str) -> Any:
        """The value that a text means; its range is checked afterwards. Raises `ValueFault`."""

    @abstractmethod
    def expected(self) -> Text:
        """What this type takes, in words."""

    @abstractmethod
    def show(self, value: Any, lang: str) -> str:
        """The value as a person reads it; `lang` begins with `zh` for Chinese, else English."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """This type as plain JSON; `type_from` is its inverse."""

    def read(self, raw: object) -> Any:
        """The value of a text (a YAML scalar, a form field) or of a JSON value. Raises `ValueFault`."""
        return self._checked(self._parse(raw.strip()) if isinstance(raw, str) else self._unpack(raw), raw)

    def to_json(self, value: Any) -> Any:
        """The value as plain JSON, exact. Raises `ValueFault`."""
        return self._pack(self._checked(value, value))

    def from_json(self, data: Any) -> Any:
        """The value that `to_json` gave. Raises `ValueFault`."""
        return self._checked(self._unpack(data), data)

    def _pack(self, value: Any) -> Any:
        return value

    def _unpack(self, data: Any) -> Any:
        return data

    def _checked(self, value: Any, raw: object) -> Any:
        if self.accepts(value):
            return value
        raise self._misread(raw)

    def _misread(self, raw: object, close: str | None = None) -> ValueFault:
        message = Text("“{raw}”不符合要求：应为{expected}", "“{raw}” does not fit: expected {expected}")
        return ValueFault(message.format(raw=str(raw)[:60], expected=self.expected()), close)


@dataclass(frozen=True, slots=True)
class Bool(FactType):
    """Yes or no."""

    def accepts(self, value: object) -> bool:
        return type(value) is bool

    def _parse(self, text: str) -> bool:
        if text.lower() in YES_WORDS | NO_WORDS:
            return text.lower() in YES_WORDS
        raise self._misread(text, nearest(text.lower(), {"yes", "no"}))

    def expected(self) -> Text:
        return Text("yes（是）或 no（否）", "yes or no")

    def show(self, value: Any, lang: str) -> str:
        return ("是" if value else "否") if _zh(lang) else ("yes" if value else "no")

    def describe(self) -> dict[str, Any]:
        return {"type": "yes-no"}


@dataclass(frozen=True, slots=True)
class Int(FactType):
    """A whole number, `min` to `max` inclusive, inside int64."""

    min: int
    max: int

    def __post_init__(self) -> None:
        _check_range(self.min, self.max)

    def accepts(self, value: object) -> bool:
        return type(value) is int and self.min <= value <= self.max

    def _parse(self, text: str) -> int:
        if re.fullmatch(r"-?[0-9]{1,19}", text):
            return int(text)
        raise self._misread(text)

    def expected(self) -> Text:
        return Text(f"{self.min} 到 {self.max} 的整数", f"a whole number from {self.min} to {self.max}")

    def show(self, value: Any, lang: str) -> str:  # noqa: ARG002 - the same in both languages
        return f"{value:,}" if abs(value) >= 10_000 else str(value)

    def describe(self) -> dict[str, Any]:
        return {"type": "int", "min": self.min, "max": self.max}


@dataclass(frozen=True, slots=True)
class Money(FactType):
    """An amount in integer fen, `min` to `max` inclusive, inside int64. A text must name its unit."""

    min: int
    max: int

    def __post_init__(self) -> None:
        _check_range(self.min, self.max)

    def accepts(self, value: object) -> bool:
        return type(value) is int and self.min <= value <= self.max

    def _parse(self, text: str) -> int:
        amount = r"(-?[0-9]{1,17}(?:,[0-9]{3})*(?:\.[0-9]{1,2})?)"
        yuan = re.fullmatch(rf"yuan\({amount}\)|{amount} ?(?:yuan|元)|[¥￥] ?{amount}", text)
        if yuan:
            digits = next(part for part in yuan.groups() if part is not None)
            return int(decimal.Decimal(digits.replace(",", "")) * 100)
        fen = re.fullmatch(r"fen\((-?[0-9]{1,19})\)|(-?[0-9]{1,19}) ?(?:fen|分)", text)
        if fen:
            return int(fen[1] or fen[2])
        raise self._misread(text)

    def expected(self) -> Text:
        low, high = self.show(self.min, "zh"), self.show(self.max, "zh")
        return Text(
            f"{low}到{high}的金额，写明单位，如“50 元”“yuan(50)”“fen(5000)”",
            f"an amount from {self.show(self.min, 'en')} to {self.show(self.max, 'en')} with its unit, "
            "such as “50 yuan”, “yuan(50)” or “fen(5000)”",
        )

    def show(self, value: Any, lang: str) -> str:
        sign, figure = "-" if value < 0 else "", f"{abs(value) // 100:,}.{abs(value) % 100:02d}"
        return f"{sign}{figure} 元" if _zh(lang) else f"{sign}¥{figure}"

    def describe(self) -> dict[str, Any]:
        return {"type": "money", "min": self.min, "max": self.max}


@dataclass(frozen=True, slots=True)
class Decimal(FactType):
    """A number with `scale` digits after the point. Values and bounds are `decimal.Decimal`; bounds may be given as int or text."""

    scale: int
    min: decimal.Decimal | int | str
    max: decimal.Decimal | int | str

    def __post_init__(self) -> None:
        if not 1 <= self.scale <= 12:
            raise ValueError("a decimal has 1 to 12 digits after the point")
        for name in ("min", "max"):
            object.__setattr__(self, name, decimal.Decimal(getattr(self, name)))
        _check_range(*self.bounds)

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and greatest value as integers scaled by 10 ** scale."""
        return _scaled_bounds(self)

    def scaled(self, value: decimal.Decimal) -> int | None:
        """The value as an integer scaled by 10 ** scale, or None if that would lose digits."""
        sign, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int) or not -30 < exponent < 30 or len(digits) > 30:
            return None
        figure = int("".join(map(str, digits))) * (-1 if sign else 1)
        shift = self.scale + exponent
        if shift >= 0:
            return int(figure * 10**shift)
        whole, lost = divmod(figure, 10**-shift)
        return None if lost else whole

    def unscaled(self, value: int) -> decimal.Decimal:
        """The value of a scaled integer."""
        digits = tuple(int(digit) for digit in str(abs(value)))
        return decimal.Decimal((int(value < 0), digits, -self.scale))

    def accepts(self, value: object) -> bool:
        if type(value) is not decimal.Decimal:
            return False
        scaled = self.scaled(value)
        if scaled is None:
            return False
        low, high = _scaled_bounds(self)
        return low <= scaled <= high

    def _parse(self, text: str) -> decimal.Decimal:
        if re.fullmatch(r"-?[0-9]{1,19}(\.[0-9]{1,19})?", text):
            return self._exact(decimal.Decimal(text))
        raise self._misread(text)

    def _exact(self, value: decimal.Decimal) -> decimal.Decimal:
        scaled = self.scaled(value)
        return value if scaled is None else self.unscaled(scaled)

    def _pack(self, value: Any) -> Any:
        return str(self._exact(value))

    def _unpack(self, data: Any) -> Any:
        if type(data) is int or type(data) is decimal.Decimal:
            return self._exact(decimal.Decimal(data))
        return self._parse(data) if isinstance(data, str) else data

    def expected(self) -> Text:
        zh = f"{self.min} 到 {self.max} 的数，小数点后至多 {self.scale} 位"
        return Text(zh, f"a number from {self.min} to {self.max}, at most {self.scale} digits after the point")

    def show(self, value: Any, lang: str) -> str:  # noqa: ARG002 - the same in both languages
        return f"{self._exact(value):,f}"

    def describe(self) -> dict[str, Any]:
        return {"type": "decimal", "scale": self.scale, "min": str(self.min), "max": str(self.max)}


@lru_cache(maxsize=4096)
def _scaled_bounds(kind: Decimal) -> tuple[int, int]:
    low, high = kind.scaled(decimal.Decimal(kind.min)), kind.scaled(decimal.Decimal(kind.max))
    if low is None or high is None:
        raise ValueError("the bounds have more digits than the scale")
    return low, high


@dataclass(frozen=True, slots=True)
class Date(FactType):
    """A calendar day, `min` to `max` inclusive."""

    min: dt.date = dt.date(1800, 1, 1)
    max: dt.date = dt.date(2999, 12, 31)

    def accepts(self, value: object) -> bool:
        return type(value) is dt.date and self.min <= value <= self.max

    def _parse(self, text: str) -> dt.date:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                pass
        raise self._misread(text)

    def _pack(self, value: Any) -> Any:
        return value.isoformat()

    def _unpack(self, data: Any) -> Any:
        return self._parse(data) if isinstance(data, str) else data

    def expected(self) -> Text:
        return Text(f"{self.min} 到 {self.max} 的日期，如 2026-06-30", f"a date from {self.min} to {self.max}, such as 2026-06-30")

    def show(self, value: Any, lang: str) -> str:
        if _zh(lang):
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"

    def describe(self) -> dict[str, Any]:
        return {"type": "date", "min": self.min.isoformat(), "max": self.max.isoformat()}


@dataclass(frozen=True, slots=True)
class TextType(FactType):
    """A text of at most `max_length` characters (Unicode code points)."""

    max_length: int | None = None

    def accepts(self, value: object) -> bool:
        return type(value) is str and (self.max_length is None or len(value) <= self.max_length)

    def _parse(self, text: str) -> str:
        return text

    def expected(self) -> Text:
        if self.max_length is None:
            return Text("文字", "a text")
        return Text(f"至多 {self.max_length} 字的文字", f"a text of at most {self.max_length} characters")

    def show(self, value: Any, lang: str) -> str:  # noqa: ARG002 - shown as it is
        return str(value)

    def describe(self) -> dict[str, Any]:
        return {"type": "text", "max_length": self.max_length}


@dataclass(frozen=True, slots=True)
class Choice(FactType):
    """One of a closed list of options."""

    options: tuple[str, ...]

    def accepts(self, value: object) -> bool:
        return type(value) is str and value in self.options

    def _parse(self, text: str) -> str:
        if text in self.options:
            return text
        raise self._misread(text, nearest(text, self.options))

    def expected(self) -> Text:
        return Text(f"以下之一：{'、'.join(self.options)}", f"one of: {', '.join(self.options)}")

    def show(self, value: Any, lang: str) -> str:  # noqa: ARG002 - shown as it is
        return str(value)

    def describe(self) -> dict[str, Any]:
        return {"type": "choice", "options": list(self.options)}


@dataclass(frozen=True, slots=True)
class ListOf(FactType):
    """Any number of values of one type, kept as a tuple. As a text: comma-separated."""

    item: FactType

    def read(self, raw: object) -> tuple[Any, ...]:
        """Each item is read by itself: a list of YAML scalars is a list of texts. Raises `ValueFault`."""
        parts = [self.item.read(item) for item in raw] if isinstance(raw, list | tuple) else super(ListOf, self).read(raw)
        return tuple(parts)

    def accepts(self, value: object) -> bool:
        return type(value) is tuple and all(self.item.accepts(item) for item in value)

    def _parse(self, text: str) -> tuple[Any, ...]:
        return tuple(self.item.read(part) for part in re.split(r"[,，、]", text)) if text else ()

    def _pack(self, value: Any) -> Any:
        return [self.item.to_json(item) for item in value]

    def _unpack(self, data: Any) -> Any:
        return tuple(self.item.from_json(item) for item in data) if isinstance(data, list | tuple) else data

    def expected(self) -> Text:
        return Text("一列值，每个为{item}", "a list, each {item}").format(item=self.item.expected())

    def show(self, value: Any, lang: str) -> str:
        return ("、" if _zh(lang) else ", ").join(self.item.show(item, lang) for item in value)

    def describe(self) -> dict[str, Any]:
        return {"type": "list", "item": self.item.describe()}


@dataclass(frozen=True, slots=True)
class FactSpec:
    """What a fact may be, and whether the answer may be that nothing is there."""

    type: FactType
    may_be_none: bool = False


Vocabulary = Mapping[str, FactSpec]


def _zh(lang: str) -> bool:
    return lang.startswith("zh")


def _check_range(low: int, high: int) -> None:
    if not -INT64 - 1 <= low <= high <= INT64:
        raise ValueError(f"{low} to {high} is not a range inside int64")
