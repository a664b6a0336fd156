"""Letters as an act writes them: numbered, signed, and what no longer stands because of them.

Invariants: serials are drawn by one statement, right before the one that writes everything, and commit with it or not at all, so a series has no gap; an act
that has drawn waits for no other lock, and several series are drawn in one order, so two acts never wait for each other; what is signed, and on the record,
is the text as it is written, with its number; a letter without a mark is numbered by its case.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tongban import statements
from tongban.cases.core.delivery import waiting
from tongban.cases.core.numbering import document_number
from tongban.cases.core.words import day, fill, term
from tongban.cases.models import Case, Letter
from tongban.cases.reads.letters import recorded_text
from tongban.catalogue.core.definition import Department, LetterType
from tongban.credentials import reads as credentials
from tongban.credentials.acts import attest
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.statements import Writing

NO_END = Text("长期", "without end")
_DRAW = """
INSERT INTO cases_letterseries (series, year, last)
SELECT series, year, taken FROM json_to_recordset($1::json) AS wanted (series text, year int, taken int) ORDER BY 1, 2
ON CONFLICT (series, year) DO UPDATE SET last = cases_letterseries.last + excluded.last
RETURNING series, year, last
"""
_OUTDATE = """
UPDATE cases_letter SET standing = CASE WHEN type = ANY(string_to_array({0}, ',')) THEN 'annulled' ELSE 'replaced' END,
  standing_since = {1}::timestamptz, later_id = {2}::uuid
WHERE case_id = ANY(string_to_array({3}, ',')::uuid[]) AND type = ANY(string_to_array({4}, ',')) AND standing = ''
"""


def number_letters(case: Case, letters: Sequence[Letter]) -> None:
    """Draw a serial for each letter of a series, and sign every letter. Raises BrokenKeyError."""
    last = _drawn(letters)
    for letter in reversed(letters):
        if letter.year is not None:
            letter.serial = last[letter.series, letter.year]
            last[letter.series, letter.year] -= 1
            letter.number = document_number(letter.series, letter.year, letter.serial)
        letter.token = attest(
            recorded_text(letter),
            letter_id=letter.id,
            issuer_code=letter.issuer_code,
            addressee_kind=case.side[0],
            written_at=letter.written_at,
        )


def _drawn(letters: Sequence[Letter]) -> dict[tuple[str, int], int]:
    """By series and year, the last of the serials that were drawn for these letters: one each."""
    wanted = Counter((letter.series, letter.year) for letter in letters if letter.year is not None)
    if not wanted:
        return {}
    asked = [{"series": series, "year": year, "taken": taken} for (series, year), taken in wanted.items()]
    return {(series, year): last for series, year, last in statements.rows(_DRAW, [json.dumps(asked)])}


def drafted(case: Case, declared: LetterType, department: Department, values: Mapping[str, Text | str], at: datetime) -> Letter:
    """A letter filled in, that waits for its serial; one that has no mark has no series either and waits for a number."""
    written_on = clock.local_date(at)
    numbered = bool(declared.mark and department.mark)
    return statements.make(
        Letter,
        case_id=case.id,
        type=declared.id,
        series=department.mark + declared.mark if numbered else "",
        year=written_on.year if numbered else None,
        department=case.department,
        area=case.area,
        issuer_zh=department.title.zh,
        issuer_en=department.title.en,
        issuer_code=department.uscc,
        title_zh=declared.title.zh,
        title_en=declared.title.en,
        addressee=case.applicant_name,
        paragraphs=fill(declared.paragraphs, values),
        attachments=fill(declared.attachments, values),
        sealed=declared.sealed,
        sending=waiting(case.delivery),
        issued_on=written_on,
        written_at=at,
    )


def digest(letter: Letter) -> str:
    """What the record keeps of a letter: the digest that is signed."""
    return recorded_text(letter).digest().hex()


def issued_words(issued: Credential) -> dict[str, Text | str]:
    """What a letter tells of a credential that was issued."""
    return {
        "credential_title": issued.type_title,
        "credential_number": issued.serial,
        "valid_from": day(issued.valid_from),
        "valid_until": day(issued.valid_until) if issued.valid_until else NO_END,
        "term": term(issued.valid_from, issued.valid_until),
    }


def tells(declared: LetterType, start: str) -> bool:
    """Whether a letter speaks of something, in its paragraphs or among its attachments: of a word that begins so."""
    return any("{" + start in line.zh or "{" + start in line.en for line in (*declared.paragraphs, *declared.attachments))


def held_words(case: Case, declared: LetterType) -> dict[str, Text | str]:
    """The same of the credential that came of the case before, where the letter speaks of one; read only then."""
    if not tells(declared, "credential_"):
        return {}
    held = credentials.of_case(case.id)
    return issued_words(held[-1]) if held else {}


def outdate(letter: Letter, rows: Writing, *, annuls: Sequence[str], replaces: Sequence[str], cases: Sequence[UUID]) -> None:
    """With what the act writes, earlier letters of these types and cases stand no longer."""
    types = ",".join([*annuls, *replaces])
    rows.also(_OUTDATE, [",".join(annuls), letter.written_at.isoformat(), str(letter.id), ",".join(map(str, cases)), types])
