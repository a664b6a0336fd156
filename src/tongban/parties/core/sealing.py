"""Fields that the database must not be able to read.

Invariants: a sealed value opens only in the table, column and row that it was sealed for (the place is both the associated data of AES-256-GCM and
the derivation of the row's own key, so no key ever seals so many values that random nonces could meet, NIST SP 800-38D §8.3); a blind index is
equal exactly for equal values of one domain; a gram is a keyed 32-bit hash, so that several pairs of characters share one and no frequency is read off.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text

_FORMAT = b"\x01"
_NONCE = 12
_HEAD = len(_FORMAT) + 1 + _NONCE


class SealBrokenError(TongbanError):
    """A sealed value was changed, moved to another row, or sealed with another key."""

    status = 500

    def __init__(self) -> None:
        super().__init__(
            Text(
                "加密字段校验失败：数据被改动、移位，或密钥不符。已停止读取，请通知系统管理员核查。",
                "A sealed field failed its check: it was changed, moved, or sealed with another key. Reading stopped; tell the administrator.",
            )
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands."""

    table: str
    column: str
    row: UUID

    def bytes(self) -> bytes:
        """The place, unambiguously."""
        return b"\0".join((self.table.encode(), self.column.encode(), self.row.bytes))


class Sealer:
    """Seals, opens and blinds with one pair of keys. `number` (0 to 255) tells keys apart when they are changed."""

    def __init__(self, field_key: bytes, blind_key: bytes, number: int = 1, entropy: Callable[[int], bytes] = os.urandom) -> None:
        if len(field_key) != 32 or len(blind_key) < 32:
            raise ValueError("a field key has 32 bytes, a blind key at least 32")
        self._field_key = field_key
        self._blind_key = blind_key
        self._number = bytes([number])
        self._entropy = entropy

    def seal(self, plain: str, place: Place) -> bytes:
        """AES-256-GCM: format, key number, nonce, ciphertext with tag."""
        nonce = self._entropy(_NONCE)
        where = place.bytes()
        return _FORMAT + self._number + nonce + self._cipher(where).encrypt(nonce, plain.encode(), where)

    def open(self, sealed: bytes | memoryview, place: Place) -> str:
        """The plain value. Raises SealBrokenError if a bit of it, its place or the key differs."""
        sealed = bytes(sealed)
        if sealed[:2] != _FORMAT + self._number:
            raise SealBrokenError
        where = place.bytes()
        try:
            return self._cipher(where).decrypt(sealed[2:_HEAD], sealed[_HEAD:], where).decode()
        except InvalidTag:
            raise SealBrokenError from None

    def blind(self, domain: str, value: str) -> bytes:
        """16 bytes by which equal values of a domain are found: HMAC-SHA256, truncated."""
        return self._mac(f"blind\0{domain}\0{value}")[:16]

    def grams(self, name: str) -> list[int]:
        """The keyed hashes of a name's pairs of neighbouring characters, ascending, each once; int32."""
        text = searchable(name)
        pairs = {text[at : at + 2] for at in range(len(text) - 1)}
        return sorted({int.from_bytes(self._mac(f"gram\0{pair}")[:4], "big", signed=True) for pair in pairs})

    def _cipher(self, where: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self._field_key, where, hashlib.sha256))

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._blind_key, text.encode(), hashlib.sha256)


def searchable(name: str) -> str:
    """A name as it is compared: NFKC, small letters, without blanks and the middle dot of translated names."""
    return "".join(
        character for character in unicodedata.normalize("NFKC", name).casefold() if not character.isspace() and character not in "·•"
    )
