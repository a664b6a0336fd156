"""Cases as the applicant's side sees them: the list, and one case."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case
from tongban.cases.permissions import applies_for, sides_of
from tongban.cases.reads.bundle import parts_in_brief
from tongban.cases.reads.rows import CaseRow, row_of
from tongban.cases.reads.tickets.titles import about
from tongban.cases.reads.view import CaseView, view_of
from tongban.catalogue import reads as catalogue
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor


def my_cases(actor: Actor, *, after: UUID | None = None, limit: int = 30) -> tuple[CaseRow, ...]:
    """The cases and drafts on this person's side, newest first; the parts of a bundle stand in its line. The next page begins after the last id of this one."""
    rows = Case.objects.filter(sides_of(actor), parent_id=None).order_by("-id")
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows[:limit])
    parts = parts_in_brief(case.id for case in found if case.state != "draft")
    said = about(catalogue.city(), (case.id for case in found)) if found else {}
    return tuple(row_of(case, parts.get(case.id, ()), said.get(case.id)) for case in found)


def on_my_side(actor: Actor, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Of these cases, those on this person's side: their own, and those that a mandate opens."""
    return frozenset(Case.objects.filter(sides_of(actor), pk__in=set(case_ids)).values_list("pk", flat=True))


def case_view(case_id: UUID, actor: Actor) -> CaseView:
    """One sent case, for the applicant's side. Raises CaseNotFoundError for everybody else."""
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    if case is None or not applies_for(parties.principals(actor.person_id), case):
        raise CaseNotFoundError
    return view_of(case, for_applicant=True)
