"""Policies for everybody: found by words and kind, told whole, and calculated with own figures of which nothing is kept."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.town import Town
from tongban.catalogue import reads as catalogue
from tongban.exchange.models import Answer
from tongban.kernel import clock
from tongban.ledger.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

RENT = {
    "f-household-status": "alive",
    "f-job-employer_uscc": "91990101MA00000A19",
    "f-job-months_paid": "8",
    "f-income-total": "71,999.99",
    "f-rent-until-year": "2099",
    "f-rent-until-month": "1",
    "f-rent-until-day": "31",
    "f-homes-all": "yes",
}


def page(address: str, lang: str = "zh", **sent: str) -> str:
    client = Client()
    client.cookies["lang"] = lang
    answered: Any = client.post(address, sent) if sent else client.get(address)
    assert answered.status_code in (200, 422), answered.status_code
    return main(answered)


def main(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", response.content.decode().split("<main")[1].split("</main")[0])))


def test_policies_are_found_by_words_and_by_kind(town: Town) -> None:
    assert "9 项政策" in page("/policies")
    found = page("/policies?q=裁员")
    assert "失业保险稳岗返还" in found
    assert "研发投入奖补" not in found
    assert "守信企业绿色通道" in page("/policies?category=right")
    assert "3 项政策" in page("/policies?audience=person")
    assert "没有符合的政策" in page("/policies?q=裁员&audience=person")
    assert "失业保险稳岗返还" in page("/search?q=稳岗返还")
    assert "Refund for keeping staff" in page("/policies?q=refund", "en")


def test_a_policy_tells_all_that_its_document_and_its_definition_say(town: Town) -> None:
    client = Client()
    for policy in catalogue.city().policies_on(clock.today()).values():
        told = unescape(client.get(f"/policies/{policy.id}").content.decode())
        parts = [policy.document.number, policy.document.issuer.zh, policy.document.title.zh, policy.phone, policy.title.zh]
        parts += [clause.says.zh for clause in policy.rules] + [clause.cite for clause in policy.rules]
        assert [part for part in parts if part not in told] == []
        if policy.clawback:
            assert policy.clawback.says.zh in told
    told = page("/policies/hiring-subsidy")
    for part in ("一次性吸纳就业补贴", "20 个工作日内安排拨付", "公示 5 个工作日", "还剩", "用完以后排队"):
        assert part in told


def test_another_version_is_there_and_says_that_it_is_over(town: Town) -> None:
    assert "企业规模为大型" in page("/policies/job-stability-refund")
    old = page("/policies/job-stability-refund?version=2022-05-01")
    assert "2022年12月31日已到期" in old
    assert "90%" in old
    assert Client().get("/policies/no-such-policy").status_code == 404


def test_own_figures_give_the_verdict_with_its_amount_and_nothing_is_kept(town: Town) -> None:
    before = Answer.objects.count(), Entry.objects.count()
    told = page("/policies/staff-rent-subsidy/calculator", **RENT)
    assert "符合，500 元" in told
    assert (Answer.objects.count(), Entry.objects.count()) == before


def test_a_no_says_what_would_change_it_and_an_empty_field_is_unknown(town: Town) -> None:
    told = page("/policies/staff-rent-subsidy/calculator", **RENT | {"f-income-total": "72000"})
    assert "综合所得不超过 71,999.99 元（现在是 72,000 元），即符合" in told
    told = page("/policies/staff-rent-subsidy/calculator", **RENT | {"f-income-total": ""})
    assert "还看不出来" in told
    assert "再填上这些就有结果：综合所得" in told
    told = page("/policies/job-stability-refund/calculator", "en", **{"f-firm-status": "active"})
    assert "It cannot be told yet" in told


def test_the_formula_alone_may_be_what_is_not_known(town: Town) -> None:
    sent = {
        "f-firm-status": "active",
        "f-jobless_fund-months_paid": "12",
        "f-jobless_fund-insured_before": "100",
        "f-jobless_fund-claimants": "0",
        "f-credit-all": "yes",
        "f-class-size": "large",
    }
    assert "再填上这些就有结果：上年实缴失业保险费" in page("/policies/job-stability-refund/calculator", **sent)


def test_what_cannot_be_read_comes_back_as_it_was_typed(town: Town) -> None:
    client = Client()
    answered = client.post("/policies/staff-rent-subsidy/calculator", RENT | {"f-income-total": "七万", "f-rent-until-month": "13"})
    assert answered.status_code == 422
    told = answered.content.decode()
    assert 'value="七万"' in told
    assert 'value="13"' in told
    assert "综合所得：请填金额" in unescape(told)
