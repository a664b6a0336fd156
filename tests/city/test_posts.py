"""Who of the cast answers for what."""

from __future__ import annotations

from tongban.catalogue.core.definition import City
from tongban.house.population.cast import read_cast


def departments_of(role: str) -> set[str]:
    return {department for post in read_cast().posts if post["role"] == role for department in post["departments"]}


def test_a_bad_rating_finds_somebody_in_every_department_that_serves_people(city: City) -> None:
    serving = {service.department for service in city.services.values() if service.initiative == "applicant"}
    assert serving | departments_of("handler") <= departments_of("rating-officer")
