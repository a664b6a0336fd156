"""What is known about one fact: a value, none, or unknown.

Invariants: *none* means asked, and nothing is there; *unknown* means not asked, not answered, or answered with something
that is not of the declared type. A rule can tell value from none (`has`), and never whether something is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Answer(StrEnum):
    """The three outcomes of a condition."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the fact's declared type (money in fen, decimals as `decimal.Decimal`), who says so, and as of when."""

    value: Any
    source: str = ""
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Asked, and nothing is there."""

    source: str = ""
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not known, and why: `not-asked`, `silent`, `outside-its-type`, or the asking room's own word."""

    reason: str = ""
    source: str = ""


Fact = Value | Nothing | Unknown
Facts = Mapping[str, Fact]
Outcome = Answer | Fact

NOTHING: Final = Nothing()
NOT_ASKED: Final = Unknown("not-asked")
OUTSIDE_ITS_TYPE: Final = "outside-its-type"
UNSETTLED: Final = "unsettled"
