"""陈晓 opens a restaurant in one go: questions of daily life build the form, the paper list shrinks, it is sent once and followed on one page; a newborn's two parts look the same on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walks import answer, begin, check, go_on, press, promise_and_send, section, upload
from tests.police import CHILD, picture, police
from tongban.cases.models import Case

__all__ = ["police"]
pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]
Visitor = Callable[..., Page]
PHONE = {"width": 375, "height": 812}
DAILY = {"cold_dishes": "no", "fresh_juice": "no", "raw_seafood": "no", "eat_in": "yes", "hang_sign": "yes"}
SIGN = {"own_shop": "yes", "on_roof": "no", "wording": "味来餐饮", "area_m2": "4.8", "screen": "no"}


def test_a_restaurant_is_opened_by_one_form_sent_once_and_followed_on_one_page(page: Page, sign_in: Become, axe: Axe, shot: Shot) -> None:
    sign_in(page, "chen-xiao")
    page.goto("/services/open-restaurant")
    expect(page.locator("main")).to_contain_text("20 + 15 + 20 = 55")
    axe(page)
    shot(page, "bundle-guide")
    case_id = begin(page, "open-restaurant")
    press(page, page.locator("main a.govuk-button"))
    papers = page.locator(".tb-aside .tb-papers li")
    expect(papers.filter(has_text="营业执照复印件")).to_contain_text("市场监管局提供")
    rules = papers.filter(has_text="消防安全制度和应急疏散预案")
    expect(rules).to_contain_text("您自己写")
    answer(page, DAILY | {"eat_in": "no"})
    expect(rules.locator("s")).to_have_count(1)
    expect(papers.filter(has_text="凉菜、生食专间布局图").locator("s")).to_have_count(1)
    answer(page, {"eat_in": "yes"})
    expect(rules.locator("s")).to_have_count(0)
    shot(page, "bundle-form")
    go_on(page)
    fill(page, case_id)
    axe(page)
    shot(page, "bundle-check")
    promise_and_send(page)
    follow(page, case_id, axe, shot)


def fill(page: Page, case_id: UUID) -> None:
    """The other pages, as they come."""
    answer(page, {"property_no": "云(2021)江北区不动产权第0010086号"})
    upload(page, "shop_plan")
    go_on(page)
    section(page, case_id, "food")
    expect(page.locator("[name=property_no], [name=business], [name=kitchen_plan]")).to_have_count(0)
    answer(page, {"safety_officer": "赵建国", "staff_count": "1"})
    go_on(page)
    section(page, case_id, "sign")
    answer(page, {"own_shop": SIGN["own_shop"], "on_roof": SIGN["on_roof"]})
    answer(page, {"wording": SIGN["wording"], "area_m2": SIGN["area_m2"], "screen": SIGN["screen"]})
    go_on(page)
    section(page, case_id, "fire")
    answer(page, {"storey": "1", "seats": "40", "exits": "2", "gas": "piped"})
    upload(page, "fire_rules")
    go_on(page)
    check(page, case_id)


def follow(page: Page, case_id: UUID, axe: Axe, shot: Shot) -> None:
    """One page for all of it, in both languages and on a phone."""
    expect(page).to_have_url(re.compile(str(case_id)))
    expect(page.locator(".tb-part")).to_have_count(3)
    expect(page.locator("#part-sign")).to_contain_text("备案")
    expect(page.locator("#visits")).to_contain_text("只来一次")
    assert Case.objects.filter(parent_id=case_id).count() == 3
    axe(page)
    shot(page, "bundle-sent")
    page.goto(f"/cases/{case_id}")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    shot(page, "bundle-phone")
    page.goto(f"/look/set?lang=en&next=/cases/{case_id}")
    shot(page, "bundle-phone-en")
    page.goto("/look/set?lang=zh&next=/cases")
    expect(page.locator("main")).to_contain_text("开办餐饮店")
    expect(page.locator(f"a[href='/cases/{case_id}']")).to_have_count(1)


def test_a_birth_is_told_once_on_a_phone_and_the_card_waits_for_the_registration(
    visitor: Visitor, sign_in: Become, police: Any, axe: Axe, shot: Shot
) -> None:
    police()
    page = visitor(viewport=PHONE)
    sign_in(page, "su-qing")
    case_id = begin(page, "newborn")
    section(page, case_id, "daily")
    answer(page, {"child_name": CHILD["child_name"]})
    go_on(page)
    section(page, case_id, "together")
    answer(page, {"with_card": "yes"})
    go_on(page)
    section(page, case_id, "household")
    answer(page, {name: value for name, value in CHILD.items() if name != "child_name"})
    upload(page, "certificate", "出生证明.jpg", picture())
    go_on(page)
    section(page, case_id, "card")
    expect(page.locator("[name=child_id]")).to_have_count(0)
    answer(page, {"bank": "rural-credit", "by_mail": "no"})
    go_on(page)
    check(page, case_id)
    axe(page)
    promise_and_send(page)
    expect(page.locator("#part-card")).to_contain_text("等“新生儿落户”办成后开始")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    axe(page)
    shot(page, "newborn-sent")
