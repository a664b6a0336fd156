"""A dark street lamp: told on a phone with one hand, dispatched and handled by keyboard, answered, not fixed, handled again, fixed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.cases.tickets.making import SERVICE, Hotline, picture, ticket
from tests.desk.making import Town
from tests.journeys.walks import answer, press

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]
PHONE = {"width": 375, "height": 812}
WORDS = "望江路18号门前的路灯不亮，晚上过路看不见。"


def fill(page: Page, category: str = "other") -> None:
    answer(page, {"what": WORDS, "category": category, "danger": "no", "kind": "help", "area": "990101002", "address": "望江路18号"})


def key(page: Page, letter: str) -> None:
    """An act by its letter."""
    with page.expect_navigation():
        page.keyboard.press(letter)


def told(page: Page) -> UUID:
    """The ticket whose page this is."""
    found = re.search(r"/cases/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return UUID(found[1])


def test_a_lamp_is_mended_in_the_end(
    visitor: Callable[..., Page], sign_in: Become, axe: Axe, shot: Shot, work: Callable[[], int], tmp_path: Path
) -> None:
    photo = tmp_path / "路灯.jpg"
    photo.write_bytes(picture("navy"))
    person, desk = visitor(viewport=PHONE, has_touch=True), visitor(viewport={"width": 1440, "height": 900})
    sign_in(person, "li-min")
    person.goto("/")
    person.get_by_role("link", name="我要反映", exact=True).click()
    person.locator(f"main a[href$='/tell/{SERVICE}']").click()
    axe(person)
    press(person, person.get_by_role("button", name="提交"))
    expect(person.locator(".govuk-error-summary")).to_be_focused()
    axe(person)
    fill(person)
    person.locator("#photo").set_input_files(photo)
    shot(person, "ticket-form")
    press(person, person.get_by_role("button", name="提交"))
    expect(person.locator(".tb-confirm")).to_contain_text("已登记")
    axe(person)
    one = told(person)
    due = ticket(one).due_by

    sign_in(desk, "luo-qian")
    desk.goto("/desk/dispatch")
    axe(desk)
    shot(desk, "ticket-dispatch")
    press(desk, desk.locator("main table a").first)
    key(desk, "d")
    expect(desk.get_by_role("button", name="派单")).to_be_visible()
    axe(desk)
    desk.locator("select[name=field-department]").select_option("urban-management")
    press(desk, desk.get_by_role("button", name="派单"))
    expect(desk.locator(".tb-notice--green")).to_contain_text("已派单")

    sign_in(desk, "guo-tao")
    _answer(desk, one, axe, photo, first=True)
    shot(desk, "ticket-desk")

    work()
    person.goto(f"/cases/{one}")
    expect(person.locator("#answer")).to_contain_text("灯头已更换")
    axe(person)
    shot(person, "ticket-answered")
    person.get_by_role("radio", name="没有解决").check(force=True)
    press(person, person.get_by_role("button", name="提交评判"))
    expect(person.locator(".govuk-error-summary")).to_be_focused()
    axe(person)
    person.get_by_label("哪里没有解决").fill("晚上还是黑的，另一头那盏没换。")
    press(person, person.get_by_role("button", name="提交评判"))
    expect(person.locator(".tb-notice--green")).to_contain_text("期限不变")
    shot(person, "ticket-reopened")

    desk.goto(f"/desk/cases/{one}")
    expect(desk.locator(".dk-head")).to_contain_text("第 1 次重办")
    _answer(desk, one, axe, photo, first=False)
    person.goto(f"/cases/{one}")
    person.get_by_role("radio", name="解决了", exact=True).check(force=True)
    person.get_by_role("radio", name="满意", exact=True).check(force=True)
    press(person, person.get_by_role("button", name="提交评判"))
    expect(person.locator("main")).to_contain_text("又出问题了")
    assert (ticket(one).due_by, ticket(one).said_fixed, ticket(one).satisfied) == (due, True, True)
    work()
    person.goto("/requests")
    expect(person.locator("#answers")).to_contain_text("望江路一处路灯")
    axe(person)


def _answer(desk: Page, one: UUID, axe: Axe, photo: Path, *, first: bool) -> None:
    desk.goto(f"/desk/cases/{one}")
    axe(desk)
    if first:
        key(desk, "p")
        desk.locator("#words").fill("今天到现场看过，灯头坏了，配件明天到。")
        press(desk, desk.get_by_role("button", name="告知群众"))
        expect(desk.locator(".tb-notice--green")).to_contain_text("已告知群众")
    key(desk, "a")
    desk.get_by_label("已解决").check(force=True)
    desk.locator("#words").fill("灯头已更换，当晚试亮。")
    press(desk, desk.get_by_role("button", name="答复群众"))
    expect(desk.locator(".govuk-error-summary, .govuk-error-message").first).to_be_visible()
    expect(desk.locator("#words")).to_have_value("灯头已更换，当晚试亮。")
    axe(desk)
    desk.locator("input[type=file]").set_input_files(photo)
    desk.locator("[name=field-public]").fill("望江路一处路灯灯头损坏，已更换。")
    press(desk, desk.get_by_role("button", name="答复群众"))
    expect(desk.locator(".tb-notice--green")).to_contain_text("已答复")
    axe(desk)


def test_two_departments_send_it_back_and_forth_and_the_district_answers(page: Page, city: object, sign_in: Become, axe: Axe) -> None:
    hotline = Hotline(Town())
    one = hotline.tell(category="other", area="990101100", address="白鹭镇老粮站后门")
    hotline.dispatch(one)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "guo-tao")
    page.goto(f"/desk/cases/{one}")
    key(page, "x")
    page.locator("#words").fill("是房屋附属设施，不是市政设施。")
    page.locator("select[name=field-to]").select_option("housing")
    press(page, page.get_by_role("button", name="提出异议"))
    expect(page.locator(".tb-notice--green")).to_contain_text("派单异议审核中")
    sign_in(page, "meng-yu")
    page.goto(f"/desk/cases/{one}")
    expect(page.locator("#dispute")).to_contain_text("认为应派给住建局")
    axe(page)
    key(page, "r")
    axe(page)
    page.locator("input[name=field-ruling][value=moves]").check(force=True)
    page.locator("select[name=field-department]").select_option("housing")
    page.locator("#words").fill("属房屋附属设施。")
    press(page, page.get_by_role("button", name="作出结论"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已作出结论")
    sign_in(page, "cao-yun")
    page.goto(f"/desk/cases/{one}/dispute")
    page.locator("#words").fill("产权属镇集体。")
    press(page, page.get_by_role("button", name="提出异议"))
    sign_in(page, "shi-lei")
    page.goto("/desk/")
    expect(page.locator(".tb-row").first).to_contain_text("白鹭镇老粮站后门")
    press(page, page.locator(".tb-row").first)
    expect(page.get_by_role("link", name="提出异议")).to_have_count(0)
    assert ticket(one).department == "jiangbei-government"


def test_without_any_script_it_is_told_urged_and_judged(visitor: Callable[..., Page], sign_in: Become, tmp_path: Path) -> None:
    plain = visitor(java_script_enabled=False, viewport=PHONE)
    photo = tmp_path / "路灯.jpg"
    photo.write_bytes(picture("navy"))
    sign_in(plain, "li-min")
    plain.goto(f"/tell/{SERVICE}")
    fill(plain, "road-parts")
    plain.locator("#photo").set_input_files(photo)
    press(plain, plain.get_by_role("button", name="提交"))
    expect(plain.locator(".tb-confirm")).to_contain_text("已派给城管局")
    one = told(plain)
    plain.locator("#urge summary").click()
    press(plain, plain.get_by_role("button", name="催办"))
    expect(plain.locator(".tb-notice--green")).to_contain_text("已催办")
    Hotline(Town()).answer(one)
    plain.goto(f"/cases/{one}")
    plain.get_by_role("radio", name="解决了", exact=True).check(force=True)
    press(plain, plain.get_by_role("button", name="提交评判"))
    assert ticket(one).said_fixed is True


def test_the_position_is_asked_only_when_one_asks_for_it(visitor: Callable[..., Page], sign_in: Become) -> None:
    phone = visitor(viewport=PHONE, geolocation={"latitude": 30.3101, "longitude": 150.2302}, permissions=["geolocation"])
    sign_in(phone, "li-min")
    phone.goto(f"/tell/{SERVICE}")
    expect(phone.locator("#place")).to_have_value("")
    phone.get_by_role("button", name="用我现在的位置").click()
    expect(phone.locator("[data-located]")).to_contain_text("已记下位置")
    assert phone.locator("#place").input_value().startswith("30.31")


def test_what_is_written_suggests_the_category(visitor: Callable[..., Page], sign_in: Become) -> None:
    phone = visitor(viewport=PHONE)
    sign_in(phone, "li-min")
    phone.goto(f"/tell/{SERVICE}")
    phone.locator("#what").fill("家里停水两天了，水管没水")
    suggestion = phone.locator("[data-category=water-supply]")
    expect(suggestion).to_be_visible()
    expect(phone.locator("[data-category=noise]")).to_be_hidden()
    suggestion.click()
    chosen = phone.evaluate(
        "(document.querySelector('select[name=category]') || document.querySelector('input[name=category]:checked')).value"
    )
    assert chosen == "water-supply"
