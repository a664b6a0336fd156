"""Legal days: which date is a working day, and what date a limit ends on.

Invariants: the first day is excluded (Civil Code art. 201); a period that ends on a day off ends on the next working day only when it is counted
in calendar days (art. 203) - a period in working days ends on a working day by itself; a date in a year the city has not declared is
refused, never guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text


class UndeclaredYearError(TongbanError):
    """The city's calendar says nothing about a year, so no limit can be counted in it."""

    status = 500

    def __init__(self, year: int) -> None:
        super().__init__(
            Text(
                zh=f"本市尚未公布{year}年工作日历，无法计算期限；请由管理员补充日历文件。",
                en=f"The city has declared no calendar for {year}, so no limit can be counted; an administrator must add the calendar file.",
            )
        )
        self.year = year


@dataclass(frozen=True)
class Calendar:
    """The working days of each declared year."""

    days_off: Mapping[int, frozenset[date]]
    """By year, every date that is not a working day; weekends included, moved working Saturdays left out."""
    _working: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        working = [day for year in sorted(self.days_off) for day in _year(year) if day not in self.days_off[year]]
        object.__setattr__(self, "_working", tuple(working))

    def is_working(self, day: date) -> bool:
        """Whether offices are open on a date. Raises UndeclaredYearError."""
        self._declared(day)
        return day not in self.days_off[day.year]

    def add_working(self, start: date, count: int) -> date:
        """The date on which a period of `count` working days ends that starts (excluded) on `start`. Raises UndeclaredYearError."""
        self._declared(start)
        if count < 0:
            raise ValueError(count)
        if count == 0:
            return start
        index = bisect_right(self._working, start) + count - 1
        if index >= len(self._working):
            raise UndeclaredYearError(max(self.days_off) + 1)
        end = self._working[index]
        self._no_gap(start, end)
        return end

    def add_calendar(self, start: date, count: int) -> date:
        """The date on which a period of `count` calendar days ends; one that would end on a day off ends on the next working day."""
        end = start + timedelta(days=count)
        return end if self.is_working(end) else self.add_working(end, 1)

    def first_working_on_or_after(self, day: date) -> date:
        """The date itself, or the next working day. Raises UndeclaredYearError."""
        return day if self.is_working(day) else self.add_working(day, 1)

    def working_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`. Raises UndeclaredYearError."""
        if end < start:
            return -self.working_between(end, start)
        self._no_gap(start, end)
        return bisect_right(self._working, end) - bisect_right(self._working, start)

    def _declared(self, day: date) -> None:
        if day.year not in self.days_off:
            raise UndeclaredYearError(day.year)

    def _no_gap(self, start: date, end: date) -> None:
        for year in range(start.year, end.year + 1):
            if year not in self.days_off:
                raise UndeclaredYearError(year)


def _year(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
