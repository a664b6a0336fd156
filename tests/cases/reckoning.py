"""A second, plain reckoning of a case's dates due, for tests: it walks the calendar day by day from what was done and when.

Invariants: it reads the law's words and the declared calendar file, and nothing of the program's own clocks; a day counts when the office is open and no
special procedure is under way on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.town import CITY

ONE = timedelta(days=1)


def is_open(day: date) -> bool:
    """Whether offices work on a day, from the calendar's own text."""
    told = _year(CITY / "calendar" / f"{day.year}.yaml")
    return str(day) in told["working"] or (day.weekday() < 5 and str(day) not in told["off"])


def after(start: date, days: int, pauses: list[tuple[date, date]] = []) -> date:  # noqa: B006
    """The last of so many working days after a day; those after the day on which a pause began, up to that on which it ended, are none."""
    day = start
    while days:
        day += ONE
        if is_open(day) and not any(began < day <= ended for began, ended in pauses):
            days -= 1
    for began, ended in pauses:
        if began == day:  # it began on the last day, which is then made up for once it has ended
            day = max(began + n * ONE for n in range((ended - began).days + 1) if is_open(began + n * ONE))
    return day


_read: dict[Path, dict[str, Any]] = {}


def _year(path: Path) -> dict[str, Any]:
    if path not in _read:
        _read[path] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return _read[path]


@dataclass
class Law:
    """What binds a licence: the days of the service, and those of the statute (articles 32, 42, 44)."""

    promised: int
    statutory: int
    reply: int
    owed: int = 0
    silence_ends: bool = False
    answer: int = 5
    deliver: int = 10


@dataclass
class Plain:
    """One case, as somebody with a calendar on the wall would follow it."""

    law: Law
    state: str = "draft"
    since: date | None = None
    """The day the set was complete."""
    asked: date | None = None
    decided: date | None = None
    granted: bool = False
    pauses: list[tuple[date, date]] = field(default_factory=list)
    stopped: date | None = None
    more: int = 0
    owes: bool = False
    owed_by: date | None = None

    def send(self, today: date) -> None:
        self.state, self.since, self.asked = "received", today, None

    def ask(self, today: date) -> None:
        self.state, self.since, self.asked = "correction", None, today

    def accept(self, today: date) -> None:
        self.state = "accepted"
        if self.owes:
            self.owed_by = after(today, self.law.owed)

    def review(self) -> None:
        self.state = "review"

    def stop(self, today: date) -> None:
        self.state, self.stopped = "stopped", today

    def resume(self, today: date) -> None:
        assert self.stopped
        self.state, self.stopped, self.pauses = "review", None, [*self.pauses, (self.stopped, today)]

    def extend(self, days: int) -> None:
        self.more = days

    def hand_in(self) -> None:
        self.owes, self.owed_by = False, None

    def end(self, state: str, today: date) -> None:
        self.state, self.decided, self.granted, self.owed_by = state, today, state == "granted", None

    def night(self, today: date) -> None:
        """What has come about by itself by the morning of a day."""
        if self.state == "received" and self.since and after(self.since, self.law.answer) < today:
            self.accept(today)
        elif self.state == "correction" and self.asked and self.law.silence_ends and after(self.asked, self.law.reply) < today:
            self.end("lapsed", today)
        if self.owed_by and self.owed_by < today and self.state in ("accepted", "review"):
            self.end("owing", today)

    def due(self) -> dict[str, date | None]:
        """Every date due, by the name of its column."""
        runs = self.since is not None and self.decided is None and self.stopped is None
        since = self.since or date.min
        return {
            "answer_due_on": after(since, self.law.answer) if runs and self.state == "received" else None,
            "due_on": after(since, self.law.promised, self.pauses) if runs else None,
            "statutory_due_on": after(since, self.law.statutory + self.more, self.pauses) if runs else None,
            "reply_due_on": after(self.asked, self.law.reply) if self.state == "correction" and self.asked else None,
            "owed_due_on": self.owed_by,
            "deliver_due_on": after(self.decided, self.law.deliver) if self.decided and self.granted else None,
        }
