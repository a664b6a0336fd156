"""Find whom somebody wants to give a mandate to.

Invariants: a person is found only by whoever knows both their whole name and their number; which of the two is wrong, or whether there is such a person, is
not told; it is asked a few times an hour and no more.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from uuid import UUID

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError
from tongban.parties.core import identity
from tongban.parties.core.sealing import searchable
from tongban.parties.errors import NoSuchHolderError
from tongban.parties.models import HolderSearch, Person
from tongban.parties.reads import CITIZEN_DOMAIN, name_of
from tongban.parties.sealer import sealer

WITHIN = timedelta(hours=1)
MOST = 20


def find_holder(name: str, id_number: str, *, by: UUID) -> UUID:
    """The person with exactly this name and number. Raises IdentityError for what is no number, NoSuchHolderError, TooOftenError."""
    number = identity.citizen_id(id_number, clock.today())
    with transaction.atomic():
        _count(by)
    person = Person.objects.filter(id_number_blind=sealer().blind(CITIZEN_DOMAIN, number)).first()
    if person is None or searchable(name_of(person)) != searchable(name):
        raise NoSuchHolderError
    return person.pk


def forget_searches() -> None:
    """Remove what no longer counts."""
    HolderSearch.objects.filter(at__lt=clock.now() - WITHIN).delete()


def _count(by: UUID) -> None:
    now = clock.now()
    asked = HolderSearch.objects.filter(by=by, at__gt=now - WITHIN).order_by("-at")
    oldest = next(iter(asked.values_list("at", flat=True)[MOST - 1 : MOST]), None)
    if oldest is not None:
        raise TooOftenError(max(1, ceil((oldest + WITHIN - now).total_seconds())))
    HolderSearch.objects.create(by=by, at=now)
