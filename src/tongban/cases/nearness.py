"""Who stands near a case: the people on the applicant's side, the officials who had a hand in it, and who may know the first where that is kept from others.

Invariants: a hand is whatever was done on a case by post - an act, a step, a signature; reading it is none.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.models import Case, Event, Task
from tongban.cases.permissions import may_official, verbs
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor


def supervises(actor: Actor, case: Case) -> bool:
    """Whether this official may know who stands behind a confidential case."""
    return may_official(actor, case, (), "know-who", verbs())


def hands_of(case: Case) -> frozenset[UUID]:
    """The officials who had a hand in a case: who acted on it, did a step of it or signed its record."""
    found: set[UUID | None] = set(
        Event.objects.filter(case=case, actor__isnull=False).exclude(actor_department="").values_list("actor", flat=True)
    )
    for done_by, signatures in Task.objects.filter(case=case).values_list("done_by", "signatures"):
        found |= {done_by, *(UUID(signature["person"]) for signature in signatures)}
    return frozenset(person for person in found if person is not None)


def stood_behind(case: Case) -> frozenset[UUID]:
    """The people on the applicant's side: the applicant, who applied, a firm's representatives."""
    return parties.people_behind(*case.side) | {case.applied_by}
