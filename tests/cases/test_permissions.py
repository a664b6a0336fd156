"""The permission table, read as a check on one case and as a filter over all: they must agree for everybody and everything."""

from __future__ import annotations

from uuid import uuid5

import pytest

from tests.town import Town
from tongban.cases.models import Case, Task
from tongban.cases.permissions import TABLE, applies_for, desk_of, may_official, sides_of, stood_behind
from tongban.cases.ranges import tasks_of
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

DEPARTMENTS = ("market-regulation", "market-station", "civil-affairs", "urban-management", "data-bureau", "tax")
AREAS = ("990101002", "990102001", "990103001", "880101001")


@pytest.fixture
def cases(town: Town) -> list[Case]:
    """A case of every department, area, side and state, with a task of another department on every second one."""
    sides = [
        ("firm", town.firm("chen-xiao").id),
        ("person", town.parent("li-min").id),
        ("person", town.actor("li-min").person_id),
        ("person", uuid5(uuid7(), "nobody")),
    ]
    made = []
    for n, (department, area) in enumerate((department, area) for department in DEPARTMENTS for area in AREAS):
        kind, applicant = sides[n % len(sides)]
        service = ("food-business-licence", "old-age-allowance", "outdoor-sign")[n % 3]
        at = clock.now()
        case = Case.objects.create(
            number=f"{n:025d}",
            service=service,
            procedure="administrative-licence",
            state="received" if n % 5 else "accepted",
            department=department,
            area=area,
            applicant_kind=kind,
            applicant_id=applicant,
            applicant_name="某",
            applied_by=applicant,
            begun_at=at,
            saved_at=at,
        )
        if n % 2:
            Task.objects.create(
                case=case,
                step="site",
                role="inspector",
                department="market-station",
                case_department=case.department,
                guest="" if case.department == "market-station" else "market-station",
                area=area,
                opened_at=at,
                number=case.number,
                service=service,
                applicant_name="某",
            )
        made.append(case)
    return made


def verbs() -> dict[str, tuple[str, ...]]:
    return {role.id: role.may for role in catalogue.city().roles.values()}


def everybody(town: Town) -> list[str]:
    return sorted(town.accounts)


def test_for_every_person_the_filter_of_ones_own_cases_finds_what_the_check_allows(town: Town, cases: list[Case]) -> None:
    for login in everybody(town):
        actor = town.actor(login)
        found = set(Case.objects.filter(sides_of(actor)).values_list("pk", flat=True))
        allowed = {case.pk for case in cases if applies_for(parties.principals(actor.person_id), case)}
        assert found == allowed, login


def test_for_every_official_the_desks_filter_finds_what_the_check_allows(town: Town, cases: list[Case]) -> None:
    seen_by_somebody = set()
    for login in everybody(town):
        actor = town.actor(login)
        found = set(Case.objects.filter(desk_of(actor, verbs())).values_list("pk", flat=True))
        allowed = {case.pk for case in cases if may_official(actor, case, list(case.tasks.all()), "see", verbs())}
        assert found == allowed, login
        seen_by_somebody |= found
    assert seen_by_somebody, "the table grants something to somebody"


def test_a_resident_sees_nothing_on_the_desk_and_no_task(town: Town, cases: list[Case]) -> None:
    for login in ("li-min", "chen-xiao", "zhao-jianguo"):
        assert not Case.objects.filter(desk_of(town.actor(login), verbs())).exists()
        assert not Task.objects.filter(tasks_of(town.actor(login), verbs())).exists()


def test_a_case_outside_ones_area_is_not_seen(town: Town, cases: list[Case]) -> None:
    outside = {case.pk for case in cases if case.area.startswith("88")}
    for login in everybody(town):
        assert not outside & set(Case.objects.filter(desk_of(town.actor(login), verbs())).values_list("pk", flat=True))


def test_behind_a_firm_stand_its_representative_and_its_agents(town: Town, cases: list[Case]) -> None:
    case = next(case for case in cases if case.applicant_kind == "firm")
    assert {town.actor("zhao-jianguo").person_id, town.actor("chen-xiao").person_id} <= stood_behind(case)


def test_no_right_to_act_goes_to_contract_staff_where_a_decision_is_made() -> None:
    assert all(not right.contract for right in TABLE if right.act in ("decide", "not-accept"))
