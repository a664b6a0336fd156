"""Is this credential genuine, and does it still hold? Open to anybody; nothing is kept of who asks.

Invariants: an answer by identifier tells the state only; the content is shown only to who holds it (the signed code, or identifier and check code).
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.credentials import reads
from tongban.credentials.core.credential import STATES
from tongban.look.pages import render

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SIGNATURE_FAULTS = ("changed", "unknown-key", "malformed")
UNSETTLED = ("offline", "old-browser")
_LONGEST = 8000


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The page; by POST, the answer of the server for `code` with `identifier`, or for a pasted `link`."""
    typed = {name: request.POST.get(name, "")[:_LONGEST].strip() for name in ("identifier", "code", "link")}
    reading = _read(typed) if request.method == "POST" else None
    response = render(
        request,
        "verify/verify.html",
        texts="verify/verify",
        reading=reading,
        verdict=_verdict(reading),
        typed=typed,
        jwks=json.dumps(reads.public_keys()["keys"]),
        verdicts=[state for state in STATES if state != "unknown"] + ["unknown", *UNSETTLED, *SIGNATURE_FAULTS],
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


def _for_programs(response: HttpResponse, caching: str) -> HttpResponse:
    response["Cache-Control"] = caching
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _read(typed: dict[str, str]) -> reads.Reading:
    if typed["link"]:
        return reads.read_token(typed["link"].partition("#c=")[2] or typed["link"])
    return reads.read_check_code(typed["identifier"], typed["code"])


def _verdict(reading: reads.Reading | None) -> str:
    if reading is None:
        return ""
    return reading.status.state if reading.status else reading.outcome
