"""Papers that belong to a case: letters drawn as PDF, and what was uploaded."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Task, Upload
from tongban.cases.permissions import applies_for, may_official, verbs
from tongban.cases.reads.letters import LetterRow
from tongban.cases.reads.sending import Parcel
from tongban.credentials import reads as credentials
from tongban.kernel.text import Text
from tongban.papers.core import Cover, Letter, Seal, letter, letters
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor


def letter_document(row: LetterRow) -> bytes:
    """A letter as PDF, drawn from its kept text."""
    return letter(_paper(row))


def letter_batch(rows: Iterable[LetterRow]) -> bytes:
    """Letters as one PDF, for one run of a printer."""
    return letters([_paper(row) for row in rows])


def envelopes(found: Iterable[Parcel]) -> bytes:
    """Parcels as one PDF: for each the cover of its envelope, then its letters."""
    sheets: list[Letter | Cover] = []
    for parcel in found:
        sender = parcel.letters[0].department
        lines = tuple(line for line in (parcel.to.name or parcel.applicant_name, parcel.to.address, parcel.to.phone) if line)
        named = [(row.title, row.number) for row in parcel.letters] + [(one.type_title, one.serial) for one in parcel.licences]
        enclosed = tuple(Text(f"{title.zh}（{number}）", title.en) for title, number in named)
        sheets += [Cover(lines, sender, parcel.case_number, enclosed), *(_paper(row) for row in parcel.letters)]
    return letters(sheets)


def _paper(row: LetterRow) -> Letter:
    return Letter(
        issuer=row.department,
        number=row.number,
        title=row.title,
        addressee=row.addressee,
        paragraphs=row.paragraphs,
        attachments=row.attachments,
        issued_on=row.issued_on,
        seal=Seal(row.department) if row.sealed else None,
        qr_url=credentials.url_of(row.token) if row.token else "",
        check_code=row.check_code,
        contact=Text(f"联系电话：{row.phone}", f"Telephone: {row.phone}") if row.phone else None,
    )


def upload_of(case_id: UUID, upload_id: UUID, actor: Actor) -> Upload:
    """An uploaded paper, for the applicant's side and for officials who may see the case. Raises CaseNotFoundError."""
    row = Upload.objects.select_related("case").filter(pk=upload_id, case_id=case_id).first()
    if row is None or not _may_see(row.case, actor):
        raise CaseNotFoundError
    return row


def _may_see(case: Case, actor: Actor) -> bool:
    if applies_for(parties.principals(actor.person_id), case):
        return True
    return case.state != "draft" and may_official(actor, case, Task.objects.filter(case=case), "see", verbs())
