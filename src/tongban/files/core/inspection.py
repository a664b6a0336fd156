"""What an upload is, and whether it may be kept, by content alone.

Invariants: the name never decides; what is kept opens (pictures are decoded to the last pixel, a PDF ends as it must); nothing kept is
two kinds at once.
"""

from __future__ import annotations

import io
import re
from typing import Final

from PIL import Image, UnidentifiedImageError

from tongban.files.core.pdf import inspect_pdf
from tongban.files.errors import DamagedError, EmptyError, PoisonedError, TooManyBytesError, TooManyPixelsError, WrongKindError
from tongban.kernel.text import Text

MEDIA_TYPES: Final = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
MOST_PIXELS: Final = 64_000_000
_MAGIC: Final = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_PILLOW: Final = {"jpg": "JPEG", "png": "PNG"}
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_MARKUP: Final = re.compile(rb"<script|<\?php|<!doctype html|<html", re.IGNORECASE)
# The EICAR test file's text, in two parts so that scanners leave this source alone.
_EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

TWO_KINDS: Final = Text(zh="文件里还藏着另一种文件", en="The file hides another kind of file inside")
KNOWN_POISON: Final = Text(zh="文件含有病毒测试码", en="The file contains a virus test code")


def inspect(content: bytes, accept: tuple[str, ...], max_bytes: int) -> str:
    """The kind (`pdf`, `jpg`, `png`) of an upload that may be kept.

    Raises EmptyError, OversizeError, WrongKindError, DamagedError, PoisonedError; ValueError for a kind in `accept` that does not exist.
    """
    if unknown := set(accept) - set(_MAGIC):
        raise ValueError(sorted(unknown))
    if not content:
        raise EmptyError
    if len(content) > max_bytes:
        raise TooManyBytesError(len(content), max_bytes)
    if _EICAR in content:
        raise PoisonedError(KNOWN_POISON)
    kind = _kind(content)
    if kind is None or kind not in accept:
        raise WrongKindError(kind, accept)
    _refuse_two_kinds(content, kind)
    if kind == "pdf":
        inspect_pdf(content)
    else:
        _decode(content, kind)
    return kind


def _kind(content: bytes) -> str | None:
    return next((kind for kind, magic in _MAGIC.items() if content.startswith(magic)), None)


def _refuse_two_kinds(content: bytes, kind: str) -> None:
    head = content[:1024]
    markup_in = head if kind == "pdf" else content
    pdf_inside = kind != "pdf" and _MAGIC["pdf"] in head
    if pdf_inside or _MARKUP.search(markup_in) or _ends_as_archive(content):
        raise PoisonedError(TWO_KINDS)


def _ends_as_archive(content: bytes) -> bool:
    """Whether a ZIP reader would open it: an end-of-central-directory record whose comment reaches the end (APPNOTE 4.3.16)."""
    at = content.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(content):
        return False
    comment = int.from_bytes(content[at + 20 : at + 22], "little")
    return at + 22 + comment <= len(content) <= at + 22 + comment + 1024


def _decode(content: bytes, kind: str) -> None:
    if kind == "png" and not content.endswith(_PNG_END):
        raise PoisonedError(TWO_KINDS) if _PNG_END in content else DamagedError
    try:
        with Image.open(io.BytesIO(content), formats=[_PILLOW[kind]]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooManyPixelsError(image.width, image.height)
            image.load()
    except Image.DecompressionBombError as error:
        raise TooManyPixelsError(*_declared_size(content)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise DamagedError from error


def _declared_size(content: bytes) -> tuple[int, int]:
    """Width and height of a picture that Pillow refused to open for its size: PNG's IHDR, else JPEG's frame header."""
    if content.startswith(_MAGIC["png"]):
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    frame = re.search(rb"\xff[\xc0-\xc3]..\x08(..)(..)", content, re.DOTALL)
    return (int.from_bytes(frame[2], "big"), int.from_bytes(frame[1], "big")) if frame else (0, 0)
