"""Pictures of the pages of one paper, bound into one PDF, so that a paper is one file whatever it was scanned with.

Invariants: each picture is inspected as an upload of its own is; what is bound passes the inspection of a PDF; a picture taken sideways stands upright; a page
is at most A4 at 200 dots an inch, which a clerk and an archive can read.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageOps

from tongban.files.core.inspection import inspect
from tongban.files.errors import TooManyPagesError

MOST_PAGES: Final = 30
_DOTS: Final = 200
_LONGEST: Final = 2339
"""A4's long side, 297 mm, in dots."""
_MOST_BYTES: Final = 12_000_000
"""Of one picture."""


def bind(pictures: Sequence[bytes]) -> bytes:
    """The pictures, each a page, as PDF. Raises TooManyPagesError, and what `inspect` raises for a picture that may not be kept."""
    if len(pictures) > MOST_PAGES:
        raise TooManyPagesError(len(pictures), MOST_PAGES)
    pages = [_page(picture) for picture in pictures]
    out = io.BytesIO()
    pages[0].save(out, format="PDF", save_all=True, append_images=pages[1:], resolution=_DOTS, quality=75, creationDate=None, modDate=None)
    return out.getvalue()


def _page(picture: bytes) -> Image.Image:
    inspect(picture, ("jpg", "png"), _MOST_BYTES)
    with Image.open(io.BytesIO(picture), formats=["JPEG", "PNG"]) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((_LONGEST, _LONGEST))
        if upright.mode in ("RGBA", "LA", "P"):
            plain = Image.new("RGB", upright.size, "white")
            plain.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
            return plain
        return upright.convert("RGB")
