"""However an entitlement or a review ended: the pages say who decided it, why, and the way on; one story for each final state."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from tests.portal.test_benefits import text
from tests.portal.test_licences import browser
from tests.town import Town
from tongban.benefits import acts
from tongban.benefits.acts import ask_for_run, carry_out, going
from tongban.benefits.acts.withdraw import Mistake, undo, withdraw
from tongban.benefits.models import Change, Match, Review, Run
from tongban.cases import acts as cases
from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.exchange import acts as exchange
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
POLICY, ACCOUNT, OFFICER, APPROVER = "small-trade-subsidy", "6222020000001234", "hou-jun", "ding-yi"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def owner(settings, tmp_path: Path) -> Client:
    settings.DATA = tmp_path
    return browser("zhao-jianguo")


def found(town: Town) -> UUID:
    return acts.find_now(POLICY, town.actor("zhao-jianguo"), kind="firm", principal_id=town.firm("chen-xiao").id)


def claimed(town: Town) -> UUID:
    match = found(town)
    acts.claim(match, town.actor("zhao-jianguo"), answers={"account": ACCOUNT}, key=str(uuid7()))
    return match


def to_verify(town: Town) -> UUID:
    """Claimed while a register that it needs keeps silent: on an officer's desk."""
    match = found(town)
    exchange.suspend("market-regulation/business-licence")
    acts.claim(match, town.actor("zhao-jianguo"), answers={"account": ACCOUNT}, key=str(uuid7()))
    exchange.resume("market-regulation/business-licence")
    assert Match.objects.get(pk=match).state == "willing"
    return match


def version_of(match: UUID) -> int:
    return Case.objects.get(pk=Match.objects.get(pk=match).case_id).version


def pages(town: Town, owner: Client, match: UUID) -> tuple[str, str]:
    """The entitlement's own page, and the list."""
    return text(owner.get(f"/entitlements/{match}")), text(owner.get(f"/benefits?for=firm:{town.firm('chen-xiao').id}"))


def both_tell(town: Town, owner: Client, match: UUID, *parts: str) -> None:
    for page in pages(town, owner, match):
        for part in parts:
            assert part in page, part


def test_what_an_officer_refused_says_which_department_why_and_how_to_have_it_reviewed(town: Town, owner: Client) -> None:
    match = to_verify(town)
    acts.verify(match, town.actor(OFFICER), answer="refuse", words="店里没有零售业务", key="k", version=version_of(match))
    both_tell(town, owner, match, "不予兑现", "经信局", "店里没有零售业务", "申请复核")
    address = f'href="/cases/{Match.objects.get(pk=match).case_id}#remedies"'
    assert address in owner.get(f"/entitlements/{match}").content.decode()
    case = text(owner.get(f"/cases/{Match.objects.get(pk=match).case_id}"))
    assert "复核" in case.split("不服怎么办")[1]
    assert "行政复议" in pages(town, owner, match)[0]


def test_what_was_taken_back_before_the_payment_says_who_and_why_and_what_the_law_gives(town: Town, owner: Client) -> None:
    match = claimed(town)
    acts.take_back(match, town.actor(OFFICER), words="材料不实")
    both_tell(town, owner, match, "不予兑现", "经信局", "材料不实", "看不服怎么办")
    assert "行政复议" in pages(town, owner, match)[0]


def test_what_was_withdrawn_with_its_policy_says_who_and_why_in_the_readers_language(town: Town, owner: Client) -> None:
    match, city = claimed(town), catalogue.city()
    policy = city.policy_of(Match.objects.get(pk=match).version)
    mistake = Mistake(Text("金额多写了一个零", "The sum has a zero too many"), "stays", "第九条")
    undo(withdraw(policy.hash, mistake, actor=town.actor(APPROVER), base=city.hash))
    both_tell(town, owner, match, "政策已撤回", "经信局", "金额多写了一个零", "看不服怎么办")
    owner.cookies["lang"] = "en"
    both_tell(town, owner, match, "Policy withdrawn", "The sum has a zero too many", "See the remedies")


