"""What is signed of a letter, so that anybody can check it without a network.

Invariants: the signed digest closes over number, title, addressee, every line of both languages, issuer and date, so no letter of another text carries
this code; the addressee's name is covered; a letter's claims cannot be taken for a credential's (they hold a digest, those do not).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from tongban.credentials.core.credential import HOLDER, IDENTIFIER, ISSUED_AT, ISSUER, ISSUER_CODE, STATUS_URL, TITLE
from tongban.kernel.clock import local_date
from tongban.kernel.text import Text

DIGEST, LETTER_ID = -65543, -65544

Standing = Literal["stands", "replaced", "annulled", "differs", "unknown"]
STANDINGS: Final[Mapping[Standing, Text]] = {
    "stands": Text(zh="现行有效", en="stands"),
    "replaced": Text(zh="已被后来的文书代替", en="replaced by a later letter"),
    "annulled": Text(zh="已被撤销", en="annulled"),
    "differs": Text(zh="存档文本与签发时不一致", en="differs from the text on record"),
    "unknown": Text(zh="没有签发记录", en="not on record"),
}


@dataclass(frozen=True, kw_only=True)
class LetterText:
    """A letter's whole text."""

    number: str
    title: Text
    addressee: str
    paragraphs: tuple[Text, ...]
    attachments: tuple[Text, ...]
    issuer: Text
    issued_on: date

    def digest(self) -> bytes:
        """The SHA-256 of its lines: UTF-8, one line break between two of them; a paragraph that has several lines counts as they stand."""
        parts = (*self.paragraphs, *self.attachments)
        lines: Iterable[str] = (
            self.number,
            *(self.title.zh, self.title.en),
            self.addressee,
            *(part.zh for part in parts),
            *(part.en for part in parts),
            *(self.issuer.zh, self.issuer.en),
            self.issued_on.isoformat(),
        )
        return hashlib.sha256("\n".join(lines).encode()).digest()


@dataclass(frozen=True)
class SignedLetter:
    """The claims of a good signature under a letter, read back."""

    id: UUID
    number: str
    issuer_code: str
    issuer: Text
    title: Text
    addressee: str
    """Covered."""
    issued_on: date
    digest: bytes


def letter_claims(
    text: LetterText, *, letter_id: UUID, issuer_code: str, addressee: str, written_at: datetime, status_url: str
) -> dict[int, Any]:
    """What is signed; `addressee` is covered already (`covered`)."""
    return {
        ISSUER_CODE: issuer_code,
        IDENTIFIER: text.number,
        ISSUED_AT: int(written_at.timestamp()),
        ISSUER: [text.issuer.zh, text.issuer.en],
        TITLE: [text.title.zh, text.title.en],
        HOLDER: [addressee],
        STATUS_URL: status_url,
        DIGEST: text.digest(),
        LETTER_ID: letter_id.bytes,
    }


def read_letter_claims(found: Mapping[int, Any]) -> SignedLetter:
    """The claims that this room signed under a letter. Raises KeyError, ValueError or TypeError for claims of another make."""
    return SignedLetter(
        id=UUID(bytes=found[LETTER_ID]),
        number=found[IDENTIFIER],
        issuer_code=found[ISSUER_CODE],
        issuer=Text(*found[ISSUER]),
        title=Text(*found[TITLE]),
        addressee=found[HOLDER][0],
        issued_on=local_date(datetime.fromtimestamp(found[ISSUED_AT], tz=UTC)),
        digest=found[DIGEST],
    )


def is_letter(found: Mapping[int, Any]) -> bool:
    """Whether signed claims are a letter's."""
    return DIGEST in found


def covered(name: str, kind: Literal["person", "firm"]) -> str:
    """A name of which a stranger learns no more than who holds the letter can compare: 李*, 李**, 某某市******饮店."""
    shown = name.strip()
    if kind == "person" or len(shown) < 5:
        return shown[:1] + "*" * max(len(shown) - 1, 1)
    front, back = min(3, len(shown) // 3), min(3, len(shown) // 4)
    return shown[:front] + "*" * (len(shown) - front - back) + shown[len(shown) - back :]
