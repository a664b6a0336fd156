"""A program applies, an official's program handles it, and every refusal says why."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.cases.test_situations import sign_licensed
from tests.town import Town
from tongban.cases.models import Case, Event
from tongban.credentials import reads as credentials
from tongban.faces.api.tokens import account_of, issue
from tongban.kernel import clock
from tongban.kernel.ids import is_checked

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

SIGN = {
    "property_no": "云(2021)江北区不动产权第0010086号",
    "own_shop": True,
    "on_roof": False,
    "wording": "晓晓面馆",
    "area_m2": "12.00",
    "screen": False,
}


def application(town: Town, **changes: Any) -> dict[str, Any]:
    firm = town.firm("chen-xiao")
    return {"service": "outdoor-sign", "principal": {"kind": "firm", "id": str(firm.id)}, "answers": SIGN} | changes


def drawing() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (320, 240), "white").save(out, "PNG")
    out.seek(0)
    out.name = "图.png"
    return out


def sent(town: Town, program: Any) -> dict[str, Any]:
    """A licence for a large sign, applied for with its two drawings."""
    owner = program("chen-xiao")
    draft = owner.post("/cases", application(town, send=False)).json()
    for question in ("effect_drawing", "structure_drawing"):
        assert owner.upload(f"/cases/{draft['case_id']}/papers/{question}", drawing()).status_code == 201
    answered = owner.post("/cases", application(town))
    assert answered.status_code == 201, answered.content
    return answered.json()


def test_a_licence_goes_from_application_to_decision_by_program(town: Town, program: Any) -> None:
    done = sent(town, program)
    assert done["state"] == "received"
    assert is_checked(done["number"])
    reviewer, decider = program("han-lei"), program("yang-fan")
    accepted = reviewer.post(f"/cases/{done['case_id']}/accept", {"version": done["version"]}).json()
    assert accepted["state"] == "accepted"
    (task,) = reviewer.get(f"/cases/{done['number']}").json()["tasks"]
    assert reviewer.get("/queue").json()["rows"][0]["task_id"] == task["id"]
    reviewed = reviewer.post(f"/cases/{done['case_id']}/steps/{task['id']}", {"outcome": "pass"}).json()
    decided = decider.post(
        f"/cases/{done['case_id']}/decide", {"version": reviewed["version"], "answer": "grant", "words": "符合规定"}
    ).json()
    assert decided["state"] == "granted"
    seen = program("chen-xiao").get(f"/cases/{done['number']}").json()
    assert (seen["state"], seen["number"], seen["tasks"]) == ("granted", done["number"], [])
    assert seen["state_title"]["zh"].startswith("准予许可")


def test_an_application_that_meets_every_condition_is_filed_by_one_call(town: Town, program: Any) -> None:
    answers = SIGN | {"area_m2": 4.8}
    answered = program("chen-xiao").post("/cases", application(town, answers=answers, situation="change"))
    assert (answered.status_code, answered.json()["state"]) == (201, "filed")


def test_the_same_request_with_the_same_key_is_one_application(town: Town, program: Any) -> None:
    owner, whole = program("chen-xiao"), application(town, answers=SIGN | {"area_m2": "4.80"}, situation="change")
    first = owner.post("/cases", whole, key="same-key-1")
    again = owner.post("/cases", whole, key="same-key-1")
    assert again.json() == first.json()
    assert Case.objects.exclude(state="draft").filter(number=first.json()["number"]).count() == 1
    assert not Case.objects.filter(state="draft").exists(), "a repeated call begins nothing"


def test_the_same_key_with_another_body_is_a_conflict(town: Town, program: Any) -> None:
    owner, whole = program("chen-xiao"), application(town, answers=SIGN | {"area_m2": "4.80"}, situation="change")
    owner.post("/cases", whole, key="same-key-2")
    other = owner.post("/cases", whole | {"answers": whole["answers"] | {"wording": "别的店"}}, key="same-key-2")
    assert (other.status_code, other.json()["type"]) == (409, "urn:tongban:problem:key-reused")


def test_an_act_repeated_with_its_key_is_answered_alike_even_with_defaults_left_out(town: Town, program: Any) -> None:
    done = sent(town, program)
    reviewer = program("han-lei")
    first = reviewer.post(f"/cases/{done['case_id']}/accept", {"version": done["version"]}, key="accept-once")
    again = reviewer.post(f"/cases/{done['case_id']}/accept", {"version": done["version"], "words": ""}, key="accept-once")
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    other = reviewer.post(f"/cases/{done['case_id']}/accept", {"version": done["version"], "words": "x"}, key="accept-once")
    assert other.status_code == 409
    assert Event.objects.filter(case_id=done["case_id"], act="accept").count() == 1


def test_what_is_missing_is_said_field_by_field_and_the_draft_is_kept(town: Town, program: Any) -> None:
    answered = program("chen-xiao").post("/cases", application(town, answers={"own_shop": True, "area_m2": "viel"}))
    assert answered.status_code == 422
    assert answered["Content-Type"] == "application/problem+json"
    assert [fault["pointer"] for fault in answered.json()["errors"]] == ["/answers/area_m2"]
    assert Case.objects.get(state="draft").answers == {"own_shop": True}
    answered = program("chen-xiao").post("/cases", application(town, answers={"area_m2": "12"}))
    assert {"/answers/property_no", "/answers/on_roof", "/answers/effect_drawing"} <= {
        fault["pointer"] for fault in answered.json()["errors"]
    }


def test_a_question_that_the_service_does_not_ask_is_refused(town: Town, program: Any) -> None:
    answered = program("chen-xiao").post("/cases", application(town, answers=SIGN | {"colour": "red", "effect_drawing": "x"}))
    assert (answered.status_code, {fault["pointer"] for fault in answered.json()["errors"]}) == (
        422,
        {"/answers/colour", "/answers/effect_drawing"},
    )


def test_a_stranger_learns_nothing(town: Town, program: Any) -> None:
    done = sent(town, program)
    for stranger in ("li-min", "feng-xue"):
        for look in (f"/cases/{done['number']}", f"/cases/{done['case_id']}", "/cases/990100000000000000000000X"):
            assert program(stranger).get(look).status_code == 404
        assert program(stranger).post(f"/cases/{done['case_id']}/accept", {"version": 1}).status_code == 404
        assert program(stranger).post(f"/cases/{done['case_id']}/send", {"version": 1}).status_code == 404


def test_a_relative_of_the_applicant_is_told_to_stand_aside(town: Town, program: Any) -> None:
    answers = {
        "business": "restaurant",
        "cold_dishes": False,
        "fresh_juice": False,
        "raw_seafood": False,
        "safety_officer": "赵建国",
        "staff_count": 4,
    }
    whole = application(town, service="food-business-licence", answers=answers | {"property_no": SIGN["property_no"]})
    draft = program("chen-xiao").post("/cases", whole | {"send": False}).json()
    uploaded = program("chen-xiao").upload(f"/cases/{draft['case_id']}/papers/kitchen_plan", drawing()).json()
    done = program("chen-xiao").post(f"/cases/{draft['case_id']}/send", {"version": uploaded["version"]}).json()
    refused = program("zhao-jianmin").post(f"/cases/{done['case_id']}/accept", {"version": done["version"]})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:tongban:problem:own-case")


def test_a_stale_version_is_told_with_both_versions(town: Town, program: Any) -> None:
    done = sent(town, program)
    answered = program("han-lei").post(f"/cases/{done['case_id']}/accept", {"version": done["version"] - 1})
    assert (answered.status_code, answered.json()["theirs"]) == (409, {"state": "received", "version": done["version"]})


def test_a_task_of_another_case_is_not_done(town: Town, program: Any) -> None:
    done = sent(town, program)
    reviewer = program("han-lei")
    reviewer.post(f"/cases/{done['case_id']}/accept", {"version": done["version"]})
    (task,) = reviewer.get(f"/cases/{done['number']}").json()["tasks"]
    assert reviewer.post(f"/cases/{task['id']}/steps/{task['id']}").status_code == 404


@pytest.mark.parametrize("token", ["", "x", "eyJ.a.b"])
def test_without_a_good_token_nothing_is_answered(town: Town, program: Any, token: str) -> None:
    one = program("li-min")
    one.token = token
    answered = one.get("/services")
    assert (answered.status_code, answered["WWW-Authenticate"]) == (401, 'Bearer realm="tongban"')


def test_a_token_ends_and_cannot_be_changed(town: Town) -> None:
    account = town.accounts["li-min"]
    token = issue(account, timedelta(minutes=5))
    assert account_of(token) == account
    assert account_of(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    clock.move_by(timedelta(minutes=6))
    assert account_of(token) is None


def test_a_write_without_a_key_is_refused(town: Town, program: Any) -> None:
    one = program("chen-xiao")
    answered = one.client.post("/api/cases", "{}", content_type="application/json", headers={"authorization": f"Bearer {one.token}"})
    assert answered.status_code == 422
    assert {"header": "Idempotency-Key", "detail": "Field required"} in answered.json()["errors"]


def test_a_misspelt_field_is_refused_with_its_place(town: Town, program: Any) -> None:
    answered = program("chen-xiao").post("/cases", application(town) | {"anwsers": {}})
    assert (answered.status_code, [fault["pointer"] for fault in answered.json()["errors"]]) == (422, ["/anwsers"])


def test_a_body_that_is_no_json_is_refused(town: Town, program: Any) -> None:
    one = program("chen-xiao")
    headers = {"authorization": f"Bearer {one.token}", "idempotency-key": "12345678"}
    assert one.client.post("/api/cases", "{", content_type="application/json", headers=headers).status_code == 400


def test_a_form_is_said_as_json_schema(town: Town, program: Any) -> None:
    said = program("li-min").get("/services/outdoor-sign").json()
    form = said["form"]
    assert set(form["x-required"]["new"]) == {"property_no", "own_shop", "on_roof", "wording", "area_m2", "screen"}
    assert form["x-required"]["cancel"] == ["taken_down"]
    assert form["required"] == []
    assert form["properties"]["wording"] | {"maxLength": 60} == form["properties"]["wording"]
    assert form["properties"]["owner_agrees"]["x-show"] == "has(form.own_shop) && !form.own_shop"
    assert {paper["question"] for paper in said["papers"]} == {"effect_drawing", "structure_drawing"}
    assert program("li-min").get("/services/no-such").status_code == 404


def test_every_declared_form_makes_a_schema(town: Town, program: Any) -> None:
    for service in program("li-min").get("/services").json()["services"]:
        assert program("li-min").get(f"/services/{service['id']}").json()["form"]["properties"]


def test_the_interface_describes_itself(town: Town, program: Any) -> None:
    paths = program("li-min").get("/openapi.json").json()["paths"]
    assert "/api/cases/{case_id}/decide" in paths


def test_the_interface_sets_no_cookie(town: Town, program: Any) -> None:
    assert not program("li-min").get("/services").cookies


def test_how_letters_are_to_come_and_about_which_licence_is_said_in_the_same_call(town: Town, program: Any) -> None:
    first, second = (sign_licensed(town, clock.today() + timedelta(days=n)) for n in (20, 30))
    owner = program("chen-xiao")
    whole = application(town, situation="cancel", answers={"taken_down": True})
    refused = owner.post("/cases", whole)
    assert (refused.status_code, "2份" in refused.content.decode()) == (409, True)
    assert owner.post("/cases", whole | {"licence": str(second.id), "delivery": {"how": "mail", "name": "陈晓"}}).status_code == 422
    done = owner.post("/cases", whole | {"licence": str(second.id), "delivery": {"how": "electronic"}})
    assert done.status_code == 201, done.content
    case = Case.objects.get(pk=done.json()["case_id"])
    assert (case.licence_id, case.delivery, case.state) == (second.id, "electronic", "granted")
    assert credentials.status(second.identifier).state == "cancelled"
    assert credentials.status(first.identifier).state == "valid"
