"""Identifiers: UUIDv7 (RFC 9562 §5.7) for rows, random ones where order must tell nothing, ISO 7064 MOD 37,36 checked numbers for people, GB 32100 and GB 11643 checks.

Invariants: `uuid7` values of one process strictly ascend; a checked number with one character changed, or two neighbours swapped, is refused.
"""

from __future__ import annotations

import os
import threading
from datetime import date
from uuid import UUID

from tongban.kernel import clock

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_RIC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A fresh UUIDv7: 48 bits of milliseconds, then a 12-bit counter's worth of sub-millisecond time, then 62 random bits."""
    global _last  # noqa: PLW0603 - ids of one process must ascend
    nanos = clock.unix_ns()
    stamp = (nanos // 1_000_000 << 12) | (nanos % 1_000_000 * 4096 // 1_000_000)
    with _lock:
        stamp = max(stamp, _last + 1)
        _last = stamp
    rand = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(stamp >> 12 << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0b10 << 62) | rand)


def random_id() -> UUID:
    """A random UUID (version 4), for rows whose order or time must tell nothing; every other row has `uuid7`."""
    return UUID(bytes=os.urandom(16), version=4)


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36 check character over digits and capital letters. Raises ValueError on any other character."""
    carry = 36
    for character in body:
        carry = (carry + _ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36]


def is_checked(number: str) -> bool:
    """Whether the last character is the check character of the rest."""
    if len(number) < 2 or any(character not in _ALPHABET for character in number):
        return False
    return check_character(number[:-1]) == number[-1]


def case_number(area: str, department: str, day: date, serial: int) -> str:
    """办件编号: area 6 + department 4 + yyyymmdd + serial 6 + check character, 25 characters."""
    if not (len(area) == 6 and len(department) == 4 and 0 < serial < 1_000_000):
        raise ValueError((area, department, serial))
    body = f"{area}{department}{day:%Y%m%d}{serial:06d}"
    return body + check_character(body)


def is_uscc(code: str) -> bool:
    """Whether a unified social credit code has the form and check character of GB 32100-2015."""
    if len(code) != 18 or any(character not in _USCC_ALPHABET for character in code):
        return False
    return uscc_check(code[:17]) == code[17]


def uscc_check(body: str) -> str:
    """The check character of a unified social credit code's first 17 characters (GB 32100-2015, MOD 31)."""
    total = sum(_USCC_ALPHABET.index(character) * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


def is_citizen_id(number: str) -> bool:
    """Whether a citizen's identity number has the form, a real birth date and the check character of GB 11643-1999 (MOD 11-2)."""
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return citizen_id_check(number[:17]) == number[17]


def citizen_id_check(body: str) -> str:
    """The check character of an identity number's first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _RIC_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]
