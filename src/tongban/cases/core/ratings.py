"""What a rating says, and what may be told of many.

Invariants: there are five levels and no default; what is told by itself rests on at least as many ratings as the city declares, and so does what is left
when that is taken from the whole; a share is a pair of whole numbers until it is shown.

Source: 国办发〔2019〕51号; GB/T 39734-2020 and 39735-2020.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final, Literal

from tongban.cases.core.clocks import end_of
from tongban.cases.feedback_errors import LevelMissingError
from tongban.catalogue.core.definition import Limit, Option, Procedure
from tongban.kernel.days import Calendar
from tongban.kernel.text import plain

LEVELS: Final = (5, 4, 3, 2, 1)
BAD: Final = frozenset({1, 2})
"""不满意 and 非常不满意 are bad ratings (差评)."""
MOST_WORDS: Final = 1000
GivenBy = Literal["portal", "link", "window", "phone", "api"]
"""By which a rating came: signed in, by the link of a message, by the code at a counter, told on the telephone, by program."""
_LONG_NUMBER: Final = re.compile(r"\d(?:[ .\-\u00b7\u2010-\u2015\u3000\uff0d]?\d){6,}[XxＸ]?")
"""Seven digits or more, however they are grouped or shaped."""


@dataclass(frozen=True)
class Said:
    """One rating, as somebody gives it."""

    level: int
    """5 very satisfied to 1 very dissatisfied."""
    indices: Mapping[str, int]
    """Index id → 1 to 5; any may be left out."""
    words: str = ""
    is_named: bool = False
    """Whoever puts it right may know who it was, and call."""
    contact: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether it opens a case of its own."""
        return self.level in BAD


def read_said(posted: Mapping[str, str], indices: Iterable[Option]) -> Said:
    """A rating from the fields `level`, `index-<id>`, `words`, `named` and `contact`; an index that is not known or not 1 to 5 is left out. Raises LevelMissingError."""
    level = posted.get("level", "")
    if level not in {str(each) for each in LEVELS}:
        raise LevelMissingError
    rated = {one.id: posted.get(f"index-{one.id}", "") for one in indices}
    is_named = posted.get("named") == "yes"
    return Said(
        level=int(level),
        indices={name: int(value) for name, value in rated.items() if value in ("1", "2", "3", "4", "5")},
        words=plain(posted.get("words", "")).strip()[:MOST_WORDS],
        is_named=is_named,
        contact=plain(posted.get("contact", "")).strip()[:40] if is_named else "",
    )


def last_day(decided_on: date, within: Limit, calendar: Calendar) -> date:
    """Until when, that day included, a case that was decided then can be rated. Raises UndeclaredYearError."""
    return end_of(within, decided_on, calendar)


def is_rateable(procedure: Procedure, state: str, decided_on: date | None, within: Limit, today: date, calendar: Calendar) -> bool:
    """Whether a case in this state is finished for its applicant, and not too long ago. Raises UndeclaredYearError."""
    return state in procedure.rated and decided_on is not None and today <= last_day(decided_on, within, calendar)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def masked(words: str) -> str:
    """What somebody wrote, without the numbers by which people are known: telephones, identity and account numbers."""
    return _LONG_NUMBER.sub("＊＊＊", words)


@dataclass(frozen=True)
class Redress:
    """What became of bad ratings, in numbers."""

    in_time: int = 0
    """Answered by the day that was promised."""
    late: int = 0
    overdue: int = 0
    """Not answered yet, and that day is past."""
    running: int = 0
    called: int = 0
    """Of those answered, called back."""
    disputed: int = 0
    """Said by the department to be mistaken, and settled by supervision."""
    upheld: int = 0
    """Of those, found to be mistaken."""

    @property
    def answered(self) -> int:
        """How many were answered."""
        return self.in_time + self.late

    def __add__(self, other: Redress) -> Redress:
        return Redress(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Redress)))

    def to_json(self) -> dict[str, int]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Redress:
        """As it was kept; what is missing is 0."""
        return cls(**{field.name: int(kept.get(field.name, 0)) for field in fields(cls)})


@dataclass(frozen=True)
class Tally:
    """What some cases came to: how many were finished, how many ratings of level 1, 2, 3, 4 and 5 there are, and what became of the bad ones."""

    finished: int = 0
    levels: tuple[int, ...] = (0, 0, 0, 0, 0)
    redress: Redress = Redress()

    @property
    def rated(self) -> int:
        """How many were rated."""
        return sum(self.levels)

    @property
    def bad(self) -> int:
        """How many of them badly."""
        return self.levels[0] + self.levels[1]

    def __add__(self, other: Tally) -> Tally:
        levels = tuple(one + another for one, another in zip(self.levels, other.levels, strict=True))
        return Tally(self.finished + other.finished, levels, self.redress + other.redress)


@dataclass(frozen=True)
class Share:
    """So many of so many; of none it is no share."""

    part: int
    whole: int

    @property
    def tenths(self) -> int | None:
        """In tenths of a per cent, rounded half up; none of none."""
        return None if self.whole == 0 else (2000 * self.part + self.whole) // (2 * self.whole)


@dataclass(frozen=True)
class Indicators:
    """The indicators that are published (GB/T 39734-2020, annex B)."""

    active: Share
    """主动评价率: rated, of what was finished."""
    bad: Share
    """差评率: rated badly, of what was rated."""
    in_time: Share
    """按期整改率: answered in time, of the bad ones that were answered or should have been."""
    called: Share
    """回访率: called back, of the bad ones that were answered."""
    upheld: Share
    """申诉成立率: found mistaken, of those that a department disputed."""


def indicators(tally: Tally) -> Indicators:
    """The indicators of a tally."""
    redress = tally.redress
    return Indicators(
        active=Share(tally.rated, max(tally.finished, tally.rated)),
        bad=Share(tally.bad, tally.rated),
        in_time=Share(redress.in_time, redress.answered + redress.overdue),
        called=Share(redress.called, redress.answered),
        upheld=Share(redress.upheld, redress.disputed),
    )


@dataclass(frozen=True)
class Told:
    """Groups that rest on enough ratings, and all the others put together; none if there are none, or still too few."""

    groups: Mapping[str, Tally]
    others: Tally | None
    is_enough: bool
    """Whether there are enough ratings to tell anything."""


def told(groups: Mapping[str, Tally], least: int) -> Told:
    """What may be told of groups so that no one rating can be read off it, nor off the whole by taking away what is told."""
    shown = {name: tally for name, tally in groups.items() if tally.rated >= least}
    small = [tally for name, tally in groups.items() if name not in shown]
    others = sum(small, Tally()) if small else None
    if others is not None and 0 < others.rated < least and shown:
        nearest = min(shown, key=lambda name: (shown[name].rated, name))
        others += shown.pop(nearest)
    is_enough = bool(shown) or (others is not None and others.rated >= least)
    return Told(shown, others if is_enough else None, is_enough)
