"""A paper photographed page by page becomes one PDF."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.files.making import jpg, pdf, png
from tongban.files.core.binding import MOST_PAGES, bind
from tongban.files.core.inspection import inspect
from tongban.files.errors import DamagedError, TooManyPagesError, WrongKindError


def sideways() -> bytes:
    """A picture that is wide in its bytes and tall by its note of how the camera was held."""
    out = io.BytesIO()
    image = Image.new("RGB", (400, 100), "white")
    note = image.getexif()
    note[0x0112] = 6
    image.save(out, "JPEG", exif=note)
    return out.getvalue()


def clear() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def test_pictures_become_the_pages_of_one_paper_that_may_be_kept():
    bound = bind([jpg(800, 600), png(), jpg()])
    assert inspect(bound, ("pdf",), 10_000_000) == "pdf"
    assert len(PdfReader(io.BytesIO(bound)).pages) == 3


def test_a_page_photographed_sideways_stands_upright():
    (page,) = PdfReader(io.BytesIO(bind([sideways()]))).pages
    assert page.mediabox.height > page.mediabox.width


def test_a_page_larger_than_a_scan_of_a4_is_made_smaller():
    (page,) = PdfReader(io.BytesIO(bind([jpg(9000, 4000)]))).pages
    assert round(page.mediabox.width) == 842


def test_what_is_clear_in_a_picture_is_white_on_paper():
    page = pypdfium2.PdfDocument(bind([clear()]))[0].render().to_pil().convert("RGB")
    assert page.getpixel((5, 5)) == (255, 255, 255)


def test_the_same_pictures_give_the_same_paper():
    assert bind([jpg(), png()]) == bind([jpg(), png()])


@pytest.mark.parametrize(("picture", "refused"), [(pdf(), WrongKindError), (jpg()[:200], DamagedError)])
def test_a_page_that_would_be_refused_alone_is_refused_with_the_others(picture: bytes, refused: type[Exception]):
    with pytest.raises(refused):
        bind([jpg(), picture])


def test_a_paper_has_no_end_of_pages():
    with pytest.raises(TooManyPagesError):
        bind([jpg(4, 4)] * (MOST_PAGES + 1))
