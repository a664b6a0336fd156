"""Money is integer fen, always. No float ever touches an amount; formatting is the only place where yuan appear."""

from __future__ import annotations

import re
from typing import NewType

Fen = NewType("Fen", int)

_YUAN = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,2}))?")


def parse_yuan(text: str) -> Fen:
    """Amount in fen of a sum written in yuan (`1234.5` → 123450). Raises ValueError on anything else, also on a third decimal."""
    match = _YUAN.fullmatch(text.strip().replace(",", "").removeprefix("¥"))
    if not match:
        raise ValueError(text)
    sign, yuan, cents = match.groups()
    fen = int(yuan) * 100 + int((cents or "").ljust(2, "0"))
    return Fen(-fen if sign else fen)


def show_yuan(fen: int) -> str:
    """`123450` → `1,234.50`."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{cents:02d}"
