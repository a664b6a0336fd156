"""Where the characters of a scalar stand in its file, so that a fault inside an expression is shown to the column.

Invariant: a character that is not white space is placed exactly, in every YAML style (plain, both quotes, both blocks); where the alignment fails
the scalar's own start is given, never a wrong place.
"""

from __future__ import annotations

from typing import Final

from tongban.catalogue.core.reading.nodes import Scalar

_ESCAPES: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX: Final = {"x": 2, "u": 4, "U": 8}


def place(text: str, scalar: Scalar, line: int, column: int) -> tuple[int, int]:
    """The file's line and column of a line and column (from 1) in the scalar's value."""
    lines = scalar.value.split("\n")
    offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    places = _align(scalar.value, _units(text, scalar))
    if places is None:
        return scalar.start.line, scalar.start.column
    after = places[-1] + 1 if places else scalar.start.offset
    at = places[offset] if offset < len(places) else after
    start = text.rfind("\n", 0, at) + 1
    return text.count("\n", 0, at) + 1, at - start + 1


def _units(text: str, scalar: Scalar) -> list[tuple[str, int]]:
    """The characters that the raw text means, each with its offset in the file; white space is not folded yet."""
    start, end = scalar.start.offset, scalar.end
    if scalar.style in ("|", ">"):
        start = text.find("\n", start, end) + 1 or end
        return [(text[at], at) for at in range(start, end)]
    if scalar.style == "'":
        return _single(text, start + 1, end - 1)
    if scalar.style == '"':
        return _double(text, start + 1, end - 1)
    return [(text[at], at) for at in range(start, end)]


def _single(text: str, start: int, end: int) -> list[tuple[str, int]]:
    units, at = [], start
    while at < end:
        units.append((text[at], at))
        at += 2 if text.startswith("''", at) else 1
    return units


def _double(text: str, start: int, end: int) -> list[tuple[str, int]]:
    units, at = [], start
    while at < end:
        if text[at] != "\\":
            units.append((text[at], at))
            at += 1
            continue
        sign = text[at + 1]
        if sign in _HEX:
            width = _HEX[sign]
            units.append((chr(int(text[at + 2 : at + 2 + width], 16)), at))
            at += 2 + width
        elif sign == "\n":
            at += 2
        else:
            units.append((_ESCAPES.get(sign, sign), at))
            at += 2
    return units


def _align(value: str, units: list[tuple[str, int]]) -> list[int] | None:
    """The offset of each character of the value. Folding changes white space only, so everything else stands in the same order."""
    places: list[int] = []
    index = 0
    for character in value:
        if character.isspace():
            at = units[min(index, len(units) - 1)][1] if units else None
            if at is None:
                return None
            places.append(at)
            if index < len(units) and units[index][0].isspace():
                index += 1
            continue
        while index < len(units) and units[index][0].isspace() and units[index][0] != character:
            index += 1
        if index >= len(units) or units[index][0] != character:
            return None
        places.append(units[index][1])
        index += 1
    return places
