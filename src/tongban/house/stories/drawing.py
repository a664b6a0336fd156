"""What every paper of a story is: a drawing."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw


def drawing() -> bytes:
    """A sheet with a plan on it, as somebody would photograph it: every paper of a story."""
    page = Image.new("RGB", (900, 640), "#fbfaf6")
    draw = ImageDraw.Draw(page)
    draw.rectangle((40, 40, 860, 600), outline="#222222", width=6)
    for box in ((40, 40, 360, 320), (360, 40, 860, 240), (360, 420, 620, 600)):
        draw.rectangle(box, outline="#444444", width=3)
    for x in range(80, 340, 60):
        draw.ellipse((x, 380, x + 36, 416), outline="#777777", width=2)
    out = BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()
