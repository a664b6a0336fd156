"""Make a resource silent, as a register that is down would be, and let it speak again: for demonstrations and drills. Both are on the record."""

from __future__ import annotations

from django.db import transaction

from tongban.exchange.errors import UnknownResourceError
from tongban.exchange.models import Resource, Suspension
from tongban.kernel import clock
from tongban.ledger.acts import Act, append

SYSTEM = "system"


def suspend(resource: str, *, by: str = SYSTEM) -> None:
    """From now on every question to this resource is answered by silence. Raises UnknownResourceError."""
    with transaction.atomic():
        if not Resource.objects.filter(pk=resource).exists():
            raise UnknownResourceError(resource)
        _, is_new = Suspension.objects.get_or_create(pk=resource, defaults={"since": clock.now()})
        if is_new:
            _record("exchange.suspend", resource, by)


def resume(resource: str, *, by: str = SYSTEM) -> None:
    """The resource answers again; one that was not silenced stays as it is."""
    with transaction.atomic():
        ended, _ = Suspension.objects.filter(pk=resource).delete()
        if ended:
            _record("exchange.resume", resource, by)


def _record(act: str, resource: str, by: str) -> None:
    department = resource.partition("/")[0]
    append(Act(act=act, actor=by, at=clock.now(), case_id=None, department=department, purpose="drill", payload={"resource": resource}))
