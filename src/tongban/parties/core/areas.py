"""Codes of areas (GB/T 2260 and GB/T 10114): which area lies in which.

Invariant: the code alone decides; `110105001` (street) lies in `110105` (district) lies in `110100` (city) lies in `110000` (province).
The empty code is everywhere.
"""

from __future__ import annotations


def covers(whole: str, part: str) -> bool:
    """Whether `part` is `whole` or lies in it. Nothing but everywhere covers everywhere."""
    return part.startswith(stem(whole)) if part else not whole


def within(code: str) -> tuple[str, ...]:
    """The area itself and all that it lies in, widest first, beginning with everywhere."""
    if not code:
        return ("",)
    county = code[:6]
    wider = [county[:2] + "0000", county[:4] + "00", county]
    streets = [code[:length] for length in (9, 12) if len(code) >= length]
    return ("", *dict.fromkeys([*wider[: _depth(county)], *streets]))


def stem(code: str) -> str:
    """What the codes of everything inside an area begin with."""
    return code[: 2 * _depth(code)] if len(code) == 6 else code


def _depth(county: str) -> int:
    if county.endswith("0000"):
        return 1
    return 2 if county.endswith("00") else 3
