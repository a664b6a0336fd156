"""What the desk's tables are as files: their columns, and where their rows come from, page by page of the rooms' own reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tongban.cases import reads as cases
from tongban.cases.reads import SupervisedRow, TaskRow
from tongban.cases.reads.wall import Kind
from tongban.catalogue import reads as catalogue
from tongban.faces.desk.where import Where
from tongban.kernel.text import Text
from tongban.look.sheets import Column, Table, every
from tongban.look.texts import Screen
from tongban.parties.core.people import Actor

AT_ONCE = 1_000
"""Rows that one statement brings."""
MOST_FOUND = 2_000
"""Rows of a search: it looks into three places and puts them together."""


def listed(person: Actor, where: Where, t: Screen, title: str) -> Table:
    """A box, or what was found by a search."""
    of_what = (Column(t.number), Column(t.service), Column(t.applicant), Column(t.step), Column(t.promised_due, "day"))
    if where.box == "done" and not where.words:
        columns = (*of_what, Column(t.done_at, "instant"), Column(t.in_time, "yes-no"), Column(t.statutory_due, "day"))
        return Table(title, columns, ((*_head(row, t), row.done_at, _in_time(row), row.statutory_due_on) for row in _rows(person, where)))
    left = (Column(t.promised_left, "whole"), Column(t.counted_in), Column(t.statutory_due, "day"), Column(t.statutory_left, "whole"))
    return Table(title, (*of_what, *left, Column(t.assigned)), (_row(row, t) for row in _rows(person, where)))


def found(person: Actor, words: str, t: Screen) -> Table:
    """The auditor's search."""
    columns = (Column(t.number), Column(t.service), Column(t.applicant), Column(t.state))
    rows = cases.search(person, words, limit=MOST_FOUND) if words else ()
    return Table(t.searched, columns, ((row.number, row.title, row.applicant_name or t.anonymous, row.step_title) for row in rows))


def due(person: Actor, kind: Kind, bucket: str, t: Screen, title: str) -> Table:
    """The cases behind a number of the wall."""
    columns = (Column(t.number), Column(t.service), Column(t.what), Column(t.applicant), Column(t.department), Column(t.due_on, "day"))
    return Table(title, columns, _behind(person, kind, bucket, t))


def wall(heads: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]], t: Screen, title: str) -> Table:
    """The wall's numbers."""
    return Table(title, (Column(t.what), *(Column(head, "whole") for head in heads)), ((kind, *counts) for kind, counts in rows))


def benefit(rows: Iterable[Sequence[object]], page: Screen, t: Screen) -> Table:
    """What people were spared, by service, as numbers."""
    columns = (
        Column(page.col_service),
        Column(page.col_cases, "whole"),
        Column(page.col_visits, "whole"),
        Column(page.col_papers, "whole"),
        Column(page.col_hours, "whole"),
        Column(t.days_before, "decimal"),
        Column(t.days_now, "decimal"),
        Column(t.papers_before, "whole"),
        Column(t.conditions_by_data, "whole"),
        Column(t.conditions, "whole"),
        Column(page.col_one, "whole"),
        Column(t.steps_before, "decimal"),
        Column(t.steps_now, "decimal"),
    )
    return Table(page.benefit_title, columns, rows)


def resources(rows: Sequence[Mapping[str, Any]], t: Screen, sharing: Mapping[str, str]) -> Table:
    """The data catalogue: a line for each grant, and one for what is granted to nobody."""
    columns = (
        Column(t.resource),
        Column(t.resource_id),
        Column(t.department),
        Column(t.sharing),
        Column(t.updated),
        Column(t.connector),
        Column(t.last_call, "instant"),
        Column(t.granted_to),
        Column(t.items),
        Column(t.granted_at, "day"),
    )
    return Table(t.catalogue, columns, _resources(rows, sharing, t))


def supervised(rows: Iterable[SupervisedRow], t: Screen, title: str) -> Table:
    """Redress and reviews under way: where each lies, and how late it is."""
    columns = (
        Column(t.number),
        Column(t.service),
        Column(t.about),
        Column(t.department),
        Column(t.step),
        Column(t.lies_with),
        Column(t.assigned),
        Column(t.due_on, "day"),
        Column(t.days_late, "whole"),
    )
    return Table(title, columns, map(_supervised, rows))


def entries(rows: Iterable[Mapping[str, Any]], t: Screen, number: str) -> Table:
    """A case's entries of the record."""
    columns = (
        Column(t.at, "instant"),
        Column(t.act),
        Column(t.actor),
        Column(t.department),
        Column(t.index, "whole"),
        Column(t.commitment),
    )
    names = ("at", "act", "actor", "department", "index", "commitment")
    return Table(f"{t.entries} {number}", columns, ([row[name] for name in names] for row in rows))


def _rows(person: Actor, where: Where) -> Iterator[TaskRow]:
    def page(after: str) -> tuple[tuple[TaskRow, ...], str]:
        found = cases.queue(person, where.box, after=after, limit=AT_ONCE)
        return found.rows, found.next_key

    yield from cases.search(person, where.words, limit=MOST_FOUND) if where.words else every(page, "")


def _row(row: TaskRow, t: Screen) -> tuple[object, ...]:
    counted = t(f"counted_{row.counted}") if row.promised_left is not None else None
    return (*_head(row, t), row.promised_left, counted, row.statutory_due_on, row.statutory_left, row.assigned_name)


def _head(row: TaskRow, t: Screen) -> tuple[object, ...]:
    return row.number, row.title, row.applicant_name or t.anonymous, row.step_title, row.due_on


def _in_time(row: TaskRow) -> bool | None:
    """Whether it was done in time; nothing where no clock ran."""
    return None if row.due_on is None else not row.was_late


def _supervised(row: SupervisedRow) -> tuple[object, ...]:
    of, lies_with = map(catalogue.city().short_of, (row.department, row.with_department))
    return row.number, row.title, row.about, of, row.step_title, lies_with, row.assigned_name, row.due_on, row.days_late


def _behind(person: Actor, kind: Kind, bucket: str, t: Screen) -> Iterator[tuple[object, ...]]:
    for row in every(lambda after: cases.behind(person, kind, bucket, after=after, limit=AT_ONCE), ""):
        yield row.number, row.title, row.what, row.applicant_name or t.anonymous, row.department, row.due_on


def _resources(rows: Sequence[Mapping[str, Any]], sharing: Mapping[str, str], t: Screen) -> Iterator[tuple[object, ...]]:
    for row in rows:
        held = row["resource"]
        kind = held.connector.get("kind", "")
        kind = t(f"connector_{kind}") if f"connector_{kind}" in t else kind
        own = (held.title, held.id, row["department"], sharing[held.sharing], held.updated, kind, row["last"])
        if not row["grants"]:
            yield (*own, None, None, None)
        for grant in row["grants"]:
            service: Text | str = grant["service"]
            yield (*own, service, grant["items"], grant["at"].date())
