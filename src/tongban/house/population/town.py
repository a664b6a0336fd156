"""The whole made-up town, in memory: people, firms, properties, and where registers shall not agree.

Invariant: registers agree about everything except the declared oddities, each of which is the kind of fault that a case worker meets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tongban.house.population.businesses import Business, Property, Registry, found, homes
from tongban.house.population.cast import Cast, read_cast, read_demo
from tongban.house.population.places import places
from tongban.house.population.residents import MALE, Names, Registrar, Resident, settle
from tongban.kernel.text import Text
from tongban.parties.core.people import AreaView

KINDS: Final[Mapping[str, Text]] = {
    "household-missing": Text("户籍库查不到此人，养老待遇仍在发放", "not in the household register, while a pension is paid"),
    "death-not-in-household": Text("殡葬已登记死亡，户籍尚未注销", "registered as dead by civil affairs, alive in the household register"),
    "allowance-after-death": Text("人已去世，高龄津贴仍在发放", "dead, while the old-age allowance is paid"),
    "staff-insured-nowhere": Text("税务有申报人数，社保查无参保", "staff declared to the tax office, none insured"),
    "premises-are-a-home": Text("在营餐饮企业，经营场所登记为住宅", "a food business whose premises are registered as housing"),
    "credit-missing": Text("在营企业，公共信用库查无评价", "in business, while there is no public credit grade"),
    "taxed-insured-nowhere": Text(
        "税务有年收入7.1万元，社保查无参保", "a yearly income of ¥71,000 known to the tax office, insured nowhere"
    ),
}


@dataclass(frozen=True, slots=True)
class Oddity:
    """One declared disagreement: its kind and the key (identity number or code) it is about."""

    kind: str
    key: str


@dataclass(frozen=True)
class Town:
    """Everything that the registers will say."""

    cast: Cast
    residents: list[Resident]
    firms: list[Business]
    homes: list[Property]
    oddities: tuple[Oddity, ...]
    today: date
    seed: int
    words: Mapping[str, Any]
    """The demo folder's names of roads, schools, works."""

    def odd(self, kind: str) -> frozenset[str]:
        """The keys of one kind of oddity."""
        return frozenset(one.key for one in self.oddities if one.kind == kind)


def build(areas: tuple[AreaView, ...], *, people: int, firms: int, seed: int, today: date) -> Town:
    """The town of that size, seed and day, never so small that the cast is most of it. Raises NoCastError."""
    cast, words = read_cast(), read_demo("names.yaml")
    where = places(areas, words["roads"])
    names = Names(words["surnames"], words["given"]["female"], words["given"]["male"])
    residents = settle(Registrar(names, where, today, seed), cast, max(people, 2 * len(cast.players)))
    registry = Registry(words, where, today, seed)
    businesses = found(registry, cast, residents, firms)
    flats = list(homes(registry, residents))
    return Town(cast, residents, businesses, flats, tuple(_oddities(residents, businesses, today)), today, seed, words)


def _oddities(residents: list[Resident], firms: list[Business], today: date) -> list[Oddity]:
    """One in a few hundred of those whom each kind could happen to; at least one if there is any."""
    extras = [one for one in residents if one.player is None]
    aged = [one for one in extras if one.age(today) >= pension_age(one)]
    dead = [one for one in extras if one.status == "dead"]
    staff = {one.id for firm in firms for one in firm.staff}
    unhired = [one for one in extras if one.id not in staff and one.status == "alive" and 25 <= one.age(today) < 55]
    running = [firm for firm in firms if firm.status == "active" and not firm.cast_id]
    chosen = {
        "household-missing": [one.id_number for one in aged if one.status == "alive"][5::211],
        "death-not-in-household": [one.id_number for one in dead][3::41],
        "allowance-after-death": [one.id_number for one in dead if one.died_on and one.age(one.died_on - timedelta(days=31)) >= 80][1::31],
        "staff-insured-nowhere": [firm.uscc for firm in running if firm.staff][7::97],
        "premises-are-a-home": [firm.uscc for firm in running if firm.food][4::61],
        "credit-missing": [firm.uscc for firm in running][11::149],
        "taxed-insured-nowhere": [one.id_number for one in unhired][2::97],
    }
    return [Oddity(kind, key) for kind, keys in chosen.items() for key in keys]


def pension_age(one: Resident) -> int:
    """The age from which the demo pays pensions."""
    return 60 if one.sex == MALE else 55


__all__ = ["KINDS", "Oddity", "Town", "build", "pension_age"]
