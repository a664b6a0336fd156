"""Signed calls: HTTP Message Signatures (RFC 9421) with `hmac-sha256` (§3.3.3) over method, path and Content-Digest (RFC 9530).

Invariants: a request's signature covers its method, path and body; an answer's covers its status, its body and the request's signature, so that an answer
belongs to one request; nothing is accepted that was signed more than five minutes before or after; digests are compared in constant time. Exactly this one
form is read: another order of components or parameters is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

LABEL: Final = "tongban"
DIGEST, INPUT, SIGNATURE = "Content-Digest", "Signature-Input", "Signature"
SKEW: Final = timedelta(minutes=5)

_ASKED: Final = '("@method" "@path" "content-digest")'
_ANSWERED: Final = f'("@status" "content-digest" "signature";req;key="{LABEL}")'
_PARAMETERS: Final = re.compile(r';created=([0-9]{1,12});keyid="([a-z0-9-]{1,80})";alg="hmac-sha256";nonce="([A-Za-z0-9_-]{8,64})"')


class BadSignatureError(ValueError):
    """A signature is missing, too old, of another form, or does not fit what it came with."""


def digest(body: bytes) -> str:
    """The value of Content-Digest: SHA-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign_request(method: str, path: str, body: bytes, *, key: bytes, key_id: str, nonce: str, at: datetime) -> dict[str, str]:
    """The three headers of a signed request."""
    of = digest(body)
    parameters = _ASKED + _told(at, key_id, nonce)
    return _headers(of, parameters, _mac(key, _base_of_request(method, path, of, parameters)))


def verify_request(method: str, path: str, body: bytes, headers: Mapping[str, str], *, key: bytes, now: datetime) -> None:
    """Raises BadSignatureError unless the request was signed with this key, just now, and is whole."""
    of, parameters, mac = _read(headers, body, _ASKED, now)
    _check(mac, _mac(key, _base_of_request(method, path, of, parameters)))


def sign_answer(
    status: int, body: bytes, request: Mapping[str, str], *, key: bytes, key_id: str, nonce: str, at: datetime
) -> dict[str, str]:
    """The three headers of a signed answer to a request with those headers."""
    of = digest(body)
    parameters = _ANSWERED + _told(at, key_id, nonce)
    return _headers(of, parameters, _mac(key, _base_of_answer(status, of, _signature_of(request), parameters)))


def verify_answer(status: int, body: bytes, headers: Mapping[str, str], request: Mapping[str, str], *, key: bytes, now: datetime) -> None:
    """Raises BadSignatureError unless the answer was signed with this key, just now, is whole, and answers this request."""
    of, parameters, mac = _read(headers, body, _ANSWERED, now)
    _check(mac, _mac(key, _base_of_answer(status, of, _signature_of(request), parameters)))


def _told(at: datetime, key_id: str, nonce: str) -> str:
    return f';created={int(at.timestamp())};keyid="{key_id}";alg="hmac-sha256";nonce="{nonce}"'


def _headers(of: str, parameters: str, mac: str) -> dict[str, str]:
    return {DIGEST: of, INPUT: f"{LABEL}={parameters}", SIGNATURE: mac}


def _base_of_request(method: str, path: str, of: str, parameters: str) -> str:
    return f'"@method": {method}\n"@path": {path}\n"content-digest": {of}\n"@signature-params": {parameters}'


def _base_of_answer(status: int, of: str, request: str, parameters: str) -> str:
    return f'"@status": {status}\n"content-digest": {of}\n"signature";req;key="{LABEL}": {request}\n"@signature-params": {parameters}'


def _signature_of(headers: Mapping[str, str]) -> str:
    return _header(headers, SIGNATURE).removeprefix(f"{LABEL}=")


def _read(headers: Mapping[str, str], body: bytes, components: str, now: datetime) -> tuple[str, str, str]:
    of = _header(headers, DIGEST)
    if not hmac.compare_digest(of, digest(body)):
        raise BadSignatureError("the body is not the one that was signed")
    label, _, parameters = _header(headers, INPUT).partition("=")
    found = _PARAMETERS.fullmatch(parameters.removeprefix(components))
    if label != LABEL or not parameters.startswith(components) or found is None:
        raise BadSignatureError("a signature of another form")
    if abs(now.timestamp() - int(found[1])) > SKEW.total_seconds():
        raise BadSignatureError("signed too long ago, or the clocks differ")
    return of, parameters, _header(headers, SIGNATURE)


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name) or headers.get(name.lower()) or ""
    if not value.isascii():
        raise BadSignatureError("a signature of another form")
    return value


def _mac(key: bytes, base: str) -> str:
    """The value of Signature: compared as it is spelt, so that there is one spelling."""
    return f"{LABEL}=:{base64.b64encode(hmac.digest(key, base.encode(), hashlib.sha256)).decode()}:"


def _check(given: str, right: str) -> None:
    if not hmac.compare_digest(given, right):
        raise BadSignatureError("the signature does not fit")
