"""What everybody may know of payments: what stands in public before it is paid, and what was paid, in groups that tell of nobody.

Invariants: nothing leaves this module about a payment that is over but the sums that `acts.tell` has published; whose it is, parties know, and a name is shown by
`core.published.as_public` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from tongban.benefits.core.published import Group, Told, newest_first
from tongban.benefits.models import Match, Published
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.core.people import PrincipalKind


@dataclass(frozen=True, slots=True)
class Standing:
    """One payment that stands in public, as its publicity asks; `name` is still whole."""

    match: UUID
    policy: str
    kind: str
    name: str
    district: str
    amount: int
    since: date
    until: date


def standing(policy: str = "", *, after: UUID | None = None, limit: int = 50) -> tuple[Standing, ...]:
    """What stands in public now, the newest first; of one policy, if one is named. The next page begins after the last match of this one."""
    rows = Match.objects.filter(state="publicised", public_until__gte=clock.today())
    if policy:
        rows = rows.filter(policy=policy)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-id")[:limit])
    whose = _whose((one.kind, one.principal_id) for one in found)
    return tuple(_standing(one, *whose[one.kind, one.principal_id]) for one in found if (one.kind, one.principal_id) in whose)


def stands(match: UUID) -> Standing | None:
    """One payment, while it stands in public."""
    held = Match.objects.filter(pk=match, state="publicised", public_until__gte=clock.today()).first()
    whose = _whose([(held.kind, held.principal_id)]) if held else {}
    return _standing(held, *whose[held.kind, held.principal_id]) if held and whose else None


def _standing(one: Match, name: str, district: str) -> Standing:
    since, until = one.public_from or clock.today(), one.public_until or clock.today()
    return Standing(one.pk, one.policy, one.kind, name, district, one.amount or 0, since, until)


def paid(policy: str = "") -> Told:
    """What was told of the months that are over, in groups that tell of nobody; of one policy, if one is named."""
    named = {"policy": policy} if policy else {}
    rows = Published.objects.filter(**named).values("policy", "first", "last", "district", "count", "amount", "is_return")
    waiting = untold(clock.today().replace(day=1)).filter(**named).order_by("policy").values_list("policy", flat=True).distinct()
    return Told(newest_first(Group(**row) for row in rows), tuple(waiting))


def untold(month: date) -> QuerySet[Match]:
    """What was paid before a month and is in no published sum yet."""
    return Match.objects.filter(paid_on__lt=month, told_on__isnull=True, amount__isnull=False, principal_id__isnull=False)


def _by_kind(whose: Iterable[tuple[str, UUID | None]]) -> dict[PrincipalKind, set[UUID]]:
    found: dict[PrincipalKind, set[UUID]] = {"person": set(), "firm": set()}
    for kind, id_ in whose:
        if id_ is not None:
            found["firm" if kind == "firm" else "person"].add(id_)
    return found


def districts(whose: Iterable[tuple[str, UUID | None]], city: City) -> dict[tuple[str, UUID | None], str]:
    """In which district each of these people and firms, by kind and id, is now."""
    found: dict[tuple[str, UUID | None], str] = {}
    for kind, ids in _by_kind(whose).items():
        if ids:
            found |= {(kind, id_): district_of(area, city) for id_, area in parties.areas_of(kind, ids).items()}
    return found


def _whose(whose: Iterable[tuple[str, UUID | None]]) -> dict[tuple[str, UUID | None], tuple[str, str]]:
    """Name and district."""
    wanted = list(whose)
    where = districts(wanted, catalogue.city())
    found: dict[tuple[str, UUID | None], tuple[str, str]] = {}
    for kind, ids in _by_kind(wanted).items():
        if ids:
            found |= {(kind, id_): (name, where.get((kind, id_), "")) for id_, name in parties.names(kind, ids).items()}
    return found


def district_of(area: str, city: City) -> str:
    """The district that an area is, or lies in; empty where it is none of the city's, or the whole city."""
    here = city.areas.get(area)
    while here is not None and here.level != "district":
        here = city.areas.get(here.parent)
    return here.code if here is not None else ""
