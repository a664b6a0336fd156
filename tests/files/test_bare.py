"""A picture drawn anew holds its pixels and nothing of its camera."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tongban.files.core.bare import bare

SECRET = "李敏的手机"
OWNER, GPS, ORIENTATION, LATITUDE = 0xA430, 0x8825, 0x0112, 2


def photo(orientation: int = 1) -> bytes:
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[OWNER], exif[ORIENTATION] = SECRET, orientation
    exif.get_ifd(GPS)[LATITUDE] = (30.0, 18.0, 36.0)
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=SECRET.encode(), quality=95)
    return out.getvalue()


def test_place_device_and_comment_are_gone() -> None:
    before = photo()
    assert SECRET.encode() in before
    after = bare(before, "image/jpeg")
    assert SECRET.encode() not in after
    with Image.open(BytesIO(after)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(BytesIO(bare(photo(6), "image/jpeg"))) as image:
        assert image.size == (20, 40)
        assert image.getpixel((10, 5))[0] < 60 < 200 < image.getpixel((10, 35))[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_mode_keeps_its_pixels_and_loses_its_words(mode: str) -> None:
    image, words, out = Image.new("RGBA", (8, 4), (10, 200, 30, 255)), PngInfo(), BytesIO()
    words.add_text("Author", SECRET)
    source = image.convert("L").convert(mode) if mode in ("1", "I;16") else image.convert(mode)
    source.save(out, "PNG", pnginfo=words)
    after = bare(out.getvalue(), "image/png")
    assert SECRET.encode() not in after
    with Image.open(BytesIO(out.getvalue())) as one, Image.open(BytesIO(after)) as other:
        assert one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()
        assert not other.text


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="application/pdf"):
        bare(b"%PDF-1.7", "application/pdf")
