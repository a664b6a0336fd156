"""A slip handed across a counter: a receipt, or a sheet to be read and signed. Chinese first, English beneath, A4, no seal and so nothing red.

Invariant: whoever holds it can follow the case: number, dates due, and a code that opens its progress without a sign-in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from tongban.kernel.text import Text
from tongban.papers.core.dates import written
from tongban.papers.core.qr import qr_svg
from tongban.papers.core.typesetting import pdf, source


@dataclass(frozen=True)
class Part:
    """A table of a slip: its title, and rows of label and value; a value may be the same in both languages."""

    title: Text
    rows: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True)
class Slip:
    """What a slip says. `qr_url` and `code` lead to the progress of the case; `signs` are the places for signatures; `notes` stand at the foot."""

    issuer: Text
    title: Text
    number: str
    issued_on: date
    parts: tuple[Part, ...]
    qr_url: str = ""
    code: str = ""
    notes: tuple[Text, ...] = ()
    signs: tuple[Text, ...] = ()


def slip(content: Slip) -> bytes:
    """The slip as PDF. Raises PaperError."""
    day = content.issued_on
    data = {
        "day": [day.year, day.month, day.day],
        "date": _both(written(day)),
        "issuer": _both(content.issuer),
        "title": _both(content.title),
        "number": content.number,
        "parts": [
            {"title": _both(part.title), "rows": [{"label": _both(label), "value": _both(value)} for label, value in part.rows]}
            for part in content.parts
        ],
        "qr": bool(content.qr_url),
        "code": content.code,
        "notes": [_both(note) for note in content.notes],
        "signs": [_both(sign) for sign in content.signs],
    }
    images = {"qr.svg": qr_svg(content.qr_url)} if content.qr_url else {}
    return pdf(source("slip.typ"), {"data": json.dumps(data, ensure_ascii=False)}, images)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
