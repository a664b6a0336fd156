"""What everybody may know of payments: what stands in public before it is paid, and what was paid, in groups that tell of nobody.

Invariants: nothing leaves this module about a payment that is over but sums of `core.published`, which are known to be those of the payments there are; what was given back still counts as paid in its month; whose it is, parties
know, and a name is shown by `core.published.as_public` alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from tongban.benefits.core.published import Cell, Told, told
from tongban.benefits.models import Match
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.core.people import PrincipalKind

_AT_ONCE: Final = 5000


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
    rows = Match.objects.filter(state="publicised", public_until__isnull=False)
    if policy:
        rows = rows.filter(policy=policy)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-id")[:limit])
    whose = _whose((one.kind, one.principal_id) for one in found)
    return tuple(_standing(one, *whose[one.kind, one.principal_id]) for one in found if (one.kind, one.principal_id) in whose)


def stands(match: UUID) -> Standing | None:
    """One payment, while it stands in public."""
    held = Match.objects.filter(pk=match, state="publicised", public_until__isnull=False).first()
    whose = _whose([(held.kind, held.principal_id)]) if held else {}
    return _standing(held, *whose[held.kind, held.principal_id]) if held and whose else None


def _standing(one: Match, name: str, district: str) -> Standing:
    since, until = one.public_from or clock.today(), one.public_until or clock.today()
    return Standing(one.pk, one.policy, one.kind, name, district, one.amount or 0, since, until)


def paid(policy: str = "") -> Told:
    """What was paid in the months that are over, in groups that tell of nobody; of one policy, if one is named. Counted once for as long as nothing changes."""
    month = clock.today().replace(day=1)
    found = _over(policy, month).aggregate(count=Count("pk"), last=Max("changed_at"))
    return _told(policy, month, catalogue.city().hash, found["count"], found["last"])


@lru_cache(maxsize=64)
def _told(policy: str, month: date, _city: str, _count: int, _last: datetime | None) -> Told:
    counts: Counter[tuple[str, date, str]] = Counter()
    sums: Counter[tuple[str, date, str]] = Counter()
    for one, paid_on, amount, district in _payments(policy, month):
        cell = (one, paid_on.replace(day=1), district)
        counts[cell] += 1
        sums[cell] += amount
    return told((Cell(*cell, count, sums[cell]) for cell, count in counts.items()), month)


def _over(policy: str, month: date) -> QuerySet[Match]:
    rows = Match.objects.filter(paid_on__lt=month, amount__isnull=False, principal_id__isnull=False)
    return rows.filter(policy=policy) if policy else rows


def _payments(policy: str, month: date) -> Iterator[tuple[str, date, int, str]]:
    """Policy, day, fen and district of every payment before a month, some thousand at a time."""
    rows, after, city = _over(policy, month), UUID(int=0), catalogue.city()
    while found := list(
        rows.filter(pk__gt=after).order_by("pk").values_list("pk", "policy", "paid_on", "amount", "kind", "principal_id")[:_AT_ONCE]
    ):
        after = found[-1][0]
        districts = _districts(((kind, id_) for *_, kind, id_ in found), city)
        for _, one, paid_on, amount, kind, id_ in found:
            if paid_on is not None and amount is not None:
                yield one, paid_on, amount, districts.get((kind, id_), "")


def _by_kind(whose: Iterable[tuple[str, UUID | None]]) -> dict[PrincipalKind, set[UUID]]:
    found: dict[PrincipalKind, set[UUID]] = {"person": set(), "firm": set()}
    for kind, id_ in whose:
        if id_ is not None:
            found["firm" if kind == "firm" else "person"].add(id_)
    return found


def _districts(whose: Iterable[tuple[str, UUID | None]], city: City) -> dict[tuple[str, UUID | None], str]:
    found: dict[tuple[str, UUID | None], str] = {}
    for kind, ids in _by_kind(whose).items():
        if ids:
            found |= {(kind, id_): district_of(area, city) for id_, area in parties.areas_of(kind, ids).items()}
    return found


def _whose(whose: Iterable[tuple[str, UUID | None]]) -> dict[tuple[str, UUID | None], tuple[str, str]]:
    """Name and district."""
    wanted = list(whose)
    districts = _districts(wanted, catalogue.city())
    found: dict[tuple[str, UUID | None], tuple[str, str]] = {}
    for kind, ids in _by_kind(wanted).items():
        if ids:
            found |= {(kind, id_): (name, districts.get((kind, id_), "")) for id_, name in parties.names(kind, ids).items()}
    return found


def district_of(area: str, city: City) -> str:
    """The district that an area is, or lies in; empty where it is none of the city's, or the whole city."""
    here = city.areas.get(area)
    while here is not None and here.level != "district":
        here = city.areas.get(here.parent)
    return here.code if here is not None else ""
