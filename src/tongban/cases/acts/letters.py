"""Letters as an act writes them: numbered, signed, and what no longer stands because of them.

Invariants: a serial is drawn by the statement that appends the act's entry, after the entry is kept, and with it commits or not at all, so a series has no
gap; several series are drawn in one order, so two acts never wait for each other; what is signed is the text as it is written; a letter without a mark
is numbered by its case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from tongban.cases.core.delivery import waiting
from tongban.cases.core.numbering import document_number
from tongban.cases.core.words import day, fill
from tongban.cases.models import Case, Letter
from tongban.cases.reads.letters import recorded_text
from tongban.catalogue.core.definition import Department, LetterType
from tongban.credentials import reads as credentials
from tongban.credentials.acts import attest
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Beside

NO_END = Text("长期", "without end")
_DRAW = """
INSERT INTO cases_letterseries (series, year, last)
SELECT series, year, taken FROM (VALUES {wanted}) AS wanted (series, year, taken) WHERE (SELECT count(*) FROM kept) > 0 ORDER BY 1, 2
ON CONFLICT (series, year) DO UPDATE SET last = cases_letterseries.last + excluded.last
RETURNING json_build_array(series, year, last)::text
"""
_OUTDATE = """
UPDATE cases_letter SET standing = CASE WHEN type = ANY(%s) THEN 'annulled' ELSE 'replaced' END, standing_since = %s, later_id = %s
WHERE case_id = ANY(%s) AND type = ANY(%s) AND standing = ''
"""


def draw_serials(letters: Sequence[Letter]) -> Beside | None:
    """The statement that draws their serials, for the act's entry to carry."""
    wanted: dict[tuple[str, int], int] = {}
    for letter in letters:
        if letter.series and letter.year:
            wanted[letter.series, letter.year] = wanted.get((letter.series, letter.year), 0) + 1
    if not wanted:
        return None
    rows = ", ".join(["(%s::text, %s::int, %s::int)"] * len(wanted))
    values = [part for (series, year), taken in wanted.items() for part in (series, year, taken)]
    return Beside(_DRAW.format(wanted=rows), values)


def number_letters(letters: Sequence[Letter], drawn: Sequence[str]) -> None:
    """Give each letter its serial of those drawn, and sign it. Raises BrokenKeyError."""
    last = {(series, year): end for series, year, end in map(json.loads, drawn)}
    for letter in reversed(letters):
        if letter.series and letter.year:
            letter.serial = last[letter.series, letter.year]
            last[letter.series, letter.year] -= 1
            letter.number = document_number(letter.series, letter.year, letter.serial)
        letter.token = attest(
            recorded_text(letter),
            letter_id=letter.id,
            issuer_code=letter.issuer_code,
            addressee_kind="firm" if letter.case.applicant_kind == "firm" else "person",
            written_at=letter.written_at,
        )


def drafted(case: Case, declared: LetterType, department: Department, values: Mapping[str, Text | str], at: datetime) -> Letter:
    """A letter filled in, that waits for its serial; one that has no mark has no series either and waits for a number."""
    written_on = clock.local_date(at)
    numbered = bool(declared.mark and department.mark)
    return Letter(
        case=case,
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
    """What the record keeps of a letter's text, before it has its number."""
    return recorded_text(letter).digest().hex()


def issued_words(issued: Credential) -> dict[str, Text | str]:
    """What a letter tells of a credential that was issued."""
    return {
        "credential_title": issued.type_title,
        "credential_number": issued.serial,
        "valid_from": day(issued.valid_from),
        "valid_until": day(issued.valid_until) if issued.valid_until else NO_END,
    }


def held_words(case: Case, declared: LetterType) -> dict[str, Text | str]:
    """The same of the credential that came of the case before, where the letter speaks of one; read only then."""
    if not any("{credential_" in paragraph.zh for paragraph in declared.paragraphs):
        return {}
    held = credentials.of_case(case.id)
    return issued_words(held[-1]) if held else {}


def outdate(letter: Letter, *, annuls: Sequence[str], replaces: Sequence[str], cases: Sequence[object]) -> tuple[str, list[object]]:
    """The statement by which earlier letters of these types and cases stand no longer."""
    return _OUTDATE, [list(annuls), letter.written_at, letter.id, list(cases), [*annuls, *replaces]]
