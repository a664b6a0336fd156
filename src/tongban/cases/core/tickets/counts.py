"""What a ticket adds to the figures, and the rates made of them.

Invariants: a ticket counts in one month (of its receipt), department and category at a time, and what it was sent to or sent back by counts there; the figures are sums of what each ticket counts now, so that
adding up what changed gives the same as counting everything anew; no answer of the person is never counted as satisfied; what is not fixed is counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.kernel.text import Text

MEASURES = (
    "received", "dispatched", "responded", "unheard", "answered", "in_time", "late", "fixed", "partly", "not_fixed", "elsewhere", "nothing_there",
    "said_fixed", "said_not_fixed", "said_nothing", "unsolved", "satisfied", "dissatisfied", "disputes", "dispatches", "reopened",
    "answered_once", "withdrawn",
)  # fmt: skip
_BY_FIXED = {"yes": "fixed", "partly": "partly", "no": "not_fixed", "out-of-scope": "elsewhere", "no-such-thing": "nothing_there"}


@dataclass(frozen=True)
class Told:
    """What a ticket says of itself."""

    ends: datetime
    is_late: bool
    """Past its limit and not answered."""
    dispatched_to: tuple[str, ...]
    """The departments that it was sent to, as often as it was."""
    responded_at: datetime | None
    answered_at: datetime | None
    fixed: str
    said_fixed: bool | None
    satisfied: bool | None
    is_over: bool
    """The time in which the person may still say something is over, or they have said it."""
    disputed_by: tuple[str, ...]
    reopened: int
    is_withdrawn: bool = False


def counts_of(told: Told) -> dict[str, int]:
    """What one ticket counts, by measure; a measure that it does not count is left out. What was withdrawn counts as that and no more."""
    if told.is_withdrawn:
        return {"received": 1, "withdrawn": 1}
    found = {"received": 1, "reopened": int(told.reopened > 0)} | _in_time(told) | _judged(told)
    return {name: count for name, count in found.items() if count}


def counts_by_department(told: Told) -> dict[str, dict[str, int]]:
    """What one ticket counts with each department that it was sent to: how often it was, and how often that one sent it back."""
    if told.is_withdrawn:
        return {}
    named = sorted({*told.dispatched_to, *told.disputed_by})
    found = {one: {"dispatches": told.dispatched_to.count(one), "disputes": told.disputed_by.count(one)} for one in named}
    return {one: {name: count for name, count in counts.items() if count} for one, counts in found.items()}


def _in_time(told: Told) -> dict[str, int]:
    answered, is_sent = told.answered_at, bool(told.dispatched_to)
    return {
        "dispatched": int(is_sent),
        "responded": int(is_sent and told.responded_at is not None and told.responded_at <= told.ends),
        "unheard": int(is_sent and (told.responded_at > told.ends if told.responded_at else told.is_late)),
        "answered": int(answered is not None),
        "answered_once": int(answered is not None or told.said_fixed is not None or told.reopened > 0),
        "in_time": int(answered is not None and answered <= told.ends),
        "late": int(told.is_late if answered is None else answered > told.ends),
    }


def _judged(told: Told) -> dict[str, int]:
    """What department and person say of it; the person's word is the stronger, and where they say nothing that is what is counted."""
    is_answered = told.answered_at is not None
    found = {_BY_FIXED[told.fixed]: 1} if is_answered else {}
    short = is_answered and told.fixed in ("no", "partly") and told.said_fixed is None
    return found | {
        "said_fixed": int(told.said_fixed is True),
        "said_not_fixed": int(told.said_fixed is False),
        "said_nothing": int(is_answered and told.said_fixed is None and told.is_over),
        "unsolved": int(told.said_fixed is False or short),
        "satisfied": int(told.satisfied is True),
        "dissatisfied": int(told.satisfied is False),
    }


@dataclass(frozen=True)
class Rate:
    """A share: how many of how many. Without any there is no rate."""

    id: str
    title: Text
    part: int
    whole: int

    @property
    def permille(self) -> int | None:
        """In thousandths, rounded half up; None where there is nothing to count."""
        return (2000 * self.part + self.whole) // (2 * self.whole) if self.whole else None


RATES: tuple[tuple[str, Text, tuple[str, ...], tuple[str, ...]], ...] = (
    ("response", Text("响应率", "Responded in time"), ("responded",), ("responded", "unheard")),
    ("solved", Text("解决率", "Fixed"), ("said_fixed",), ("said_fixed", "unsolved")),
    ("satisfied", Text("满意率", "Satisfied"), ("satisfied",), ("satisfied", "dissatisfied")),
    ("in_time", Text("按时办结率", "Answered in time"), ("in_time",), ("in_time", "late")),
    ("disputed", Text("退单率", "Disputed dispatches"), ("disputes",), ("dispatches",)),
    ("reopened", Text("重办率", "Reopened"), ("reopened",), ("answered_once",)),
)
"""Each rate: its parts and its whole, as sums of measures."""


def rates(counts: Mapping[str, int]) -> tuple[Rate, ...]:
    """The six rates of some figures."""
    return tuple(Rate(id_, title, _sum(counts, part), _sum(counts, whole)) for id_, title, part, whole in RATES)


def _sum(counts: Mapping[str, int], names: tuple[str, ...]) -> int:
    return sum(counts.get(name, 0) for name in names)
