"""The words of an expression, each with its place.

Invariants: offsets are into the source as given; a text outside the subset becomes a fault, never a token that means
something else; the last token is always `end`. Comments (`//` to the end of the line) and white space carry no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tongban.kernel.text import Text

from . import refusals
from .faults import FaultList, Span

Kind = Literal["name", "int", "decimal", "text", "sign", "refused", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word; `text` is its meaning (for a text: without quotes and escapes)."""

    kind: Kind
    text: str
    at: Span


SPACE: Final = re.compile(r"(?:[ \t\r\n\u3000]|//[^\n]*)+")
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NUMBER: Final = re.compile(r"[0-9](?:[A-Za-z0-9_]|\.(?=[0-9]))*")
SIGN: Final = re.compile(r"&&|\|\||[!=]==|==|!=|<>|<=|>=|[<>!+\-*/%?:()\[\]{},.]")
QUOTED: Final = re.compile(r"""("|')((?:\\.|(?!\1)[^\\\n])*)\1""", re.DOTALL)
ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
ESCAPES: Final = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t", "r": "\r"}
SIGNS: Final = frozenset(
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]", ",", "."]
)


class _BadEscapeError(Exception):
    pass


def tokens_of(source: str, faults: FaultList) -> list[Token]:
    """All words of the source; what cannot be one is noted as a fault."""
    found = list(_scan(source, faults))
    found.append(Token("end", "", Span(len(source), len(source))))
    return found


def _scan(source: str, faults: FaultList) -> Iterator[Token]:
    offset = 0
    while offset < len(source):
        space = SPACE.match(source, offset)
        if space:
            offset = space.end()
            continue
        token = _token_at(source, offset, faults)
        offset = token.at.end
        yield token


def _token_at(source: str, offset: int, faults: FaultList) -> Token:  # noqa: PLR0911 - one return a kind of word
    if name := NAME.match(source, offset):
        if source[name.end() : name.end() + 1] in ('"', "'") and name[0].lower() in ("r", "b", "rb", "br"):
            quoted = _quoted(source, name.end(), faults)
            return _refuse(faults, Span(offset, quoted.at.end), refusals.NO_PREFIX)
        return Token("name", name[0], Span(offset, name.end()))
    if number := NUMBER.match(source, offset):
        return _number(number, faults)
    if source[offset] in "\"'":
        return _quoted(source, offset, faults)
    if sign := SIGN.match(source, offset):
        if sign[0] in SIGNS:
            return Token("sign", sign[0], Span(offset, sign.end()))
        return _wrong_sign(sign[0], Span(offset, sign.end()), faults)
    return _wrong_sign(source[offset], Span(offset, offset + 1), faults)


def _number(number: re.Match[str], faults: FaultList) -> Token:
    text, at = number[0], Span(*number.span())
    if re.fullmatch(r"0|[1-9][0-9]*", text):
        return Token("int", text, at)
    if re.fullmatch(r"(?:0|[1-9][0-9]*)\.[0-9]+", text):
        return Token("decimal", text, at)
    shapes = (
        (r"0[xX].*", refusals.NO_HEX),
        (r"[0-9.]+[eE].*", refusals.NO_EXPONENT),
        (r"[0-9]+[uU]", refusals.NO_UINT),
        (r"0[0-9]+(\.[0-9]+)?", refusals.NO_LEADING_ZERO),
    )
    reason = next((says for shape, says in shapes if re.fullmatch(shape, text)), None)
    return _refuse(faults, at, reason or Text(f"“{text}”不是数字", f"“{text}” is not a number"))


def _quoted(source: str, offset: int, faults: FaultList) -> Token:
    if source.startswith(('"""', "'''"), offset):
        close = source.find(source[offset] * 3, offset + 3)
        end = len(source) if close < 0 else close + 3
        return _refuse(faults, Span(offset, end), refusals.NO_TRIPLE)
    quoted = QUOTED.match(source, offset)
    if not quoted:
        line_end = source.find("\n", offset)
        end = len(source) if line_end < 0 else line_end
        return _refuse(faults, Span(offset, end), Text("引号没有闭合", "this quote is not closed on its line"))
    at = Span(*quoted.span())
    try:
        return Token("text", ESCAPE.sub(_unescape, quoted[2]), at)
    except _BadEscapeError as bad:
        return _refuse(faults, at, Text(f"不认识的转义“{bad}”", f"unknown escape “{bad}”"))


def _unescape(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) > 1:
        point = int(code[1:], 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise _BadEscapeError(escape[0])
        return chr(point)
    if code not in ESCAPES:
        raise _BadEscapeError(escape[0])
    return ESCAPES[code]


def _wrong_sign(sign: str, at: Span, faults: FaultList) -> Token:
    if sign in "{}":
        return _refuse(faults, at, refusals.NO_MAP)
    if sign == "`":
        return _refuse(faults, at, refusals.NO_BACKTICK)
    instead = refusals.INSTEAD.get(sign)
    if instead is None:
        return _refuse(faults, at, refusals.UNKNOWN_SIGN.format(found=sign))
    faults.add(at, refusals.WRITE_INSTEAD.format(found=sign, instead=instead), instead)
    kind: Kind = "refused" if instead in ("'", '"') else "sign"
    return Token(kind, instead, at)


def _refuse(faults: FaultList, at: Span, message: Text) -> Token:
    faults.add(at, message)
    return Token("refused", "", at)
