"""Whether a PDF (ISO 32000) may be kept: it must be whole, unlocked and passive.

Invariants: names are read with their `#xx` escapes; compressed object streams are looked into; what cannot be looked into is refused. Ordinary
streams (page content, pictures) are not: no reader takes actions from them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from tongban.files.errors import DamagedError, PoisonedError
from tongban.kernel.text import Text

_MOST_INFLATED: Final = 60_000_000
_STREAM: Final = re.compile(rb"stream\r?\n")
_PAIRS: Final = re.compile(rb"\s*(?:%|\d+\s+\d)")

LOCKED: Final = Text(zh="文件设了密码或加密，经办人打不开", en="The file is locked or encrypted and the officer could not open it")
ACTIVE: Final = Text(zh="PDF 里带有会自动执行的内容", en="The PDF carries content that acts by itself")
ATTACHED: Final = Text(zh="PDF 里夹带了附件", en="The PDF carries attached files")
OPAQUE: Final = Text(zh="PDF 的内部结构无法检查", en="The inside of the PDF cannot be checked")


def _name(word: str) -> bytes:
    """A pattern for a PDF name, each character plain or as `#xx`, ended as names end (ISO 32000-1, 7.3.5)."""
    letters = (b"(?:%s|#%s)" % (re.escape(letter).encode(), _hex(ord(letter))) for letter in word)
    return b"/" + b"".join(letters) + rb"(?![A-Za-z0-9_#.-])"


def _hex(code: int) -> bytes:
    return b"".join(b"[%c%c]" % (ord(digit.lower()), ord(digit.upper())) for digit in f"{code:02x}")


def _any(*words: str) -> re.Pattern[bytes]:
    return re.compile(b"|".join(_name(word) for word in words))


_ENCRYPT: Final = _any("Encrypt")
_ATTACHMENT: Final = _any("EmbeddedFile", "EmbeddedFiles")
_ACTION: Final = _any("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToR", "GoToE", "RichMedia", "XFA", "Rendition")
_OPEN: Final = re.compile(_name("OpenAction") + rb"\s*(?:(\[)|(\d+)\s+\d+\s+R|(<<))")
_OPEN_NAME: Final = _any("OpenAction")
_GOTO: Final = _any("GoTo")
_OBJECT_STREAM: Final = _any("ObjStm")
_FILTERS: Final = re.compile(_name("Filter") + rb"\s*(\[[^\]]*\]|/[^\s/<>\[\]]+)")
_PREDICTOR: Final = _any("Predictor")


def inspect_pdf(content: bytes) -> None:
    """Raises DamagedError when it is cut short, PoisonedError when it is locked, active, or carries attachments."""
    tail = content[-1024:]
    if b"%%EOF" not in tail or b"startxref" not in content[-4096:]:
        raise DamagedError
    parts = [content, *_object_streams(content)]
    for part in parts:
        if _ENCRYPT.search(part):
            raise PoisonedError(LOCKED)
        if _ATTACHMENT.search(part):
            raise PoisonedError(ATTACHED)
        if _ACTION.search(part):
            raise PoisonedError(ACTIVE)
    _refuse_opening_action(parts)


def _object_streams(content: bytes) -> Iterator[bytes]:
    """Every object stream, inflated. One is known by its type, or by its content: it begins with pairs of integers (7.5.7)."""
    left = _MOST_INFLATED
    for match in _STREAM.finditer(content):
        if content[match.start() - 3 : match.start()] == b"end":
            continue
        start = max(0, match.start() - 2048)
        dictionary = content[max(start, content.rfind(b"obj", start, match.start())) : match.start()]
        declared = bool(_OBJECT_STREAM.search(dictionary))
        if declared and not _readable(dictionary):
            raise PoisonedError(OPAQUE)
        inflated = _inflate(content, match.end(), left, declared=declared)
        if inflated is None:
            continue
        left -= len(inflated)
        if left <= 0:
            raise PoisonedError(OPAQUE)
        yield inflated


def _readable(dictionary: bytes) -> bool:
    if _PREDICTOR.search(dictionary):
        return False
    filters = _FILTERS.search(dictionary)
    return filters is None or re.fullmatch(rb"\[?\s*/(FlateDecode|Fl)\s*\]?", filters[1]) is not None


def _inflate(content: bytes, start: int, limit: int, *, declared: bool) -> bytes | None:
    """An object stream's text; None for any other stream. Raises PoisonedError when a declared one does not inflate."""
    try:
        head = zlib.decompressobj().decompress(content[start : start + 4096], 64)
        if not declared and not _PAIRS.match(head):
            return None
        return zlib.decompressobj().decompress(content[start:], limit)
    except zlib.error as error:
        if declared:
            raise PoisonedError(OPAQUE) from error
        return None


def _refuse_opening_action(parts: list[bytes]) -> None:
    """An opening action may only turn to a page (what TeX and office programs write); anything else, or one that cannot be followed, is refused."""
    for part in parts:
        found = _OPEN.findall(part)
        if len(found) != len(_OPEN_NAME.findall(part)):
            raise PoisonedError(ACTIVE)
        for array, number, _ in found:
            if not array and not (number and _turns_page(parts, number)) and not _turns_page_here(part):
                raise PoisonedError(ACTIVE)


def _turns_page(parts: list[bytes], number: bytes) -> bool:
    pattern = re.compile(rb"(?<!\d)" + number + rb"\s+\d+\s+obj\s*(\[|<<.{0,400}?>>)", re.DOTALL)
    bodies = pattern.findall(parts[0])
    return bool(bodies) and all(body == b"[" or _GOTO.search(body) for body in bodies)


def _turns_page_here(part: bytes) -> bool:
    inline = re.findall(_name("OpenAction") + rb"\s*<<(.{0,400}?)>>", part, re.DOTALL)
    return bool(inline) and all(_GOTO.search(body) for body in inline)
