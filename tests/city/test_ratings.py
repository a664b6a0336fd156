"""What the template city says of ratings: the standard's indices, whom a bad one finds, and by when it is answered."""

from __future__ import annotations

from tongban.catalogue.core.definition import City
from tongban.house.population.cast import read_cast


def departments_of(role: str) -> set[str]:
    return {department for post in read_cast().posts if post["role"] == role for department in post["departments"]}


def test_the_indices_are_those_of_the_national_standard(city: City) -> None:
    assert city.ratings is not None
    online, on_site = ([index.label.zh for index in city.ratings.indices(channel)] for channel in ("online", "window"))
    assert online == ["办事效率", "办事指南精确度", "办事便捷度", "平台操作性"]
    assert on_site == ["服务效率", "服务水平", "服务态度"]


def test_a_bad_rating_is_verified_put_right_told_called_back_and_reviewed_each_within_its_limit(city: City) -> None:
    service = city.services["bad-rating"]
    (way,) = service.ways
    assert (way.route, way.after) == (("verify", "judge", "put_right", "answer"), ("call_back", "review"))
    limits = {name: limit.days for name in ("verify", "judge", "call_back", "review") if (limit := service.steps[name].within)}
    assert limits == {"verify": 1, "judge": 2, "call_back": 5, "review": 3}
    assert service.limits.statutory is not None
    assert (service.limits.promised.days, service.limits.statutory.days) == (5, 15)


def test_a_bad_rating_finds_somebody_in_every_department_that_serves_people(city: City) -> None:
    serving = {service.department for service in city.services.values() if service.initiative == "applicant"}
    assert serving | departments_of("handler") <= departments_of("rating-officer")


def test_a_refusal_finds_somebody_to_look_at_it_again_in_every_department_that_decides(city: City) -> None:
    deciding = {service.department for service in city.services.values() if service.initiative == "applicant" and service.about is None}
    assert deciding & departments_of("decider") <= departments_of("legal-reviewer")
