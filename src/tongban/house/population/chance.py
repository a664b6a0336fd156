"""Dice and ids that fall the same for the same seed."""

from __future__ import annotations

import hashlib
import random
from typing import Final
from uuid import UUID

_BEGUN: Final = 1_767_225_600_000
"""2026-01-01T00:00:00Z in milliseconds: made-up rows are older than anything that happens in the demo."""


def dice(seed: int, what: str) -> random.Random:
    """Dice of their own for each part, so that one more throw in one part moves nothing in another."""
    return random.Random(f"{seed}/{what}")  # noqa: S311 - made-up people, not secrets


def fixed_id(what: str, serial: int) -> UUID:
    """A UUIDv7 by what it is for and its serial (0 to 2^30), ascending with the serial."""
    rand = int.from_bytes(hashlib.blake2b(f"{what}/{serial}".encode(), digest_size=8).digest(), "big") >> 2
    return UUID(int=(_BEGUN + serial // 4096 << 80) | (0x7 << 76) | (serial % 4096 << 64) | (0b10 << 62) | rand)


def named_id(what: str, name: str) -> UUID:
    """A UUIDv7 by what it is for and a name."""
    return fixed_id(f"{what}/{name}", 0)
