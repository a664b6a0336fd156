"""What a person or firm sees of its benefits: entitled, nearly, not known and not, each with its reasons; the home page from rows alone."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.portal.test_licences import browser
from tests.town import Town
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.benefits.acts.whose import subject_of
from tongban.benefits.models import Clawback, Match
from tongban.cases.acts import pace
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.exchange import acts as exchange
from tongban.exchange.models import Answer
from tongban.faces.portal import benefits, browse
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.acts.mandates import give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", response.content.decode().split("<main")[1].split("</main")[0])))


def of_firm(town: Town, login: str = "zhao-jianguo", lang: str = "zh") -> str:
    client = browser(login)
    client.cookies["lang"] = lang
    return text(client.get(f"/benefits?for=firm:{town.firm(login).id}"))


@pytest.fixture
def matched(town: Town, settings: Any, tmp_path: Any) -> Town:
    settings.DATA = tmp_path
    for profile in ("firm", "person"):
        carry_out(ask_for_run(profile, by="ann"))
    return town


def test_a_stranger_is_led_to_the_sign_in_and_back(town: Town) -> None:
    answered = Client().get("/benefits?policy=research-award")
    assert answered.status_code == 302
    assert answered["Location"] == "/sign-in?next=%2Fbenefits%3Fpolicy%3Dresearch-award"


def test_each_policy_stands_with_its_reasons_in_the_one_place_where_it_belongs(town: Town) -> None:
    told = of_firm(town)
    for title in ("失业保险稳岗返还", "研发投入奖补", "小微商贸企业补贴", "守信企业绿色通道", "一次性扩岗补助", "一次性吸纳就业补贴"):
        assert told.count(title) >= 1, title
    assert re.search(r"可直接领 \d 项，共 [\d,.]+ 元", told)
    assert "数据截至" in told
    assert "云人社发〔2026〕5号（演示）第二条" in told
    english = of_firm(town, lang="en")
    assert re.search(r"Entitled to (one|\d), ¥[\d,]+", english)


def test_opening_the_page_asks_the_registers_and_whose_data_they_are_can_read_that(town: Town) -> None:
    before = Answer.objects.count()
    assert "刚刚查了" in of_firm(town)
    assert Answer.objects.count() > before
    told = text(browser("zhao-jianguo").get("/my-data"))
    assert "看能享受哪些政策（一企一档）" in told
    assert "本人或者代办人操作" in told


def test_a_silent_register_makes_it_unknown_and_is_named_with_since_when(town: Town) -> None:
    of_firm(town)
    exchange.suspend("human-resources/unemployment-insurance")
    try:
        told = of_firm(town)
    finally:
        exchange.resume("human-resources/unemployment-insurance")
    assert "有登记册没有答复" in told
    assert re.search(r"等人社局的“单位失业保险缴费信息”：[^·]*登记册没有答复 · 上次答复是今天", told)


def entrust(town: Town, *services: str) -> str:
    """Li Min becomes the restaurant's agent in these services; the firm as an address names it."""
    firm = town.firm("chen-xiao")
    give_mandate(
        kind="agent",
        principal_kind="firm",
        principal_id=firm.id,
        holder_id=town.actor("li-min").person_id,
        given_by=town.actor("zhao-jianguo").person_id,
        ends=clock.today() + timedelta(days=9),
        scope=frozenset(services),
    )
    return f"firm:{firm.id}"


def test_a_mandate_for_another_service_opens_nothing_and_claims_nothing(town: Town) -> None:
    named, client = entrust(town, "outdoor-sign"), browser("li-min")
    told = text(client.get(f"/benefits?for={named}"))
    assert town.firm("chen-xiao").name not in told
    assert "李敏" in told
    for what in ("claim", "review"):
        assert client.post(f"/benefits/hiring-subsidy/{what}", {"for": named, "words": "x"}).status_code == 404


def test_a_mandate_for_one_departments_policies_shows_them_and_asks_what_they_read(town: Town) -> None:
    named = entrust(town, "human-resources-redemption")
    before = set(Answer.objects.values_list("pk", flat=True))
    told = text(browser("li-min").get(f"/benefits?for={named}"))
    assert "一次性扩岗补助" in told
    assert "研发投入奖补" not in told
    asked = set(Answer.objects.exclude(pk__in=before).values_list("resource", flat=True))
    assert "human-resources/new-hires" in asked
    assert "tax/yearly-tax" not in asked


