"""What the registers say about roads, pipelines and names. Invariant: the first road has one section of each kind that a permit to dig meets: -01 is old and free,
-02 too young, -03 just overhauled, -04 has another dig planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from tongban.house.population.chance import dice
from tongban.house.population.town import Town

Row = tuple[Any, ...]
_KINDS: Final[tuple[tuple[int, int | None, int | None], ...]] = ((5000, None, None), (700, None, None), (4200, 400, None), (6100, None, 60))
"""Of the first road's sections: days since opened, since overhauled, until the next dig."""


def firm_names(town: Town) -> Iterator[Row]:
    """企业名称: of every firm; of one struck off it is reserved for a year."""
    throw = dice(town.seed, "names")
    for firm in town.firms:
        struck = town.today - timedelta(days=throw.randrange(1, 360))
        yield (firm.name, "reserved", struck) if firm.status == "cancelled" else (firm.name, "in-use", firm.registered_on)


def road_sections(town: Town) -> Iterator[Row]:
    """城市道路路段."""
    throw = dice(town.seed, "roads")
    for number, road in enumerate(town.words["roads"], 1):
        for section in range(1, throw.randrange(5, 9)):
            opened, overhauled, dig = _section(throw.randrange(200, 9000), throw.random(), throw.random(), throw.randrange(10, 400))
            if number == 1 and section <= len(_KINDS):
                opened, overhauled, dig = _KINDS[section - 1]
            yield (
                f"YC-{number:02d}{section:02d}",
                road,
                _ago(town, opened),
                _ago(town, overhauled),
                _ago(town, None if dig is None else -dig),
            )


def pipeline_approvals(town: Town) -> Iterator[Row]:
    """管线规划许可: those of the cast in force, of others some that have ended."""
    throw = dice(town.seed, "pipelines")
    cast = {one.id: one.pipelines for one in town.cast.firms}
    serial = 0
    for firm in town.firms:
        few, project, days = throw.random() < 0.03, throw.choice(town.words["pipelines"]), throw.randrange(-300, 500)
        for _ in range(cast[firm.cast_id] if firm.cast_id else int(few and firm.status == "active")):
            serial += 1
            until = town.today + timedelta(days=300 if firm.cast_id else days)
            yield str(town.words["pipeline_no"]).format(serial=serial), firm.uscc, project, until


def _section(age: int, overhaul: float, dig: float, days: int) -> tuple[int, int | None, int | None]:
    return age, int(age * overhaul) if age > 3650 and overhaul < 0.3 else None, days if dig < 0.08 else None


def _ago(town: Town, days: int | None) -> date | None:
    return None if days is None else town.today - timedelta(days=days)
