"""Official letters in the shape of GB/T 9704-2012 (type area 156 × 225 mm, 22 lines of 28 characters), Chinese first, English beneath or overleaf.

Invariants: the head is ink and the seal alone is red; each letter begins on the front of a sheet and counts its pages from 1, also in a batch; the
English edition is not torn apart where it fits on a page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.text import LANGS, Lang, Text
from tongban.papers.core.dates import written
from tongban.papers.core.qr import qr_svg
from tongban.papers.core.seal import Seal, alt, seal_svg
from tongban.papers.core.typesetting import pdf, source

_BATCH = Text(zh="文书", en="Letters")


@dataclass(frozen=True)
class Letter:
    """What a letter says. `addressee` is a name, so it is the same in both languages, or empty; `qr_url` leads to where the letter can be checked, and
    `check_code` stands in for a camera."""

    issuer: Text
    number: str
    title: Text
    addressee: str
    paragraphs: tuple[Text, ...]
    issued_on: date
    seal: Seal | None = None
    qr_url: str = ""
    check_code: str = ""
    attachments: tuple[Text, ...] = ()
    contact: Text | None = None


@dataclass(frozen=True)
class Cover:
    """The sheet that goes first into an envelope: to whom, and what is enclosed; its address shows in a window on the left (GB/T 1416, DL)."""

    to: tuple[str, ...]
    """Name, address, telephone: a line each."""
    sender: Text
    case_number: str
    enclosed: tuple[Text, ...]


def letter(content: Letter) -> bytes:
    """The letter as PDF. Raises PaperError."""
    return letters([content], title=content.title)


def letters(contents: Sequence[Letter | Cover], *, title: Text = _BATCH) -> bytes:
    """Letters, and the covers of their envelopes, as one PDF for one run of a printer. Raises PaperError, ValueError without a letter."""
    written_on = [content.issued_on for content in contents if isinstance(content, Letter)]
    if not written_on:
        raise ValueError("a batch of letters holds at least one")
    images: dict[str, bytes] = {}
    day = max(written_on)
    data = {
        "title": _both(title),
        "author": next(content.issuer.zh for content in contents if isinstance(content, Letter)),
        "day": [day.year, day.month, day.day],
        "letters": [
            _data(content, number, images) if isinstance(content, Letter) else _cover(content) for number, content in enumerate(contents)
        ],
    }
    return pdf(source("letter.typ"), {"data": json.dumps(data, ensure_ascii=False)}, images)


def _data(content: Letter, number: int, images: dict[str, bytes]) -> dict[str, Any]:
    """One letter as its template reads it; its pictures join `images`."""
    if content.seal:
        images[f"seal{number}.svg"] = seal_svg(content.seal)
    if content.qr_url:
        images[f"qr{number}.svg"] = qr_svg(content.qr_url)
    return {
        "cover": False,
        "issuer": _both(content.issuer),
        "number": content.number,
        "title": _both(content.title),
        "addressee": content.addressee,
        "paragraphs": {lang: _lines(content.paragraphs, lang) for lang in LANGS},
        "attachments": {lang: _lines(content.attachments, lang) for lang in LANGS},
        "date": _both(written(content.issued_on)),
        "seal": _both(alt(content.seal)) if content.seal else None,
        "qr": bool(content.qr_url),
        "check": content.check_code,
        "contact": _both(content.contact) if content.contact else None,
    }


def _cover(content: Cover) -> dict[str, Any]:
    return {
        "cover": True,
        "to": list(content.to),
        "sender": _both(content.sender),
        "number": content.case_number,
        "enclosed": [_both(one) for one in content.enclosed],
    }


def _lines(paragraphs: tuple[Text, ...], lang: Lang) -> list[str]:
    """Each line of each paragraph is one on paper; empty ones are left out."""
    return [line.strip() for paragraph in paragraphs for line in paragraph.in_(lang).splitlines() if line.strip()]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
