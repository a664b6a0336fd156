"""Papers that belong to a case: letters drawn as PDF, and what was uploaded."""

from __future__ import annotations

from uuid import UUID

from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Task, Upload
from tongban.cases.permissions import applies_for, may_official, verbs
from tongban.cases.reads.view import LetterRow
from tongban.catalogue import reads as catalogue
from tongban.kernel.text import Text
from tongban.papers.core import Letter, Seal, letter
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor


def letter_document(row: LetterRow) -> bytes:
    """A letter as PDF, drawn from its kept text."""
    first, *rest = row.paragraphs
    is_salutation = first.zh.endswith("：")
    return letter(
        Letter(
            issuer=row.department,
            number=row.number,
            title=row.title,
            addressee=first.zh.rstrip("：") if is_salutation else "",
            paragraphs=tuple(rest) if is_salutation else row.paragraphs,
            issued_on=row.issued_on,
            seal=Seal(row.department) if row.sealed else None,
            contact=_contact(row.department),
        )
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


def _contact(department: Text) -> Text | None:
    found = next((one for one in catalogue.city().departments.values() if one.title == department), None)
    return Text(f"联系电话：{found.phone}", f"Telephone: {found.phone}") if found else None
