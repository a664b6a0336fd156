"""The tables of tickets as files: what waits, what was escalated, and how the month goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tongban.cases.reads.tickets.desk import TicketRow
from tongban.cases.reads.tickets.figures import Figures
from tongban.kernel.text import Text
from tongban.look.sheets import Column, Table, every
from tongban.look.texts import Screen

Pages = Callable[[str], tuple[tuple[TicketRow, ...], str]]
"""One page of a list, from where the one before ended; and where the next begins."""


def listed(pages: Pages, t: Screen, title: str) -> Table:
    """A list of tickets, all of its pages: nothing of who asked."""
    columns = (
        Column(t.col_number),
        Column(t.col_what),
        Column(t.col_kind),
        Column(t.col_where),
        Column(t.col_department),
        Column(t.col_due, "instant"),
        Column(t.urges, "whole"),
        Column(t.col_rung, "whole"),
    )
    return Table(title, columns, _rows(pages))


def rates(rows: Iterable[Figures], total: Figures, t: Screen, title: str) -> Table:
    """The figures of a month: of each rate its two numbers, so that they can be added up."""
    columns = [Column(title), Column(t.received_n, "whole")]
    for rate in total.rates:
        columns += [Column(rate.title, "whole"), Column(t("col_of", rate=rate.title), "whole")]
    return Table(f"{t.month_title} {title}", (*columns, Column(t.no_answer_n, "whole")), (_figures(row) for row in rows))


def _rows(pages: Pages) -> Iterator[tuple[object, ...]]:
    for row in every(pages, ""):
        where = Text(f"{row.area.zh} {row.address}", f"{row.area.en} {row.address}")
        yield row.number, row.category, row.kind, where, row.department, row.due_by, row.urges, row.rung


def _figures(row: Figures) -> tuple[object, ...]:
    numbers = [number for rate in row.rates for number in (rate.part, rate.whole)]
    return row.title, row.counts.get("received", 0), *numbers, row.counts.get("said_nothing", 0)
