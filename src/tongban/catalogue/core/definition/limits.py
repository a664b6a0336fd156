"""Periods of law and the options of a choice: what every other definition is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tongban.kernel.text import Text


@dataclass(frozen=True)
class Limit:
    """A period: `10 working days` or `15 calendar days`."""

    days: int
    counted: Literal["working", "calendar"]


@dataclass(frozen=True)
class Limits:
    """Two clocks: late against the promise is performance, late against the statute is illegality."""

    statutory: Limit
    promised: Limit
    extension: Limit | None = None
    """By how much the head may extend the statutory one, where this service's own law says otherwise than its procedure."""


@dataclass(frozen=True)
class Option:
    """One allowed answer of a choice."""

    id: str
    label: Text


@dataclass(frozen=True)
class TimeCost:
    """What the city reckons that something takes of an applicant's time, in hours; an assumption of the city, shown as one."""

    visit: int
    paper: int
