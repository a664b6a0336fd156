"""COSE_Sign1 with ES256 (RFC 9052 §4.2, RFC 9053 §2.1), and its text for a QR code.

Invariants: what is encoded is deterministic (RFC 8949 §4.2); what is read must be exactly what encoding it again gives, so no bit of a code can change
unseen; the signature is checked before the content is believed.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SIGN1: Final = 18
ALGORITHM: Final = 1
KEY_ID: Final = 4
ES256: Final = -7
_MOST: Final = 16_384
_LEAST: Final = 90

Outcome = Literal["good", "changed", "unknown-key", "malformed"]
PublicKeys = Mapping[bytes, ec.EllipticCurvePublicKey]


@dataclass(frozen=True)
class Opened:
    """A code that was read: its outcome, and the claims only when the signature is good."""

    outcome: Outcome
    claims: Mapping[int, Any]


def key_id(key: ec.EllipticCurvePublicKey) -> bytes:
    """The first 8 bytes of the SHA-256 of the key's SubjectPublicKeyInfo."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).digest()[:8]


def sign(claims: Mapping[int, Any], key: ec.EllipticCurvePrivateKey) -> bytes:
    """The tagged COSE_Sign1 message over the claims."""
    protected = _encode({ALGORITHM: ES256, KEY_ID: key_id(key.public_key())})
    payload = _encode(claims)
    r, s = decode_dss_signature(key.sign(_signed(protected, payload), ec.ECDSA(hashes.SHA256())))
    return _encode(cbor2.CBORTag(SIGN1, [protected, {}, payload, r.to_bytes(32, "big") + s.to_bytes(32, "big")]))


def to_token(message: bytes) -> str:
    """The message as text: zlib (RFC 1950), base64url without padding."""
    return base64.urlsafe_b64encode(zlib.compress(message, 9)).rstrip(b"=").decode()


def open_token(token: str, keys: PublicKeys) -> Opened:
    """Read and verify a code's text. Never raises: what cannot be read is malformed, what was altered is changed."""
    squeezed = _from_base64url(token)
    if squeezed is None or len(squeezed) < _LEAST or squeezed[0] & 0x0F != 8:
        return Opened("malformed", {})
    message = _inflate(squeezed)
    if message is None:
        return Opened("changed", {})
    parts = _parts(message)
    if parts is None:
        return Opened("malformed", {})
    protected, payload, signature, named = parts
    key = keys.get(named)
    if key is None:
        return Opened("unknown-key", {})
    if not _holds(key, signature, _signed(protected, payload)):
        return Opened("changed", {})
    return Opened("good", cbor2.loads(payload))


def _signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure (RFC 9052 §4.4), without external data."""
    return _encode(["Signature1", protected, b"", payload])


def _encode(value: Any) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _from_base64url(token: str) -> bytes | None:
    try:
        found = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    # The last character carries spare bits: with any of them set it is another text for the same bytes.
    return found if base64.urlsafe_b64encode(found).rstrip(b"=").decode() == token else None


def _inflate(squeezed: bytes) -> bytes | None:
    reader = zlib.decompressobj()
    try:
        message = reader.decompress(squeezed, _MOST)
    except zlib.error:
        return None
    return message if reader.eof and not reader.unused_data else None


def _parts(message: bytes) -> tuple[bytes, bytes, bytes, bytes] | None:
    try:
        read = cbor2.loads(message)
        protected, unprotected, payload, signature = read.value
        header = cbor2.loads(protected)
        exact = read.tag == SIGN1 and unprotected == {} and _encode(read) == message and len(signature) == 64
        return (protected, payload, signature, header[KEY_ID]) if exact and header[ALGORITHM] == ES256 else None
    except Exception:  # noqa: BLE001 - a stranger's bytes may break the reader anywhere; each way means the same
        return None


def _holds(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(der, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
