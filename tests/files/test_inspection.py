"""What is kept is what it says, opens, and does nothing by itself."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from tests.files import making
from tongban.files.core.inspection import inspect
from tongban.files.errors import (
    DamagedError,
    EmptyError,
    OversizeError,
    PoisonedError,
    RefusedFileError,
    TooManyPixelsError,
    WrongKindError,
)

ALL = ("pdf", "jpg", "png")
LIMIT = 10_000_000


@pytest.mark.parametrize(("content", "kind"), [(making.jpg(), "jpg"), (making.png(), "png"), (making.pdf(), "pdf")])
def test_a_good_file_is_of_the_kind_of_its_content(content, kind):
    assert inspect(content, ALL, LIMIT) == kind


def test_nothing_is_refused_as_empty():
    with pytest.raises(EmptyError) as caught:
        inspect(b"", ALL, LIMIT)
    assert "空的" in caught.value.says.zh
    assert "upload it again" in caught.value.says.en


def test_one_byte_too_many_is_refused_and_the_limit_itself_is_not():
    content = making.jpg()
    assert inspect(content, ALL, len(content)) == "jpg"
    with pytest.raises(OversizeError):
        inspect(content, ALL, len(content) - 1)


@pytest.mark.parametrize(
    "content", [b"hello", b"MZ\x90\x00", b"\x7fELF", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a\x01\x00", b"PK\x03\x04"]
)
def test_a_kind_that_nobody_asked_for_is_refused(content):
    with pytest.raises(WrongKindError):
        inspect(content, ALL, LIMIT)


def test_a_picture_where_a_pdf_is_asked_for_is_refused_and_both_are_named():
    with pytest.raises(WrongKindError) as caught:
        inspect(making.png(), ("pdf",), LIMIT)
    assert "PNG 图片" in caught.value.says.zh
    assert "PDF is asked for" in caught.value.says.en


def test_a_kind_that_does_not_exist_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="gif"):
        inspect(making.png(), ("gif",), LIMIT)


@pytest.mark.parametrize("content", [making.jpg(), making.png(), making.pdf()])
def test_a_file_cut_short_is_refused(content):
    for length in (len(content) // 2, len(content) - 20):
        with pytest.raises(DamagedError):
            inspect(content[:length], ALL, LIMIT)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_garbage_behind_a_right_beginning_is_refused_in_words(data):
    head = data.draw(st.sampled_from([b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]))
    with pytest.raises(RefusedFileError):
        inspect(head + data.draw(st.binary(max_size=300)), ALL, LIMIT)


@given(st.integers(0, len(making.pdf()) - 1), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_pdf_with_any_byte_changed_is_kept_or_refused_but_never_fails(at, value):
    content = bytearray(making.pdf())
    content[at] = value
    with contextlib.suppress(RefusedFileError):
        assert inspect(bytes(content), ALL, LIMIT) == "pdf"


def test_an_image_bomb_is_refused_by_its_declared_pixels():
    for width, height in ((9_000, 9_000), (100_000, 100_000)):
        with pytest.raises(TooManyPixelsError) as caught:
            inspect(making.png_of_declared_size(width, height), ALL, LIMIT)
        assert f"{width}×{height}" in caught.value.says.zh


def test_a_picture_with_fewer_pixels_than_it_declares_is_refused():
    with pytest.raises(DamagedError):
        inspect(making.png_of_declared_size(4000, 4000), ALL, LIMIT)


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hidden")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        making.jpg() + _archive(),
        making.png() + _archive(),
        making.pdf() + _archive() + b"\n%%EOF startxref",
        making.png() + b"more",
        making.jpg() + b"<script>alert(1)</script>",
        making.jpg()[:-2] + b"<?php system(1);" + b"\xff\xd9",
        making.jpg()[:2] + b"\xff\xfe\x00\x20%PDF-1.7 in a comment........." + making.jpg()[2:],
        b"%PDF-1.7\n<html><script>" + making.pdf()[9:],
    ],
)
def test_two_kinds_in_one_file_are_refused(content):
    with pytest.raises(PoisonedError):
        inspect(content, ALL, LIMIT)


def test_the_antivirus_test_file_is_refused_alone_and_inside_a_picture():
    test_file = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    for content in (test_file, making.jpg() + test_file):
        with pytest.raises(PoisonedError) as caught:
            inspect(content, ALL, LIMIT)
        assert "病毒测试码" in caught.value.says.zh


def _javascript() -> bytes:
    return making.pdf_with_catalog(b"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>")


def _attachment() -> bytes:
    writer = making.blank()
    writer.add_attachment("a.exe", b"MZ")
    return making.written(writer)


def _locked() -> bytes:
    writer = making.blank()
    writer.encrypt("secret", algorithm="RC4-128")
    return making.written(writer)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_javascript(), "自动执行"),
        (_attachment(), "附件"),
        (_locked(), "加密"),
        (making.pdf_with_catalog(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "自动执行"),
        (making.pdf_with_catalog(b"/OpenAction << /S /URI /URI (http://example.org) >>"), "自动执行"),
        (making.pdf_with_catalog(b"/OpenAction 9 0 R"), "自动执行"),
        (making.pdf_with_catalog(b"/OpenAction 8 0 R", b"8 0 obj\n<< /S /URI >>\nendobj\n"), "自动执行"),
        (making.pdf_with_catalog(b"/Open#41ction << /S /URI >>"), "自动执行"),
        (making.pdf_with_catalog(b"/AA << /O << /S /#4Aava#53cript /JS (1) >> >>"), "自动执行"),
        (making.pdf_with_catalog(b"/AcroForm << /XFA [] >>"), "自动执行"),
        (making.pdf_with_catalog(b"/X << /S /SubmitForm >>"), "自动执行"),
        (making.pdf_with_catalog(b"", making.object_stream(b"<< /S /JavaScript /JS (1) >>")), "自动执行"),
        (making.pdf_with_catalog(b"", making.object_stream(b"<< /S /Launch >>", kind=b"")), "自动执行"),
        (making.pdf_with_catalog(b"", making.object_stream(b"<< >>", filters=b"/Filter [/ASCIIHexDecode /FlateDecode]")), "无法检查"),
        (making.pdf_with_catalog(b"", making.object_stream(b"<< >>", filters=b"/Filter /LZWDecode")), "无法检查"),
        (making.pdf_with_catalog(b"", making.object_stream(b"<< >>").replace(b"x\x9c", b"x\x00")), "无法检查"),
        (making.pdf_with_catalog(b"", making.object_stream(b" " * 70_000_000)), "无法检查"),
    ],
)
def test_a_pdf_that_could_act_or_hides_something_is_refused_with_the_reason(content, why):
    with pytest.raises(PoisonedError) as caught:
        inspect(content, ALL, LIMIT)
    assert why in caught.value.says.zh


@pytest.mark.parametrize(
    "content",
    [
        making.pdf_with_catalog(b"/OpenAction [3 0 R /Fit]"),
        making.pdf_with_catalog(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"),
        making.pdf_with_catalog(b"/OpenAction 8 0 R", b"8 0 obj\n<< /S /GoTo /D [3 0 R /XYZ] >>\nendobj\n"),
        making.pdf_with_catalog(b"/OpenAction 8 0 R", b"8 0 obj\n[3 0 R /Fit]\nendobj\n"),
        making.pdf_with_catalog(b"/X << /S /URI /URI (https://example.org) >>"),
        making.pdf_with_catalog(b"/JavaScriptNotReally 1 /LaunchDate (x)"),
        making.pdf_with_catalog(b"", making.object_stream(b"<< /Type /Page >>")),
    ],
)
def test_what_office_programs_write_is_kept(content):
    assert inspect(content, ALL, LIMIT) == "pdf"


def test_a_pdf_of_our_own_letters_and_one_with_a_picture_are_kept():
    writer = PdfWriter()
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(out, "PDF")
    assert inspect(out.getvalue(), ALL, LIMIT) == "pdf"
    writer.append(io.BytesIO(out.getvalue()))
    writer.compress_identical_objects()
    assert inspect(making.written(writer), ALL, LIMIT) == "pdf"
