"""A newborn is registered in the police's own system: slow, down, wrong or forgetful, the mother gets her answer and the desk says what it waits for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walks import answer, begin, check, go_on, promise_and_send, section, upload
from tests.police import CHILD, picture, police
from tongban.kernel import clock

__all__ = ["police"]
pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]
Work = Callable[[], int]
NEWBORN = "newborn-household"
PHONE, WIDE = {"width": 375, "height": 812}, {"width": 1440, "height": 900}


def apply(page: Page, sign_in: Become) -> UUID:
    """The mother's application, sent."""
    sign_in(page, "su-qing")
    case_id = begin(page, NEWBORN, situation="with-me")
    section(page, case_id, "child")
    answer(page, CHILD)
    go_on(page)
    section(page, case_id, "papers")
    upload(page, "certificate", "出生证明.jpg", picture())
    go_on(page)
    check(page, case_id)
    promise_and_send(page)
    return case_id


def accept(page: Page, sign_in: Become, case_id: UUID) -> None:
    sign_in(page, "he-fang")
    page.goto(f"/desk/cases/{case_id}/accept")
    page.get_by_role("button", name="确认受理").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已受理")


def later(work: Work, **span: float) -> None:
    clock.move_by(timedelta(**span))
    work()


def test_an_answer_comes_by_itself_and_the_mother_has_her_registration(
    page: Page, sign_in: Become, work: Work, police: Any, axe: Axe, shot: Shot
) -> None:
    police()
    case_id = apply(page, sign_in)
    expect(page.locator("#way")).to_contain_text("户政登记")
    accept(page, sign_in, case_id)
    work()
    page.set_viewport_size(WIDE)
    sign_in(page, "gu-wen")
    page.goto(f"/desk/cases/{case_id}")
    expect(page.locator(".dk-system")).to_contain_text("收到，正在办理，答复后自动继续")
    axe(page)
    shot(page, "system-sent")
    later(work, hours=3)
    page.reload()
    expect(page.locator(".dk-system")).to_contain_text("答复")
    expect(page.locator(".tb-verdict")).to_contain_text("予以确认")
    axe(page)
    sign_in(page, "su-qing")
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text("予以确认")
    page.locator("#result a", has_text="登记").first.click()
    expect(page.locator("article")).to_contain_text("苏晴")


def test_a_system_that_is_down_is_tried_again_then_entered_by_hand_and_its_later_word_is_a_difference(
    page: Page, sign_in: Become, work: Work, police: Any, axe: Axe, shot: Shot
) -> None:
    police(down=100)
    case_id = apply(page, sign_in)
    accept(page, sign_in, case_id)
    work()
    later(work, minutes=2)
    sign_in(page, "gu-wen")
    page.goto(f"/desk/cases/{case_id}")
    expect(page.locator(".dk-system")).to_contain_text(re.compile("等待公安户政系统，已推送 2 次，最近一次今天 .*：未答复"))
    later(work, hours=25)
    page.goto("/desk/?box=mine")
    page.locator(".tb-row").first.click()
    expect(page.locator(".dk-system")).to_contain_text("由本岗位凭书面结果录入，或重新推送")
    axe(page)
    shot(page, "system-failed")
    page.keyboard.press("y")
    page.get_by_role("button", name="确认推送").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已重新推送")
    police(answers=((100, {"certificate": "differs", "result": "not-registered"}),))
    later(work, minutes=31)
    _enter_by_hand(page, case_id, axe, shot)
    later(work, hours=30)
    page.goto(f"/desk/cases/{case_id}")
    expect(page.locator(".tb-verdict")).to_contain_text("予以确认")
    expect(page.locator(".dk-system")).to_contain_text("与录入不一致，已列入对账，录入的结果不变")
    page.goto("/desk/docking")
    expect(page.locator("#police-household")).to_contain_text("结果不一致")
    shot(page, "docking-differs")


