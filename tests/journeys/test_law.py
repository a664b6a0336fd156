"""The law of a case, as people meet it: a promise that is broken and annulled, a paper that may follow, a special procedure that stops the clock, days that pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.desk.making import Town
from tests.files.making import jpg
from tests.journeys.walks import (
    PREMISES,
    RESTAURANT,
    SIGN,
    answer,
    begin,
    check,
    fill_restaurant,
    go_on,
    press,
    promise_and_send,
    section,
    upload,
)
from tongban.cases import reads as cases
from tongban.credentials import reads as credentials
from tongban.kernel import clock

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Work = Callable[[], int]


def check_on_site(page: Page, sign_in: Become, *, hygiene: str) -> None:
    """Both inspectors record what they found of a promise."""
    for login, button in (("wu-qiang", "记录并签名"), ("zheng-jie", "记录属实，签名")):
        sign_in(page, login)
        page.goto("/desk/site")
        press(page, page.locator(".dk-task").first)
        for name, found in (("layout", "fit"), ("hygiene", hygiene), ("storage", "fit")):
            page.locator(f"[name=record-{name}][value={found}]").check(force=True)
        if button == "记录并签名":
            page.locator("#photos").set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": jpg(600, 400)})
        press(page, page.get_by_role("button", name=button))


def days_pass(work: Work, days: int) -> None:
    clock.move_by(timedelta(days=days))
    work()


def test_a_promise_is_granted_at_once_checked_afterwards_and_annulled_when_it_was_broken(
    page: Page, sign_in: Become, axe: Axe, work: Work
) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    fill_restaurant(page, case_id)
    axe(page)
    press(page, page.locator("button[formaction$='/choose']"))
    expect(page.locator("main")).to_contain_text("承诺")
    promise_and_send(page)
    (licence,) = credentials.of_case(case_id)
    assert licence.ended is None
    check_on_site(page, sign_in, hygiene="unfit")
    check_on_site(page, sign_in, hygiene="unfit")
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    axe(page)
    press(page, page.locator("a[href$='/speak']"))
    page.locator("textarea").fill("洗手池已经订货，月底装好。")
    press(page, page.locator("main form button"))
    sign_in(page, "sun-lihua")
    page.goto(f"/desk/cases/{case_id}")
    expect(page.locator("main")).to_contain_text("洗手池已经订货")
    page.keyboard.press("l")
    page.locator("#words").fill("承诺的卫生设施经复查仍不符合。")
    press(page, page.locator(".dk-form button.govuk-button").first)
    expect(page.locator(".tb-notice--green")).to_be_visible()
    (licence,) = credentials.of_case(case_id)
    assert licence.ended is not None
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text("撤销")


def test_a_secondary_paper_follows_and_only_then_is_the_sign_granted(page: Page, sign_in: Become, axe: Axe) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, SIGN)
    section(page, case_id, "place")
    answer(page, {"property_no": PREMISES, "own_shop": "yes", "on_roof": "no"})
    go_on(page)
    answer(page, {"wording": "味来餐饮", "area_m2": "18", "screen": "no"})
    go_on(page)
    section(page, case_id, "drawings")
    upload(page, "structure_drawing")
    press(page, page.locator("button[name=leave]"))
    check(page, case_id)
    page.locator("[name=tolerate]").check(force=True)
    axe(page)
    promise_and_send(page)
    sign_in(page, "han-lei")
    page.goto(f"/desk/cases/{case_id}")
    page.keyboard.press("a")
    press(page, page.get_by_role("button", name="确认受理"))
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    axe(page)
    expect(page.locator("main")).to_contain_text("效果图")
    page.set_input_files("input[type=file]", {"name": "效果图.jpg", "mimeType": "image/jpeg", "buffer": jpg(700, 500)})
    press(page, page.locator("form[action*='/owed/'] button"))
    view = cases.case_view(case_id, Town().actor("chen-xiao"))
    assert not view.owed
    sign_in(page, "han-lei")
    page.goto(f"/desk/cases/{case_id}")
    page.keyboard.press("p")
    press(page, page.locator(".dk-form button.govuk-button").first)
    sign_in(page, "yang-fan")
    page.goto(f"/desk/cases/{case_id}")
    page.keyboard.press("g")
    press(page, page.get_by_role("button", name="确认准予"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已准予")


def test_a_special_procedure_stops_both_clocks_and_the_applicant_is_told(page: Page, sign_in: Become, axe: Axe, work: Work) -> None:
    town = Town()
    case_id = town.apply()
    town.accept(case_id)
    due = cases.case_view(case_id, town.actor("chen-xiao")).row.due_on
    sign_in(page, "liu-yang")
    page.goto(f"/desk/cases/{case_id}")
    page.keyboard.press("t")
    page.locator("[name=field-kind][value=testing]").check(force=True)
    page.locator("[name=field-days]").fill("6")
    page.locator("#words").fill("凉菜抽样送检。")
    axe(page)
    press(page, page.locator(".dk-form button.govuk-button").first)
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text("检验")
    axe(page)
    days_pass(work, 7)
    sign_in(page, "liu-yang")
    page.goto(f"/desk/cases/{case_id}")
    page.keyboard.press("b")
    page.locator("#words").fill("检验合格。")
    press(page, page.locator(".dk-form button.govuk-button").first)
    view = cases.case_view(case_id, town.actor("chen-xiao"))
    assert due is not None
    assert view.row.due_on is not None
    assert (view.row.due_on - due).days >= 7, "what the stop took is not counted"


def test_as_days_pass_silence_accepts_then_it_is_late_and_the_head_is_told(page: Page, sign_in: Become, work: Work) -> None:
    town = Town()
    case_id = town.apply()
    days_pass(work, 9)
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text("视为受理")
    sign_in(page, "qian-guohua")
    page.goto("/desk/wall")
    expect(page.locator(".dk-due--late")).to_have_count(1)
    town.step(case_id, "liu-yang")
    days_pass(work, 21)
    page.goto("/desk/wall")
    expect(page.locator(".dk-due--alarm")).to_have_count(1)
    press(page, page.locator(".dk-due--alarm"))
    press(page, page.locator("#behind a").first)
    expect(page.locator("main")).to_contain_text("已报负责人")
