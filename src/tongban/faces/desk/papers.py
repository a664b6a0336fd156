"""Papers of a case as files: uploads, photos from the site, letters, licences. Invariant: who may not see the case gets 404 for every file of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.cases.errors import CaseNotFoundError
from tongban.credentials import reads as credentials
from tongban.faces.desk.person import official
from tongban.files import reads as files
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_NOT_DELIVERED = Text(zh="这件的文书还没有送达记录。", en="No letter of this case has been delivered yet.")
_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


@require_GET
@official
def upload(request: HttpRequest, person: Actor, case_id: UUID, upload_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A paper that came with the case, as it was sent."""
    row = cases.upload_of(case_id, upload_id, person)
    return _file(_read(row.file_id, row.case_id, row.media_type, row.case.is_sealed), row.media_type)


@require_GET
@official
def photo(request: HttpRequest, person: Actor, case_id: UUID, file_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A photo taken on site."""
    ticket = cases.desk_case(case_id, person).case.ticket
    kept = files.info([file_id]).get(file_id)
    if kept is None or not kept.media_type.startswith("image/"):
        raise CaseNotFoundError
    return _file(_read(file_id, case_id, kept.media_type, ticket is not None and ticket.is_sealed), kept.media_type)


@require_GET
@official
def proof(request: HttpRequest, person: Actor, case_id: UUID, file_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The paper that an entry by hand rests on."""
    desk = cases.desk_case(case_id, person)
    kept = files.info([file_id]).get(file_id)
    rests = any(event.act == "by-hand" and event.data.get("paper") == str(file_id) for event in desk.case.events)
    if kept is None or not rests or desk.stands_aside:
        raise CaseNotFoundError
    return _file(files.content(file_id, case_id), kept.media_type)


@require_GET
@official
def letter(request: HttpRequest, person: Actor, case_id: UUID, letter_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A letter as PDF. An official's reading is no delivery."""
    found = next((one for one in cases.desk_case(case_id, person).case.letters if one.id == letter_id), None)
    if found is None:
        raise CaseNotFoundError
    return _file(cases.letter_document(found), "application/pdf", f"{found.number}.pdf")


@require_GET
@official
def delivery(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The delivery receipt of the case's letters, as PDF. 404 while nothing was delivered."""
    cases.desk_case(case_id, person)
    made = cases.receipt_of(case_id)
    if made is None:
        raise NotFoundError(_NOT_DELIVERED)
    return _file(made, "application/pdf")


@require_GET
@official
def licence(request: HttpRequest, person: Actor, case_id: UUID, credential_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A licence that came of the case, as PDF."""
    cases.desk_case(case_id, person)
    found = next((one for one in credentials.of_case(case_id) if one.id == credential_id), None)
    if found is None:
        raise CaseNotFoundError
    return _file(credentials.pdf(credential_id), "application/pdf", f"{found.identifier}.pdf")


def _read(file_id: UUID, case_id: UUID, media_type: str, is_sealed: bool) -> bytes:
    """A file; where nobody is to know who sent it, without what the camera knows."""
    return files.bare_content(file_id, case_id, media_type) if is_sealed else files.content(file_id, case_id)


def _file(content: bytes, media_type: str, name: str = "") -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = (content_disposition_header(as_attachment=False, filename=name) if name else None) or "inline"
    response["Content-Security-Policy"] = _POLICY
    response["Cache-Control"] = "private, no-store"
    return response
