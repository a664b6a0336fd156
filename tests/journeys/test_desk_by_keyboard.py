"""A case officer's day without a mouse: the ten commonest acts, each by its letter; and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.desk.making import Town
from tests.journeys.walks import press
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Visitor = Callable[..., Page]
WHY = "布局图没有标出洗消间，请补画。"


def at_desk(page: Page, sign_in: Become, login: str, case_id: UUID) -> None:
    sign_in(page, login)
    page.goto(f"/desk/cases/{case_id}")


def by_key(page: Page, key: str, *, words: str = "", before: Callable[[], None] = lambda: None) -> None:
    """The letter, the words, the button: keys only."""
    page.keyboard.press(key)
    page.wait_for_selector(".dk-form")
    before()
    if words:
        page.locator("#words").focus()
        page.keyboard.type(words)
    page.locator(".dk-form button.govuk-button").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".tb-notice--green")).to_be_visible()


def happened(case_id: UUID) -> list[str]:
    town = Town()
    return [event.act for event in cases.desk_case(case_id, town.actor("liu-yang")).case.events]


def choose(page: Page, name: str, value: str) -> Callable[[], None]:
    def do() -> None:
        radio = page.locator(f"[name={name}][value={value}]")
        radio.focus()
        page.keyboard.press("Space")

    return do


def test_the_ten_commonest_acts_need_no_mouse(page: Page, city: object, sign_in: Become) -> None:
    town = Town()
    case_id = town.apply()
    at_desk(page, sign_in, "liu-yang", case_id)
    by_key(page, "a")
    at_desk(page, sign_in, "qian-guohua", case_id)

    def to_liu() -> None:
        page.locator(".dk-form select").focus()
        page.keyboard.type("刘洋")

    by_key(page, "m", before=to_liu)
    at_desk(page, sign_in, "liu-yang", case_id)
    by_key(page, "p", words="图纸与回答一致。")

    def stop() -> None:
        choose(page, "field-kind", "testing")()
        page.locator("[name=field-days]").focus()
        page.keyboard.type("5")

    by_key(page, "t", words="抽样送检。", before=stop)
    clock.move_by(timedelta(days=1))
    by_key(page, "b", words="检验合格。")
    at_desk(page, sign_in, "qian-guohua", case_id)

    def five_days() -> None:
        page.locator("[name=field-days]").fill("")
        page.locator("[name=field-days]").focus()
        page.keyboard.type("5")

    by_key(page, "e", words="核查人员支援防汛。", before=five_days)
    assert happened(case_id)[1:] == ["accept", "assign", "step", "stop", "resume", "extend"]


@pytest.mark.parametrize(("key", "act"), [("c", "ask-correction"), ("n", "not-accept"), ("u", "not-needed")])
def test_what_comes_before_acceptance_needs_no_mouse(page: Page, city: object, sign_in: Become, key: str, act: str) -> None:
    case_id = Town().apply()
    at_desk(page, sign_in, "liu-yang", case_id)
    by_key(page, key, words=WHY)
    assert happened(case_id)[-1] == act


@pytest.mark.parametrize(("key", "act"), [("g", "grant"), ("x", "refuse"), ("r", "step")])
def test_the_decision_and_the_way_back_need_no_mouse(page: Page, city: object, sign_in: Become, key: str, act: str) -> None:
    town = Town()
    case_id = town.apply()
    town.to_decision(case_id)
    at_desk(page, sign_in, "sun-lihua", case_id)
    by_key(page, key, words="" if key == "g" else "现场与图纸不符。")
    assert happened(case_id)[-1] == act


def test_the_list_is_walked_and_a_case_is_found_without_a_mouse(page: Page, city: object, sign_in: Become) -> None:
    case_id = Town().apply()
    sign_in(page, "liu-yang")
    page.keyboard.press("/")
    page.keyboard.type("味来")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".tb-row")).to_have_count(1)
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert str(case_id) in page.url


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_session_that_ended_while_an_official_wrote_gives_the_words_back(
    visitor: Visitor, city: object, sign_in: Become, script: bool
) -> None:
    page = visitor(java_script_enabled=script)
    case_id = Town().apply()
    sign_in(page, "liu-yang")
    page.goto(f"/desk/cases/{case_id}/correction")
    page.context.clear_cookies(name="sessionid")
    page.locator("#words").fill(WHY)
    press(page, page.get_by_role("button", name="发出补正告知"))
    assert "/sign-in" in page.url
    press(page, page.locator("main a[href*='/demo/people']"))
    press(page, page.locator("button[value=liu-yang]"))
    expect(page.locator("main")).to_contain_text(WHY)
    press(page, page.locator("main form button"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已一次告知补正")


def test_words_outlive_a_restart_and_are_gone_once_the_act_was_done(page: Page, city: object, sign_in: Become) -> None:
    case_id = Town().apply()
    at_desk(page, sign_in, "liu-yang", case_id)
    page.goto(f"/desk/cases/{case_id}/correction")
    page.locator("#words").press_sequentially(WHY)
    page.context.set_offline(True)  # as while the web process restarts
    page.get_by_role("button", name="发出补正告知").click()
    page.context.set_offline(False)
    page.goto(f"/desk/cases/{case_id}/correction")
    expect(page.locator("#words")).to_have_value(WHY)
    press(page, page.get_by_role("button", name="发出补正告知"))
    expect(page.locator(".tb-notice--green")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('keep:')).length") == 0


def test_a_colleague_who_was_quicker_is_shown_beside_the_words(page: Page, city: object, sign_in: Become) -> None:
    town = Town()
    case_id = town.apply()
    at_desk(page, sign_in, "liu-yang", case_id)
    page.goto(f"/desk/cases/{case_id}/correction")
    page.locator("#words").fill(WHY)
    colleague = town.actor("liu-yang")
    acts.accept(case_id, actor=colleague, key=str(uuid7()), version=town.version(case_id, colleague))
    press(page, page.get_by_role("button", name="发出补正告知"))
    expect(page.locator("#kept-words")).to_have_value(WHY)
    expect(page.locator("main")).to_contain_text("受理")
