"""A bundle by program: applied for by the same call, looked up with its parts and what is due."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_api import application, drawing
from tests.town import Town
from tongban.cases.models import Case
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

ANSWERS = {
    "cold_dishes": False,
    "fresh_juice": False,
    "raw_seafood": False,
    "eat_in": False,
    "hang_sign": True,
    "property_no": "云(2021)江北区不动产权第0010086号",
    "safety_officer": "赵建国",
    "staff_count": 1,
    "own_shop": True,
    "on_roof": False,
    "wording": "味来餐饮",
    "area_m2": "4.80",
    "screen": False,
}
ELSEWHERE = {"own_shop": False, "owner_agrees": True}


def applied(town: Town, program: Any, **changes: Any) -> dict[str, Any]:
    """A bundle with its papers, sent."""
    owner, whole = program("chen-xiao"), {"service": "open-restaurant", "answers": ANSWERS | changes}
    draft = owner.post("/cases", application(town, **whole, send=False)).json()
    for question in ("shop_plan", *(("effect_drawing", "structure_drawing") if changes else ())):
        assert owner.upload(f"/cases/{draft['case_id']}/papers/{question}", drawing()).status_code == 201
    answered = owner.post("/cases", application(town, **whole))
    assert answered.status_code == 201, answered.content
    return answered.json()


def test_the_same_call_applies_for_a_bundle_and_looking_shows_its_parts(town: Town, program: Any) -> None:
    done = applied(town, program)
    assert done["state"] == "under-way"
    seen = program("chen-xiao").get(f"/cases/{done['number']}").json()
    told = {part["part"]: (part["service"], part["standing"], part["state"]) for part in seen["parts"]}
    assert told == {
        "food": ("food-business-licence", "sent", "received"),
        "sign": ("outdoor-sign", "sent", "filed"),
        "fire": ("fire-safety-check", "left-out", None),
    }
    part = program("chen-xiao").get(f"/cases/{seen['parts'][0]['number']}").json()
    assert (part["bundle"], part["parts"]) == (done["case_id"], [])


def test_a_bundle_is_listed_with_what_it_joins(program: Any) -> None:
    services = {one["id"]: one for one in program("chen-xiao").get("/services").json()["services"]}
    assert [part["service"] for part in services["open-restaurant"]["parts"]] == [
        "food-business-licence",
        "outdoor-sign",
        "fire-safety-check",
    ]
    assert services["outdoor-sign"]["parts"] == []
    form = program("chen-xiao").get("/services/open-restaurant").json()["form"]
    assert sum(name == "property_no" for name in form["properties"]) == 1
    assert "business" not in form["properties"], "answered by the bundle, asked of nobody"


def test_what_lacks_is_told_by_question_as_for_any_service(town: Town, program: Any) -> None:
    answered = program("chen-xiao").post("/cases", application(town, service="open-restaurant", answers=ANSWERS | {"wording": ""}))
    assert answered.status_code == 422
    assert {"/answers/wording", "/answers/shop_plan"} <= {fault["pointer"] for fault in answered.json()["errors"]}


def test_fees_are_told_part_by_part_and_noted_as_paid_once(town: Town, program: Any) -> None:
    done = applied(town, program, **ELSEWHERE)
    owner, clerk = program("chen-xiao"), program("he-fang")
    seen = owner.get(f"/cases/{done['number']}").json()
    (fee,) = seen["fees"]
    sign = next(part for part in seen["parts"] if part["part"] == "sign")
    assert (fee["case_id"], fee["amount_fen"], fee["paid_at"]) == (sign["id"], 20000, None)
    assert owner.post(f"/cases/{done['case_id']}/mark-paid", {"version": seen["version"], "receipt_no": "X"}).status_code in (403, 404)
    for _ in range(2):
        paid = clerk.post(f"/cases/{done['case_id']}/mark-paid", {"version": seen["version"], "receipt_no": "SJ-1"}, key="paid-by-program")
        assert paid.status_code == 200, paid.content
    (fee,) = owner.get(f"/cases/{done['number']}").json()["fees"]
    assert fee["receipt_no"] == "SJ-1"
    assert fee["paid_at"]


def test_a_visit_is_agreed_by_program(town: Town, program: Any) -> None:
    done = applied(town, program)
    food = Case.objects.get(parent_id=done["case_id"], service="food-business-licence")
    reviewer, inspector = program("liu-yang"), program("wu-qiang")
    assert reviewer.post(f"/cases/{food.id}/accept", {"version": food.version}).status_code == 200
    (task,) = reviewer.get(f"/cases/{food.id}").json()["tasks"]
    assert reviewer.post(f"/cases/{food.id}/steps/{task['id']}", {"outcome": "pass"}).status_code == 200
    (task,) = inspector.get(f"/cases/{food.id}").json()["tasks"]
    address = f"/cases/{food.id}/tasks/{task['id']}/appoint"
    agreed = inspector.post(address, {"on": clock.today().isoformat(), "half": "am"})
    assert agreed.status_code == 200, agreed.content
    assert inspector.post(address, {"on": "2026-01-01", "half": "am"}).status_code == 409
