"""The licence that a case is about: one that this city issued to the applicant, and that is neither ended nor reissued when the case begins.

Invariants: a case keeps which one it is from its first day; what its rules read of it is its state on the day of receipt, but an ending or a reissue counts
whenever it came, so that nothing is granted on a licence that is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tongban.cases.models import Case
from tongban.catalogue.core.definition import Service
from tongban.catalogue.core.words import ANY_LICENCE, NEW
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.parties.core.people import PrincipalKind


def licences_for(service: Service, situation: str, kind: PrincipalKind, holder_id: UUID) -> tuple[Credential, ...]:
    """The licences of a holder that such a case may be about, newest first; none for a service or a situation that is about none."""
    if not service.licence or situation == NEW or service.licence == ANY_LICENCE:
        return ()
    return credentials.held(kind, holder_id, service.licence)


def licence_of(case: Case) -> Credential | None:
    """The licence that a case is about, as it stood when this act first asked."""
    known = vars(case)
    if case.licence_id and "licence" not in known:
        known["licence"] = credentials.credential(case.licence_id)
    return known.get("licence")


def granting_cases(case: Case) -> tuple[UUID, ...]:
    """The cases by which the licence that a case is about was granted, and changed since."""
    held = licence_of(case)
    if held is None:
        return ()
    versions = (one for one in credentials.by_number(held.serial) if (one.issuer_id, one.type_id) == (held.issuer_id, held.type_id))
    return tuple(one.case_id for one in versions if one.case_id)


def licence_items(service: Service, case: Case) -> Mapping[str, Any] | None:
    """What rules may read of it, by name, in JSON form; None where the case is about none."""
    found = licence_of(case) if service.licence else None
    if found is None:
        return None
    on = case.received_on or clock.today()
    return {name: printed for name, _, printed in found.fields} | {
        "number": found.serial,
        "state": found.ended.how if found.ended else "replaced" if found.replaced_by else found.state(on),
        "valid_from": found.valid_from.isoformat(),
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
    }
