"""Benefits by program: why one is entitled or not, one call claims it once, its life is followed, a no goes to a person; and what everybody may know needs no token."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.town import Town
from tongban.benefits import acts
from tongban.benefits.acts import going
from tongban.benefits.models import Match, Published, Review
from tongban.cases.models import Case
from tongban.exchange import acts as exchange
from tongban.exchange.models import Answer
from tongban.kernel import clock
from tongban.ledger.models import Entry
from tongban.parties import reads as parties

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
OWNER, ACCOUNT = "zhao-jianguo", "6222020000001234"
POLICY = "small-trade-subsidy"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def whom(town: Town) -> dict[str, str]:
    return {"kind": "firm", "id": str(town.firm("chen-xiao").id)}


def asked(town: Town, program: Any, login: str = OWNER) -> dict[str, Any]:
    who = whom(town)
    answered = program(login).get(f"/benefits?kind=firm&id={who['id']}")
    assert answered.status_code == 200, answered.content
    return answered.json()


def claim(town: Town, program: Any, key: str = "claim-key-1", **more: Any) -> Any:
    return program(OWNER).post(f"/benefits/{POLICY}/claim", {"principal": whom(town), "account": ACCOUNT, **more}, key=key)


def english(told: Any) -> list[str]:
    """Every English text that is told."""
    if isinstance(told, dict):
        own = [told["en"]] if set(told) == {"zh", "en"} else []
        return own + [one for value in told.values() for one in english(value)]
    return [one for value in told for one in english(value)] if isinstance(told, list) else []


def test_each_policy_is_told_with_its_clauses_their_law_and_the_facts_that_they_read(town: Town, program: Any) -> None:
    before = Answer.objects.count()
    told = asked(town, program)
    assert Answer.objects.count() > before, "the registers were asked, on the record"
    entitled = {one["id"]: one for one in told["yes"]}
    assert entitled[POLICY]["amount"] == 1000_00
    trade = next(one for one in entitled[POLICY]["clauses"] if one["id"] == "trade")
    assert (trade["answer"], trade["cite"]["zh"]) == ("yes", "云工信发〔2026〕8号（演示）第二条第一项")
    assert trade["facts"][0]["state"] == "value"
    assert trade["facts"][0]["register"]
    near = [way for one in told["nearly"] for way in one["ways"]]
    assert all(way["is_small"] in (True, False) and way["says"]["zh"].endswith("即符合") for way in near)
    assert not [one for one in english(told) if CHINESE.search(one) and "〔" not in one and "第" not in one]


def test_what_is_not_known_names_the_register_that_would_settle_it(town: Town, program: Any) -> None:
    exchange.suspend("market-regulation/business-licence")
    told = {one["id"]: one for one in asked(town, program)["unknown"]}
    settled = [one for one in told[POLICY]["settled_by"] if one["register"] == "market-regulation/business-licence"]
    assert settled[0]["reason"] == "no-answer"
    assert settled[0]["why"]["en"] == "not known: the register does not answer"


def test_whom_one_may_ask_for_is_told_and_nobody_else_is_asked_about(town: Town, program: Any) -> None:
    sides = program(OWNER).get("/benefits/sides").json()["sides"]
    assert sides[0]["is_self"]
    assert whom(town)["id"] in {one["id"] for one in sides}
    stranger = program("li-min").get(f"/benefits?kind=firm&id={whom(town)['id']}")
    assert (stranger.status_code, stranger["Content-Type"]) == (404, "application/problem+json")
    assert program("li-min").post(f"/benefits/{POLICY}/claim", {"principal": whom(town)}).status_code == 404


def test_a_mandate_for_some_services_opens_their_policies_only(town: Town, program: Any) -> None:
    sides = program("chen-xiao").get("/benefits/sides").json()["sides"]
    assert whom(town)["id"] not in {one["id"] for one in sides}, "whose services redeem nothing"


def test_one_claim_is_done_once_and_answered_alike(town: Town, program: Any) -> None:
    lacking = program(OWNER).post(f"/benefits/{POLICY}/claim", {"principal": whom(town)}, key="claim-key-0")
    assert (lacking.status_code, lacking.json()["type"]) == (422, "urn:tongban:problem:account-missing")
    assert lacking.json()["errors"][0]["pointer"] == "/account"
    first = claim(town, program)
    assert first.status_code == 201, first.content
    assert claim(town, program).json() == first.json()
    assert Case.objects.filter(number=first.json()["number"]).count() == 1
    assert claim(town, program, account="6222020000009999").status_code == 409
    assert claim(town, program, key="claim-key-2").status_code == 409, "it is under way"
    assert not Entry.objects.filter(payload__icontains=ACCOUNT).exists()


def test_the_life_of_an_entitlement_is_told_station_by_station_and_to_its_subject_alone(town: Town, program: Any) -> None:
    match = claim(town, program).json()["match"]
    life = program(OWNER).get(f"/entitlements/{match}").json()
    assert [one["state"] for one in life["stations"]] == ["matched", "willing", "verified", "publicised", "ordered", "paid"]
    assert [one["stands"] for one in life["stations"]] == ["done", "done", "done", "now", "ahead", "ahead"]
    assert (life["account"], life["state"], life["may_give_up"], life["ended"]) == ("**** 1234", "verified", True, None)
    assert {one["answer"] for one in life["promise"]["clauses"]} == {"yes"}
    assert ACCOUNT not in str(life)
    assert program("li-min").get(f"/entitlements/{match}").status_code == 404
    who = whom(town)
    listed = program(OWNER).get(f"/entitlements?kind=firm&id={who['id']}").json()["entitlements"]
    assert [(one["match"], one["state"]) for one in listed if one["case_id"]] == [(match, "verified")]


def test_it_is_given_up_once_and_its_end_says_who_and_why(town: Town, program: Any) -> None:
    match = claim(town, program).json()["match"]
    assert program("li-min").post(f"/entitlements/{match}/give-up").status_code == 404
    owner = program(OWNER)
    for _ in range(2):
        gone = owner.post(f"/entitlements/{match}/give-up", {"words": "不要了"}, key="give-up-1")
        assert (gone.status_code, gone.json()["state"]) == (200, "declined")
    assert owner.post(f"/entitlements/{match}/give-up", {"words": "x"}, key="give-up-1").status_code == 409
    assert owner.post(f"/entitlements/{match}/give-up", {}, key="give-up-2").status_code == 409
    ended = owner.get(f"/entitlements/{match}").json()["ended"]
    assert (ended["by"], ended["why"]) == ("赵建国", "不要了")


def test_what_an_officer_refused_says_who_why_and_what_may_be_opened_about_it(town: Town, program: Any) -> None:
    match = acts.find_now(POLICY, town.actor(OWNER), kind="firm", principal_id=town.firm("chen-xiao").id)
    exchange.suspend("market-regulation/business-licence")
    claimed = claim(town, program).json()
    assert claimed["state"] == "willing"
    version = Case.objects.get(pk=claimed["case_id"]).version
    officer = program("hou-jun")
    refused = officer.post(f"/cases/{claimed['case_id']}/decide", {"version": version, "answer": "refuse", "words": "没有零售"})
    assert refused.status_code == 200, refused.content
    going.sweep()
    ended = program(OWNER).get(f"/entitlements/{match}").json()["ended"]
    assert (ended["by"]["zh"], ended["why"], ended["openable"][0]["service"]) == ("经信局", "没有零售", "decision-review")


def test_a_person_looks_at_a_no_once(town: Town, program: Any) -> None:
    no = asked(town, program)["no"] + asked(town, program)["nearly"]
    policy, body = no[0]["id"], {"principal": whom(town), "words": "数据是去年的"}
    empty = program(OWNER).post(f"/benefits/{policy}/review", body | {"words": " "})
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "/words")
    first = program(OWNER).post(f"/benefits/{policy}/review", body, key="review-key-1")
    assert first.status_code == 201, first.content
    assert program(OWNER).post(f"/benefits/{policy}/review", body, key="review-key-1").json() == first.json()
    assert Review.objects.count() == 1
    who = whom(town)
    reviews = program(OWNER).get(f"/entitlements?kind=firm&id={who['id']}").json()["reviews"]
    assert [(one["case_id"], one["outcome"]) for one in reviews] == [(first.json()["case_id"], None)]


def test_an_account_is_told_and_shown_by_its_last_digits(town: Town, program: Any) -> None:
    owner = program(OWNER)
    wrong = owner.post("/benefits/account", {"principal": whom(town), "account": "99"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/account")
    assert owner.post("/benefits/account", {"principal": whom(town), "account": ACCOUNT}).json() == {"account": "**** 1234"}
    assert program("li-min").post("/benefits/account", {"principal": whom(town), "account": ACCOUNT}).status_code == 404


def test_what_stands_in_public_needs_no_token_and_who_objects_is_told_to_nobody(town: Town, program: Any) -> None:
    match = claim(town, program).json()["match"]
    acts.publicise(UUID(match))
    (row,) = Client().get("/api/publicity").json()["rows"]
    assert (row["match"], row["name"]) == (match, town.firm("chen-xiao").name)
    assert Client().post(f"/api/publicity/{match}/object").status_code == 401
    objected = program("li-min").post(f"/publicity/{match}/object", {"words": "已经停业了"})
    assert objected.status_code == 201, objected.content
    life = program(OWNER).get(f"/entitlements/{match}")
    assert life.json()["objected"]
    assert [one["by"] for one in life.json()["history"] if one["act"] == "object"] == [None]
    person = parties.names("person", [town.actor("li-min").person_id]).popitem()[1]
    assert person not in life.content.decode()
    assert "已经停业了" not in life.content.decode()


def test_policies_and_what_was_paid_are_open_to_anybody(town: Town) -> None:
    anybody = Client()
    policies = {one["id"]: one for one in anybody.get("/api/policies").json()["policies"]}
    assert policies[POLICY]["audience"] == "firm"
    whole = anybody.get(f"/api/policies/{POLICY}").json()
    assert whole["holds"]
    assert whole["document"]["number"] == "云工信发〔2026〕8号（演示）"
    assert whole["pool"]["free"] > 0
    assert [one["id"] for one in whole["clauses"]] == ["in_business", "trade", "small", "little_tax"]
    assert anybody.get("/api/policies/none-such").status_code == 404
    paid = anybody.get("/api/publicity/paid").json()
    assert (paid["least"], paid["groups"]) == (5, [])
    month = clock.today().replace(day=1) - timedelta(days=31)
    for is_return in (False, True):
        Published.objects.create(policy=POLICY, first=month, last=month, count=5, amount=900_00, is_return=is_return, told_at=clock.now())
    told = anybody.get("/api/publicity/paid").json()["groups"]
    assert [(one["entry"], one["payments"], one["amount"]) for one in told] == [("paid", 5, 900_00), ("returned", 5, -900_00)]


def test_every_call_stands_in_the_description(town: Town) -> None:
    paths = Client().get("/api/openapi.json").json()["paths"]
    told = {path for path in paths if "benefits" in path or "entitlements" in path or "publicity" in path or "policies" in path}
    assert {path.removeprefix("/api") for path in told} == {
        "/benefits",
        "/benefits/sides",
        "/benefits/account",
        "/benefits/{policy}/claim",
        "/benefits/{policy}/review",
        "/entitlements",
        "/entitlements/{match}",
        "/entitlements/{match}/give-up",
        "/policies",
        "/policies/{policy_id}",
        "/publicity",
        "/publicity/paid",
        "/publicity/{match}/object",
    }
    assert not Match.objects.exists()
