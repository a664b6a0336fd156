"""An official letter in the shape of GB/T 9704-2012 (type area 156 × 225 mm, 22 lines of 28 characters), Chinese first, English beneath.

Invariant: the head is red only when the letter is sealed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from tongban.kernel.text import LANGS, Lang, Text
from tongban.papers.core.dates import written
from tongban.papers.core.qr import qr_svg
from tongban.papers.core.seal import Seal, alt, seal_svg
from tongban.papers.core.typesetting import pdf, source


@dataclass(frozen=True)
class Letter:
    """What a letter says. `addressee` is a name, so it is the same in both languages, or empty; `qr_url` leads to where the letter can be checked."""

    issuer: Text
    number: str
    title: Text
    addressee: str
    paragraphs: tuple[Text, ...]
    issued_on: date
    seal: Seal | None = None
    qr_url: str = ""
    contact: Text | None = None


def letter(content: Letter) -> bytes:
    """The letter as PDF. Raises PaperError."""
    images: dict[str, bytes] = {}
    if content.seal:
        images["seal.svg"] = seal_svg(content.seal)
    if content.qr_url:
        images["qr.svg"] = qr_svg(content.qr_url)
    day = content.issued_on
    data = {
        "day": [day.year, day.month, day.day],
        "issuer": _both(content.issuer),
        "number": content.number,
        "title": _both(content.title),
        "addressee": content.addressee,
        "paragraphs": {lang: _lines(content.paragraphs, lang) for lang in LANGS},
        "date": _both(written(content.issued_on)),
        "seal": _both(alt(content.seal)) if content.seal else None,
        "qr": bool(content.qr_url),
        "contact": _both(content.contact) if content.contact else None,
    }
    return pdf(source("letter.typ"), {"data": json.dumps(data, ensure_ascii=False)}, images)


def _lines(paragraphs: tuple[Text, ...], lang: Lang) -> list[str]:
    """Each line of each paragraph is one on paper; empty ones are left out."""
    return [line.strip() for paragraph in paragraphs for line in paragraph.in_(lang).splitlines() if line.strip()]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
