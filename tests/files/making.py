"""Uploads made by hand, good and bad."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image
from pypdf import PdfWriter


def jpg(width: int = 40, height: int = 30) -> bytes:
    return _picture("JPEG", width, height)


def png(width: int = 40, height: int = 30) -> bytes:
    return _picture("PNG", width, height)


def _picture(form: str, width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(out, form)
    return out.getvalue()


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return writer


def pdf() -> bytes:
    return written(blank())


def pdf_with_catalog(entries: bytes, extra: bytes = b"") -> bytes:
    """A small PDF whose catalog carries the given entries; `extra` are further objects."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + entries + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
        + extra
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 9 >>\nstartxref\n0\n%%EOF\n"
    )


def object_stream(inside: bytes, filters: bytes = b"/Filter /FlateDecode", kind: bytes = b"/Type /ObjStm") -> bytes:
    body = zlib.compress(b"7 0 " + inside)
    return b"5 0 obj\n<< " + kind + b" /N 1 /First 4 " + filters + b" /Length %d >>\nstream\n" % len(body) + body + b"\nendstream\nendobj\n"


def png_of_declared_size(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of any size: an image bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
