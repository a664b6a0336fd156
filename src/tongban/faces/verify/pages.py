"""Is this credential or letter genuine, and does it still hold? Open to anybody; nothing is kept of who asks.

Invariants: an answer by identifier, or by a letter's id, tells the state only; the content, and a letter's text, are shown only to who holds it (the signed
code, or number and check code).
"""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import reads as cases
from tongban.cases.core.numbering import tidy_number
from tongban.credentials import reads
from tongban.credentials.core.credential import STATES
from tongban.credentials.core.letter import STANDINGS
from tongban.look.pages import render

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SIGNATURE_FAULTS = ("changed", "unknown-key", "malformed")
UNSETTLED = ("offline", "old-browser")
LETTER_VERDICTS = [f"letter-{state}" for state in (*STANDINGS, "offline")]
_LONGEST = 8000


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The page; by POST, the answer of the server for `code` with `identifier`, or for a pasted `link`."""
    typed = {name: request.POST.get(name, "")[:_LONGEST].strip() for name in ("identifier", "code", "link")}
    reading = _read(typed) if request.method == "POST" else None
    letter = reading.letter if reading else None
    standing = cases.standing_of(letter.id, letter.digest) if letter else None
    response = render(
        request,
        "verify/verify.html",
        texts="verify/verify",
        reading=reading,
        verdict=_verdict(reading, standing),
        standing=standing,
        text=cases.text_on_record(letter.id) if letter and standing and standing.state != "unknown" else None,
        typed=typed,
        jwks=json.dumps(reads.public_keys()["keys"]),
        verdicts=[state for state in STATES if state != "unknown"] + ["unknown", *UNSETTLED, *SIGNATURE_FAULTS] + LETTER_VERDICTS,
    )
    response["Content-Security-Policy"] = _POLICY
    return response


@require_GET
def keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The public keys as a JWK set; may be kept for an hour, so that doors without a network can verify."""
    response = JsonResponse(reads.public_keys(), content_type="application/jwk-set+json")
    return _for_programs(response, "public, max-age=3600")


@require_GET
def status(request: HttpRequest, identifier: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The state by identifier: `state`, `says`, `since`, `asked_at`. 404 with state `unknown` when there is no such credential."""
    found = reads.status(identifier)
    body = {
        "identifier": found.identifier,
        "state": found.state,
        "says": {"zh": found.says.zh, "en": found.says.en},
        "since": found.since.isoformat() if found.since else None,
        "asked_at": found.asked_at.isoformat(),
    }
    return _for_programs(JsonResponse(body, status=404 if found.state == "unknown" else 200), "no-store")


@require_GET
def letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Whether a letter stands, by its id: `state`, `says`, `since`, `later`, `asked_at`; with `?digest=` (hex) also whether its text on record is the signed one."""
    found = cases.standing_of(letter_id, _digest(request.GET.get("digest", "")))
    says = STANDINGS[found.state]
    body = {
        "id": str(letter_id),
        "state": found.state,
        "says": {"zh": says.zh, "en": says.en},
        "since": found.since.isoformat() if found.since else None,
        "later": found.later_number,
        "asked_at": found.asked_at.isoformat(),
    }
    return _for_programs(JsonResponse(body, status=404 if found.state == "unknown" else 200), "no-store")


def _digest(text: str) -> bytes | None:
    """A digest in hex; what is none is as good as another text's."""
    try:
        return bytes.fromhex(text) if text else None
    except ValueError:
        return b""


def _for_programs(response: HttpResponse, caching: str) -> HttpResponse:
    response["Cache-Control"] = caching
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _read(typed: dict[str, str]) -> reads.Reading:
    if typed["link"]:
        return reads.read_token(typed["link"].partition("#c=")[2] or typed["link"])
    number = tidy_number(typed["identifier"])
    if "〔" in number:
        return reads.read_with_code(cases.token_of(number), typed["code"])
    return reads.read_check_code(typed["identifier"], typed["code"])


def _verdict(reading: reads.Reading | None, standing: cases.LetterStanding | None) -> str:
    if reading is None:
        return ""
    if standing is not None:
        return f"letter-{standing.state}"
    return reading.status.state if reading.status else reading.outcome
