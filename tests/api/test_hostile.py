"""What a careless or hostile program may send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.api.test_api import SIGN, application, drawing, sent
from tests.town import Town
from tongban.cases.models import Case, Event
from tongban.exchange.models import Answer

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
SOMEBODY = "01a1a449-403b-7450-9966-89fa38303bb4"


def draft(town: Town, program: Any, **changes: Any) -> tuple[Any, dict[str, Any]]:
    owner = program("chen-xiao")
    begun = owner.post("/cases", application(town, send=False, **changes)).json()
    for question in ("effect_drawing", "structure_drawing"):
        owner.upload(f"/cases/{begun['case_id']}/papers/{question}", drawing())
    return owner, begun


def test_a_draft_that_is_sent_twice_with_one_key_is_answered_alike(town: Town, program: Any) -> None:
    owner, begun = draft(town, program)
    version = Case.objects.get(pk=begun["case_id"]).version
    body = {"version": version, "answers": {"wording": "晓晓小面"}}
    first = owner.post(f"/cases/{begun['case_id']}/send", body, key="send-it-once")
    again = owner.post(f"/cases/{begun['case_id']}/send", body, key="send-it-once")
    assert first.status_code == 200, first.content
    assert (again.status_code, again.json()) == (200, first.json())
    assert Event.objects.filter(case_id=begun["case_id"]).count() == 1
    other = owner.post(f"/cases/{begun['case_id']}/send", {"version": version, "answers": {"wording": "另一家"}}, key="send-it-once")
    assert other.status_code == 409


def test_what_another_window_changed_is_not_sent_unseen(town: Town, program: Any) -> None:
    owner, begun = draft(town, program)
    seen = Case.objects.get(pk=begun["case_id"]).version
    owner.upload(f"/cases/{begun['case_id']}/papers/effect_drawing", drawing())
    answered = owner.post(f"/cases/{begun['case_id']}/send", {"version": seen})
    assert answered.status_code == 409
    assert Case.objects.get(pk=begun["case_id"]).state == "draft"


def test_a_version_of_no_case_is_a_conflict(town: Town, program: Any) -> None:
    owner, begun = draft(town, program)
    for version in (10**6, 10**18):
        assert owner.post(f"/cases/{begun['case_id']}/send", {"version": version}).status_code == 409


def test_facts_that_have_aged_are_read_again_and_the_decision_is_asked_for_anew(town: Town, program: Any) -> None:
    done = sent(town, program)
    case = f"/cases/{done['case_id']}"
    reviewer, decider = program("han-lei"), program("yang-fan")
    accepted = reviewer.post(f"{case}/accept", {"version": done["version"]}).json()
    (task,) = reviewer.get(case).json()["tasks"]
    reviewed = reviewer.post(f"{case}/steps/{task['id']}", {"outcome": "pass"}).json()
    assert accepted["state"] == "accepted"
    for row in Answer.objects.filter(case_id=done["case_id"]):
        row.fetched_at -= timedelta(days=30)
        row.save()
    decision = {"version": reviewed["version"], "answer": "grant", "words": "符合规定"}
    assert program("han-lei").post(f"{case}/decide", decision).status_code == 403
    before = Answer.objects.filter(case_id=done["case_id"]).count()
    first = decider.post(f"{case}/decide", decision, key="decide-once-1")
    assert (first.status_code, first.json()["type"]) == (409, "urn:tongban:problem:facts-aged")
    assert Answer.objects.filter(case_id=done["case_id"]).count() > before
    assert decider.post(f"{case}/decide", decision, key="decide-once-1").json()["state"] == "granted"


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01/x", f"x/{SOMEBODY}", f"2026-01-01/25:00/{SOMEBODY}", f"//{SOMEBODY}/", "//", "/", "%00"]
)
@pytest.mark.parametrize("box", ["mine", "done"])
def test_a_garbled_page_key_is_no_fault_of_ours(town: Town, program: Any, box: str, after: str) -> None:
    assert program("liu-yang").get(f"/queue?box={box}&after={after}").status_code in (200, 400)


def test_a_sign_that_no_text_holds_is_refused_and_not_stored(town: Town, program: Any) -> None:
    owner = program("chen-xiao")
    assert owner.get("/cases/%00").status_code == 400
    assert owner.post("/cases", application(town, send=False, answers=SIGN | {"wording": "a\u0000b"})).status_code == 400
    done = sent(town, program)
    assert owner.post(f"/cases/{done['case_id']}/withdraw", {"version": done["version"], "words": "a\u0000b"}).status_code == 400
    page = Client()
    page.force_login(get_user_model().objects.get(login="chen-xiao"))
    address = f"/apply/{draft(town, program)[1]['case_id']}/save"
    assert page.post(address, {"wording": "a\0b", "version": "1"}).status_code == 400
    assert page.get("/search?q=%00").status_code == 400
