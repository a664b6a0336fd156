"""What a city says of ratings and of cases that concern another, and what it may not say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tongban.catalogue.core.definition import City, Service
from tongban.catalogue.core.hashing import service_hash
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.core.reading.folder import load
from tongban.catalogue.errors import CityFaults

CITY = Path(__file__).parents[2] / "cities" / "yunchuan"
RATING, REVIEW = "services/bad-rating/service.yaml", "services/decision-review/service.yaml"
REDRESS = "procedures/rating-redress.yaml"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return load(CITY)


@pytest.fixture(scope="module")
def city(files: dict[str, bytes]) -> City:
    return read_files(files)


def faults(files: dict[str, bytes], path: str, old: str, new: str) -> list[str]:
    """What is wrong with the city once one passage of one file is changed."""
    text = files[path].decode()
    assert old in text
    with pytest.raises(CityFaults) as found:
        read_files({**files, path: text.replace(old, new, 1).encode()})
    return [f"{fault.path}: {fault.message.en}" for fault in found.value.faults]


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("ratings.yaml", "within: 90 calendar days", "within: 90 days", "10 working days"),
        ("ratings.yaml", "shown_from: 5", "shown_from: 1", "from 3 to 1000"),
        ("ratings.yaml", "  on_site:", "  onsite:", "“onsite” is not known"),
        (RATING, "about: {opened_by: rating}", "about: {opened_by: machine}", "no service is opened by a bad rating"),
        (RATING, "about: {opened_by: rating}", "about: {opened_by: anger}", "must be one of: applicant, rating, machine"),
        (RATING, "about: {opened_by: rating}", "about: {opened_by: rating, within: 5 calendar days}", "only what the applicant opens"),
        (RATING, "about: {opened_by: rating}\n", "", "“of: about” needs the service to have “about”"),
        (REVIEW, "about: {opened_by: applicant, within: 60 calendar days}", "about: {opened_by: rating}", "bad ratings already open"),
        (REVIEW, "about: {opened_by: applicant, within: 60 calendar days}\n", "", "“reopens” needs “about”"),
        (RATING, "brings: {mistaken: dispute}", "brings: {mistaken: disputes}", "“disputes” is not known"),
        (RATING, "brings: {mistaken: dispute}", "brings: {mistake: dispute}", "“mistake” is not known"),
        (RATING, "after: [call_back, review]", "after: [call_back, answer]", "stands twice in the route"),
        (REDRESS, "  - {act: open, from: [draft], to: verifying, cite: 国办发〔2019〕51号}\n", "", "no open transition"),
        (REDRESS, "to: called-back, title", "to: called, title", "not among the states"),
        ("procedures/benefit.yaml", "rated: [granted,", "rated: [given,", "not among the states"),
        ("procedures/benefit.yaml", "withdrawn, lapsed]", "withdrawn]", "ends in “lapsed”, which is not among “rated”"),
        ("procedures/ticket.yaml", "rated: [confirmed, closed, withdrawn]", "rated: [confirmed, withdrawn]", "ends in “closed”"),
    ],
)
def test_what_a_city_may_not_say(files: dict[str, bytes], path: str, old: str, new: str, told: str) -> None:
    found = faults(files, path, old, new)
    assert any(told in one for one in found), found


def test_an_act_that_its_procedure_does_not_have_is_a_fault_of_the_step(files: dict[str, bytes]) -> None:
    text = files[REDRESS].decode()
    line = next(line for line in text.splitlines() if "act: close" in line)
    found = faults(files, REDRESS, line + "\n", "")
    assert any(one.startswith(RATING) and "has no close transition" in one for one in found), found


def test_a_city_without_ratings_is_a_city(files: dict[str, bytes]) -> None:
    assert read_files({path: content for path, content in files.items() if path != "ratings.yaml"}).ratings is None


def test_fields_of_linked_cases_change_the_hash_of_no_service_that_has_none_of_them(city: City) -> None:
    service = city.services["outdoor-sign"]
    assert service.about is None
    told: Service = replace(service, about=city.services["decision-review"].about)
    assert service_hash(city, replace(service, about=None)) == service.hash
    assert service_hash(city, told) != service.hash
