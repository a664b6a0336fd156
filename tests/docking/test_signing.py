"""Calls and answers are signed: whatever is changed, is too old or belongs to another request is refused (RFC 9421, RFC 9530)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.docking.core.signing import (
    DIGEST,
    INPUT,
    SIGNATURE,
    BadSignatureError,
    digest,
    sign_answer,
    sign_request,
    verify_answer,
    verify_request,
)

KEY, AT = b"k" * 32, datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
BODIES = st.binary(max_size=200)


def asked(body: bytes = b'{"a":1}', key: bytes = KEY) -> dict[str, str]:
    return sign_request("POST", "/exchange/v1/push", body, key=key, key_id="docking-registry", nonce="n0123456789", at=AT)


def test_the_signature_is_that_of_the_standard_over_method_path_and_digest() -> None:
    """RFC 9421 §2.5 and §3.3.3, spelt out once by hand."""
    body = b'{"a":1}'
    parameters = (
        f'("@method" "@path" "content-digest");created={int(AT.timestamp())};keyid="docking-registry";alg="hmac-sha256";nonce="n0123456789"'
    )
    base = f'"@method": POST\n"@path": /exchange/v1/push\n"content-digest": {digest(body)}\n"@signature-params": {parameters}'
    mac = base64.b64encode(hmac.new(KEY, base.encode(), hashlib.sha256).digest()).decode()
    assert asked(body) == {
        DIGEST: f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:",
        INPUT: f"tongban={parameters}",
        SIGNATURE: f"tongban=:{mac}:",
    }


@given(BODIES)
def test_a_signed_request_is_accepted(body: bytes) -> None:
    verify_request("POST", "/exchange/v1/push", body, asked(body), key=KEY, now=AT)


@given(BODIES, BODIES)
def test_another_body_is_refused(body: bytes, other: bytes) -> None:
    if body != other:
        with pytest.raises(BadSignatureError):
            verify_request("POST", "/exchange/v1/push", other, asked(body), key=KEY, now=AT)


@pytest.mark.parametrize(
    ("method", "path", "key", "now"),
    [
        ("GET", "/exchange/v1/push", KEY, AT),
        ("POST", "/exchange/v1/ask", KEY, AT),
        ("POST", "/exchange/v1/push", b"j" * 32, AT),
        ("POST", "/exchange/v1/push", KEY, AT + timedelta(minutes=6)),
        ("POST", "/exchange/v1/push", KEY, AT - timedelta(minutes=6)),
    ],
)
def test_another_method_path_key_or_time_is_refused(method: str, path: str, key: bytes, now: datetime) -> None:
    with pytest.raises(BadSignatureError):
        verify_request(method, path, b'{"a":1}', asked(), key=key, now=now)


@given(st.sampled_from([DIGEST, INPUT, SIGNATURE]), st.integers(0, 400), st.characters())
def test_a_header_with_any_character_changed_is_refused(name: str, at: int, character: str) -> None:
    headers = asked()
    text = headers[name]
    at %= len(text)
    changed = text[:at] + character + text[at + 1 :]
    if changed == text:
        return
    with pytest.raises(BadSignatureError):
        verify_request("POST", "/exchange/v1/push", b'{"a":1}', headers | {name: changed}, key=KEY, now=AT)


@pytest.mark.parametrize("name", [DIGEST, INPUT, SIGNATURE])
def test_a_header_that_is_missing_is_refused(name: str) -> None:
    headers = {key: value for key, value in asked().items() if key != name}
    with pytest.raises(BadSignatureError):
        verify_request("POST", "/exchange/v1/push", b'{"a":1}', headers, key=KEY, now=AT)


def test_an_answer_belongs_to_one_request_and_one_status() -> None:
    first, second = asked(b"1"), asked(b"2")
    answer = sign_answer(200, b"{}", first, key=KEY, key_id="docking-registry", nonce="m0123456789", at=AT)
    verify_answer(200, b"{}", answer, first, key=KEY, now=AT)
    with pytest.raises(BadSignatureError):
        verify_answer(200, b"{}", answer, second, key=KEY, now=AT)
    with pytest.raises(BadSignatureError):
        verify_answer(202, b"{}", answer, first, key=KEY, now=AT)


def test_a_request_cannot_be_played_back_as_an_answer() -> None:
    request = asked(b"{}")
    with pytest.raises(BadSignatureError):
        verify_answer(200, b"{}", request, request, key=KEY, now=AT)
