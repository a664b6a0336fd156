"""What was paid, for everybody to read: by policy, months and district, never a single payment.

Invariants: no group is of fewer people or firms than `LEAST`; districts with fewer are told together, with so many more that nobody can take the rest away from a sum that is known;
months with fewer are told together with those that follow; only months that are over are told, and what was told is never told otherwise, so that no two days' figures differ
by one payment: what comes back afterwards is a line of its own, once as many came back as a line needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

LEAST: Final = 5
"""Of fewer than this a sum might tell of somebody."""
TOGETHER: Final = ""
"""The district of those that are told together."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Payments of one policy, month and district: how many, and fen."""

    policy: str
    month: date
    district: str
    count: int
    amount: int
    whose: frozenset[object] = frozenset()
    """Who was paid: whoever is paid several times is one. Empty: as many as there are payments."""


@dataclass(frozen=True, slots=True)
class Group:
    """Payments that are told: of which months, first and last, in which district (`TOGETHER`: several)."""

    policy: str
    first: date
    last: date
    district: str
    count: int
    amount: int
    is_return: bool = False
    """What had been told as paid and came back; months: when that is told."""

    @property
    def entry(self) -> str:
        """What the line is, as files and the interface have it."""
        return "returned" if self.is_return else "paid"

    @property
    def signed(self) -> int:
        """Its amount in a sum over all lines: what came back is taken off."""
        return -self.amount if self.is_return else self.amount


@dataclass(frozen=True, slots=True)
class Told:
    """All groups, the newest first, and the policies of which some payments are too few to be told as yet."""

    groups: tuple[Group, ...]
    withheld: tuple[str, ...]


def told(cells: Iterable[Cell], this_month: date) -> Told:
    """What may be told of these payments on a day of `this_month`."""
    by_policy: dict[str, dict[date, list[Cell]]] = {}
    withheld: dict[str, None] = {}
    for cell in cells:
        if cell.month < this_month:
            by_policy.setdefault(cell.policy, {}).setdefault(cell.month, []).append(cell)
    groups: list[Group] = []
    for policy, months in by_policy.items():
        found, rest = _of_policy(policy, months)
        groups += found
        if rest:
            withheld[policy] = None
    return Told(newest_first(groups), tuple(withheld))


def newest_first(groups: Iterable[Group]) -> tuple[Group, ...]:
    """In the order in which they are shown."""
    return tuple(sorted(groups, key=lambda one: (-one.last.toordinal(), one.policy, one.is_return, one.district == TOGETHER, one.district)))


def told_back(policy: str, returned: Collection[tuple[object, int]], month: date) -> Group | None:
    """What came back, from whom and how much, to be told with a month: nothing while it is from too few."""
    whose = {one for one, _ in returned}
    amount = sum(fen for _, fen in returned)
    return Group(policy, month, month, TOGETHER, len(returned), amount, is_return=True) if len(whose) >= LEAST else None


def _of_policy(policy: str, months: Mapping[date, list[Cell]]) -> tuple[list[Group], bool]:
    groups: list[Group] = []
    waiting: list[Cell] = []
    first: date | None = None
    for month in sorted(months):
        waiting += months[month]
        first = first or month
        if _paid(waiting) >= LEAST:
            groups += [Group(policy, first, month, *one) for one in _districts(waiting)]
            waiting, first = [], None
    return groups, bool(waiting)


def _paid(cells: Iterable[Cell]) -> int:
    """How many people or firms these payments were made to."""
    told = list(cells)
    return len(frozenset[object]().union(*(cell.whose for cell in told))) + sum(cell.count for cell in told if not cell.whose)


def _districts(cells: Iterable[Cell]) -> list[tuple[str, int, int]]:
    """Each district with enough payments, and the others together; as many of the smallest join them as are needed."""
    by: dict[str, list[Cell]] = {}
    for cell in cells:
        by.setdefault(cell.district, []).append(cell)
    shown = sorted(by, key=lambda name: (-_paid(by[name]), name))
    joined: list[str] = []
    while shown and (_paid(by[shown[-1]]) < LEAST or (joined and (len(joined) < 2 or _paid(_all(by, joined)) < LEAST))):
        joined.append(shown.pop())
    found = [(name, *_sums(by[name])) for name in shown]
    if joined:
        found.append((TOGETHER, *_sums(_all(by, joined))))
    return found


def _all(by: Mapping[str, list[Cell]], names: Iterable[str]) -> list[Cell]:
    return [cell for name in names for cell in by[name]]


def _sums(cells: Iterable[Cell]) -> tuple[int, int]:
    told = list(cells)
    return sum(cell.count for cell in told), sum(cell.amount for cell in told)


def as_public(kind: str, name: str) -> str:
    """A name as it stands in public: a firm's registered name, of a person the first character."""
    return name if kind == "firm" else name[:1] + "*" * max(len(name) - 1, 1)
