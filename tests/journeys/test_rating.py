"""What people say about how they were served: a bad rating is put right, late and for all to see; a refusal is reviewed by others; what is published names nobody."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.desk.making import Town
from tests.journeys.test_counter import come
from tests.journeys.walks import answer, go_on, press, promise_and_send
from tongban.cases import acts
from tongban.cases.acts.tally import tally_months
from tongban.cases.core.ratings import month_of
from tongban.cases.models import Rating
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Visitor = Callable[..., Page]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]
WORDS = "窗口两次说法不一样，跑了两趟。"
NARROW = (375, 320)


def decided(outcome: str = "grant") -> UUID:
    """陈晓's restaurant after four officials' hands."""
    town = Town()
    case_id = town.apply()
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, outcome, actor=decider, key=str(uuid7()), version=town.version(case_id, decider), words="已核查。")  # type: ignore[arg-type]
    return case_id


def rate(page: Page, level: str, words: str = "") -> None:
    """Choose a level and send it; nothing is chosen before."""
    expect(page.locator("[name=level]:checked")).to_have_count(0)
    page.locator(f"[name=level][value='{level}']").check(force=True)
    if words:
        if not page.locator("#words").is_visible():
            page.locator("details:has(#words) summary").click()
        page.locator("#words").fill(words)
    press(page, page.get_by_role("button", name="提交评价"))


def do_step(page: Page, case_id: UUID, label: str, words: str, **records: str) -> None:
    """One step of a case at the desk, by its button."""
    page.goto(f"/desk/cases/{case_id}")
    press(page, page.locator("a.govuk-button", has_text=label))
    for name, value in records.items():
        page.locator(f"[name=record-{name}][value={value}]").check(force=True)
    page.locator("#words").fill(words)
    press(page, page.locator(".dk-form button.govuk-button").last)
    expect(page.locator(".tb-notice--green")).to_have_count(1)


def test_a_bad_rating_is_put_right_late_and_everybody_sees_what_they_may(
    page: Page, visitor: Visitor, sign_in: Become, axe: Axe, shot: Shot, work: Callable[[], int]
) -> None:
    case_id = decided()
    work()
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    expect(page.locator("#rating")).to_contain_text("可以不评。经办人看不到是谁评的。")
    axe(page)
    shot(page, "rating-form")
    press(page, page.get_by_role("button", name="提交评价"))
    expect(page.locator(".govuk-error-message")).to_contain_text("请选一个评价等级")
    axe(page)
    rate(page, "1", WORDS)
    expect(page.locator("#rating")).to_contain_text("已经立案核实")
    press(page, page.get_by_role("link", name="看处置办到哪一步"))
    redress = UUID(page.url.rsplit("/", 1)[1])
    expect(page.locator("#told")).to_contain_text("部门不知道是谁评的，也不知道是哪一件。")
    axe(page)

    work()
    handler = visitor()
    sign_in(handler, "liu-yang")
    handler.goto(f"/desk/cases/{case_id}")
    expect(handler.locator("main")).not_to_contain_text("差评")
    expect(handler.locator("main")).not_to_contain_text(WORDS)
    assert handler.goto(f"/desk/cases/{redress}").status == 404  # type: ignore[union-attr]

    clock.move_by(timedelta(days=12))
    work()
    boss = visitor()
    sign_in(boss, "xie-lan")
    boss.goto("/desk/supervision")
    expect(boss.locator(".dk-late")).to_contain_text("市场监管局")
    axe(boss)
    shot(boss, "supervision-late")

    officer = visitor()
    sign_in(officer, "tang-min")
    officer.goto(f"/desk/cases/{redress}")
    expect(officer.locator("main")).to_contain_text("匿名评价")
    expect(officer.locator("main")).to_contain_text(WORDS)
    for hidden in ("陈晓", "味来"):
        expect(officer.locator("main")).not_to_contain_text(hidden)
    axe(officer)
    do_step(officer, redress, "通过：核实", "两次答复不一致，属实。", finding="at-once")
    do_step(officer, redress, "答复评价人", "已统一答复口径，向您道歉。")
    do_step(boss, redress, "通过：回访", "已电话联系。", reached="satisfied")
    do_step(boss, redress, "通过：复核", "已经改正。", verdict="settled")
    boss.goto("/desk/supervision")
    expect(boss.locator(".dk-watch")).to_contain_text("没有超期的。")
    page.goto(f"/cases/{redress}")
    expect(page.locator("main")).to_contain_text("已办结")
    expect(page.locator("main")).to_contain_text("已统一答复口径，向您道歉。")


def test_at_the_counter_a_code_is_scanned_and_the_counter_learns_nothing(
    page: Page, visitor: Visitor, sign_in: Become, axe: Axe, shot: Shot
) -> None:
    case_id = decided()
    sign_in(page, "he-fang")
    come(page, "chen-xiao")
    press(page, page.locator(f"a[href$='/cases/{case_id}/hand-out']"))
    axe(page)
    shot(page, "counter-code")
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".ct-rating svg").screenshot())))
    before = page.locator("main").inner_text()
    for level in ("4", "1"):
        phone = visitor(viewport={"width": 375, "height": 812}, java_script_enabled=level == "4")
        phone.goto(code.text)
        expect(phone.locator("main")).to_contain_text("评一评这件事")
        for secret in ("陈晓", "味来", str(case_id)):
            expect(phone.locator("body")).not_to_contain_text(secret)
        rate(phone, level)
        expect(phone.locator(".tb-confirm")).to_be_visible()
        if level == "4":
            axe(phone)
    assert Rating.objects.get().level == 4, "the second is not counted, and reads the same"
    page.reload()
    assert page.locator("main").inner_text() == before


def test_a_refusal_is_reviewed_by_others_and_decided_anew(page: Page, visitor: Visitor, sign_in: Become, axe: Axe, shot: Shot) -> None:
    case_id = decided("refuse")
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text("行政复议")
    press(page, page.get_by_role("button", name="申请决定复核"))
    draft = UUID(page.url.rsplit("/", 1)[1])
    axe(page)
    page.goto(f"/apply/{draft}/reasons")
    answer(page, {"what": "facts", "why": "决定前一天房屋用途已改为商业，登记已更新。"})
    go_on(page)
    page.goto(f"/apply/{draft}/check")
    axe(page)
    shot(page, "review-check")
    promise_and_send(page)

    reviewer = visitor()
    sign_in(reviewer, "gu-an")
    do_step(reviewer, draft, "通过：法制审查", "登记在决定前已变更。", opinion="changed")
    head = visitor()
    sign_in(head, "qian-guohua")
    head.goto(f"/desk/cases/{draft}")
    axe(head)
    do_step(head, draft, "纠正", "原决定依据的用途已经变更。")

    page.goto(f"/cases/{draft}")
    expect(page.locator("main")).to_contain_text("关于哪件事")
    page.goto(f"/cases/{case_id}")
    expect(page.locator(".tb-notice, .tb-tag, .tb-clock").filter(has_text="审查中").first).to_be_visible()
    axe(page)


def given(levels: Sequence[int], *, department: str, service: str) -> None:
    """Ratings of this month."""
    for level in levels:
        Rating.objects.create(
            month=month_of(clock.today()), department=department, service=service, channel="online", given_by="portal", level=level
        )


@pytest.mark.parametrize("way", ["lang=zh", "lang=en", "elder=1"])
def test_what_is_published_holds_everywhere_and_on_paper(page: Page, axe: Axe, shot: Shot, way: str) -> None:
    page.goto(f"/look/set?{way}")
    page.goto("/ratings")
    axe(page)
    given((5, 5, 4, 3, 2, 1), department="market-regulation", service="food-business-licence")
    given((5, 5, 5, 4, 4), department="civil-affairs", service="old-age-allowance")
    given((1, 1), department="urban-management", service="outdoor-sign")
    month: date = month_of(clock.today())
    clock.move_by(timedelta(days=32))
    tally_months()
    for path in ("/ratings", f"/ratings/{month:%Y-%m}"):
        page.goto(path)
        assert page.locator(".tb-indicator").count() >= 5
        axe(page)
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    shot(page, f"ratings-{way.replace('=', '-')}")
    for one in page.locator(".tb-indicator").all():
        href = one.get_attribute("href") or ""
        assert href.startswith("#")
        assert page.locator(href).count() == 1, "a number opens the list that it is counted from"
    page.emulate_media(media="print")
    expect(page.locator(".tb-indicator").first).to_be_visible()
    expect(page.locator(".tb-foot")).to_be_hidden()


def test_a_case_is_rated_without_script_and_on_a_small_screen(visitor: Visitor, sign_in: Become) -> None:
    case_id = decided()
    page = visitor(java_script_enabled=False, viewport={"width": 320, "height": 700})
    sign_in(page, "chen-xiao")
    page.goto(f"/cases/{case_id}")
    rate(page, "5")
    expect(page.locator("#rating")).to_contain_text("您评的是“非常满意”")
    assert Rating.objects.get().level == 5
