"""Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), Ed25519.

Invariants: a note's text is believed only after a signature of a known key was verified; signatures of unknown keys (witnesses, other algorithms) are
passed over; a checkpoint has exactly one spelling: what does not read back to the same bytes is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tongban.kernel.text import Text
from tongban.ledger.errors import UntrustedNoteError

_ED25519: Final = b"\x01"
_LONGEST: Final = 200_000
_NAME = re.compile(r"[^\s+]+")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key's name and public half: 32 bytes, RFC 8032."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != 32:
            raise ValueError(self.name)

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell this key from others of the same name."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The key as one line, `name+id+key`: what a city publishes and a verifier is given."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def read(cls, line: str) -> Verifier:
        """The key of such a line. Raises ValueError if it is none, or its id is not its own."""
        name, key_id, encoded = line.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        if raw[:1] != _ED25519:
            raise ValueError("not an Ed25519 key")
        found = cls(name, raw[1:])
        if found.key_id.hex() != key_id:
            raise ValueError("the key's id does not belong to it")
        return found

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether this key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs: its name and its secret half, 32 bytes."""

    name: str
    secret: bytes

    def verifier(self) -> Verifier:
        """The half that may be published."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note: the text, an empty line, the signature's line."""
        signature = Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(self.verifier().key_id + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says about itself: its origin, how many leaves it has, its root hash."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """The checkpoint of such a text; extension lines are passed over. Raises UntrustedNoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or not all(lines[:-1]) or lines[-1] or not _DECIMAL.fullmatch(lines[1]):
            raise _untrusted("检查点的格式不对", "the checkpoint is malformed")
        root = decode_hash(lines[2])
        return cls(lines[0], int(lines[1]), root)


def open_note(note: str, keys: Iterable[Verifier]) -> str:
    """The note's text, once a known key's signature holds. Raises UntrustedNoteError: malformed, no known key, or a known key's signature is false."""
    text, signatures = split_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    held = False
    for name, raw in signatures:
        key = known.get((name, raw[:4]))
        if key is None:
            continue
        if not key.accepts(text.encode(), raw[4:]):
            raise _untrusted(f"{name} 的签名与内容不符", f"the signature of {name} does not fit the text")
        held = True
    if not held:
        raise _untrusted("没有已知密钥的签名", "no signature of a known key")
    return text


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text and the signatures (key name, key id and signature), none of them verified. Raises UntrustedNoteError if malformed."""
    text, gap, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if len(note) > _LONGEST or not gap or len(lines) < 2 or lines[-1] or any(character < " " and character != "\n" for character in note):
        raise _untrusted("签名文书的格式不对", "the signed note is malformed")
    return text + "\n", [_signature(line) for line in lines[:-1]]


def _signature(line: str) -> tuple[str, bytes]:
    dash, name, encoded = (*line.split(" "), "", "", "")[:3]
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        raw = b""
    if dash != "—" or not _NAME.fullmatch(name) or len(raw) < 5 or line != f"— {name} {base64.b64encode(raw).decode()}":
        raise _untrusted("签名行的格式不对", "a signature line is malformed")
    return name, raw


def decode_hash(line: str) -> bytes:
    """A SHA-256 hash from its base64 spelling, the only one it has. Raises UntrustedNoteError."""
    try:
        raw = base64.b64decode(line, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32 or base64.b64encode(raw).decode() != line:
        raise _untrusted("哈希值的格式不对", "a hash is malformed")
    return raw


def _untrusted(zh: str, en: str) -> UntrustedNoteError:
    return UntrustedNoteError(Text(zh=zh, en=en))
