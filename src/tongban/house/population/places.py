"""Streets and addresses of the declared areas."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tongban.parties.core.people import AreaView


@dataclass(frozen=True)
class Places:
    """The city's areas and the roads of its demo folder."""

    city: str
    districts: dict[str, str]
    """Name by code."""
    streets: tuple[str, ...]
    roads: tuple[str, ...]

    def street(self, throw: random.Random) -> str:
        """The code of some street area."""
        return throw.choice(self.streets)

    def shop(self, area: str, throw: random.Random, road: str = "") -> str:
        """An address on the ground floor."""
        return f"{self.city}{self.districts[area[:6]]}{road or throw.choice(self.roads)}{throw.randrange(1, 400)}号"

    def home(self, area: str, throw: random.Random) -> str:
        """The address of a flat."""
        return f"{self.shop(area, throw)}{throw.randrange(1, 12)}幢{throw.randrange(1, 25)}{throw.randrange(1, 5):02d}室"


def places(areas: tuple[AreaView, ...], roads: list[str]) -> Places:
    """From the declared areas: one city, its districts, its streets."""
    city = next(area for area in areas if area.level == "city")
    districts = {area.code: area.title.zh for area in areas if area.level == "district"}
    streets = tuple(area.code for area in areas if area.level == "street")
    return Places(city.title.zh, districts, streets, tuple(roads))
