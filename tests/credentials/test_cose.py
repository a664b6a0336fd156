"""COSE_Sign1, checked by a reader that shares nothing with ours but the cryptography."""

from __future__ import annotations

import base64
import hashlib
import zlib

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.credentials.core.cose import key_id, open_token, sign, to_token

KEY = ec.derive_private_key(0x1D_0F_1CE, ec.SECP256R1())
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
CLAIMS = {1: "11990100MB00112CX8", 2: "1.2.3", 6: 1_767_225_600, -65539: ["味来餐饮店", "92990102MA0ABCDE1X"]}


def independent_verify(token: str, key: ec.EllipticCurvePublicKey) -> dict:
    """RFC 9052 §4.4 by hand: bytes are cut out by length, nothing is encoded by a library."""
    message = zlib.decompress(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    assert message[0] == 0xD2, "tag 18"
    assert message[1] == 0x84, "an array of four"
    assert message[2] == 0x40 | 13, "13 bytes of protected header"
    protected = message[3:16]
    assert protected[:6] == bytes([0xA2, 0x01, 0x26, 0x04, 0x48, protected[5]]), "{1: -7, 4: 8 bytes}"
    assert message[16] == 0xA0, "no unprotected header"
    assert message[17] in (0x58, 0x59), "a byte string with one or two bytes of length"
    width = message[17] - 0x57
    length = int.from_bytes(message[18 : 18 + width], "big")
    start = 18 + width
    payload, rest = message[start : start + length], message[start + length :]
    assert rest[:2] == b"\x58\x40"
    assert len(rest) == 66
    signed = b"\x84\x6aSignature1\x4d" + protected + b"\x40" + message[17:start] + payload
    signature = encode_dss_signature(int.from_bytes(rest[2:34], "big"), int.from_bytes(rest[34:], "big"))
    key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert protected[5:] == hashlib.sha256(spki).digest()[:8]
    return cbor2.loads(payload)


def test_another_reader_verifies_what_we_sign():
    assert independent_verify(to_token(sign(CLAIMS, KEY)), KEY.public_key()) == CLAIMS


def test_another_reader_refuses_another_key():
    with pytest.raises(InvalidSignature):
        independent_verify(to_token(sign(CLAIMS, KEY)), ec.derive_private_key(7, ec.SECP256R1()).public_key())


def test_we_verify_the_published_vector_of_the_cose_working_group():
    """cose-wg/Examples, sign1-tests/sign-pass-01 with ES256: same key id layout is not ours, so only structure and signature are compared."""
    x = 0xBAC5B11CAD8F99F9C72B05CF4B9E26D244DC189F745228255A219A86D6A09EFF
    y = 0x20138BF82DC1B6D562BE0FA54AB7804A3A64B6D72CCFED6B6FB6ED28BBFC117E
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    signature = bytes.fromhex(
        "8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
    )
    from tongban.credentials.core.cose import _holds, _signed

    assert _holds(key, signature, _signed(b"\xa1\x01\x26", b"This is the content."))
    assert not _holds(key, signature, _signed(b"\xa1\x01\x26", b"This is the content!"))


def test_a_good_code_opens_to_its_claims():
    opened = open_token(to_token(sign(CLAIMS, KEY)), KEYS)
    assert (opened.outcome, opened.claims) == ("good", CLAIMS)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_code_with_any_character_changed_never_says_anything_else(data):
    """Deflate leaves a few bits unused (RFC 1951 §3.2.3): flipping one gives another text for the very same signed message, and nothing more."""
    token = TOKEN
    at = data.draw(st.integers(0, len(token) - 1))
    wrong = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_").filter(lambda c: c != token[at]))
    opened = open_token(token[:at] + wrong + token[at + 1 :], KEYS)
    assert opened.outcome in ("changed", "malformed", "good")
    assert opened.claims == (CLAIMS if opened.outcome == "good" else {})


TOKEN = to_token(sign(CLAIMS, KEY))


def forged(change) -> str:
    """The message taken apart, changed, and put together again with a right check sum, as a forger would."""
    message = cbor2.loads(zlib.decompress(base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))))
    parts = list(message.value)
    change(parts)
    return to_token(cbor2.dumps(cbor2.CBORTag(18, parts), canonical=True))


def put(index, value):
    return lambda parts: parts.__setitem__(index, value)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (put(2, cbor2.dumps({**CLAIMS, -65539: ["味来餐饮店", "92990102MA0ABCDE2X"]}, canonical=True)), "changed"),
        (put(3, bytes(64)), "changed"),
        (put(3, bytes(63)), "malformed"),
        (put(1, {4: b"x"}), "malformed"),
        (put(0, cbor2.dumps({1: -7, 4: b"12345678"}, canonical=True)), "unknown-key"),
        (put(0, cbor2.dumps({1: -8, 4: b"12345678"}, canonical=True)), "malformed"),
        (put(0, b""), "malformed"),
    ],
)
def test_each_forgery_has_its_own_answer(change, outcome):
    assert open_token(forged(change), KEYS).outcome == outcome


@pytest.mark.parametrize("text", ["", "abc", "不是码", "A" * 500, TOKEN + "=", " " + TOKEN, TOKEN[:-1] + " "])
def test_what_is_no_code_is_malformed_or_changed(text):
    assert open_token(text, KEYS).outcome in ("malformed", "changed")


def test_a_code_cut_short_is_changed():
    assert open_token(TOKEN[: len(TOKEN) // 4 * 4 - 8], KEYS).outcome == "changed"


def test_bytes_after_the_message_are_not_overlooked():
    raw = base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    hidden = base64.urlsafe_b64encode(raw + b"more").rstrip(b"=").decode()
    assert open_token(hidden, KEYS).outcome == "changed"
    inside = base64.urlsafe_b64encode(zlib.compress(zlib.decompress(raw) + b"\x00")).rstrip(b"=").decode()
    assert open_token(inside, KEYS).outcome == "malformed"


def test_a_bomb_is_changed_and_costs_nothing():
    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(50_000_000))).rstrip(b"=").decode()
    assert open_token(bomb, KEYS).outcome == "changed"


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(raw):
    token = base64.urlsafe_b64encode(zlib.compress(raw)).rstrip(b"=").decode()
    assert open_token(token, KEYS).outcome in ("malformed", "changed")
