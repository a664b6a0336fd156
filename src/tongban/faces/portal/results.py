"""What came out: letters, licences, and the papers that went in. Opening one for the first time is on the record as its delivery."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_GET

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.reads import LetterRow
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.words import NEW
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.credentials.errors import CredentialNotFoundError
from tongban.files import reads as files
from tongban.front.drawn import qr
from tongban.front.finding import may_apply
from tongban.front.person import signed_in
from tongban.kernel import clock
from tongban.look.pages import render
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal

_TEXTS = ("portal/results", "portal/frame")


@require_GET
@signed_in
def letter(request: HttpRequest, person: Actor, case_id: UUID, letter_id: UUID) -> HttpResponse:
    """One letter as a page, in the shape it is printed in."""
    found, view = _letter(person, case_id, letter_id)
    url = credentials.url_of(found.token) if found.token else ""
    return render(request, "portal/letter.html", texts=_TEXTS, letter=found, case=view, qr=qr(url) if url else "", verify_url=url)


@require_GET
@signed_in
def letter_pdf(request: HttpRequest, person: Actor, case_id: UUID, letter_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The same letter as PDF."""
    found, _ = _letter(person, case_id, letter_id)
    return _pdf(cases.letter_document(found), f"{found.number}.pdf")


@require_GET
@signed_in
def receipt(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The receipt, as a counter prints it."""
    view = cases.case_view(case_id, person)
    return _pdf(cases.slip_of(case_id, person), f"{view.row.number}.pdf")


@require_GET
@signed_in
def licences(request: HttpRequest, person: Actor) -> HttpResponse:
    """All licences of the person and of those they act for, in force and ended."""
    principals = parties.principals(person.person_id)
    once = {(one.kind, one.id): one for one in reversed(principals)}.values()
    held = [(principal, credentials.of_holder(principal.kind, principal.id)) for principal in reversed(once)]
    mine = cases.on_my_side(person, [one.case_id for _, some in held for one in some if one.case_id])
    found = [(principal, [one for one in some if _opens(principal, one, mine)]) for principal, some in held]
    return render(request, "portal/licences.html", texts=_TEXTS, found=[pair for pair in found if pair[1]])


@require_GET
@signed_in
def licence(request: HttpRequest, person: Actor, credential_id: UUID) -> HttpResponse:
    """One licence, with the code that anybody may scan."""
    found = _credential(person, credential_id)
    return render(
        request,
        "portal/licence.html",
        texts=_TEXTS,
        credential=found,
        qr=qr(credentials.url_of(found.token)),
        verify_url=credentials.url_of(found.token),
        standing=credentials.status(found.identifier),
        newer=_newer(person, found),
        offers=_offers(person, found),
        extra=[(label, value) for _, label, value in found.fields],
    )


@require_GET
@signed_in
def licence_pdf(request: HttpRequest, person: Actor, credential_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The licence as PDF, with the same code."""
    found = _credential(person, credential_id)
    return _pdf(credentials.pdf(credential_id), f"{found.identifier}.pdf")


@require_GET
@signed_in
def upload(request: HttpRequest, person: Actor, case_id: UUID, upload_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A paper that one sent, as it was sent."""
    row = cases.upload_of(case_id, upload_id, person)
    response = HttpResponse(files.content(row.file_id, case_id), content_type=row.media_type)
    is_picture = row.media_type.startswith("image/")
    response["Content-Disposition"] = content_disposition_header(as_attachment=not is_picture, filename=row.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _letter(person: Actor, case_id: UUID, letter_id: UUID) -> tuple[LetterRow, cases.CaseView]:
    view = cases.case_view(case_id, person)
    found = next((one for one in view.letters if one.id == letter_id), None)
    if found is None:
        raise CaseNotFoundError
    acts.open_letter(letter_id, actor=person)
    if view.decided_on is not None and found is view.letters[-1]:
        acts.receive(case_id, actor=person, key=f"deliver:{case_id}")
    return found, cases.case_view(case_id, person)


def _credential(person: Actor, credential_id: UUID) -> Credential:
    found = credentials.credential(credential_id)
    mine = cases.on_my_side(person, [found.case_id] if found.case_id else [])
    if not any(_opens(principal, found, mine) for principal in parties.capacities(person.person_id, found.holder_kind, found.holder_id)):
        raise CredentialNotFoundError
    if found.case_id is not None:
        acts.receive(found.case_id, actor=person, key=f"deliver:{found.case_id}")
    return found


def _newer(person: Actor, found: Credential) -> Credential | None:
    """The version that took its place, where this person may see it."""
    latest = credentials.latest(found)
    if latest.id == found.id:
        return None
    mine = cases.on_my_side(person, [latest.case_id] if latest.case_id else [])
    may = any(_opens(principal, latest, mine) for principal in parties.capacities(person.person_id, latest.holder_kind, latest.holder_id))
    return latest if may else None


def _offers(person: Actor, found: Credential) -> list[dict[str, object]]:
    """What may be applied for about this licence: the situations of the services that are about its kind, but the first."""
    if found.ended is not None or found.replaced_by is not None:
        return []
    principals = parties.capacities(person.person_id, found.holder_kind, found.holder_id)
    services = [one for one in catalogue.city().offered.values() if one.licence == found.type_id and one.in_force <= clock.today()]
    return [
        {
            "label": option.label,
            "href": f"{reverse('portal:start', args=[service.id])}?{urlencode({'situation': option.id, 'licence': str(found.id), 'for': f'{found.holder_kind}:{found.holder_id}'})}",
        }
        for service in services
        if any(may_apply(principal, service) for principal in principals)
        for option in service.situations
        if option.id != NEW
    ]


def _opens(principal: Principal, found: Credential, mine: frozenset[UUID]) -> bool:
    """Whether acting for its holder opens a licence: in person always; under a mandate, what came of a case that the mandate opens."""
    return principal.is_self or found.case_id in mine


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
            "Cache-Control": "private, no-store",
        },
    )
