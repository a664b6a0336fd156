"""What each department's register says about the town: one table and one generator of rows for each.

Invariants: the first column is the key; each generator throws dice of its own, so that registers can be made in any order; what two registers both say comes from
one place in the town, but for the declared oddities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tongban.house.population import benefit_registers as benefits
from tongban.house.population import firm_registers as firms
from tongban.house.population import living_registers as living
from tongban.house.population import place_registers as places
from tongban.house.population.chance import dice
from tongban.house.population.residents import Resident
from tongban.house.population.town import Town, pension_age

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """A table: its columns with their SQL types, the key first, and its rows. `monthly` data are as of the first of the month."""

    columns: Mapping[str, str]
    rows: Callable[[Town], Iterator[Row]]
    monthly: bool = False


def _columns(told: str) -> dict[str, str]:
    return dict(column.split(":") for column in told.split())


def household(town: Town) -> Iterator[Row]:
    """户籍."""
    missing, late = town.odd("household-missing"), town.odd("death-not-in-household")
    for one in town.residents:
        if one.id_number not in missing and not one.is_elsewhere:
            status = "alive" if one.id_number in late else one.status
            number = f"{one.area[:6]}{one.household:08d}"
            yield one.id_number, one.name, one.born, one.sex, status, number, one.area, status != "moved-out", one.address


def kinship(town: Town) -> Iterator[Row]:
    """亲属关系."""
    for one in town.residents:
        if one.spouse or one.father or one.mother or one.children:
            yield (
                one.id_number,
                one.spouse and one.spouse.name,
                one.spouse and one.spouse.id_number,
                one.father and one.father.name,
                one.mother and one.mother.name,
                len(one.children),
            )


def deaths(town: Town) -> Iterator[Row]:
    """殡葬火化."""
    for one in town.residents:
        if one.died_on:
            yield one.id_number, one.died_on, one.died_on + timedelta(days=3)


def old_age_allowance(town: Town) -> Iterator[Row]:
    """高龄津贴: six in ten of those who could have it do."""
    throw = dice(town.seed, "allowance")
    unstopped = town.odd("allowance-after-death")
    for one in town.residents:
        eighty = _birthday(one, 80)
        last = one.died_on or town.today
        since = date(eighty.year + eighty.month // 12, eighty.month % 12 + 1, 1)
        has_it = throw.random() < 0.6 and one.player is None
        if since > last or not (has_it or one.id_number in unstopped):
            continue
        status = "stopped" if one.status != "alive" and one.id_number not in unstopped else "receiving"
        yield one.id_number, status, since, _monthly(one.age(last))


def pension(town: Town) -> Iterator[Row]:
    """养老待遇."""
    throw = dice(town.seed, "pension")
    for one in town.residents:
        since = _birthday(one, pension_age(one)) + timedelta(days=31)
        account = f"{throw.randrange(10_000):04d}"
        if since.replace(day=1) <= (one.died_on or town.today):
            yield one.id_number, "ended" if one.died_on else "drawing", since.replace(day=1), account


def employment(town: Town) -> Iterator[Row]:
    """个人参保."""
    throw = dice(town.seed, "employment")
    uninsured = town.odd("staff-insured-nowhere")
    for firm in town.firms:
        months = max(1, (town.today - firm.registered_on).days // 30)
        for one in firm.staff if firm.uscc not in uninsured else ():
            yield one.id_number, firm.uscc, firm.name, throw.randrange(1, months + 1)


def income(town: Town) -> Iterator[Row]:
    """上年综合所得."""
    throw = dice(town.seed, "income")
    for firm in town.firms:
        for one in firm.staff:
            yield one.id_number, town.today.year - 1, throw.randrange(36_000_00, 180_000_00)
    for number in town.odd("taxed-insured-nowhere"):
        yield number, town.today.year - 1, 71_000_00


def medical_enrolment(town: Town) -> Iterator[Row]:
    """基本医保."""
    throw = dice(town.seed, "medical")
    uninsured = town.odd("staff-insured-nowhere")
    employees = {one.id for firm in town.firms if firm.uscc not in uninsured for one in firm.staff}
    for one in town.residents:
        if one.status == "alive":
            yield one.id_number, "employee" if one.id in employees else "resident", "paused" if throw.random() < 0.02 else "paying"


def tenancy(town: Town) -> Iterator[Row]:
    """租赁备案: of those who rent their home nearly all; and one other adult in twenty, who rents one more."""
    throw = dice(town.seed, "tenancy")
    for one in town.residents:
        if one.rents:
            if (one.player is not None and not one.player.lives_with) or (one.player is None and throw.random() < 0.8):
                yield one.id_number, one.address, throw.randrange(8, 40) * 100_00, town.today + timedelta(days=throw.randrange(180, 700))
        elif one.status == "alive" and one.player is None and one.age(town.today) >= 20 and throw.random() < 0.05:
            flat = throw.choice(town.homes)
            yield one.id_number, flat.address, throw.randrange(8, 40) * 100_00, town.today + timedelta(days=throw.randrange(30, 700))


def _birthday(one: Resident, age: int) -> date:
    day = 28 if (one.born.month, one.born.day) == (2, 29) else one.born.day
    return date(one.born.year + age, one.born.month, day)


def _monthly(age: int) -> int:
    return 50_00 if age < 90 else 200_00 if age < 100 else 500_00


_LICENCE = "uscc:text name:text status:text category:text legal_representative_name:text address:text registered_on:date capital:bigint scope_food:boolean"

REGISTERS: Final[Mapping[str, Register]] = {
    "household": Register(
        _columns(
            "id_number:text name:text born:date sex:text status:text household_no:text area:text registered_in_city:boolean address:text"
        ),
        household,
    ),
    "kinship": Register(
        _columns("id_number:text spouse_name:text spouse_id_number:text father_name:text mother_name:text children:int"), kinship
    ),
    "deaths": Register(_columns("id_number:text died_on:date recorded_on:date"), deaths),
    "old_age_allowance": Register(_columns("id_number:text status:text since:date monthly:bigint"), old_age_allowance, monthly=True),
    "pension": Register(_columns("id_number:text status:text since:date bank_last4:text"), pension, monthly=True),
    "employment": Register(_columns("id_number:text employer_uscc:text employer_name:text months_paid:int"), employment, monthly=True),
    "income": Register(_columns("id_number:text year:int total:bigint"), income, monthly=True),
    "medical_enrolment": Register(_columns("id_number:text kind:text status:text"), medical_enrolment),
    "tenancy": Register(_columns("id_number:text address:text monthly_rent:bigint until:date"), tenancy),
    "business_licence": Register(_columns(_LICENCE), firms.business_licence),
    "food_licence": Register(_columns("uscc:text licence_no:text status:text valid_until:date cold_dishes:boolean"), firms.food_licence),
    "property_right": Register(
        _columns("property_no:text use:text address:text area_m2:numeric(12,2) floors:int owner_name:text"), firms.property_right
    ),
    "social_insurance": Register(
        _columns("uscc:text insured_count:int months_paid:int arrears:boolean"), firms.social_insurance, monthly=True
    ),
    "tax_standing": Register(
        _columns("uscc:text level:text arrears:boolean declared_staff:int turnover:bigint"), firms.tax_standing, monthly=True
    ),
    "firm_class": Register(_columns("uscc:text industry:text size:text area:text"), benefits.firm_class, monthly=True),
    "yearly_tax": Register(_columns("uscc:text year:int paid:bigint turnover:bigint research:bigint"), benefits.yearly_tax, monthly=True),
    "unemployment_insurance": Register(
        _columns("uscc:text months_paid:int insured_before:int insured_after:int claimants:int premium:bigint"),
        benefits.unemployment_insurance,
        monthly=True,
    ),
    "new_hires": Register(
        _columns("uscc:text graduates:int young_unemployed:int long_unemployed:int insured_three_months:boolean"),
        benefits.new_hires,
        monthly=True,
    ),
    "graduates": Register(_columns("id_number:text degree:text graduated_on:date"), benefits.graduates, monthly=True),
    "credit": Register(_columns("uscc:text grade:text seriously_untrustworthy:boolean"), firms.credit, monthly=True),
    "broken_promises": Register(_columns("uscc:text broken_on:date service:text cured:boolean"), firms.broken_promises),
    "sign_approvals": Register(_columns("uscc:text approval_no:text place:text valid_until:date"), firms.sign_approvals),
    "health_certificates": Register(_columns("uscc:text holders:int valid_until:date"), firms.health_certificates),
    "fire_checks": Register(_columns("property_no:text result:text checked_on:date"), firms.fire_checks),
    "firm_names": Register(_columns("name:text status:text since:date"), places.firm_names),
    "office_bars": Register(_columns("id_number:text barred_until:date reason:text"), living.office_bars),
    "road_sections": Register(
        _columns("section_no:text road:text opened_on:date overhauled_on:date next_dig_on:date"), places.road_sections
    ),
    "pipeline_approvals": Register(_columns("approval_no:text holder_uscc:text project:text valid_until:date"), places.pipeline_approvals),
    "home_holdings": Register(_columns("id_number:text homes:int area_m2:numeric(12,2)"), living.home_holdings),
    "vehicles": Register(_columns("id_number:text vehicles:int value:bigint"), living.vehicles),
    "residence_registration": Register(_columns("id_number:text registered_on:date address:text"), living.residence_registration),
    "residence_permits": Register(_columns("id_number:text permit_no:text valid_until:date"), living.residence_permits),
    "school_enrolment": Register(_columns("id_number:text school:text enrolled:boolean"), living.school_enrolment),
    "rent_subsidy": Register(_columns("id_number:text status:text since:date"), living.rent_subsidy, monthly=True),
    "certificates": Register(_columns("id_number:text valid_until:date level:text"), living.certificates),
}
"""By table; the columns are the items of the declared resource that names the table as its connector, or that Tongban keeps under that name."""
