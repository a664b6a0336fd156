"""What the registers say that policies go by: industry and size, yearly tax, unemployment insurance, new hires, degrees.

Invariants: a firm's figures fit its staff; what a register does not know of somebody is no row, so that nearly every policy has people entitled, not, and unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from tongban.house.population.businesses import Business
from tongban.house.population.chance import dice
from tongban.house.population.town import Town

Row = tuple[Any, ...]
_INDUSTRIES: Final = "cefgiklmor"


def firm_class(town: Town) -> Iterator[Row]:
    """企业划型."""
    throw = dice(town.seed, "class")
    for firm in town.firms:
        industry = "h" if firm.food else throw.choice(_INDUSTRIES)
        size = "micro" if len(firm.staff) < 10 else throw.choices(("small", "medium", "large"), (70, 25, 5))[0]
        if firm.cast_id or throw.random() < 0.97:
            yield firm.uscc, industry, size, firm.area


def yearly_tax(town: Town) -> Iterator[Row]:
    """上年纳税与研发."""
    throw = dice(town.seed, "yearly-tax")
    for firm in town.firms:
        turnover = (len(firm.staff) + 1) * throw.randrange(60_000_00, 400_000_00)
        research = turnover * throw.randrange(0, 80) // 1000 if throw.random() < 0.2 else 0
        if firm.status != "cancelled":
            yield firm.uscc, town.today.year - 1, turnover * throw.randrange(5, 60) // 1000, turnover, research


def unemployment_insurance(town: Town) -> Iterator[Row]:
    """失业保险: of one firm in three the fund knows the new claimants, else the head count must do."""
    throw = dice(town.seed, "unemployment")
    for firm in town.firms:
        staff = len(firm.staff)
        if not staff:
            continue
        before = max(1, staff + throw.choice((-1, 0, 0, 0, 1, 2)))
        claimants = max(0, before - staff) if throw.random() < 0.33 else None
        yield firm.uscc, _months(town, firm), before, staff, claimants, before * throw.randrange(30_000, 90_000)


def new_hires(town: Town) -> Iterator[Row]:
    """新招用人员."""
    throw = dice(town.seed, "hires")
    for firm in town.firms:
        if firm.staff and throw.random() < 0.4:
            yield firm.uscc, throw.randrange(0, 3), throw.randrange(0, 2), throw.randrange(0, 2), throw.random() < 0.8


def graduates(town: Town) -> Iterator[Row]:
    """高校毕业生."""
    throw = dice(town.seed, "degrees")
    for one in town.residents:
        age = one.age(town.today)
        if one.status == "alive" and 20 <= age <= 45 and throw.random() < 0.5:
            degree, years = throw.choices((("associate", 21), ("bachelor", 22), ("master", 25), ("doctor", 29)), (35, 50, 13, 2))[0]
            if age >= years:
                yield one.id_number, degree, date(min(one.born.year + years, town.today.year), 6, 30)


def _months(town: Town, firm: Business) -> int:
    return max(1, (town.today - firm.registered_on).days // 30)
