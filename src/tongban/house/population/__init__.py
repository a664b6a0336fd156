"""The demo's people: made up, the same for the same seed and day, and registers that agree about them but for declared oddities.

Invariants: nobody real can be meant (the areas in their numbers belong to nobody); filling a filled city changes nothing; all is written in one transaction;
names of people, firms and streets stand in the city's `demo/` folder, never here.
"""

from __future__ import annotations

from collections.abc import Callable

from tongban.house.population.cast import DemoPerson, people


def populate(people: int = 2000, firms: int = 300, seed: int = 2026, progress: Callable[[float], None] = lambda _: None) -> bool:
    """Fill the published demo city; returns whether anything was done. Raises NoCastError where the city has no `demo/` folder."""
    from tongban.house.population.load import fill

    return fill(people, firms, seed, progress)


__all__ = ["DemoPerson", "people", "populate"]