def test_what_was_found_before_is_not_taken_away_by_a_silent_register(matched: Town) -> None:
    client = browser("zhao-jianguo")
    firm = next(one for one in parties.principals(matched.actor("zhao-jianguo").person_id) if one.kind == "firm" and "机械" in one.name)
    exchange.suspend("human-resources/unemployment-insurance")
    try:
        told = text(client.get(f"/benefits?for=firm:{firm.id}"))
    finally:
        exchange.resume("human-resources/unemployment-insurance")
    assert "一时查不到不会取消" in told


def test_home_counts_what_waits_from_rows_and_asks_no_register(matched: Town) -> None:
    client, before = browser("zhao-jianguo"), Answer.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        told = text(client.get("/"))
    assert re.search(r"赵建国，您有 \d 件事", told)
    assert re.search(r"云川建国机械有限公司：[^：]*可领[^元]*元", told)
    assert Answer.objects.count() == before
    assert sum("benefits_match" in query["sql"] for query in asked.captured_queries) == 1


def test_home_shows_every_thing_that_it_counts(matched: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    [line, *_] = benefits.to_claim(matched.actor("zhao-jianguo"), catalogue.city())
    monkeypatch.setattr(browse, "to_claim", lambda *_: [line | {"title": f"第{n}项", "count": 1} for n in range(6)])
    told = text(browser("zhao-jianguo").get("/"))
    assert "您有 6 件事" in told
    assert "还有 2 件" in told
    assert all(f"第{n}项" in told for n in range(6))


def test_what_has_to_be_given_back_stands_first_on_the_home_page(matched: Town) -> None:
    match = Match.objects.filter(state="matched", amount__isnull=False, profile="firm").first()
    subjects = parties.subjects(parties.principals(matched.actor("zhao-jianguo").person_id))
    Match.objects.filter(pk=match.pk).update(
        state="clawed-back", subject=next(one for one, whose in subjects.items() if whose.kind == "firm"), version="x"
    )
    Clawback.objects.create(match=match, amount=match.amount, at=clock.now(), words="已注销", cite="第九条", due_on=clock.today())
    client = browser("zhao-jianguo")
    assert re.search(r"您有 \d 件事 *[^。]*?需要退回", text(client.get("/")))
    told = text(client.get(f"/entitlements/{match.pk}"))
    for part in ("怎么退", "已注销", "第九条", "不服怎么办"):
        assert part in told, part


def test_who_asks_too_often_is_told_what_the_last_run_found(matched: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    of_firm(matched)
    monkeypatch.setattr(pace, "QUESTIONS", 1)
    before = Answer.objects.count()
    told = of_firm(matched)
    assert "查得太勤了" in told
    assert "匹配" in told
    assert Answer.objects.count() == before


def test_two_mandates_over_one_firm_open_together_what_each_opens(town: Town) -> None:
    entrust(town, "human-resources-redemption")
    wide = {policy.service for policy in catalogue.city().policies.values() if policy.profile == "firm"}
    entrust(town, *wide)
    named = entrust(town, "human-resources-redemption")
    told = text(browser("li-min").get(f"/benefits?for={named}"))
    assert "研发投入奖补" in told
    assert "一次性扩岗补助" in told


def test_what_was_taken_and_is_in_force_no_more_does_not_break_the_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    over, whole = "long-term-jobless-subsidy", City.policies_on
    subject, now = subject_of("firm", town.firm("zhao-jianguo").id, "uscc"), clock.now()
    Match.objects.create(
        policy=over, version="x", profile="firm", subject=subject, amount=1, state="paid",
        found_by=uuid7(), seen_by=uuid7(), found_at=now, changed_at=now,
    )  # fmt: skip
    monkeypatch.setattr(
        City, "policies_on", lambda self, day, profile="": {k: v for k, v in whole(self, day, profile).items() if k != over}
    )
    assert "一次性扩岗补助" in of_firm(town)
