"""Endings that an office proposes: by which declared service, of which licence, and who is told."""

from __future__ import annotations

from uuid import UUID

from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.catalogue.core.words import ANY_LICENCE
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.core.people import PrincipalKind


def ending_service(type_id: str) -> Service | None:
    """The service by which licences of this kind are ended ex officio: one declared for the kind goes before one for any."""
    today = clock.today()
    found = [one for one in catalogue.city().services.values() if one.initiative == "office" and one.in_force <= today]
    return next((one for kind in (type_id, ANY_LICENCE) for one in found if one.licence == kind), None)


def under_way(licence_id: UUID) -> str:
    """The number of the case by which this licence is about to be ended, or nothing."""
    services = [one.id for one in catalogue.city().services.values() if one.initiative == "office"]
    found = Case.objects.filter(licence_id=licence_id, service__in=services, is_open=True, decided_on=None).values_list("number", flat=True)
    return found.first() or ""


def whom_to_tell(service: Service, kind: PrincipalKind, holder_id: UUID) -> tuple[UUID, ...]:
    """The people whom it concerns: the person, or for a firm those whose mandate covers the service, its legal representative first."""
    if kind == "person":
        return (holder_id,)
    today = clock.today()
    held = [
        one.terms
        for one in parties.mandates(kind, holder_id)
        if not one.revoked and one.terms.starts <= today and (one.terms.ends is None or today <= one.terms.ends)
    ]
    covering = [one for one in held if one.kind in service.mandates and (one.scope is None or service.id in one.scope)]
    covering.sort(key=lambda one: service.mandates.index(one.kind))
    return tuple(dict.fromkeys(one.holder_id for one in covering))
