"""A restaurant's licence on the desk: accepted, reviewed, checked on site by two, decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.desk.making import Town
from tests.desk.test_sending import POST, waiting
from tests.files.making import jpg
from tongban.credentials import reads as credentials

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def case_id(city: object) -> UUID:
    return Town().apply()


def test_a_restaurant_gets_its_licence(page: Page, case_id: UUID, sign_in: Become, axe: Axe, shot: Shot, tmp_path: Path):
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "liu-yang")
    expect(page.locator(".tb-queues a[aria-current]")).to_contain_text("待我办")
    axe(page)
    shot(page, "desk-list")
    page.locator(".tb-row").first.click()
    expect(page.locator(".tb-verdict")).to_contain_text("可以受理：2 项受理条件全部符合")
    axe(page)
    shot(page, "desk")
    page.keyboard.press("?")
    expect(page.locator("#tb-keys dl")).to_contain_text("告知补正")
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#tb-keys")).to_be_hidden()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="确认受理")).to_be_focused()
    axe(page)
    shot(page, "desk-accept")
    page.keyboard.press("Enter")
    expect(page.locator(".tb-notice--green")).to_contain_text("已受理")
    page.keyboard.press("p")
    page.locator("#words").fill("材料齐全，布局图已核对。")
    page.get_by_role("button", name="确认通过").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已办结")
    _check_on_site(page, sign_in, axe, shot, tmp_path)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "sun-lihua")
    page.goto(f"/desk/cases/{case_id}")
    expect(page.locator(".tb-verdict")).to_contain_text("可以准予：6 项条件全部符合")
    expect(page.locator(".dk-photos img")).to_have_count(1)
    axe(page)
    shot(page, "desk")
    page.keyboard.press("g")
    grant = page.get_by_role("button", name="确认准予")
    expect(grant).to_be_focused()
    axe(page)
    grant.click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已准予")
    expect(page.locator("#letters")).to_contain_text("食品经营许可证")
    axe(page)
    shot(page, "desk-granted")
    assert len(credentials.of_case(case_id)) == 1


def test_the_desk_works_without_script(visitor: Callable[..., Page], case_id: UUID, sign_in: Become):
    page = visitor(java_script_enabled=False)
    sign_in(page, "liu-yang")
    page.locator(".tb-queues a", has_text="本科室").click()
    page.locator(".tb-row").first.click()
    page.get_by_role("link", name="告知补正").click()
    page.get_by_role("button", name="发出补正告知").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("请写明理由")
    page.locator('label[for="ask-kitchen_plan"]').click()
    page.locator("#words").fill("布局图缺洗消间，请补画后重传。")
    page.get_by_role("button", name="发出补正告知").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已一次告知补正")
    assert "box=department" in page.url


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1440, 1024, 375])
def test_a_full_desk_holds_at_every_width(
    page: Page, city: object, work: Callable[[], int], sign_in: Become, axe: Axe, shot: Shot, lang: str, width: int
):
    town = Town()
    late = town.fill()
    work()
    fresh = town.apply()
    page.set_viewport_size({"width": width, "height": 900 if width > 500 else 812})
    sign_in(page, "liu-yang")
    page.goto(f"/look/set?lang={lang}&next=/desk/")
    axe(page)
    shot(page, f"desk-full-{width}-{lang}")
    for name, path in (("late", f"/desk/cases/{late}?box=late"), ("correction", f"/desk/cases/{fresh}/correction")):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
        shot(page, f"desk-{name}-{width}-{lang}")
    for login, path in (("xu-jing", "exchange"), ("shen-yi", "ledger"), ("shen-yi", f"ledger/{late}"), ("wu-qiang", "site")):
        sign_in(page, login)
        page.goto(f"/desk/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
        shot(page, f"desk-{path.partition('/')[0]}{'-case' if '/' in path else ''}-{width}-{lang}")


def test_what_waits_for_the_post_does_not_scroll_sideways_on_a_phone(page: Page, case_id: UUID, sign_in: Become):
    waiting(Town(), case_id, POST)
    sign_in(page, "he-fang")
    page.set_viewport_size(PHONE)
    for lang in ("zh", "en"):
        page.goto(f"/look/set?lang={lang}&next=/desk/sending")
        expect(page.locator(f"input[name='tracking-{case_id}']")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def _check_on_site(page: Page, sign_in: Become, axe: Axe, shot: Shot, tmp_path: Path) -> None:
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(jpg(1200, 900))
    page.set_viewport_size(PHONE)
    sign_in(page, "wu-qiang")
    page.goto("/desk/site")
    axe(page)
    shot(page, "desk-site-list")
    page.locator(".dk-task").click()
    axe(page)
    for name in ("layout", "hygiene", "storage"):
        page.locator(f'#q-record-{name} label:has-text("符合")').first.click()
    page.locator("#photos").set_input_files(photo)
    shot(page, "desk-site-check")
    page.get_by_role("button", name="记录并签名").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("等另一名")
    sign_in(page, "zheng-jie")
    page.goto("/desk/site")
    page.locator(".dk-task").click()
    expect(page.locator(".dk-signed")).to_contain_text("吴强")
    axe(page)
    shot(page, "desk-site-second")
    page.get_by_role("button", name="记录属实，签名").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("两人已签名")
