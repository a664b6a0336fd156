"""QR codes for paper (ISO/IEC 18004). Invariant: at least error level L, raised as far as the same size allows; four modules of quiet zone."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> bytes:
    """An SVG of the QR code, in ink on white. Raises segno.DataOverflowError above 2,953 bytes."""
    out = io.BytesIO()
    segno.make(text, error="l", boost_error=True, micro=False).save(
        out, kind="svg", border=4, omitsize=True, dark="#1B2430", light="#FFFFFF", xmldecl=False
    )
    return out.getvalue()


def qr_version(text: str) -> int:
    """The symbol's version, 1 (21 modules) to 40 (177 modules)."""
    return int(segno.make(text, error="l", boost_error=True, micro=False).version)
