"""An electronic licence's picture, with the metadata of GB/T 36903-2018.

Invariants: everything printed here is also in the signed content behind the QR code, or says how to reach it; the seal says that it is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from tongban.kernel.text import Text
from tongban.papers.core.dates import written
from tongban.papers.core.qr import qr_svg
from tongban.papers.core.seal import DEMONSTRATION, Seal, alt, seal_svg
from tongban.papers.core.typesetting import pdf, source


@dataclass(frozen=True)
class Licence:
    """What a licence shows. `holder_code_kind` is 统一社会信用代码 or 身份证号; `check_code` lets it be checked without a camera."""

    title: Text
    number: str
    type_code: str
    issuer: Text
    issuer_code: str
    holder: str
    holder_code: str
    holder_code_kind: Text
    fields: tuple[tuple[Text, str], ...]
    issued_on: date
    valid_from: date
    valid_until: date | None
    identifier: str
    check_code: str
    qr_url: str
    verify_at: str
    says: Text = DEMONSTRATION


_OPEN_END = Text(zh="长期", en="No end date")


def licence(content: Licence) -> bytes:
    """The licence as PDF, A4 across. Raises PaperError."""
    seal = Seal(content.issuer, content.says)
    until = written(content.valid_until) if content.valid_until else _OPEN_END
    day = content.issued_on
    data = {
        "day": [day.year, day.month, day.day],
        "title": _both(content.title),
        "number": content.number,
        "type_code": content.type_code,
        "issuer": _both(content.issuer),
        "issuer_code": content.issuer_code,
        "holder": content.holder,
        "holder_code": content.holder_code,
        "holder_code_kind": _both(content.holder_code_kind),
        "fields": [{"label": _both(label), "value": value} for label, value in content.fields],
        "issued": _both(written(content.issued_on)),
        "from": _both(written(content.valid_from)),
        "until": _both(until),
        "identifier": content.identifier,
        "check": content.check_code,
        "verify_at": content.verify_at,
        "says": _both(content.says),
        "seal": _both(alt(seal)),
    }
    images = {"seal.svg": seal_svg(seal), "qr.svg": qr_svg(content.qr_url)}
    return pdf(source("licence.typ"), {"data": json.dumps(data, ensure_ascii=False)}, images)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
