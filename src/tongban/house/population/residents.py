"""Made-up residents, family by family.

Invariants: a child is 20 to 40 years younger than its mother and has its father's surname; order numbers in identity numbers fit the sex, and no number
is given twice; everybody lives in a household with an address; newcomers, who are registered elsewhere, live alone and rent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from tongban.house.population.cast import Cast, Player
from tongban.house.population.chance import dice, fixed_id
from tongban.house.population.places import Places
from tongban.kernel.ids import citizen_id_check

FEMALE, MALE = "female", "male"
_NEWCOMER_IN = 20
"""One in so many is registered elsewhere."""
_YOUNGEST = 120
"""Days: whoever is made up was born before the demo's stories begin."""


@dataclass(slots=True, eq=False)
class Resident:
    """One made-up person."""

    id: UUID
    name: str
    id_number: str
    born: date
    sex: str
    area: str
    household: int
    address: str
    player: Player | None = None
    status: str = "alive"
    died_on: date | None = None
    spouse: Resident | None = None
    father: Resident | None = None
    mother: Resident | None = None
    children: list[Resident] = field(default_factory=list)
    is_elsewhere: bool = False
    """Registered in another city."""

    @property
    def rents(self) -> bool:
        """Whether the home is somebody else's."""
        return self.is_elsewhere or (self.player is not None and self.player.rents)

    def age(self, day: date) -> int:
        """Full years."""
        return day.year - self.born.year - ((self.born.month, self.born.day) > (day.month, day.day))


@dataclass(frozen=True, slots=True)
class Names:
    """What names are made of."""

    surnames: str
    female: str
    male: str

    def given(self, sex: str, throw: random.Random) -> str:
        """A given name of one or two characters."""
        of = self.female if sex == FEMALE else self.male
        return "".join(throw.choice(of) for _ in range(throw.choice((1, 2, 2, 2))))


class Registrar:
    """Gives out ids, identity numbers, households and addresses."""

    def __init__(self, names: Names, places: Places, today: date, seed: int) -> None:
        self.names, self.places, self.today = names, places, today
        self.throw = dice(seed, "residents")
        self.residents: list[Resident] = []
        self._orders: Counter[tuple[str, date, str]] = Counter()
        self._households = 0

    def household(self, area: str = "") -> tuple[int, str, str]:
        """A new household: its serial, area and address."""
        self._households += 1
        area = area or self.places.street(self.throw)
        return self._households, area, self.places.home(area, self.throw)

    def enter(self, name: str, sex: str, born: date, home: tuple[int, str, str], player: Player | None = None) -> Resident:
        """Enter a person of a household."""
        serial, area, address = home
        id_ = player.person_id if player else fixed_id("resident", len(self.residents))
        one = Resident(id_, name, self._number(area[:6], born, sex), born, sex, area, serial, address, player)
        one.is_elsewhere = player is not None and player.is_elsewhere
        self.residents.append(one)
        return one

    def birth(self, age: int) -> date:
        """A birthday of somebody of that age."""
        days = age * 365 + age // 4 + self.throw.randrange(1, 364)
        return self.today - timedelta(days=max(days, _YOUNGEST))

    def _number(self, county: str, born: date, sex: str) -> str:
        key = (county, born, sex)
        order = 2 * self._orders[key] + (1 if sex == MALE else 2)
        self._orders[key] += 1
        body = f"{county}{born:%Y%m%d}{order:03d}"
        return body + citizen_id_check(body)


def settle(registrar: Registrar, cast: Cast, count: int) -> list[Resident]:
    """The cast, then families until there are `count` people, the last of whom are newcomers."""
    _cast(registrar, cast)
    newcomers = (count - len(registrar.residents)) // _NEWCOMER_IN
    while len(registrar.residents) < count - newcomers:
        for _ in _family(registrar):
            if len(registrar.residents) >= count - newcomers:
                break
    for _ in range(newcomers):
        sex = registrar.throw.choice((FEMALE, MALE))
        registrar.enter(_named(registrar, sex), sex, registrar.birth(registrar.throw.randrange(19, 50)), registrar.household())
        registrar.residents[-1].is_elsewhere = True
    return registrar.residents


def _cast(registrar: Registrar, cast: Cast) -> None:
    homes = {one.login: registrar.household(one.area) for one in cast.players if not one.lives_with}
    by_login = {one.login: registrar.enter(one.name, one.sex, one.born, homes[one.lives_with or one.login], one) for one in cast.players}
    for edge in cast.kin:
        if "parent" in edge:
            _child(by_login[edge["person"]], by_login[edge["parent"]])
        elif "spouse" in edge:
            _marry(by_login[edge["person"]], by_login[edge["spouse"]])


def _family(registrar: Registrar) -> Iterator[Resident]:
    """Grandparents, their children with husbands and wives, and the grandchildren; each is yielded once entered."""
    throw, names = registrar.throw, registrar.names
    age = round(throw.triangular(60, 97, 70))
    home = registrar.household()
    grandfather = registrar.enter(_named(registrar, MALE), MALE, registrar.birth(age + throw.randrange(6)), home)
    yield grandfather
    grandmother = registrar.enter(_named(registrar, FEMALE), FEMALE, registrar.birth(age), home)
    _marry(grandfather, grandmother)
    yield grandmother
    for elder in (grandfather, grandmother):
        _may_have_died(registrar, elder)
    for _ in range(throw.choice((1, 1, 2, 2, 3))):
        sex = throw.choice((FEMALE, MALE))
        born = registrar.birth(max(18, age - throw.randrange(22, 35)))
        own = registrar.household() if throw.random() < 0.8 else home
        grown = registrar.enter(grandfather.name[0] + names.given(sex, throw), sex, born, own)
        _child(grown, grandfather, grandmother)
        yield grown
        if throw.random() < 0.85:
            yield from _young_family(registrar, grown, own)
        elif throw.random() < 0.1:
            grown.status = "moved-out"


def _young_family(registrar: Registrar, grown: Resident, home: tuple[int, str, str]) -> Iterator[Resident]:
    throw = registrar.throw
    age = grown.age(registrar.today)
    if age < 24:
        return
    other = MALE if grown.sex == FEMALE else FEMALE
    partner = registrar.enter(_named(registrar, other), other, registrar.birth(max(23, age + throw.randrange(-3, 4))), home)
    _marry(grown, partner)
    yield partner
    father, mother = (grown, partner) if grown.sex == MALE else (partner, grown)
    for _ in range(throw.choice((0, 1, 1, 1, 2, 2))):
        years = mother.age(registrar.today) - throw.randrange(23, 35)
        if years < 0:
            continue
        sex = throw.choice((FEMALE, MALE))
        child = registrar.enter(father.name[0] + registrar.names.given(sex, throw), sex, registrar.birth(years), home)
        _child(child, father, mother)
        yield child


def _named(registrar: Registrar, sex: str) -> str:
    return registrar.throw.choice(registrar.names.surnames) + registrar.names.given(sex, registrar.throw)


def _may_have_died(registrar: Registrar, elder: Resident) -> None:
    if registrar.throw.random() < (elder.age(registrar.today) - 60) * 0.008:
        elder.status = "dead"
        elder.died_on = registrar.today - timedelta(days=registrar.throw.randrange(40, 1500))


def _marry(one: Resident, other: Resident) -> None:
    one.spouse, other.spouse = other, one


def _child(child: Resident, *parents: Resident) -> None:
    for parent in parents:
        if parent.sex == MALE:
            child.father = parent
        else:
            child.mother = parent
        parent.children.append(child)
