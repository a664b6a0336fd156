"""The portal without any script: the same two applications, from the first page to what comes out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.desk.making import Town
from tests.journeys.walks import (
    ALLOWANCE,
    CARD,
    MOTHER,
    PREMISES,
    RESTAURANT,
    answer,
    applications,
    begin,
    go_on,
    press,
    promise_and_send,
    upload,
)
from tongban.cases import acts
from tongban.credentials import reads as credentials
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]


@pytest.fixture
def plain(visitor: Callable[..., Page]) -> Page:
    """A browser that runs no script."""
    return visitor(java_script_enabled=False)


def test_an_allowance_is_granted_without_any_script(plain: Page, sign_in: Become, work: Callable[[], int]) -> None:
    sign_in(plain, "li-min")
    plain.get_by_role("searchbox").fill("老人补贴")
    press(plain, plain.get_by_role("button", name="搜索"))
    press(plain, plain.get_by_role("link", name="高龄津贴", exact=True))
    begin(plain, ALLOWANCE, MOTHER)
    press(plain, plain.locator("main a.govuk-button"))
    answer(plain, {"bank_account": "1234"})
    go_on(plain)
    expect(plain.locator(".govuk-error-summary a")).to_have_attribute("href", "#bank_account")
    expect(plain.locator("#bank_account")).to_have_value("1234")
    answer(plain, {"bank_account": CARD})
    go_on(plain)
    promise_and_send(plain)
    expect(plain.locator(".tb-confirm")).to_contain_text("已办结：准予")
    press(plain, plain.get_by_role("link", name="准予发放决定书"))
    expect(plain.locator("article")).to_contain_text(MOTHER)
    work()
    plain.goto("/demo/phone")
    expect(plain.locator(".phone__message").first).to_contain_text("高龄津贴")


def test_a_restaurant_is_licensed_without_any_script(plain: Page, sign_in: Become, work: Callable[[], int]) -> None:
    sign_in(plain, "chen-xiao")
    begin(plain, RESTAURANT)
    press(plain, plain.locator("main a.govuk-button"))
    answer(plain, {"business": "restaurant"})
    go_on(plain)
    expect(plain.locator("main")).to_contain_text("还要再问下面几项")
    assert not plain.locator(".govuk-error-summary").count(), "nobody is blamed for not having answered what was not asked"
    answer(plain, {"cold_dishes": "yes", "fresh_juice": "no", "raw_seafood": "no"})
    go_on(plain)
    expect(plain.locator(".tb-aside .tb-papers li", has_text="凉菜、生食专间布局图")).to_contain_text("要上传")
    answer(plain, {"property_no": PREMISES})
    upload(plain, "kitchen_plan")
    go_on(plain)
    expect(plain.locator(".govuk-error-summary")).to_contain_text("凉菜、生食专间布局图")
    expect(plain.locator(".tb-kept")).to_contain_text("布局图.jpg")
    upload(plain, "cold_room_plan", "专间.jpg")
    go_on(plain)
    answer(plain, {"safety_officer": "赵建国", "staff_count": "1"})
    go_on(plain)
    promise_and_send(plain)
    expect(plain.locator(".tb-confirm")).to_contain_text("已提交")

    [case] = applications("chen-xiao")
    town = Town()
    town.to_decision(case.id)
    decider = town.actor("sun-lihua")
    acts.decide(case.id, "grant", actor=decider, key=str(uuid7()), version=town.version(case.id, decider), words="核查合格，准予许可。")
    work()
    plain.goto("/licences")
    press(plain, plain.locator("main li a"))
    expect(plain.locator(".tb-qr svg")).to_be_visible()
    _checked_by_hand(plain, case.id)


def _checked_by_hand(plain: Page, case_id: object) -> None:
    [licence] = credentials.of_case(case_id)
    plain.goto("/verify")
    plain.locator("#by-link summary").click()
    plain.locator("#link").fill(credentials.url_of(licence.token))
    press(plain, plain.locator("#by-link button"))
    expect(plain.locator("#answer")).to_contain_text("签发属实，现在有效")
    expect(plain.locator("#answer")).to_contain_text("云川市江北区味来餐饮店")


def test_a_draft_is_thrown_away_and_an_application_taken_back_without_any_script(plain: Page, sign_in: Become) -> None:
    from tests.journeys.walks import apply_for_restaurant

    sign_in(plain, "chen-xiao")
    case_id = begin(plain, RESTAURANT)
    plain.goto(f"/apply/{case_id}/discard")
    press(plain, plain.get_by_role("button", name="删除", exact=True))
    assert applications("chen-xiao") == []
    case_id = apply_for_restaurant(plain)
    press(plain, plain.get_by_role("link", name="撤回申请"))
    press(plain, plain.get_by_role("button", name="撤回", exact=True))
    expect(plain.locator("main")).to_contain_text("撤回")
    [case] = applications("chen-xiao")
    assert not case.is_open
