"""A delivery receipt (送达回证): which letters reached whom, how and when; with a line to sign where they were handed over.

Invariant: each delivery stands on a page of its own, as it is filed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.text import Text
from tongban.papers.core.typesetting import pdf, source


@dataclass(frozen=True)
class Served:
    """One delivery: the letters that it carried (number and title), and what is told of it, line by line."""

    letters: tuple[Text, ...]
    rows: tuple[tuple[Text, Text], ...]
    to_sign: bool = False


@dataclass(frozen=True)
class Receipt:
    """All deliveries of one case."""

    issuer: Text
    case_number: str
    service: Text
    addressee: str
    served: tuple[Served, ...]
    printed_on: date


def delivery_receipt(content: Receipt) -> bytes:
    """The receipt as PDF. Raises PaperError, ValueError where nothing was delivered."""
    if not content.served:
        raise ValueError("a receipt tells of at least one delivery")
    day = content.printed_on
    data = {
        "day": [day.year, day.month, day.day],
        "issuer": _both(content.issuer),
        "number": content.case_number,
        "service": _both(content.service),
        "addressee": content.addressee,
        "served": [_served(one) for one in content.served],
    }
    return pdf(source("receipt.typ"), {"data": json.dumps(data, ensure_ascii=False)}, {})


def _served(one: Served) -> dict[str, Any]:
    return {
        "letters": [_both(letter) for letter in one.letters],
        "rows": [{"label": _both(label), "value": _both(value)} for label, value in one.rows],
        "sign": one.to_sign,
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
