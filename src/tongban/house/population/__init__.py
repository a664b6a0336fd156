"""The demo's people: made up, the same for the same seed and day, and registers that agree about them but for declared oddities.

Invariants: nobody real can be meant (the areas in their numbers belong to nobody); filling a filled city changes nothing; all is written in one transaction;
names of people, firms and streets stand in the city's `demo/` folder, never here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from tongban.house.population.cast import DemoPerson, people


def populate(
    people: int = 2000, firms: int = 300, seed: int = 2026, progress: Callable[[float], None] = lambda _: None, today: date | None = None
) -> bool:
    """Fill the published demo city as of a day; returns whether anything was done. Raises NoCastError where the city has no `demo/` folder."""
    from tongban.house.population.load import fill
    from tongban.kernel import clock

    return fill(people, firms, seed, progress, today or clock.today())


def is_filled() -> bool:
    """Whether the cast has its accounts."""
    from tongban.house.population.cast import read_cast
    from tongban.parties import reads

    return any(reads.account(one.login) for one in read_cast().players if one.has_account)


def change_register(table: str, row: Mapping[str, str], *, gone: bool = False) -> None:
    """What a department does in its own system: put one row in place of the old one, or strike it off. Raises KeyError for another table."""
    from tongban.house.population.load import change

    change(table, row, gone=gone)


def date_registers() -> None:
    """The registers were read last night, by the clock as it stands now."""
    from tongban.house.population.load import date_all

    date_all()


__all__ = ["DemoPerson", "change_register", "date_registers", "is_filled", "people", "populate"]
