"""A licence in its holder's hands: changed at once, to be taken away, defended, gone, and what a stranger with a phone sees of each; and its letters by post."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.desk.making import Town
from tests.journeys.walks import answer, choose_delivery, go_on, press, section
from tongban.cases import acts
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]
Visitor = Callable[..., Page]
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def licence(city: object) -> Credential:
    """The restaurant's licence, granted after a visit."""
    town = Town()
    case_id = town.apply()
    town.to_decision(case_id)
    actor = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=actor, key=str(uuid7()), version=town.version(case_id, actor), words="核查合格")
    return credentials.of_case(case_id)[0]


def scan(phone: Page, token: str, verdict: str) -> None:
    """Somebody's phone reads a code."""
    phone.goto("about:blank")
    phone.goto(f"/verify#c={token}")
    expect(phone.locator("#answer")).to_have_attribute("data-verdict", verdict)


def fits(page: Page) -> None:
    """Nothing sticks out of a narrow screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_holder_changes_the_officer_from_the_licence_and_has_the_new_one_at_once(
    page: Page, visitor: Visitor, licence: Credential, sign_in: Become, axe: Axe, shot: Shot
) -> None:
    sign_in(page, "chen-xiao")
    page.goto(f"/licences/{licence.id}")
    axe(page)
    press(page, page.get_by_role("link", name="变更", exact=True))
    expect(page.locator("input[name=situation][value=change]")).to_be_checked()
    axe(page)
    press(page, page.locator("main form button"))
    expect(page.locator("main")).to_contain_text(licence.serial)
    axe(page)
    case_id = UUID(page.url.rsplit("/", 1)[1])
    section(page, case_id, "licence")
    answer(page, {"change_of": "officer"})
    go_on(page)
    section(page, case_id, "people")
    answer(page, {"safety_officer": "周文"})
    go_on(page)
    expect(page).to_have_url(re.compile("/check$"))
    expect(page.locator("main")).to_contain_text("条件全部符合，提交后当场办结")
    expect(page.locator("main")).not_to_contain_text("现场布局和流程合理")
    choose_delivery(page)
    axe(page)
    shot(page, "licence-change-check")
    page.locator("#promise").check(force=True)
    press(page, page.locator("form[action$='/send'] button"))
    (new,) = credentials.of_case(case_id)
    assert (new.serial, new.version, new.valid_until) == (licence.serial, 2, licence.valid_until)
    axe(page)
    page.goto(f"/licences/{licence.id}")
    expect(page.locator(".tb-notice--amber")).to_contain_text("这一版已经换发")
    press(page, page.get_by_role("link", name="打开新的一版"))
    expect(page.locator("article")).to_contain_text("周文")
    phone = visitor(viewport=PHONE)
    scan(phone, licence.token, "replaced")
    axe(phone)
    scan(phone, new.token, "valid")


def test_an_office_takes_a_licence_only_after_hearing_its_holder(
    page: Page, visitor: Visitor, licence: Credential, sign_in: Become, axe: Axe, shot: Shot
) -> None:
    sign_in(page, "liu-yang")
    press(page, page.locator(".tb-queues a", has_text="证照"))
    page.fill("#search-q", "味来餐饮")
    press(page, page.get_by_role("button", name="搜索"))
    axe(page)
    press(page, page.locator("table a").first)
    axe(page)
    shot(page, "licence-file")
    press(page, page.get_by_role("link", name="提出撤销"))
    axe(page)
    press(page, page.get_by_role("button", name="提出撤销"))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    answer(page, {"annul_ground": "fraud", "public_harm": "no", "found": "布局图系伪造，有比对记录。"})
    press(page, page.get_by_role("button", name="提出撤销"))
    case_id = UUID(re.search(r"/cases/([0-9a-f-]{36})", page.url)[1])
    expect(page.locator(".tb-verdict")).to_contain_text("告知书还没有送达")
    axe(page)
    _the_holder_speaks(visitor(viewport=PHONE), case_id, sign_in, axe)
    sign_in(page, "sun-lihua")
    page.goto(f"/desk/cases/{case_id}")
    expect(page.locator("#history")).to_contain_text("图是设计院给的")
    press(page, page.locator("a", has_text="决定撤销").first)
    axe(page)
    page.locator("#words").fill("比对记录确凿，陈述不成立。")
    press(page, page.get_by_role("button", name="确认决定"))
    expect(page.locator(".tb-notice--green")).to_contain_text("证照同时失效")
    axe(page)
    page.goto(f"/desk/licences/{licence.id}")
    expect(page.locator(".tb-notice--amber")).to_contain_text("比对记录确凿")
    axe(page)
    phone = visitor(viewport=PHONE, locale="en-GB")
    scan(phone, licence.token, "annulled")
    axe(phone)


def _the_holder_speaks(phone: Page, case_id: UUID, sign_in: Become, axe: Axe) -> None:
    """On a narrow screen, in the language that the reader chose, elder mode and print too."""
    sign_in(phone, "zhao-jianguo")
    phone.goto(f"/cases/{case_id}")
    expect(phone.locator(".tb-notice--amber").first).to_contain_text("部门拟终止您的证照")
    fits(phone)
    axe(phone)
    press(phone, phone.get_by_role("link", name="拟终止行政许可告知书"))
    expect(phone.locator("article")).to_contain_text("陈述、申辩")
    expect(phone.locator("article")).to_contain_text("校验码")
    fits(phone)
    axe(phone)
    phone.goto(f"/cases/{case_id}/speak")
    phone.locator("#words").fill("图是设计院给的，请再核对。")
    press(phone, phone.get_by_role("button", name="提交"))
    expect(phone.locator(".tb-notice--green")).to_contain_text("您的意见已提交")


def test_letters_by_post_are_printed_numbered_taken_in_and_shown_to_who_waits(
    page: Page, visitor: Visitor, city: object, sign_in: Become, axe: Axe
) -> None:
    town = Town()
    case_id = town.apply()
    mine = visitor(viewport=PHONE)
    sign_in(mine, "chen-xiao")
    mine.goto(f"/cases/{case_id}/delivery")
    axe(mine)
    fits(mine)
    mine.locator("input[name=delivery][value=mail]").check(force=True)
    press(mine, mine.locator("main form button"))
    expect(mine.locator(".govuk-error-summary")).to_be_focused()
    axe(mine)
    answer(mine, {"delivery-name": "陈晓", "delivery-phone": "13800000001", "delivery-address": "云川市江北区望江街道柳岸路18号"})
    press(mine, mine.locator("main form button"))
    town.accept(case_id)
    sign_in(page, "he-fang")
    press(page, page.locator(".tb-queues a", has_text="待寄送"))
    expect(page.locator("table")).to_contain_text("柳岸路18号")
    axe(page)
    page.locator("input[name^=tracking-]").fill("EMS 1099 0000")
    page.locator("#carrier").fill("邮政特快专递")
    press(page, page.get_by_role("button", name="登记寄出"))
    press(page, page.get_by_role("link", name="在途"))
    axe(page)
    page.locator("summary", has_text="已签收").click()
    press(page, page.get_by_role("button", name="已签收"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已登记 1 件")
    mine.goto(f"/cases/{case_id}")
    expect(mine.locator("#delivery")).to_contain_text("陈晓")
    fits(mine)
    axe(mine)
    assert mine.request.get(f"/cases/{case_id}/delivery.pdf").headers["content-type"] == "application/pdf"
