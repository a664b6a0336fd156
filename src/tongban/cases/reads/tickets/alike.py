"""Tickets that may be about the same matter: looked for in one category, near by and lately, by index.

Invariants: at most so many of the newest are compared, however many there are; what was withdrawn or handled as part of another is no match; it is a suggestion.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from tongban.cases.core.tickets.alike import Point, cells_around, metres_between, overlap
from tongban.cases.models import Ticket
from tongban.catalogue.core.definition import Alike

MOST_COMPARED = 100
_NEAR = """
SELECT t.case_id, c.number, t.grams, t.latitude, t.longitude, t.area, t.address, t.received_at FROM (
  (SELECT * FROM cases_ticket WHERE service = %(service)s AND category = %(category)s AND area = %(area)s AND received_at > %(since)s
   ORDER BY received_at DESC LIMIT %(most)s)
  UNION
  (SELECT * FROM cases_ticket WHERE service = %(service)s AND category = %(category)s AND cell = ANY(%(cells)s) AND received_at > %(since)s
   ORDER BY received_at DESC LIMIT %(most)s)
) t JOIN cases_case c ON c.id = t.case_id
WHERE t.is_running AND t.case_id <> %(self)s
"""


@dataclass(frozen=True)
class Likely:
    """A ticket that may be about the same: how far away (None if nobody said where), how much of the words in common, in per cent."""

    case_id: UUID
    number: str
    metres: int | None
    percent: int
    address: str
    received_at: datetime


def alike(ticket: Ticket, within: Alike, limit: int = 5) -> tuple[Likely, ...]:
    """The likeliest first: near by or in the same area, and enough of the words in common."""
    here = _point(ticket.latitude, ticket.longitude)
    values = {
        "service": ticket.service,
        "category": ticket.category,
        "area": ticket.area,
        "since": ticket.received_at - timedelta(days=within.days),
        "cells": list(cells_around(here, within.metres)) if here else [],
        "most": MOST_COMPARED,
        "self": ticket.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, values)
        rows = cursor.fetchall()
    found = []
    for case_id, number, grams, latitude, longitude, area, address, received_at in rows:
        there = _point(latitude, longitude)
        metres = metres_between(here, there) if here and there else None
        percent = overlap(ticket.grams, grams)
        is_near = metres <= within.metres if metres is not None else area == ticket.area
        if is_near and percent >= within.percent:
            found.append(Likely(case_id, number, metres, percent, address, received_at))
    return tuple(
        sorted(found, key=lambda one: (-one.percent, one.metres if one.metres is not None else within.metres, one.case_id))[:limit]
    )


def most_alike(ticket: Ticket, within: Alike) -> UUID | None:
    """The likeliest one, if there is any."""
    return next((one.case_id for one in alike(ticket, within, limit=1)), None)


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return Point(latitude, longitude) if latitude is not None and longitude is not None else None
