"""Mandates as their two sides see them: from when to when, for what, how often used, in which cases (委托与代办)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case
from tongban.cases.reads.rows import CaseRow, row_of
from tongban.parties import reads as parties
from tongban.parties.core.mandates import MandateView
from tongban.parties.core.people import Actor, PrincipalKind

MOST_COUNTED = 100
_USED = """
SELECT m.id, (SELECT count(*) FROM (SELECT FROM cases_case c WHERE c.mandate_id = m.id AND c.state <> 'draft' LIMIT %s) counted)
FROM unnest(%s::uuid[]) AS m (id)
"""


@dataclass(frozen=True)
class Entrusted:
    """One mandate with how often it was used (100 means 100 or more), and who entered it, if it came on paper."""

    mandate: MandateView
    used: int
    recorded_by: str


@dataclass(frozen=True)
class Principals:
    """Whose mandates somebody gives and takes back: their own, and those of a firm that they represent."""

    kind: PrincipalKind
    id: UUID
    name: str
    mandates: tuple[Entrusted, ...]


def given(actor: Actor) -> tuple[Principals, ...]:
    """Who else may act, or might, for this person and for each firm that they represent."""
    sides: list[tuple[PrincipalKind, UUID, str]] = [("person", actor.person_id, actor.name)]
    sides += [("firm", firm, name) for firm, name in parties.represented(actor.person_id).items()]
    return tuple(Principals(kind, id_, name, _used(_others(parties.mandates(kind, id_), actor))) for kind, id_, name in sides)


def held(actor: Actor) -> tuple[Entrusted, ...]:
    """For whom this person may act, or might."""
    return _used(parties.mandates_held(actor.person_id))


def done_under(mandate_id: UUID, actor: Actor, *, after: UUID | None = None, limit: int = 30) -> tuple[Entrusted, tuple[CaseRow, ...]]:
    """One mandate and the cases done under it, newest first, for its holder and for who gave it. Raises CaseNotFoundError for everybody else."""
    view = parties.mandate(mandate_id)
    if view is None or actor.person_id not in (
        view.terms.holder_id,
        parties.speaks_for(view.terms.principal_kind, view.terms.principal_id),
    ):
        raise CaseNotFoundError
    cases = Case.objects.filter(mandate_id=mandate_id).order_by("-id")
    if after is not None:
        cases = cases.filter(id__lt=after)
    return _used([view])[0], tuple(row_of(case) for case in cases[:limit])


def _others(views: Iterable[MandateView], actor: Actor) -> Iterable[MandateView]:
    return (view for view in views if view.terms.holder_id != actor.person_id)


def _used(views: Iterable[MandateView]) -> tuple[Entrusted, ...]:
    views = list(views)
    with connection.cursor() as cursor:
        cursor.execute(_USED, [MOST_COUNTED, [view.id for view in views]])
        counted: dict[UUID, int] = dict(cursor.fetchall())
    clerks = parties.names("person", {view.recorded_by for view in views if view.recorded_by})
    return tuple(Entrusted(view, counted.get(view.id, 0), clerks.get(view.recorded_by, "") if view.recorded_by else "") for view in views)
