"""Replay a service's cases against a draft: how many outcomes change, which, and by which clause.

Invariants: the facts are those stored with each case's last answer, never asked for again; cases are read by key in batches, so that neither memory nor the number
of statements grows with each case; nobody is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.cases.core.replay import ClauseChange, Difference, compare
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.jobs.reads import document_of

_BATCH = 500
_NEXT = """
SELECT c.id, c.number, c.service_hash, c.decided_on IS NULL, c.state, e.facts
FROM cases_case c CROSS JOIN LATERAL (
  SELECT facts FROM cases_event WHERE case_id = c.id AND facts IS NOT NULL ORDER BY id DESC LIMIT 1
) e
WHERE c.service = %s AND c.state <> 'draft' AND c.id > %s AND (c.decided_on >= %s OR (c.decided_on IS NULL AND c.is_open))
ORDER BY c.id LIMIT %s
"""
_BEGINNING = UUID(int=0)


@dataclass(frozen=True)
class Replayed:
    """One case whose outcome changes."""

    case_id: UUID
    number: str
    state: str
    is_running: bool
    difference: Difference


@dataclass
class Replay:
    """The whole comparison."""

    service: str
    running: int = 0
    decided: int = 0
    unreadable: int = 0
    """Cases whose version cannot be read any more."""
    changed: list[Replayed] = field(default_factory=list)
    by_clause: Counter[ClauseChange] = field(default_factory=Counter)


def replay(draft: Service, since: date) -> Replay:
    """Every running case of the service, and those decided since a day, under its own version and under the draft."""
    found = Replay(draft.id)
    for case_id, number, hash_, is_running, state, stored in _cases(draft.id, since):
        old = _version(hash_)
        if old is None:
            found.unreadable += 1
            continue
        found.running += is_running
        found.decided += not is_running
        difference = compare(old, draft, stored)
        if difference is not None:
            found.changed.append(Replayed(case_id, number, state, is_running, difference))
            found.by_clause.update(difference.clauses)
    return found


def replay_one(case_id: UUID, draft: Service) -> Difference | None:
    """What the draft would change for one case, by its stored facts. Raises UnknownVersionError, VersionChangedError."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.service_hash, e.facts FROM cases_case c JOIN cases_event e ON e.case_id = c.id "
            "WHERE c.id = %s AND e.facts IS NOT NULL ORDER BY e.id DESC LIMIT 1",
            [case_id],
        )
        row = cursor.fetchone()
    return compare(catalogue.service(row[0]), draft, document_of(row[1])) if row else None


def _cases(service: str, since: date) -> Iterator[tuple[UUID, str, str, bool, str, Mapping[str, Any]]]:
    last = _BEGINNING
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [service, last, since, _BATCH])
            rows = cursor.fetchall()
        for case_id, number, hash_, is_running, state, facts in rows:
            yield case_id, number or "", hash_, is_running, state, document_of(facts)
        if len(rows) < _BATCH:
            return
        last = rows[-1][0]


def _version(hash_: str) -> Service | None:
    from tongban.catalogue.errors import UnknownVersionError, VersionChangedError

    try:
        return catalogue.service(hash_)
    except (UnknownVersionError, VersionChangedError):
        return None
