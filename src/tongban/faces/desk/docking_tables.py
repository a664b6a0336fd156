"""The tables of the two reconciliations as files: days, differences, records that came back; and nothing that travelled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tongban.docking.reads import DayCount, DifferenceView, ReconciliationView
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen


def compared(system: str, days: Iterable[ReconciliationView], differences: Collection[DifferenceView], t: Screen) -> Table:
    """The daily comparisons with one system."""
    columns = (Column(t.col_day, "day"), *(Column(t(f"col_{name}"), "whole") for name in ("here", "there", "taken", "differences", "open")))
    return Table(t.days, columns, (compared_on(one, differences) for one in days if one.system == system))


def compared_on(one: ReconciliationView, differences: Collection[DifferenceView]) -> tuple[Any, ...]:
    """One day: what both sides had, what was taken over, what differed, and what of that is open."""
    same = [other for other in differences if other.system == one.system and other.day == one.day]
    differed, left = sum(other.how != "taken-over" for other in same), sum(other.settled_at is None for other in same)
    return one.day, one.here, one.there, one.taken_over, differed, left


def differing(rows: Iterable[Mapping[str, Any]], t: Screen) -> Table:
    """The differences with one system, as the page tells them: the open ones first."""
    columns = (
        Column(t.col_number),
        Column(t.col_remote),
        Column(t.col_kind),
        Column(t.col_ours),
        Column(t.col_theirs),
        Column(t.col_found, "instant"),
        Column(t.col_settled, "instant"),
        Column(t.col_how),
        Column(t.words),
    )
    names = ("number", "remote", "kind", "here", "there", "found_at", "settled_at", "how", "words")
    return Table(t.differences, columns, ([row[name] for name in names] for row in rows))


def reported(days: Iterable[DayCount], t: Screen) -> Table:
    """What was due upward by day, and what became of it."""
    columns = (
        Column(t.col_day, "day"),
        *(Column(t(f"col_{name}"), "whole") for name in ("due", "waiting", "sent", "received", "returned")),
    )
    return Table(t.days, columns, ((one.day, one.due, one.waiting, one.sent, one.received, one.returned) for one in days))


def returned(rows: Iterable[Mapping[str, Any]], t: Screen) -> Table:
    """The records that came back and wait to be corrected."""
    columns = (
        Column(t.col_number),
        Column(t.col_kind),
        Column(t.col_day, "day"),
        Column(t.col_reason),
        Column(t.col_fields),
        Column(t.col_corrections, "whole"),
    )
    names = ("number", "kind", "on", "reason", "fields", "corrections")
    return Table(t.returned, columns, ([row[name] for name in names] for row in rows))
