"""A picture without what its camera wrote into it: place, time, the device and its owner.

Invariant: what comes out holds the pixels, turned upright, and nothing else; the file that was kept stays as it is.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps

PICTURES: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}
"""What can be drawn anew, by media type."""
_QUALITY: Final = 90


def bare(content: bytes, media_type: str) -> bytes:
    """The same picture, drawn anew. Raises ValueError for what is no JPEG or PNG that was inspected when it was kept."""
    kind = PICTURES.get(media_type)
    if kind is None:
        raise ValueError(media_type)
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        upright = ImageOps.exif_transpose(image)
        if upright.mode == "P":
            upright = upright.convert("RGBA")
        plain = Image.new(upright.mode, upright.size)
        plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, kind, quality=_QUALITY)
    return out.getvalue()
