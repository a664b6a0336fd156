"""A kept file, as other rooms see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Kept:
    """One file of one owner; `size` in bytes, `sha256` in hex, `media_type` by content."""

    id: UUID
    sha256: str
    media_type: str
    size: int
    name: str
