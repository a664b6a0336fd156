"""Benefits that find the people: the home page says so, one click claims, it stands in public, the bank pays once; on a phone, in English and in the larger view too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE
from tests.journeys.walks import press
from tongban.benefits import reads
from tongban.benefits.acts import ask_for_run

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
ACCOUNT = "6222020000000000001"


@pytest.fixture
def matched(city: object, work: Callable[[], int], settings: object, tmp_path: Path) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    for profile in ("firm", "person"):
        ask_for_run(profile, by="tests")
    while work():
        pass


@pytest.mark.usefixtures("matched")
def test_one_click_from_the_home_page_to_the_public_notice(
    page: Page,
    visitor: Callable[..., Page],
    sign_in: Become,
    work: Callable[[], int],
    axe: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:
    sign_in(page, "zhao-jianguo")
    page.goto("/")
    press(page, page.locator(".tb-matters a", has_text="味来"))
    expect(page.locator(".tb-verdict")).to_contain_text("可直接领")
    axe(page)
    shot(page, "benefits")
    press(page, page.locator("article form button").first)
    expect(page.locator("main")).to_contain_text("收款账户")
    page.fill("input[name=account]", ACCOUNT)
    press(page, page.locator("main form button"))
    expect(page.locator(".tb-notice")).to_contain_text("已领取")
    expect(page.locator("main")).to_contain_text("**** 0001")
    axe(page)
    while work():
        pass
    page.reload()
    expect(page.locator(".tb-stop--now")).to_contain_text("公示")
    shot(page, "entitlement")
    neighbour = visitor(viewport=PHONE)
    sign_in(neighbour, "li-min")
    neighbour.goto("/publicity")
    expect(neighbour.locator("main")).to_contain_text("味来餐饮店")
    press(neighbour, neighbour.locator("a", has_text="提异议").first)
    neighbour.fill("textarea[name=words]", "这家店上个月已经关门了。")
    press(neighbour, neighbour.locator("main form button"))
    expect(neighbour.locator("h1")).to_contain_text("异议已提交")
    (standing,) = reads.standing()
    assert standing.name.endswith("味来餐饮店")


def test_the_calculator_says_what_would_change_it_in_english_and_in_the_larger_view(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/look/set?lang=en&elder=1&next=/policies/staff-rent-subsidy")
    press(page, page.locator("a.govuk-button", has_text="Calculate"))
    for name, value in (
        ("f-household-status", "alive"),
        ("f-job-months_paid", "8"),
        ("f-job-employer_uscc", "91990101MA00000A19"),
        ("f-income-total", "72,000"),
    ):
        field = page.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"[name={name}][value={value}]").check(force=True)
        else:
            field.fill(value)
    for part, value in (("day", "31"), ("month", "12"), ("year", "2099")):
        page.fill(f"[name=f-rent-until-{part}]", value)
    page.locator("[name=f-homes-all]").check(force=True)
    press(page, page.locator("main form button"))
    expect(page.locator("#result")).to_contain_text("“Total income” is at most ¥71,999.99 (now ¥72,000)")
    axe(page)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]
