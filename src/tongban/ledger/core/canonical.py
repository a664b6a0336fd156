"""Canonical JSON: one value has one spelling (RFC 8785, JCS).

Invariants: keys are sorted by their UTF-16 code units; nothing is escaped that need not be; a value that JSON, JCS or the database could not give
back unchanged is refused: NaN, infinities, numbers from 2^53 on, U+0000, lone surrogates, keys that are not text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"

_LIMIT = 2**53


class NotCanonicalError(ValueError):
    """A value has no canonical spelling; the programmer must pass another."""


def canonical(value: JSON) -> bytes:
    """The canonical UTF-8 spelling of a JSON value. Raises NotCanonicalError."""
    try:
        return _spell(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError(f"text with a lone surrogate: {error.object[error.start : error.end]!r}") from error


def _spell(value: JSON) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(name)}:{_spell(value[name])}" for name in _sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_spell, value)) + "]"
    raise NotCanonicalError(f"not JSON: {type(value).__name__}")


def _text(value: str) -> str:
    if not isinstance(value, str):
        raise NotCanonicalError(f"a key that is not text: {value!r}")
    if "\0" in value:
        raise NotCanonicalError("text with U+0000")
    return encode_basestring(value)


def _sorted(value: Mapping[str, JSON]) -> list[str]:
    try:
        if all(map(str.isascii, value)):
            return sorted(value)
    except TypeError as error:
        raise NotCanonicalError(f"a key that is not text: {error}") from error
    return sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def _number(value: float) -> str:
    if not -_LIMIT < value < _LIMIT:
        raise NotCanonicalError(f"a number of 2^53 or more, or none at all: {value}")
    if isinstance(value, int):
        return int.__repr__(value)
    return _double(value)


def _double(value: float) -> str:
    """ECMAScript's spelling of a double (ECMA-262, Number::toString), which JCS prescribes; Python finds the same shortest digits."""
    if value.is_integer():
        return str(int(value))
    sign = "-" if math.copysign(1, value) < 0 else ""
    digits, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    point = len(whole) + int(exponent or 0)
    significant = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(significant)
    significant = significant.rstrip("0")
    if point > 0:
        return f"{sign}{significant[:point]}.{significant[point:]}"
    if point > -6:
        return f"{sign}0.{'0' * -point}{significant}"
    return f"{sign}{significant[0]}{'.' if significant[1:] else ''}{significant[1:]}e{point - 1}"
