"""What the registers say about how people live: homes, vehicles, schools, residence, disability, subsidies. Invariant: the cast is in none of those that would
stand in the way of a story: nobody of it is barred, subsidised, certified or has a permit yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tongban.house.population.chance import dice
from tongban.house.population.residents import Resident
from tongban.house.population.town import Town

Row = tuple[Any, ...]
_HALF_A_YEAR = 190
"""Days; a little more than half a year."""


def home_holdings(town: Town) -> Iterator[Row]:
    """个人住房登记汇总: the homes of the property register, by owner."""
    homes: Counter[str] = Counter()
    area: Counter[str] = Counter()
    for flat in town.homes:
        homes[flat.owner_number] += 1
        area[flat.owner_number] += int(flat.area_m2 * 100)
    for number, count in homes.items():
        yield number, count, Decimal(area[number]) / 100


def vehicles(town: Town) -> Iterator[Row]:
    """机动车登记汇总: one adult in three has one."""
    throw = dice(town.seed, "vehicles")
    for one in _adults(town):
        has_one, count, value = throw.random() < 0.33, throw.choice((1, 1, 1, 2)), throw.randrange(20, 300) * 1_000_00
        if has_one and one.player is None:
            yield one.id_number, count, value * count


def residence_registration(town: Town) -> Iterator[Row]:
    """流动人口居住登记: those who are registered elsewhere; of the cast for more than a year."""
    throw = dice(town.seed, "residence")
    for one in _newcomers(town):
        days = throw.randrange(20, 1500)
        yield one.id_number, town.today - timedelta(days=400 if one.player else days), one.address


def residence_permits(town: Town) -> Iterator[Row]:
    """居住证: half of those who could have one."""
    throw = dice(town.seed, "permits")
    since = {row[0]: row[1] for row in residence_registration(town)}
    for serial, one in enumerate(_newcomers(town), 1):
        has_one, until = throw.random() < 0.5, town.today + timedelta(days=throw.randrange(-60, 364))
        if has_one and one.player is None and (town.today - since[one.id_number]).days >= _HALF_A_YEAR:
            yield one.id_number, f"JZ{one.area[:6]}{serial:08d}", until


def school_enrolment(town: Town) -> Iterator[Row]:
    """学籍: children from six, and nearly half of the young adults."""
    throw = dice(town.seed, "schools")
    for one in town.residents:
        age, school, chance = one.age(town.today), throw.choice(town.words["schools"]), throw.random()
        if one.status == "alive" and 6 <= age < 23 and chance < (0.99 if age < 18 else 0.45):
            yield one.id_number, school, chance > 0.01


def rent_subsidy(town: Town) -> Iterator[Row]:
    """公租房租赁补贴: a few of those who own no home."""
    throw = dice(town.seed, "subsidy")
    owners = {flat.owner_number for flat in town.homes}
    for one in _adults(town):
        draws, status, months = throw.random() < 0.03, throw.choices(("receiving", "stopped"), (8, 2))[0], throw.randrange(1, 40)
        if draws and one.player is None and not one.is_elsewhere and one.id_number not in owners:
            yield one.id_number, status, (town.today - timedelta(days=30 * months)).replace(day=1)


def certificates(town: Town) -> Iterator[Row]:
    """残疾人证: one in twenty, for ten years."""
    throw = dice(town.seed, "certificates")
    for one in town.residents:
        has_one, days, level = (
            throw.random() < 0.05,
            throw.randrange(-200, 3600),
            throw.choices(("one", "two", "three", "four"), (12, 15, 28, 45))[0],
        )
        if has_one and one.status == "alive" and one.player is None and not one.is_elsewhere:
            yield one.id_number, town.today + timedelta(days=days), level


def office_bars(town: Town) -> Iterator[Row]:
    """法定代表人任职限制: very few, some of them over."""
    throw = dice(town.seed, "bars")
    owners = {firm.owner.id for firm in town.firms if firm.status == "active"}
    for one in _adults(town):
        is_barred, days, reason = throw.random() < 0.008, throw.randrange(-300, 900), throw.choice(town.words["bars"])
        if is_barred and one.player is None and one.id not in owners:
            yield one.id_number, town.today + timedelta(days=days), reason


def _adults(town: Town) -> Iterator[Resident]:
    return (one for one in town.residents if one.status == "alive" and one.age(town.today) >= 18)


def _newcomers(town: Town) -> Iterator[Resident]:
    return (one for one in town.residents if one.is_elsewhere and one.status == "alive")
