"""Whose licences somebody sees: their own, and those that a mandate opens."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.cases.test_endings import propose
from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import key, version
from tests.cases.test_situations import begin, fill, sign_licensed
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Case, Upload
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties.acts.mandates import give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def browser(login: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(login=login))
    return client


def test_a_mandate_for_one_service_opens_that_services_licences_only(town: Town) -> None:
    case_id = to_decision(town)
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="核查合格")
    (licence,) = credentials.of_case(case_id)
    pages = (f"/licences/{licence.id}", f"/licences/{licence.id}.pdf")
    agent = browser("li-min")
    for scope, sees in (({"outdoor-sign"}, False), ({"food-business-licence"}, True)):
        give_mandate(
            kind="agent",
            principal_kind="firm",
            principal_id=town.firm("chen-xiao").id,
            holder_id=town.actor("li-min").person_id,
            given_by=town.actor("zhao-jianguo").person_id,
            ends=clock.today() + timedelta(days=9),
            scope=frozenset(scope),
        )
        assert (licence.type_title.zh in agent.get("/licences").content.decode()) is sees
        assert {agent.get(page).status_code for page in pages} == ({200} if sees else {404})
    assert {browser("zhou-minhua").get(page).status_code for page in pages} == {404}


def test_an_uploaded_paper_never_stays_in_a_shared_browser(town: Town) -> None:
    case_id = to_decision(town)
    paper = Upload.objects.filter(case_id=case_id).first()
    answered = browser("chen-xiao").get(f"/cases/{case_id}/papers/{paper.id}")
    assert (answered.status_code, answered["Cache-Control"]) == (200, "private, no-store")
    assert browser("li-min").get(f"/cases/{case_id}/papers/{paper.id}").status_code == 404


def granted(town: Town) -> Credential:
    """The restaurant's licence."""
    case_id = to_decision(town)
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="核查合格")
    (licence,) = credentials.of_case(case_id)
    return licence


def text(response: Any) -> str:
    return unescape(response.content.decode())


def test_from_a_licence_one_goes_to_what_can_be_done_with_it(town: Town) -> None:
    licence = granted(town)
    person = browser("chen-xiao")
    page = text(person.get(f"/licences/{licence.id}"))
    ways = re.findall(r'href="(/services/food-business-licence/start\?[^"]+)"', page)
    assert [parse_qs(urlsplit(way).query)["situation"][0] for way in ways] == ["change", "extend", "replace", "cancel"]
    asked = text(person.get(ways[2]))
    assert re.search(r'value="replace"[^>]* checked', asked)
    begun = person.post(
        "/services/food-business-licence/start",
        {"principal": f"firm:{licence.holder_id}", "situation": "replace", "licence": str(licence.id)},
    )
    case_id = UUID(begun["Location"].rsplit("/", 1)[1])
    assert Case.objects.get(pk=case_id).licence_id == licence.id
    known = text(person.get(f"/apply/{case_id}"))
    assert "原证编号" in known
    assert licence.serial in known
    for spared in ("无失信记录证明", "从业人员健康证明", "不动产权证书"):
        assert spared not in known, "what a reissue does not need is not asked for"


def test_whoever_holds_two_chooses_and_nothing_typed_is_lost(town: Town) -> None:
    first, second = (sign_licensed(town, clock.today() + timedelta(days=n)) for n in (20, 30))
    person = browser("chen-xiao")
    sent = {"principal": f"firm:{first.holder_id}", "situation": "extend"}
    page = person.post("/services/outdoor-sign/start", sent)
    assert page.status_code == 422
    said = text(page)
    assert "要办哪一份证照" in said
    assert {first.serial, second.serial} <= set(re.findall(r"\d{11}", said))
    assert re.search(r'value="extend"[^>]* checked', said)
    assert person.post("/services/outdoor-sign/start", sent | {"licence": str(second.id)}).status_code == 302
    refused = person.post("/services/outdoor-sign/start", sent | {"licence": str(uuid7())})
    assert refused.status_code == 422
    assert "不在申请人名下" in text(refused)


def test_a_version_that_was_replaced_says_so_and_offers_nothing(town: Town) -> None:
    old = granted(town)
    case_id = fill(town, begin(town, "food-business-licence", "replace"), loss="lost")
    acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
    (new,) = credentials.of_case(case_id)
    page = text(browser("chen-xiao").get(f"/licences/{old.id}"))
    assert "这一版已经换发" in page
    assert f"/licences/{new.id}" in page
    assert "这份证照可以办" not in page
    assert "已换发" in text(browser("chen-xiao").get("/licences"))


def test_the_holder_of_a_licence_that_is_to_end_reads_why_and_speaks(town: Town) -> None:
    licence = granted(town)
    case_id = propose(town, licence)
    person = browser("zhao-jianguo")
    page = text(person.get(f"/cases/{case_id}"))
    for part in ("部门拟终止您的证照", "拟终止行政许可告知书", "撤销", "申请时提交的布局图系伪造", "机关依职权", "没有收件地址"):
        assert part in page, part
    assert "撤回申请" not in page
    sent = person.post(f"/cases/{case_id}/speak", {"words": "图是设计院给的。", "key": key()})
    assert sent.status_code == 302
    assert "您的意见已提交" in text(person.get(sent["Location"]))


def test_the_guide_says_for_which_situation_a_condition_or_a_record_is(town: Town) -> None:
    page = text(Client().get("/services/food-business-licence"))
    assert re.search(r"房屋登记用途是商业或商住\s*<span[^>]*>（新办时）", page)
    assert re.search(r"没有未办结的监督检查和处罚案件\s*<span[^>]*>（注销时）", page)
    assert "（变更、延续、注销时）" in page


def test_what_an_office_begins_is_nowhere_on_offer(town: Town) -> None:
    for address in ("/services", "/", "/search?q=吊销许可证"):
        assert "licence-ending" not in text(browser("chen-xiao").get(address))
    for address in ("/services/licence-ending", "/services/licence-ending/start"):
        assert browser("chen-xiao").get(address).status_code == 404


def test_whoever_changes_the_language_stays_on_the_page(town: Town) -> None:
    case_id = begin(town, "food-business-licence", "new")
    page = text(browser("chen-xiao").get(f"/apply/{case_id}/business"))
    assert f"/look/set?lang=en&next=/apply/{case_id}/business" in page
