"""Whatever happens between a person and the city, what was typed stays and what was sent is sent once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.walks import (
    ALLOWANCE,
    CARD,
    MOTHER,
    PREMISES,
    RESTAURANT,
    answer,
    applications,
    begin,
    choose_delivery,
    go_on,
    press,
    promise_and_send,
    section,
    stored,
    upload,
)

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Visitor = Callable[..., Page]
SEND = "form[action$='/send'] button"


@pytest.fixture
def at_check(page: Page, sign_in: Become) -> Page:
    """李敏 stands before the button."""
    sign_in(page, "li-min")
    case_id = begin(page, ALLOWANCE, MOTHER)
    section(page, case_id, "payment")
    answer(page, {"bank_account": CARD})
    go_on(page)
    choose_delivery(page)
    page.locator("#promise").check(force=True)
    return page


def one_application(login: str = "li-min") -> None:
    [case] = applications(login)
    assert case.state == "granted"


def test_a_double_click_sends_once(at_check: Page) -> None:
    with at_check.expect_navigation():
        at_check.locator(SEND).dblclick()
    expect(at_check.locator(".tb-confirm")).to_be_visible()
    one_application()


def test_two_posts_of_the_same_form_are_one_application(at_check: Page) -> None:
    form = at_check.locator("form[action$='/send']")
    fields = dict(form.evaluate("form => [...new FormData(form)]"))
    headers = {"Origin": at_check.url.split("/apply")[0]}
    address = form.get_attribute("action") or ""
    first, second = (at_check.request.post(address, form=fields, headers=headers) for _ in range(2))
    assert first.url == second.url
    assert first.ok and second.ok
    one_application()


def test_reloading_the_page_after_sending_sends_nothing_again(at_check: Page) -> None:
    press(at_check, at_check.locator(SEND))
    at_check.reload()
    expect(at_check.locator("main")).to_contain_text("高龄津贴")
    one_application()


def test_the_back_button_leads_to_what_was_sent_not_to_a_second_application(at_check: Page) -> None:
    press(at_check, at_check.locator(SEND))
    at_check.go_back()
    at_check.wait_for_load_state()
    if at_check.locator(SEND).count():
        choose_delivery(at_check)
        at_check.locator("#promise").check(force=True)
        press(at_check, at_check.locator(SEND))
    expect(at_check).to_have_url(re.compile(r"/cases/"))
    one_application()


def test_a_draft_that_was_begun_twice_is_one_draft(page: Page, sign_in: Become) -> None:
    sign_in(page, "li-min")
    assert begin(page, ALLOWANCE, MOTHER) == begin(page, ALLOWANCE, MOTHER)
    assert len(applications("li-min")) == 1


def test_two_tabs_that_disagree_are_shown_both_versions(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    other = page.context.new_page()
    section(other, case_id, "people")
    answer(page, {"safety_officer": "赵建国"})
    page.locator("button[name=leave]").click()
    expect(page).to_have_url(re.compile(r"/cases$"))
    answer(other, {"safety_officer": "陈晓"})
    go_on(other)
    expect(other.locator(".tb-notice--amber")).to_contain_text("另一个窗口改动了同样的内容")
    expect(other.locator(".tb-table tbody tr")).to_contain_text(["赵建国"])
    expect(other.locator(".tb-table tbody tr")).to_contain_text(["陈晓"])
    expect(other.locator("#safety_officer")).to_have_value("陈晓")
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国"
    other.locator("button[name=leave]").click()
    expect(other).to_have_url(re.compile(r"/cases$"))
    assert stored("chen-xiao", case_id)["safety_officer"] == "陈晓"


def test_typing_on_after_an_autosave_is_no_conflict_with_oneself(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    with page.expect_response(re.compile("/save$")):
        page.locator("#safety_officer").type("赵")
    page.locator("#safety_officer").type("建国", delay=30)
    page.locator("button[name=leave]").click()
    expect(page).to_have_url(re.compile(r"/cases$"))
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国"


def test_going_on_while_an_autosave_is_under_way_is_no_conflict_with_oneself(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")

    def slowly(route: Route) -> None:
        answered = route.fetch()
        page.wait_for_timeout(500)
        route.fulfill(response=answered)

    page.route("**/save", slowly)
    page.locator("#safety_officer").type("赵")
    page.wait_for_timeout(1500)
    page.locator("#safety_officer").type("建国")
    page.locator("button[name=leave]").click()
    expect(page).to_have_url(re.compile(r"/cases$"))
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国"


def test_a_change_in_another_tab_is_shown_before_anything_is_sent(at_check: Page) -> None:
    other = at_check.context.new_page()
    other.goto(at_check.url.replace("/check", "/payment"))
    answer(other, {"bank_account": "6222020000000000002"})
    go_on(other)
    press(at_check, at_check.locator(SEND))
    expect(at_check.get_by_role("alert")).to_contain_text("没有提交")
    expect(at_check.locator("main")).to_contain_text("6222020000000000002")
    promise_and_send(at_check)
    one_application()


def test_answers_in_a_tab_that_comes_too_late_are_shown_so_that_they_can_be_taken_along(at_check: Page) -> None:
    other = at_check.context.new_page()
    other.goto(at_check.url.replace("/check", "/payment"))
    press(at_check, at_check.locator(SEND))
    answer(other, {"bank_account": "6222020000000000002"})
    go_on(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("这项申请已经提交")
    expect(other.locator("main")).to_contain_text("6222020000000000002")
    one_application()


def test_what_is_typed_without_a_network_is_kept_and_saved_when_it_returns(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    page.context.set_offline(True)
    page.locator("#safety_officer").type("赵建国")
    expect(page.locator("[data-autosave-status]")).to_have_class(re.compile("tb-autosave--trouble"))
    page.context.set_offline(False)
    expect(page.locator("[data-autosave-status]")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国"


def test_what_is_typed_without_a_network_outlives_the_page(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    context = page.context
    # Not set_offline: it ends with the page, which may then still say what it has.
    context.route("**/save", lambda route: route.abort("internetdisconnected"))
    page.locator("#safety_officer").type("赵建国")
    expect(page.locator("[data-autosave-status]")).to_have_class(re.compile("tb-autosave--trouble"))
    page.close()
    assert not stored("chen-xiao", case_id).get("safety_officer")
    context.unroute("**/save")
    later = context.new_page()
    section(later, case_id, "shop")
    section(later, case_id, "people")
    expect(later.locator("#safety_officer")).to_have_value("赵建国")
    expect(later.locator("[data-autosave-status]")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国"


def test_a_page_that_is_sent_without_a_network_keeps_what_was_typed(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    page.context.set_offline(True)
    page.locator("#safety_officer").fill("赵建国")
    page.locator("button[name=leave]").click()
    expect(page.locator("#safety_officer")).to_have_count(0)
    page.context.set_offline(False)
    section(page, case_id, "people")
    expect(page.locator("#safety_officer")).to_have_value("赵建国")


def test_what_was_kept_on_the_device_does_not_come_back_over_what_was_saved_later(page: Page, sign_in: Become, visitor: Visitor) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    answer(page, {"safety_officer": "赵建国"})
    page.locator("button[name=leave]").click()
    expect(page).to_have_url(re.compile(r"/cases$"))
    phone = visitor()
    sign_in(phone, "chen-xiao")
    section(phone, case_id, "people")
    answer(phone, {"safety_officer": "陈晓"})
    phone.locator("button[name=leave]").click()
    expect(phone).to_have_url(re.compile(r"/cases$"))
    section(page, case_id, "people")
    expect(page.locator("#safety_officer")).to_have_value("陈晓")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_session_that_ended_in_the_middle_of_a_form_loses_nothing(visitor: Visitor, sign_in: Become, script: bool) -> None:
    page = visitor(java_script_enabled=script)
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    page.context.clear_cookies(name="sessionid")
    answer(page, {"safety_officer": "赵建国 <b>&\"'"})
    press(page, page.locator("button[name=leave]"))
    assert "/sign-in" in page.url
    press(page, page.locator("main a[href*='/demo/people']"))
    press(page, page.locator("button[value=chen-xiao]"))
    expect(page.get_by_role("heading", level=1)).to_have_text("您填的内容还在")
    press(page, page.locator("main form button"))
    expect(page).to_have_url(re.compile(r"/cases$"))
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国 <b>&\"'"
    assert len(applications("chen-xiao")) == 1


def test_a_session_that_ended_before_a_page_with_a_paper_keeps_the_words(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "business")
    answer(page, {"business": "restaurant"})
    page.locator("button[name=leave]").click()
    section(page, case_id, "shop")
    page.context.clear_cookies(name="sessionid")
    answer(page, {"property_no": PREMISES})
    upload(page, "kitchen_plan")
    go_on(page)
    press(page, page.locator("main a[href*='/demo/people']"))
    press(page, page.locator("button[value=chen-xiao]"))
    expect(page.locator("main")).to_contain_text("布局图.jpg")
    press(page, page.locator("main form button"))
    expect(page.locator("#property_no")).to_have_value(PREMISES)
    expect(page.locator(".govuk-error-summary")).to_contain_text("请上传这份材料。")


def test_sending_after_the_session_ended_is_offered_again_after_signing_in(at_check: Page) -> None:
    at_check.context.clear_cookies(name="sessionid")
    press(at_check, at_check.locator(SEND))
    press(at_check, at_check.locator("main a[href*='/demo/people']"))
    press(at_check, at_check.locator("button[value=li-min]"))
    press(at_check, at_check.locator("main form button"))
    expect(at_check.locator(".tb-confirm")).to_contain_text("已办结")
    one_application()


def test_two_answers_that_decide_given_one_after_the_other_on_a_slow_line_both_stand(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "business")
    answer(page, {"business": "restaurant"})
    expect(page.locator("[name=cold_dishes]").first).to_be_attached()

    def slowly(route: Route) -> None:
        answered = route.fetch()
        page.wait_for_timeout(600)
        route.fulfill(response=answered)

    page.route("**/*redraw=1", slowly)
    page.locator("[name=cold_dishes][value=no]").check(force=True)
    page.locator("[name=fresh_juice][value=no]").check(force=True)
    page.wait_for_timeout(2000)
    for name in ("cold_dishes", "fresh_juice"):
        expect(page.locator(f"[name={name}][value=no]")).to_be_checked()
