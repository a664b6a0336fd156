"""The demo's people: the same every time, and registers that agree about them but for what is declared."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from tongban.benefits.permissions import VERBS
from tongban.benefits.policy_permissions import DRAFT, MATCH, PUBLISH
from tongban.catalogue.core.definition import City, Resource, Service, Step
from tongban.catalogue.core.reading import read_city
from tongban.exchange import acts as exchange
from tongban.exchange import reads as answers
from tongban.exchange.acts import Request
from tongban.house import population
from tongban.house.population.cast import DemoPerson, read_cast
from tongban.house.population.registers import REGISTERS
from tongban.house.population.town import KINDS, Town, build
from tongban.kernel import clock
from tongban.kernel.ids import is_citizen_id, is_uscc, uuid7
from tongban.parties import acts, reads
from tongban.parties.core.people import AreaView

CITY = Path(__file__).parents[2] / "cities" / "yunchuan"
SEED = 2026
pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@dataclass(frozen=True)
class Filled:
    city: City
    town: Town
    seconds: float


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker) -> Iterator[Filled]:
    """A city filled once for this file, in a transaction that is rolled back."""
    city = read_city(CITY)
    patch = pytest.MonkeyPatch()
    patch.setenv("TONGBAN_CITY", str(CITY))
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True  # acts that insist on being outermost may run in it, as in Django's own TestCase
        own, connections["registers"] = connections["registers"], connections["default"]
        with block:
            acts.declare_areas(city.areas.values())
            acts.declare_departments(city.departments.values())
            for resource in city.resources.values():
                exchange.declare_resource(resource)
            begun = time.process_time()
            assert population.populate(2000, 300, SEED)
            seconds = time.process_time() - begun
            town = build(reads.areas(), people=2000, firms=300, seed=SEED, today=clock.today())
            yield Filled(city, town, seconds)
            transaction.set_rollback(True)
        connections["registers"] = own
        own.close()
    patch.undo()


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def keys(statement: str) -> set[str]:
    return {row[0] for row in rows(statement)}


def kept(resource: str) -> dict[str, Mapping[str, object]]:
    """What a register that Tongban keeps holds, by key."""
    return {one.record.key: one.record.values for one in answers.records(resource, limit=10_000)}


def player(login: str) -> DemoPerson:
    return next(one for one in population.people() if one.login == login)


def town_of(seed: int, day: date = date(2026, 11, 23)) -> Town:
    areas = tuple(AreaView(area.code, area.title, area.parent, area.level) for area in read_city(CITY).areas.values())
    return build(areas, people=400, firms=60, seed=seed, today=day)


def told(town: Town) -> list[tuple]:
    return [row for register in REGISTERS.values() for row in register.rows(town)] + [(one.id, one.name) for one in town.residents]


def test_the_same_seed_and_day_make_the_same_town(monkeypatch) -> None:
    monkeypatch.setenv("TONGBAN_CITY", str(CITY))
    assert told(town_of(7)) == told(town_of(7))
    assert told(town_of(7)) != told(town_of(8))


def test_as_many_people_and_firms_as_asked_for_are_made_in_four_seconds(filled: Filled) -> None:
    assert rows("SELECT count(*) FROM parties_person")[0][0] == 2000
    assert rows("SELECT count(*) FROM parties_firm")[0][0] == 300
    assert filled.seconds < 4


def test_filling_a_filled_city_changes_nothing(filled: Filled) -> None:
    before = rows("SELECT count(*) FROM ledger_entry")
    assert not population.populate(2000, 300, SEED)
    assert rows("SELECT count(*) FROM ledger_entry") == before


def test_every_number_checks_and_belongs_to_nobody(filled: Filled) -> None:
    assert all(is_citizen_id(one.id_number) and one.id_number.startswith("9901") for one in filled.town.residents)
    assert all(is_uscc(firm.uscc) and firm.uscc[2:6] == "9901" for firm in filled.town.firms)
    assert len({one.id_number for one in filled.town.residents}) == 2000


def test_children_are_younger_than_their_parents_and_named_after_their_father(filled: Filled) -> None:
    made_up = [one for one in filled.town.residents if one.mother and one.player is None]
    assert len(made_up) > 500
    assert all(18 <= one.mother.age(filled.town.today) - one.age(filled.town.today) <= 45 for one in made_up)
    assert all(one.father.name[0] == one.name[0] for one in made_up)


def test_parties_and_registers_know_the_same_people_and_kin(filled: Filled) -> None:
    for one in filled.town.residents[:60]:
        assert reads.by_id_number(one.id_number) == one.id
        assert reads.names("person", [one.id]) == {one.id: one.name}
        assert {parent.id for parent in (one.father, one.mother, one.spouse, *one.children) if parent} <= reads.kin(one.id)


def declared(city: City) -> dict[str, Resource]:
    """The declared resources by the name of what fills them."""
    connected = [one for one in city.resources.values() if one.connector["kind"] in ("table", "kept")]
    return {one.connector.get("table") or one.id.rpartition("/")[2].replace("-", "_"): one for one in connected}


def test_every_declared_register_is_there_with_its_items_and_every_register_is_declared(filled: Filled) -> None:
    assert declared(filled.city).keys() == REGISTERS.keys()
    for table, resource in declared(filled.city).items():
        assert list(REGISTERS[table].columns) == [resource.key, *resource.items]
        if resource.connector["kind"] == "table":
            assert rows(f"SELECT count(*) FROM registers.{table}")[0][0] > 0
        else:
            assert len(kept(resource.id)) == len(list(REGISTERS[table].rows(filled.town))) > 0
            assert answers.register(resource.id).as_of is not None


def test_the_cast_lives_in_areas_that_the_city_declares() -> None:
    areas = read_city(CITY).areas
    assert not {one.login: one.area for one in read_cast().players if one.area not in areas}


def test_every_value_of_every_register_is_of_its_declared_type(filled: Filled) -> None:
    for table, resource in declared(filled.city).items():
        for row in REGISTERS[table].rows(filled.town):
            for value, item in zip(row[1:], resource.items.values(), strict=True):
                assert value is None or item.spec.type.accepts(value) or item.spec.type.read(value) is not None, (
                    resource.id,
                    item.name,
                    value,
                )


def test_the_dead_are_dead_in_both_registers_but_for_the_declared(filled: Filled) -> None:
    buried = set(kept("civil-affairs/deaths"))
    dead = keys("SELECT id_number FROM registers.household WHERE status = 'dead'")
    assert buried - dead == filled.town.odd("death-not-in-household")
    assert not dead - buried


def test_whoever_draws_a_pension_is_in_the_household_register_but_for_the_declared(filled: Filled) -> None:
    absent = "SELECT id_number FROM registers.pension EXCEPT SELECT id_number FROM registers.household"
    assert keys(absent) == filled.town.odd("household-missing")
    drawing = keys("SELECT id_number FROM registers.pension WHERE status <> 'ended'")
    assert not drawing & kept("civil-affairs/deaths").keys()


def test_the_allowance_is_paid_to_the_living_of_eighty_but_for_the_declared(filled: Filled) -> None:
    paid = keys("SELECT id_number FROM registers.old_age_allowance WHERE status = 'receiving'")
    assert paid & kept("civil-affairs/deaths").keys() == filled.town.odd("allowance-after-death")
    young = "SELECT id_number FROM registers.old_age_allowance a JOIN registers.household h USING (id_number) WHERE h.born + interval '80 years' > a.since"
    assert not keys(young)


def test_spouses_name_each_other(filled: Filled) -> None:
    wrong = """SELECT k.id_number FROM registers.kinship k LEFT JOIN registers.kinship s ON s.id_number = k.spouse_id_number
        WHERE k.spouse_id_number IS NOT NULL AND s.spouse_id_number IS DISTINCT FROM k.id_number"""
    assert not keys(wrong)
    named = "SELECT k.id_number FROM registers.kinship k JOIN registers.household h ON h.id_number = k.spouse_id_number WHERE h.name <> k.spouse_name"
    assert not keys(named)


def test_the_insured_of_a_firm_are_its_employees_and_the_taxed_but_for_the_declared(filled: Filled) -> None:
    counted = """SELECT s.uscc FROM registers.social_insurance s LEFT JOIN
        (SELECT employer_uscc uscc, count(*) n FROM registers.employment GROUP BY 1) e USING (uscc) WHERE s.insured_count IS DISTINCT FROM e.n"""
    assert not keys(counted)
    taxed = """SELECT t.uscc FROM registers.tax_standing t LEFT JOIN registers.social_insurance s USING (uscc)
        WHERE t.declared_staff <> coalesce(s.insured_count, 0)"""
    assert keys(taxed) == filled.town.odd("staff-insured-nowhere")


def test_employers_and_owners_have_one_name_everywhere(filled: Filled) -> None:
    assert not keys(
        "SELECT e.employer_uscc FROM registers.employment e LEFT JOIN registers.business_licence b ON b.uscc = e.employer_uscc WHERE b.name IS DISTINCT FROM e.employer_name"
    )
    names = {firm.uscc: firm.owner.name for firm in filled.town.firms}
    assert dict(rows("SELECT uscc, legal_representative_name FROM registers.business_licence")) == names
    assert {firm.id: firm.name for firm in filled.town.firms} == reads.names("firm", [firm.id for firm in filled.town.firms])


def test_food_is_sold_on_commercial_premises_but_for_the_declared(filled: Filled) -> None:
    premises = dict(rows("SELECT property_no, use FROM registers.property_right"))
    odd = {firm.uscc for firm in filled.town.firms if firm.food and premises[firm.premises.number] == "residential"}
    assert odd == filled.town.odd("premises-are-a-home")
    assert not keys("SELECT f.uscc FROM registers.food_licence f JOIN registers.business_licence b USING (uscc) WHERE NOT b.scope_food")


def test_firms_in_business_have_a_credit_grade_but_for_the_declared(filled: Filled) -> None:
    missing = "SELECT uscc FROM registers.business_licence WHERE status = 'active' EXCEPT SELECT uscc FROM registers.credit"
    assert keys(missing) == filled.town.odd("credit-missing")
    uncured = {uscc for uscc, promise in kept("data-bureau/broken-promises").items() if not promise["cured"]}
    assert uncured
    assert not uncured & keys("SELECT uscc FROM registers.credit WHERE grade < 'c'")


def test_each_kind_of_oddity_happens_and_to_nobody_of_the_cast(filled: Filled) -> None:
    assert {one.kind for one in filled.town.oddities} == set(KINDS)
    cast = {one.id_number for one in filled.town.residents if one.player} | {firm.uscc for firm in filled.town.firms if firm.cast_id}
    assert not cast & {one.key for one in filled.town.oddities}


def test_everybody_of_the_cast_can_be_signed_in_as(filled: Filled) -> None:
    for one in population.people():
        actor = reads.actor(one.account_id)
        assert actor.name == one.name
        assert reads.account(one.login) == one.account_id
        assert one.says.zh.startswith(one.role_title.zh)


def test_every_department_with_a_policy_has_who_can_do_each_step_of_redeeming_and_of_a_review(filled: Filled) -> None:
    city, review = filled.city, filled.city.services["decision-review"]
    posts = [post for one in population.people() for post in reads.actor(one.account_id).posts if not post.contract]

    def done(department: str, *, verbs: tuple[str, ...] = (), role: str = "") -> bool:
        own = [post for post in posts if post.department == department]
        return any(post.role == role or set(verbs) & set(city.roles[post.role].may) for post in own)

    lacking = []
    for policy in city.policies.values():
        hears = policy.publicity.objections if policy.publicity else policy.department
        lacking += [(policy.department, act) for act, verbs in VERBS.items() if not done(policy.department, verbs=verbs)]
        lacking += [(hears, "decide-objection")] * (not done(hears, verbs=VERBS["decide-objection"]))
        lacking += [(policy.department, verb) for verb in (DRAFT, PUBLISH, MATCH) if not done(policy.department, verbs=(verb,))]
        steps = [*city.services[policy.service].steps.values(), *review.steps.values()]
        lacking += [(policy.department, step.id) for step in steps if not done(policy.department, role=step.by)]
    assert not lacking


def test_the_daughter_acts_for_her_mother_who_has_no_allowance_yet(filled: Filled) -> None:
    daughter = reads.actor(player("li-min").account_id)
    (mother,) = [one for one in reads.principals(daughter.person_id) if one.mandate_kind == "child"]
    facts = reads.facts_of("person", mother.id)
    assert facts["age"] >= 80
    exchange.grant("civil-affairs/old-age-allowance", "demo", "allowance", ["status"])
    exchange.grant("public-security/household", "demo", "allowance", ["status", "name"])
    case = uuid7()

    def ask(resource: str, *items: str):
        return exchange.fetch(Request(resource, facts["id_number"], items, case, resource, "demo/allowance", "test", "civil-affairs"))

    assert ask("civil-affairs/old-age-allowance", "status").state == "none"
    assert ask("public-security/household", "status", "name").values == {"status": "alive", "name": mother.name}
    assert {look.case_id for look in answers.who_looked("person", mother.id)} == {case}


def test_the_agent_acts_for_the_restaurant_in_the_named_services_and_its_papers_are_in_order(filled: Filled) -> None:
    agent = reads.actor(player("chen-xiao").account_id)
    (shop,) = [one for one in reads.principals(agent.person_id) if one.kind == "firm"]
    assert shop.scope is not None
    assert shop.scope <= set(filled.city.services)
    exchange.grant("market-regulation/business-licence", "demo", "shop", ["status", "scope_food"])
    exchange.grant("planning/property-right", "demo", "shop", ["use", "floors"])
    exchange.grant("market-regulation/food-licence", "demo", "shop", ["status"])
    code = reads.identifiers("firm", shop.id)["uscc"]
    number = next(firm.premises.number for firm in filled.town.firms if firm.uscc == code)

    def ask(resource: str, key: str, *items: str):
        return exchange.fetch(Request(resource, key, items, uuid7(), "x", "demo/shop", "test", "market-regulation"))

    assert ask("market-regulation/business-licence", code, "status", "scope_food").values == {"status": "active", "scope_food": True}
    assert ask("market-regulation/food-licence", code, "status").state == "none"
    full_width = number.replace("(", "（").replace(")", "）")
    assert ask("planning/property-right", f" {full_width} ", "use", "floors").values == {"use": "commercial", "floors": 5}


def test_the_book_keeper_acts_for_twelve_firms(filled: Filled) -> None:
    keeper = reads.actor(player("zhou-minhua").account_id)
    assert len([one for one in reads.principals(keeper.person_id) if one.kind == "firm"]) == 12


def test_the_owner_represents_both_firms_and_his_brother_is_kin(filled: Filled) -> None:
    owner, brother = (reads.actor(player(login).account_id) for login in ("zhao-jianguo", "zhao-jianmin"))
    firms = [one for one in reads.principals(owner.person_id) if one.mandate_kind == "legal-representative"]
    assert len(firms) == 2
    assert owner.person_id in reads.kin(brother.person_id)
    assert all(owner.person_id in reads.people_behind("firm", firm.id) for firm in firms)


def test_every_step_of_every_service_has_officials_enough(filled: Filled) -> None:
    steps = [
        (service, step)
        for service in filled.city.offered.values()
        for one in service.steps.values()
        for step in (one, *one.together)
        if step.by
    ]
    assert steps
    for service, step in steps:
        for department in departments_of(service, step):
            found = reads.officials(department, step.by_hand or step.by, "990101002")
            assert len({one.person_id for one in found}) >= step.officers, (service.id, step.id, department)
            assert all(one.account_id for one in found)


def departments_of(service: Service, step: Step) -> set[str]:
    """Where a step may lie: what a ticket's departments do is done in all that the routing names."""
    tickets = service.tickets
    if tickets is None or step.id not in (tickets.steps.handle, tickets.steps.help):
        return {step.of or service.department}
    return {route.department for route in tickets.routing}


def test_every_post_has_a_declared_role(filled: Filled) -> None:
    assert keys("SELECT role FROM parties_post") <= set(filled.city.roles)