def _enter_by_hand(page: Page, case_id: UUID, axe: Axe, shot: Shot) -> None:
    page.goto(f"/desk/cases/{case_id}/by-hand")
    page.get_by_role("button", name="确认录入").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    axe(page)
    for record in ("certificate", "result"):
        page.locator(f"[name=record-{record}][value={'matches' if record == 'certificate' else 'registered'}]").check(force=True)
    page.locator("[name=words]").fill("系统不通，凭派出所盖章的登记单录入。")
    page.set_input_files("[name=field-paper]", {"name": "登记单.jpg", "mimeType": "image/jpeg", "buffer": picture("beige")})
    axe(page)
    shot(page, "system-by-hand")
    page.get_by_role("button", name="确认录入").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已录入")
    expect(page.locator(".dk-system")).to_contain_text("人工录入")
    expect(page.locator(".dk-system")).to_contain_text("登记单录入")


def test_a_wrong_answer_is_shown_as_it_came_and_goes_to_a_person(
    page: Page, sign_in: Become, work: Work, police: Any, axe: Axe, shot: Shot
) -> None:
    police(answers=((100, {"certificate": "matches", "result": "已登记"}),))
    case_id = apply(page, sign_in)
    accept(page, sign_in, case_id)
    work()
    later(work, hours=3)
    sign_in(page, "gu-wen")
    page.goto("/desk/?box=mine")
    page.locator(".tb-row").first.click()
    expect(page.locator(".dk-system")).to_contain_text("不在约定的选项内，不予采用")
    expect(page.locator(".dk-system")).to_contain_text("登记结果：已登记")
    axe(page)
    shot(page, "system-unfit")
    sign_in(page, "su-qing")
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).not_to_contain_text("不予")


@pytest.fixture
def lost(page: Page, sign_in: Become, work: Work, police: Any) -> UUID:
    """A case that the police's system has lost, found in the evening."""
    there = police(delay=(timedelta(days=9), timedelta(days=9)))
    case_id = apply(page, sign_in)
    accept(page, sign_in, case_id)
    work()
    [held] = there.cabinet.pushes()
    there.cabinet.lose(held)
    later(work, hours=12)
    return case_id


def test_the_evenings_comparison_finds_the_lost_one_and_a_click_pushes_it_again(
    page: Page, sign_in: Become, work: Work, police: Any, lost: UUID, axe: Axe, shot: Shot
) -> None:
    page.set_viewport_size(WIDE)
    sign_in(page, "xu-jing")
    page.goto("/desk/docking")
    expect(page.locator("#police-household")).to_contain_text("对方没有这件")
    axe(page)
    shot(page, "docking")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    axe(page)
    shot(page, "docking-phone")
    page.set_viewport_size(WIDE)
    page.locator("#police-household").get_by_role("button", name=re.compile("重新推送")).click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已处理")
    police()
    later(work, minutes=5)
    later(work, hours=3)
    sign_in(page, "gu-wen")
    page.goto(f"/desk/cases/{lost}")
    expect(page.locator(".tb-verdict")).to_contain_text("予以确认")


def test_reconciling_works_in_english_without_any_script(
    visitor: Callable[..., Page], sign_in: Become, lost: UUID, axe: Axe, shot: Shot
) -> None:
    plain = visitor(java_script_enabled=False)
    sign_in(plain, "gu-wen")
    plain.goto("/look/set?lang=en")
    plain.goto("/desk/docking")
    plain.locator("summary", has_text="Explain and settle").click()
    plain.get_by_role("button", name="Settle it").click()
    expect(plain.locator("main")).to_contain_text("Write the reason")
    plain.locator("[name=words]").fill("Their clerk Wang says the night run failed; entered again there.")
    plain.get_by_role("button", name="Settle it").click()
    expect(plain.locator(".tb-notice--green")).to_be_visible()
    expect(plain.locator("main")).to_contain_text("No difference is open.")


def test_the_day_upward_is_told_on_every_screen(page: Page, sign_in: Become, work: Work, lost: UUID, axe: Axe, shot: Shot) -> None:
    sign_in(page, "xu-jing")
    for lang in ("zh", "en"):
        page.goto(f"/look/set?lang={lang}")
        for size, name in ((WIDE, "wide"), (PHONE, "phone")):
            page.set_viewport_size(size)
            page.goto("/desk/reporting")
            expect(page.locator("main")).to_contain_text("应报" if lang == "zh" else "Due")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            axe(page)
            shot(page, f"reporting-{lang}-{name}")
