"""The page of licences: found by number or holder, one with its history, a proposal to end it that others decide."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.credentials.making import request
from tests.desk.making import Town
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.credentials import reads as credentials
from tongban.credentials.acts import issue
from tongban.credentials.core.credential import Credential
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
PAGE = "/desk/licences"
ANNUL = {"annul_ground": "fraud", "public_harm": "no", "found": "布局图系伪造，有比对记录。"}


def text(response) -> str:
    return unescape(response.content.decode())


def hidden(response) -> dict[str, str]:
    """The hidden fields of an act's form."""
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', response.content.decode()))
    return {name: unescape(found[name]) for name in ("key", "version", "basis", "seen")}


@pytest.fixture
def licence(town: Town, case_id: UUID) -> Credential:
    town.to_decision(case_id)
    actor = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=actor, key=str(uuid7()), version=town.version(case_id, actor), words="核查合格")
    return credentials.of_case(case_id)[0]


def test_a_licence_is_found_by_number_identifier_and_holder(town, desk, licence):
    reader = desk("sun-lihua")
    assert licence.serial in text(reader.get(PAGE))
    for words in (licence.serial, licence.identifier, "味来餐饮"):
        page = text(reader.get(PAGE, {"q": words}))
        assert f"{PAGE}/{licence.id}" in page, words
    assert "没有找到" in text(reader.get(PAGE, {"q": "查无此人的店"}))


def test_it_shows_what_it_says_its_versions_and_the_cases_about_it(town, desk, licence, case_id):
    page = text(desk("sun-lihua").get(f"{PAGE}/{licence.id}"))
    for part in ("味来餐饮店", licence.serial, licence.identifier, "第 1 版", "有效", f"/desk/cases/{case_id}"):
        assert part in page
    assert "本岗位不能提出终止" in page
    offered = text(desk("liu-yang").get(f"{PAGE}/{licence.id}"))
    for how in ("提出撤回", "提出撤销", "提出吊销", "提出注销"):
        assert how in offered
    assert "行政许可法第六十九条" in offered


def test_only_the_office_that_issued_it_sees_it(town, desk, licence):
    for login, status in (("han-lei", 404), ("wu-qiang", 403), ("he-fang", 403), ("liu-yang", 200), ("qian-guohua", 200)):
        assert desk(login).get(f"{PAGE}/{licence.id}").status_code == status, login
    assert licence.serial not in text(desk("han-lei").get(PAGE))
    assert f"{PAGE}/{licence.id}" not in text(desk("han-lei").get(PAGE, {"q": licence.serial}))
    assert desk("liu-yang").get(f"{PAGE}/{uuid7()}").status_code == 404


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(town, desk, licence):
    page = desk("liu-yang").post(
        f"{PAGE}/{licence.id}/end/revoke",
        {"penalty_number": "云市监罚〔2026〕12号", "penalty_on-year": "2026", "penalty_on-month": "13", "penalty_on-day": "1"},
    )
    assert page.status_code == 422
    said = text(page)
    assert "有内容需要更正" in said
    assert 'value="云市监罚〔2026〕12号"' in said
    assert 'value="13"' in said
    for name in ("penalty_on", "penalty_law", "found"):
        assert f'href="#{name}"' in said, name
    assert not cases.find_licences(town.actor("liu-yang"), "没有")


def test_a_proposal_becomes_a_case_and_a_second_click_is_the_same_one(town, desk, licence):
    reviewer, sent = desk("liu-yang"), ANNUL | {"key": str(uuid7())}
    first = reviewer.post(f"{PAGE}/{licence.id}/end/annul", sent)
    assert first.status_code == 302
    assert reviewer.post(f"{PAGE}/{licence.id}/end/annul", sent)["Location"] == first["Location"]
    running = text(reviewer.get(f"{PAGE}/{licence.id}"))
    assert "正在办理终止" in running
    assert "提出撤回" not in running
    again = reviewer.post(f"{PAGE}/{licence.id}/end/withdraw", {"withdraw_ground": "law-changed", "found": "规章废止"})
    assert again.status_code == 409
    assert "已有人提出终止" in text(again)
    case_page = text(reviewer.get(first["Location"]))
    assert "已提出，等另一名人员决定" in case_page
    assert "告知书还没有送达" in case_page
    assert "决定撤销" not in case_page


def test_the_decision_is_offered_once_the_holder_spoke_needs_reasons_and_shows_at_once(town, desk, licence):
    address = desk("liu-yang").post(f"{PAGE}/{licence.id}/end/annul", ANNUL | {"key": str(uuid7())})["Location"]
    case_id = UUID(address.split("/")[3].split("?")[0])
    assert "决定撤销" not in text(desk("sun-lihua").get(f"/desk/cases/{case_id}"))
    acts.be_heard(case_id, actor=town.actor("zhao-jianguo"), key=str(uuid7()), words="图是真的。")
    decider = desk("sun-lihua")
    assert "决定撤销" in text(decider.get(f"/desk/cases/{case_id}"))
    posted = hidden(decider.get(f"/desk/cases/{case_id}/end"))
    assert decider.post(f"/desk/cases/{case_id}/end", posted | {"words": " "}).status_code == 422
    done = decider.post(f"/desk/cases/{case_id}/end", posted | {"words": "比对记录确凿，陈述不成立。"})
    assert done.status_code == 302, text(done)
    assert "证照同时失效" in text(decider.get(done["Location"]))
    page = text(decider.get(f"{PAGE}/{licence.id}"))
    assert "已撤销" in page
    assert "比对记录确凿" in page
    state = Client().get(f"/verify/status/{licence.identifier}.json").json()
    assert state["state"] == "annulled"


def test_a_longer_list_takes_no_more_statements(town, desk, licence):
    reader = desk("sun-lihua")
    reader.get(PAGE)
    counts = []
    for more in (0, 12):
        with transaction.atomic():
            for _ in range(more):
                issue(request(area="990101002"))
        with CaptureQueriesContext(connection) as captured:
            page = text(reader.get(PAGE))
        counts.append(len(captured))
    assert page.count("第 1 版") >= 13
    assert counts[1] == counts[0]


def test_a_list_goes_on_where_it_stopped(town, desk, licence):
    with transaction.atomic():
        made = [issue(request(area="990101002")) for _ in range(60)]
    reader = desk("sun-lihua")
    first = text(reader.get(PAGE))
    assert made[-1].serial in first
    assert licence.serial not in first
    following = first.split('rel="next" href="')[1].split('"')[0]
    assert licence.serial in text(reader.get(following))
    assert text(reader.get(f"{PAGE}?after=nonsense")).count("<tr>") == first.count("<tr>")
