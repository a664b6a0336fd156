"""Grant the use of data to a service for a purpose, and end it.

Invariants: a grant names the items; a narrower new grant leaves the older one in force, because running cases keep the version they began with; each change is a
ledger entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from tongban.exchange.errors import NotSharedError, UnknownResourceError
from tongban.exchange.models import Grant, Resource
from tongban.kernel import clock
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON

SYSTEM = "system"


def grant(resource: str, service: str, purpose: str, items: Iterable[str], *, by: str = SYSTEM) -> UUID:
    """Let a service use items of a resource for a purpose; the same again changes nothing. Raises UnknownResourceError, NotSharedError."""
    wanted = sorted(set(items))
    with transaction.atomic():
        held = Resource.objects.filter(pk=resource).first()
        if held is None:
            raise UnknownResourceError(resource)
        unknown = [name for name in wanted if name not in held.items]
        if unknown:
            raise UnknownResourceError(f"{resource}: {unknown[0]}")
        if held.sharing == "none":
            raise NotSharedError(resource)
        same = {"resource": resource, "service": service, "purpose": purpose, "items": wanted, "ended_at": None}
        row, is_new = Grant.objects.get_or_create(**same, defaults={"granted_at": clock.now()})
        if is_new:
            _record("exchange.grant", held.department, by, {"resource": resource, "service": service, "purpose": purpose, "items": wanted})
    return row.pk


def end_grants(resource: str, service: str, *, by: str) -> int:
    """End every grant of a resource to a service; returns how many there were."""
    with transaction.atomic():
        ended = Grant.objects.filter(resource=resource, service=service, ended_at__isnull=True).update(ended_at=clock.now())
        if ended:
            _record("exchange.end-grants", resource.partition("/")[0], by, {"resource": resource, "service": service, "count": ended})
    return ended


def _record(act: str, department: str, by: str, payload: dict[str, JSON]) -> None:
    append(Act(act=act, actor=by, at=clock.now(), case_id=None, department=department, purpose="data-sharing", payload=payload))
