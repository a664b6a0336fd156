"""Bring the figures up to what tickets say of themselves.

Invariants: what a ticket counted before is taken away and what it counts now is added, in one transaction, so the figures are always the sums of what the
tickets' rows say; a ticket that somebody acts on at the moment is counted in the next round; a round costs as much as what has changed, not as what there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction

from tongban.cases.core.tickets.counts import Told, counts_by_department, counts_of
from tongban.cases.models import Ticket
from tongban.kernel import clock

Key = tuple[str, str, str, str, str]
"""Service, month, department, category, measure."""

_DIRTY = """
SELECT c.id FROM cases_case c JOIN cases_ticket t ON t.case_id = c.id
WHERE t.is_dirty ORDER BY c.id LIMIT %s FOR UPDATE OF c SKIP LOCKED
"""
_ADD = """
INSERT INTO cases_ticketcount (service, month, department, category, measure, count)
SELECT * FROM unnest(%s::text[], %s::date[], %s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (service, month, department, category, measure) DO UPDATE SET count = cases_ticketcount.count + EXCLUDED.count
"""


def count_changes(limit: int = 500) -> int:
    """Count up to so many tickets that have changed; returns how many."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_DIRTY, [limit])
        ids = [row[0] for row in cursor.fetchall()]
        tickets = list(Ticket.objects.filter(pk__in=ids).select_related("case")) if ids else []
        added: Counter[Key] = Counter()
        for ticket in tickets:
            added.subtract(_keyed(ticket.counted))
            ticket.counted, ticket.is_dirty = counted(ticket), False
            added.update(_keyed(ticket.counted))
        _add(cursor, sorted((key, count) for key, count in added.items() if count))
        Ticket.objects.bulk_update(tickets, ["counted", "is_dirty"])
    return len(tickets)


def counted(ticket: Ticket) -> dict[str, Any]:
    """What a ticket counts, and where."""
    now, case = clock.now(), ticket.case
    month = clock.local_date(ticket.received_at).replace(day=1)
    is_answered = ticket.answered_at is not None and not ticket.is_running and not _is_part(ticket)
    told = Told(
        ends=ticket.due_by,
        is_late=ticket.is_running and now > ticket.due_by,
        dispatched_to=tuple(ticket.dispatched_to),
        responded_at=ticket.responded_at,
        answered_at=ticket.answered_at if is_answered else None,
        fixed=ticket.fixed,
        said_fixed=ticket.said_fixed,
        satisfied=ticket.satisfied,
        is_over=ticket.reopen_until is None or ticket.said_fixed is not None,
        disputed_by=tuple(ticket.disputed_by),
        reopened=ticket.reopened,
        is_withdrawn=not case.is_open and ticket.answered_at is None,
    )
    of = [ticket.service, month.isoformat(), ticket.department, ticket.category]
    return {"of": of, "counts": counts_of(told), "by": counts_by_department(told)}


def _is_part(ticket: Ticket) -> bool:
    """Whether it is handled as part of another and not answered yet."""
    return ticket.merged_into_id is not None and ticket.reopen_until is None and ticket.case.decided_on is None


def _keyed(kept: dict[str, Any]) -> dict[Key, int]:
    if not kept:
        return {}
    service, month, department, category = kept["of"]
    by = [(department, kept["counts"]), *kept["by"].items()]
    return {(service, month, one, category, measure): count for one, counts in by for measure, count in counts.items()}


def _add(cursor: Any, rows: Iterable[tuple[Key, int]]) -> None:
    """Add to the figures, in the order of their keys, so that two workers never wait for each other crosswise."""
    listed = list(rows)
    if not listed:
        return
    services, months, departments, categories, measures = zip(*(key for key, _ in listed), strict=True)
    dates = [date.fromisoformat(month) for month in months]
    cursor.execute(_ADD, [list(services), dates, list(departments), list(categories), list(measures), [count for _, count in listed]])
