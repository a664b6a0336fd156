"""Document numbers of letters: 云市监许准〔2026〕318号.

Invariants: a series is a department's mark and a letter's mark; within one series and one year serials run 1, 2, 3 … without a gap; a number that a person
typed with other brackets, spaces or full-width digits is the same number.

Source: GB/T 9704-2012 §7.2.5: the issuer's mark, the year in full in 〔〕, the serial without leading zeros.
"""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans("[]()【】〔〕（）［］", "〔〕〔〕〔〕〔〕〔〕〔〕")
_SPACE = re.compile(r"\s+")


def document_number(series: str, year: int, serial: int) -> str:
    """The number as it is printed."""
    return f"{series}〔{year}〕{serial}号"


def tidy_number(typed: str) -> str:
    """What a person typed or copied, as the number would be printed."""
    plain = unicodedata.normalize("NFKC", _SPACE.sub("", typed)).translate(_BRACKETS)
    return plain if not plain or plain[-1] == "号" or "〔" not in plain else plain + "号"