def test_what_the_person_gave_up_says_so_and_how_to_claim_it_again(town: Town, owner: Client) -> None:
    match = claimed(town)
    acts.decline(match, town.actor("zhao-jianguo"), words="暂时不要")
    both_tell(town, owner, match, "已放弃", "赵建国", "暂时不要", "再领一次")


def test_what_the_registers_took_away_names_the_clause_and_the_way_to_a_person(town: Town, owner: Client) -> None:
    carry_out(ask_for_run("firm", by="test"))
    match = found(town)
    held = Match.objects.get(pk=match)
    clause = catalogue.city().policy_of(held.version).rules[0]
    run = Run.objects.latest("id").pk
    Match.objects.filter(pk=match).update(state="lost", seen_by=run)
    Change.objects.create(
        run_id=run, policy=POLICY, version=held.version, subject=held.subject, what="lost", why="facts", clauses=[clause.id]
    )
    page = pages(town, owner, match)[0]
    for part in ("系统（按登记数据）", clause.says.zh, "请人来看"):
        assert part in page, part
    assert f"/benefits/{POLICY}/review?for=firm:" in owner.get(f"/entitlements/{match}").content.decode()


def test_what_has_to_be_given_back_says_who_decided_why_and_how_to_object(town: Town, owner: Client) -> None:
    match = claimed(town)
    Match.objects.filter(pk=match).update(state="paid", paid_on="2026-11-04")
    Case.objects.filter(pk=Match.objects.get(pk=match).case_id).update(state="paid")
    acts.claw_back(match, town.actor(OFFICER), words="重复领取")
    page, listed = pages(town, owner, match)
    for part in ("经信局", "重复领取", "可以申请行政复议", "不服怎么办"):
        assert part in page, part
    assert "已决定追回" in listed


def reviewed(town: Town) -> UUID:
    exchange.suspend("market-regulation/business-licence")
    case = acts.ask_review(POLICY, town.actor("zhao-jianguo"), words="还开着", key="r", principal_id=town.firm("chen-xiao").id)
    exchange.resume("market-regulation/business-licence")
    return case


@pytest.mark.parametrize(
    ("answer", "says"),
    [("refuse", ("人工核验不予兑现", "经信局", "看过现场", "申请复核")), ("grant", ("复核认定符合", "经信局", "看过现场"))],
)
def test_a_review_that_a_person_decided_says_what_came_of_it(town: Town, owner: Client, answer: str, says: tuple[str, ...]) -> None:
    case = reviewed(town)
    if answer == "grant":
        acts.set_amount(Review.objects.get().pk, town.actor(OFFICER), amount=1000_00, words="按标准")
        acts.tell_account("firm", town.firm("chen-xiao").id, ACCOUNT, actor=town.actor("zhao-jianguo"))
    cases.decide(case, answer, actor=town.actor(OFFICER), key="d", version=Case.objects.get(pk=case).version, words="看过现场")  # type: ignore[arg-type]
    going.sweep()
    listed = text(owner.get(f"/benefits?for=firm:{town.firm('chen-xiao').id}"))
    for part in says:
        assert part in listed.split("已请人来看的")[1], part


def test_a_yes_that_came_too_late_says_why(town: Town, owner: Client) -> None:
    case = reviewed(town)
    Review.objects.update(amount=1000_00)
    claimed(town)
    cases.decide(case, "grant", actor=town.actor(OFFICER), key="d", version=Case.objects.get(pk=case).version, words="看过现场")
    going.sweep()
    listed = text(owner.get(f"/benefits?for=firm:{town.firm('chen-xiao').id}"))
    assert "已享受这项政策" in listed.split("已请人来看的")[1]


def test_the_english_pages_of_what_ended_are_english(town: Town, owner: Client) -> None:
    match = to_verify(town)
    acts.verify(match, town.actor(OFFICER), answer="refuse", words="no retail", key="k", version=version_of(match))
    owner.cookies["lang"] = "en"
    page = pages(town, owner, match)[0].split("How it ended")[1].split("How far it is")[0]
    assert not CHINESE.search(page), page
