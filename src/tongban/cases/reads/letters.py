"""Letters as pages, papers and strangers who check them see them.

Invariants: what is shown is what was signed; a stranger learns by a letter's id only whether it stands, and its text only with its signed code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.cases.core.numbering import tidy_number
from tongban.cases.models import Case, Letter
from tongban.catalogue import reads as catalogue
from tongban.credentials.core.credential import check_code
from tongban.credentials.core.letter import LetterText, Standing
from tongban.kernel import clock
from tongban.kernel.text import Text


@dataclass(frozen=True)
class LetterRow:
    """One letter."""

    id: UUID
    case_id: UUID
    type: str
    number: str
    title: Text
    addressee: str
    paragraphs: tuple[Text, ...]
    attachments: tuple[Text, ...]
    sealed: bool
    issued_on: date
    department: Text
    phone: str
    token: str
    standing: str
    """Empty while it stands, else `replaced` or `annulled`."""
    later_number: str
    sending: str
    """Where it is on paper: empty, `collect`, `mail`, `posted`, `done`."""
    read_at: datetime | None
    read_by_name: str
    read_channel: str

    @property
    def check_code(self) -> str:
        """What stands in for a camera, XXXX-XXXX; empty for a letter that was never signed."""
        code = check_code(self.token) if self.token else ""
        return f"{code[:4]}-{code[4:]}" if code else ""


@dataclass(frozen=True)
class LetterStanding:
    """What anybody may ask of a letter by its id."""

    state: Standing
    since: date | None
    later_number: str
    asked_at: datetime


def letters_of(case: Case) -> tuple[LetterRow, ...]:
    """The letters of a case, oldest first."""
    return rows_of(Letter.objects.filter(case=case).select_related("later").order_by("id"))


def rows_of(letters: Iterable[Letter]) -> tuple[LetterRow, ...]:
    """Letters as values."""
    departments = catalogue.city().departments
    return tuple(_row(letter, departments[letter.department].title, departments[letter.department].phone) for letter in letters)


def standing_of(letter_id: UUID, digest: bytes | None = None) -> LetterStanding:
    """Whether a letter stands; with the signed digest also whether the text on record is still the one that was signed."""
    letter = Letter.objects.filter(pk=letter_id).select_related("later").first()
    if letter is None:
        return LetterStanding("unknown", None, "", clock.now())
    if digest is not None and digest != recorded_text(letter).digest():
        return LetterStanding("differs", None, "", clock.now())
    if letter.standing == "":
        return LetterStanding("stands", letter.issued_on, "", clock.now())
    since = clock.local_date(letter.standing_since) if letter.standing_since else None
    state: Standing = "annulled" if letter.standing == "annulled" else "replaced"
    return LetterStanding(state, since, letter.later.number if letter.later else "", clock.now())


def text_on_record(letter_id: UUID) -> LetterText | None:
    """A letter's whole text as it is on record, for who holds its signed code."""
    letter = Letter.objects.filter(pk=letter_id).first()
    return recorded_text(letter) if letter else None


def token_of(number: str) -> str | None:
    """The signed code of the letter with this document number, however it was typed."""
    tidy = tidy_number(number)
    return Letter.objects.filter(number=tidy).exclude(token="").values_list("token", flat=True).first() if tidy else None


def recorded_text(letter: Letter) -> LetterText:
    """A letter's whole text, as it is digested and signed."""
    return LetterText(
        number=letter.number,
        title=Text(letter.title_zh, letter.title_en),
        addressee=letter.addressee,
        paragraphs=tuple(Text(**one) for one in letter.paragraphs),
        attachments=tuple(Text(**one) for one in letter.attachments),
        issuer=Text(letter.issuer_zh, letter.issuer_en),
        issued_on=letter.issued_on,
    )


def _row(letter: Letter, department: Text, phone: str) -> LetterRow:
    text = recorded_text(letter)
    first = text.paragraphs[0].zh if text.paragraphs else ""
    salutes = not letter.addressee and first.endswith("：")  # letters of before they had an addressee of their own
    return LetterRow(
        id=letter.id,
        case_id=letter.case_id,
        type=letter.type,
        number=letter.number,
        title=text.title,
        addressee=first.rstrip("：") if salutes else letter.addressee,
        paragraphs=text.paragraphs[1:] if salutes else text.paragraphs,
        attachments=text.attachments,
        sealed=letter.sealed,
        issued_on=letter.issued_on,
        department=text.issuer if text.issuer.zh else department,
        phone=phone,
        token=letter.token,
        standing=letter.standing,
        later_number=letter.later.number if letter.later else "",
        sending=letter.sending,
        read_at=letter.read_at,
        read_by_name=letter.read_by_name,
        read_channel=letter.read_channel,
    )
