"""Made-up firms, their premises and their staff.

Invariants: codes check (GB 32100-2015 with the organisation code of GB 11714-1997) and are given once; the owner is a living adult; nobody works for two firms.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from tongban.house.population.cast import Cast
from tongban.house.population.chance import dice, fixed_id, named_id
from tongban.house.population.places import Places
from tongban.house.population.residents import Resident
from tongban.kernel.ids import uscc_check

_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_KINDS: Final = {"company": "91", "sole-trader": "92"}


@dataclass(frozen=True, slots=True)
class Property:
    """One registered property."""

    number: str
    use: str
    address: str
    area_m2: Decimal
    floors: int
    owner: str
    owner_number: str = ""
    """The owner's identity number, where it is a home."""


@dataclass(slots=True, eq=False)
class Business:
    """One made-up firm."""

    id: UUID
    cast_id: str
    name: str
    uscc: str
    category: str
    area: str
    address: str
    registered_on: date
    capital: int
    """Fen."""
    food: bool
    owner: Resident
    premises: Property
    status: str = "active"
    staff: list[Resident] = field(default_factory=list)


class Registry:
    """Gives out names, codes and certificate numbers."""

    def __init__(self, words: dict[str, Any], places: Places, today: date, seed: int) -> None:
        self.words, self.places, self.today = words, places, today
        self.throw = dice(seed, "businesses")
        self._names: set[str] = set()
        self._serial = 0
        self._certificates = 0

    def code(self, category: str, area: str) -> str:
        """A fresh unified social credit code."""
        self._serial += 1
        body = f"MA{self._serial:06d}"
        total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
        code = f"{_KINDS[category]}{area[:6]}{body}{'0X987654321'[total % 11]}"
        return code + uscc_check(code)

    def name(self, category: str, area: str, *, food: bool) -> str:
        """A name that no other firm has."""
        city, district = self.places.city, self.places.districts[area[:6]]
        place = city + district if category == "sole-trader" else city.removesuffix("市")
        trades = self.words["trades"][category]["food" if food else "other"]
        length = 2
        while True:
            brand = "".join(self.throw.choice(self.words["brands"]) for _ in range(length))
            name = f"{place}{brand}{self.throw.choice(trades)}"
            if name not in self._names:
                self._names.add(name)
                return name
            length = min(4, length + 1)

    def certificate(self, area: str, year: int) -> str:
        """A fresh number of a property certificate."""
        self._certificates += 1
        return str(self.words["property_no"]).format(
            year=year, district=self.places.districts[area[:6]], serial=100_000 + self._certificates
        )


def found(registry: Registry, cast: Cast, residents: list[Resident], count: int) -> list[Business]:
    """The firms of the cast, then others until there are `count`, all with staff."""
    adults = [one for one in residents if one.status == "alive" and one.player is None and 18 <= one.age(registry.today) < 60]
    owners = [one for one in adults if one.age(registry.today) >= 24]
    firms = list(_cast(registry, cast, residents))
    firms += [_firm(registry, serial, owners) for serial in range(max(0, count - len(firms)))]
    _hire(registry.throw, cast, firms, adults)
    return firms


def homes(registry: Registry, residents: list[Resident]) -> Iterator[Property]:
    """Each household's flat, owned by its first member, or by a landlord where they rent."""
    seen: set[int] = set()
    landlords = [
        one for one in residents if one.player is None and not one.rents and one.status == "alive" and one.age(registry.today) >= 30
    ]
    for one in residents:
        if one.household not in seen:
            seen.add(one.household)
            throw = registry.throw
            owner = throw.choice(landlords) if one.rents and landlords else one
            area = Decimal(throw.randrange(4200, 16000)) / 100
            yield Property(
                registry.certificate(one.area, throw.randrange(2010, 2025)),
                "residential",
                one.address,
                area,
                throw.choice((6, 11, 18, 27)),
                owner.name,
                owner.id_number,
            )


def _cast(registry: Registry, cast: Cast, residents: list[Resident]) -> Iterator[Business]:
    owners = {one.player.login: one for one in residents if one.player}
    for one in cast.firms:
        address = registry.places.shop(one.area, registry.throw, one.road)
        owner = owners[one.owner]
        premises = Property(one.property_no, "commercial" if one.food else "industrial", address, one.area_m2, one.floors, owner.name)
        code = registry.code(one.category, one.area)
        capital = 100_000_00 if one.category == "sole-trader" else 5_000_000_00
        id_ = named_id("cast-firm", one.id)
        yield Business(id_, one.id, one.name, code, one.category, one.area, address, one.registered_on, capital, one.food, owner, premises)


def _firm(registry: Registry, serial: int, owners: list[Resident]) -> Business:
    throw = registry.throw
    category = "sole-trader" if throw.random() < 0.6 else "company"
    food = throw.random() < 0.35
    area = registry.places.street(throw)
    address = registry.places.shop(area, throw)
    owner = throw.choice(owners)
    use = "commercial" if food else throw.choice(("commercial", "commercial", "industrial", "mixed"))
    landlord = owner if throw.random() < 0.3 else throw.choice(owners)
    size = Decimal(throw.randrange(2500, 60000)) / 100
    premises = Property(
        registry.certificate(area, throw.randrange(2012, 2025)), use, address, size, throw.choice((1, 2, 3, 4, 6, 11)), landlord.name
    )
    registered = registry.today - timedelta(days=throw.randrange(60, 15 * 365))
    capital = throw.choice((2, 5, 10, 50)) * 10_000_00 if category == "sole-trader" else throw.choice((50, 100, 500, 1000)) * 10_000_00
    name = registry.name(category, area, food=food)
    code = registry.code(category, area)
    firm = Business(fixed_id("firm", serial), "", name, code, category, area, address, registered, capital, food, owner, premises)
    firm.status = throw.choices(("active", "suspended", "cancelled"), (94, 3, 3))[0]
    return firm


def _hire(throw: random.Random, cast: Cast, firms: list[Business], adults: list[Resident]) -> None:
    free = adults.copy()
    throw.shuffle(free)
    wanted = {one.id: one.staff for one in cast.firms}
    for turn in range(max(wanted.values(), default=0)):  # one each in turn, so that in a small town nobody is left without
        for firm in firms:
            if free and firm.cast_id and turn < wanted[firm.cast_id]:
                firm.staff.append(free.pop())
    hiring = [firm for firm in firms if firm.status == "active" and not firm.cast_id]
    weights = [8 if firm.category == "company" else 2 for firm in hiring]
    working = [one for one in free if throw.random() < 0.75]
    for one, firm in zip(working, throw.choices(hiring, weights, k=len(working)) if hiring else (), strict=False):
        firm.staff.append(one)
