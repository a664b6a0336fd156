"""Ratings by program: given once, and read by nobody who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cases.finished import HANDS, decided_restaurant, granted_allowance
from tests.town import Town
from tongban.cases.acts.tally import tally_months
from tongban.cases.models import Case, Rating
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_a_program_rates_once_and_the_same_request_again_is_answered_alike(town: Town, program: Any) -> None:
    case_id = granted_allowance(town)
    owner, body = program("li-min"), {"level": 1, "words": "等了三周", "indices": {"speed": 1}}
    first = owner.post(f"/cases/{case_id}/rating", body, key="rating-key-1")
    assert first.status_code == 201, first.content
    assert first.json()["redress"] == str(Case.objects.get(about_id=case_id).id)
    assert owner.post(f"/cases/{case_id}/rating", body, key="rating-key-1").json() == first.json()
    assert owner.post(f"/cases/{case_id}/rating", body, key="rating-key-2").status_code == 409
    assert Rating.objects.get().given_by == "api"


@pytest.mark.parametrize("body", [{}, {"level": 0}, {"level": 6}, {"level": "5"}, {"level": None}, {"level": 5, "stars": 5}])
def test_a_rating_without_one_of_five_levels_is_refused(town: Town, program: Any, body: dict[str, Any]) -> None:
    case_id = granted_allowance(town)
    assert program("li-min").post(f"/cases/{case_id}/rating", body).status_code == 422
    assert not Rating.objects.exists()


def test_nobody_else_rates_by_program(town: Town, program: Any) -> None:
    case_id = decided_restaurant(town)
    for login in ("li-min", *HANDS, "xie-lan"):
        assert program(login).post(f"/cases/{case_id}/rating", {"level": 5}).status_code == 404


def test_no_call_tells_an_official_who_rated_or_what(town: Town, program: Any) -> None:
    case_id = decided_restaurant(town)
    program("chen-xiao").post(f"/cases/{case_id}/rating", {"level": 1, "words": "说法不一"})
    case, redress = Case.objects.get(pk=case_id), Case.objects.get(about_id=case_id)
    for login in (*HANDS, "zhao-jianmin"):
        official = program(login)
        assert official.get(f"/cases/{redress.number}").status_code == 404
        seen = official.get(f"/cases/{case.number}").content.decode()
        for box in ("mine", "today", "late", "waiting", "department", "done"):
            seen += official.get(f"/queue?box={box}").content.decode()
        assert str(redress.id) not in seen
        assert str(redress.number) not in seen
    seen = program("tang-min").get(f"/cases/{redress.number}").content.decode() + program("tang-min").get("/queue").content.decode()
    assert str(redress.number) in seen
    for secret in (case.number, case.applicant_name, case_id):
        assert str(secret) not in seen


def test_a_review_is_begun_and_sent_by_program(town: Town, program: Any) -> None:
    case_id = decided_restaurant(town, "refuse")
    owner = program("chen-xiao")
    draft = owner.post(f"/cases/{case_id}/about/decision-review").json()
    sent = owner.post(f"/cases/{draft['case_id']}/send", {"version": draft["version"], "answers": {"what": "facts", "why": "登记已更新"}})
    assert (sent.status_code, sent.json()["state"]) == (200, "examining")
    assert owner.post("/cases", {"service": "decision-review"}).status_code == 404


def test_months_are_read_by_program_and_small_ones_are_not_told(town: Town, program: Any) -> None:
    month = clock.today().replace(day=1)
    for service, count in (("outdoor-sign", 7), ("food-business-licence", 2)):
        for _ in range(count):
            Rating.objects.create(month=month, department="urban-management", service=service, channel="online", given_by="portal", level=4)
    clock.move_by(timedelta(days=32))
    tally_months()
    reader = program("li-min")
    assert reader.get("/ratings").json() == {"months": [f"{month:%Y-%m}"]}
    found = reader.get(f"/ratings/{month:%Y-%m}").json()
    assert found["whole"]["levels"]["4"] == 9
    assert found["departments"]["urban-management"]["services"] == {}
    assert found["departments"]["urban-management"]["other_services"]["levels"]["4"] == 9
    assert reader.get("/ratings/1999-01").status_code == 404
