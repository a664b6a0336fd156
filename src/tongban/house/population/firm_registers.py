"""What the registers say about firms and premises. Invariant: those of the cast are as the demo's stories need them: in order, and not yet licensed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tongban.house.population.businesses import Business
from tongban.house.population.chance import dice
from tongban.house.population.town import Town

Row = tuple[Any, ...]


def business_licence(town: Town) -> Iterator[Row]:
    """营业执照."""
    for firm in town.firms:
        yield firm.uscc, firm.name, firm.status, firm.category, firm.owner.name, firm.address, firm.registered_on, firm.capital, firm.food


def food_licence(town: Town) -> Iterator[Row]:
    """食品经营许可: most food businesses have one; nobody of the cast."""
    throw = dice(town.seed, "food")
    for serial, firm in enumerate(town.firms, 1):
        if firm.food and not firm.cast_id and throw.random() < 0.8:
            until = town.today + timedelta(days=throw.randrange(-200, 1700))
            status = "cancelled" if firm.status == "cancelled" else "valid" if until >= town.today else "expired"
            yield firm.uscc, f"JY2{firm.area[:6]}{serial:06d}", status, until, throw.random() < 0.4


def property_right(town: Town) -> Iterator[Row]:
    """不动产: homes and premises."""
    housing = town.odd("premises-are-a-home")
    for flat in town.homes:
        yield flat.number, flat.use, flat.address, flat.area_m2, flat.floors, flat.owner
    for firm in town.firms:
        one = firm.premises
        yield one.number, "residential" if firm.uscc in housing else one.use, one.address, one.area_m2, one.floors, one.owner


def social_insurance(town: Town) -> Iterator[Row]:
    """单位参保."""
    throw = dice(town.seed, "social")
    uninsured = town.odd("staff-insured-nowhere")
    for firm in town.firms:
        behind = throw.random() < 0.04 and not firm.cast_id
        if firm.staff and firm.uscc not in uninsured:
            yield firm.uscc, len(firm.staff), _months(town, firm), behind


def tax_standing(town: Town) -> Iterator[Row]:
    """纳税信用."""
    throw = dice(town.seed, "tax")
    for firm in town.firms:
        if firm.status != "cancelled":
            level = "b" if firm.cast_id else throw.choices("abmcd", (20, 45, 25, 7, 3))[0]
            behind = throw.random() < 0.03 and not firm.cast_id
            yield firm.uscc, level, behind, len(firm.staff), (len(firm.staff) + 1) * throw.randrange(60_000_00, 400_000_00)


def credit(town: Town) -> Iterator[Row]:
    """公共信用; whoever broke a promise and has not cured it is a C at best."""
    throw = dice(town.seed, "credit")
    missing = town.odd("credit-missing")
    uncured = {row[0] for row in broken_promises(town) if not row[3]}
    for firm in town.firms:
        grade = "a" if firm.cast_id else throw.choices("abcd", (30, 50, 15, 5))[0]
        grade = max(grade, "c") if firm.uscc in uncured else grade
        if firm.status != "cancelled" and firm.uscc not in missing:
            yield firm.uscc, grade, grade == "d" and throw.random() < 0.3


def broken_promises(town: Town) -> Iterator[Row]:
    """告知承诺失信."""
    throw = dice(town.seed, "promises")
    for firm in town.firms:
        if throw.random() < 0.02 and not firm.cast_id and firm.status == "active":
            age = (town.today - firm.registered_on).days
            yield firm.uscc, town.today - timedelta(days=throw.randrange(1, max(2, min(age, 700)))), "告知承诺事项", throw.random() < 0.4


def sign_approvals(town: Town) -> Iterator[Row]:
    """招牌设置."""
    throw = dice(town.seed, "signs")
    for serial, firm in enumerate(town.firms, 1):
        if firm.status == "active" and not firm.cast_id and throw.random() < 0.3:
            yield (
                firm.uscc,
                f"HW{firm.area[:6]}{serial:06d}",
                f"{firm.address}门头",
                town.today + timedelta(days=throw.randrange(-200, 1000)),
            )


def health_certificates(town: Town) -> Iterator[Row]:
    """健康证明: staff and owner of food businesses; one in ten has a certificate run out."""
    throw = dice(town.seed, "health")
    for firm in town.firms:
        if firm.food and firm.status == "active":
            days = 300 if firm.cast_id else throw.randrange(-40, 360)
            lacking = 0 if firm.cast_id else throw.choice((0, 0, 0, 1))
            yield firm.uscc, max(0, len(firm.staff) + 1 - lacking), town.today + timedelta(days=days)


def fire_checks(town: Town) -> Iterator[Row]:
    """消防验收 of premises."""
    throw = dice(town.seed, "fire")
    for firm in town.firms:
        passed = bool(firm.cast_id) or throw.random() < 0.95
        yield firm.premises.number, "passed" if passed else "failed", firm.registered_on - timedelta(days=throw.randrange(30, 900))


def _months(town: Town, firm: Business) -> int:
    return max(1, (town.today - firm.registered_on).days // 30)
