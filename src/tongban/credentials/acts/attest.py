"""Sign what a letter says. Nothing is kept here: the letter's own room keeps the code beside the text."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings

from tongban.credentials.core.cose import sign, to_token
from tongban.credentials.core.letter import LetterText, covered, letter_claims
from tongban.credentials.keys import signing_key


def attest(text: LetterText, *, letter_id: UUID, issuer_code: str, addressee_kind: Literal["person", "firm"], written_at: datetime) -> str:
    """The code of a letter, for its QR picture. Raises BrokenKeyError."""
    claims = letter_claims(
        text,
        letter_id=letter_id,
        issuer_code=issuer_code,
        addressee=covered(text.addressee, addressee_kind) if text.addressee else "",
        written_at=written_at,
        status_url=f"{settings.ORIGIN}/verify/letters/{letter_id}.json",
    )
    return to_token(sign(claims, signing_key()))
