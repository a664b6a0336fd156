"""Cases that concern another case: which may be opened, which there are, and who is shown the connection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tongban.cases.core.clocks import end_of
from tongban.cases.models import Case
from tongban.cases.nearness import supervises
from tongban.cases.permissions import desk_of, verbs
from tongban.cases.reads.ground import ground_of
from tongban.cases.reads.rows import CaseRow, row_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor


@dataclass(frozen=True)
class Openable:
    """A service by which the applicant may contest or complain about a case now."""

    service: str
    title: Text
    summary: Text


def may_be_about(service: Service, case: Case) -> bool:
    """Whether a case's applicant may open one of this service about it now: it was decided, not too long ago, none was sent since and kept up, and what could come of it is possible."""
    about = service.about
    if about is None or about.opened_by != "applicant" or case.decided_on is None or clock.today() < service.in_force:
        return False
    if about.within is not None and clock.today() > end_of(about.within, case.decided_on, catalogue.city().calendar):
        return False
    if service.gives.reopens and not _may_be_reopened(case):
        return False
    others = Case.objects.filter(about_id=case.id, service=service.id, received_on__gte=case.decided_on)
    return all(_was_taken_back(one) for one in others)


def _was_taken_back(case: Case) -> bool:
    return case.state in {one.to for one in ground_of(case).procedure.transitions if one.act == "withdraw"}


def _may_be_reopened(case: Case) -> bool:
    return ground_of(case).procedure.next_state(case.state, "reopen") is not None


def openable(case_id: UUID) -> tuple[Openable, ...]:
    """What the applicant may open about a case now."""
    case = Case.objects.get(pk=case_id)
    return tuple(
        Openable(service.id, service.title, service.summary)
        for service in catalogue.city().services.values()
        if service.about is not None and may_be_about(service, case)
    )


def linked_on_my_side(case_id: UUID) -> tuple[CaseRow, ...]:
    """The cases that concern one of the reader's own side; the caller has asked whether it is."""
    return linked_with((case_id,)).get(case_id, ())


def linked_with(case_ids: Iterable[UUID]) -> dict[UUID, tuple[CaseRow, ...]]:
    """The same for many cases of the reader's own side, by the case that they concern."""
    found: dict[UUID, tuple[CaseRow, ...]] = {}
    for case in Case.objects.filter(about_id__in=list(case_ids)).order_by("id"):
        assert case.about_id is not None
        found[case.about_id] = (*found.get(case.about_id, ()), row_of(case))
    return found


def concerned(case_id: UUID) -> CaseRow | None:
    """The case that one of the reader's own side concerns."""
    about = Case.objects.filter(pk__in=Case.objects.filter(pk=case_id).values("about_id")).first()
    return row_of(about) if about else None


def linked_on_desk(case_id: UUID, actor: Actor) -> tuple[CaseRow, ...]:
    """The cases that concern one, as far as an official may see them and know that they do."""
    seen = Case.objects.filter(desk_of(actor, verbs()), about_id=case_id).order_by("id")
    return tuple(row_of(case) for case in seen if shows_about(case, actor))


def concerned_on_desk(case_id: UUID, actor: Actor) -> CaseRow | None:
    """The case that one on the desk concerns, for an official who may know it and may see it."""
    case = Case.objects.get(pk=case_id)
    if case.about_id is None or not shows_about(case, actor):
        return None
    about = Case.objects.filter(desk_of(actor, verbs()), pk=case.about_id).first()
    return row_of(about) if about else None


def shows_about(case: Case, actor: Actor) -> bool:
    """Whether an official who may see a case may know which one it concerns: not where that would tell who stands behind it."""
    return not case.is_confidential or bool(case.applicant_name) or supervises(actor, case)
