"""Every page for everybody: with a keyboard, a small screen, tired eyes, a slow line, on paper; and nothing from another host."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.cases.tickets.making import SERVICE, Hotline
from tests.desk.making import Town
from tests.journeys.walks import (
    ALLOWANCE,
    CARD,
    MOTHER,
    RESTAURANT,
    SIGN,
    answer,
    applications,
    begin,
    choose_delivery,
    go_on,
    press,
    section,
    upload,
)
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.models import Case
from tongban.credentials import reads as credentials
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
NARROW = {"width": 375, "height": 812}
NARROWEST = {"width": 320, "height": 700}
OPEN_PAGES = (
    "/",
    "/search?q=饭店",
    "/search?q=没有这样的事",
    "/services",
    f"/services/{RESTAURANT}",
    f"/services/{ALLOWANCE}",
    "/events/open-shop",
    "/events/get-married",
    "/policies",
    "/policies?q=没有这样的政策",
    "/policies/job-stability-refund",
    "/policies/graduate-living-subsidy/calculator",
    "/publicity",
)
OPEN_TOO = ("/tell", "/requests", "/performance", "/verify", "/sign-in", "/demo/people", "/demo/phone", "/nothing-here")


@pytest.fixture
def rich(page: Page, sign_in: Become, work: Callable[[], int]) -> list[str]:
    """陈晓 with a draft, a case under way and a licence, signed in; the addresses of all her pages."""
    town = Town()
    licensed = town.apply()
    town.to_decision(licensed)
    decider = town.actor("sun-lihua")
    acts.decide(licensed, "grant", actor=decider, key=str(uuid7()), version=town.version(licensed, decider), words="核查合格，准予许可。")
    under_way = town.apply()
    Case.objects.filter(pk=under_way).update(due_on=clock.today() - timedelta(days=3))  # late, as the public list of late cases shows it
    work()
    sign_in(page, "chen-xiao")
    draft = begin(page, SIGN)
    section(page, draft, "place")
    answer(page, {"own_shop": "no"})
    press(page, page.locator("button[name=leave]"))
    told = _told(town)
    work()
    view = cases.case_view(licensed, town.actor("chen-xiao"))
    [licence] = credentials.of_case(licensed)
    letters = [f"/cases/{licensed}/letters/{letter.id}" for letter in view.letters]
    mine = [f"/cases/{licensed}", f"/cases/{under_way}", f"/cases/{under_way}/withdraw", *letters, f"/licences/{licence.id}"]
    drafts = [
        f"/services/{RESTAURANT}/start",
        f"/apply/{draft}",
        f"/apply/{draft}/place",
        f"/apply/{draft}/drawings",
        f"/apply/{draft}/check",
        f"/apply/{draft}/discard",
    ]
    return [
        *OPEN_PAGES,
        *OPEN_TOO,
        *told,
        "/cases",
        "/licences",
        "/inbox",
        "/my-data",
        "/benefits",
        "/benefits/account",
        "/benefits/staff-rent-subsidy/review",
        *mine,
        *drafts,
    ]


def _told(town: Town) -> list[str]:
    """What 陈晓 told the city: the form, a ticket that is handled, one that was answered, one whose answer she has accepted."""
    hotline = Hotline(town)
    handled, answered, accepted = (hotline.tell("chen-xiao", address=f"北门巷{number}号") for number in (1, 2, 3))
    for one in (answered, accepted):
        hotline.answer(one, public_words="一处路灯已修好。")
    hotline.judge(accepted, fixed=True, satisfied=True, by="chen-xiao")
    return [f"/tell/{SERVICE}", "/tell/hazard-report", *(f"/cases/{one}" for one in (handled, answered, accepted))]


def _faults_of(page: Page, addresses: list[str], examine: Callable[[Page, str], list[str]]) -> list[str]:
    found: list[str] = []
    for address in addresses:
        page.goto(address)
        found += [f"{address}: {fault}" for fault in examine(page, address)]
    return found


def _axe(axe: Axe) -> Callable[[Page, str], list[str]]:
    def examine(page: Page, address: str) -> list[str]:
        try:
            axe(page)
        except AssertionError as found:
            return [str(found)]
        return []

    return examine


@pytest.mark.parametrize("way", ["lang=zh", "lang=en", "elder=1"])
def test_axe_finds_nothing_on_any_page(page: Page, rich: list[str], axe: Axe, way: str) -> None:
    if way == "lang=en":
        page.set_viewport_size(NARROW)
    page.goto(f"/look/set?{way}")
    assert _faults_of(page, rich, _axe(axe)) == []


def test_axe_finds_nothing_on_pages_with_errors(page: Page, sign_in: Become, axe: Axe) -> None:
    sign_in(page, "chen-xiao")
    draft = begin(page, SIGN)
    for section_id in ("place", "sign"):
        section(page, draft, section_id)
        go_on(page)
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        axe(page)
    page.goto(f"/apply/{draft}/check")
    page.locator("form[action$='/send'] button").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    axe(page)


@pytest.mark.parametrize("way", ["lang=zh", "lang=en", "elder=1", "size=largest", "lang=en&size=largest", "lang=en&elder=1&size=largest"])
def test_no_page_scrolls_sideways_at_375_and_at_320_px(page: Page, rich: list[str], way: str) -> None:
    page.goto(f"/look/set?{way}")

    def examine(page: Page, address: str) -> list[str]:
        found = []
        for size in (NARROW, NARROWEST):
            page.set_viewport_size(size)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{over} px too wide for {size['width']}"] if over > 0 else []
        return found

    assert _faults_of(page, rich, examine) == []


_SMALL_TEXT = """least => [...document.querySelectorAll('main *')].filter((one) => {
  const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const box = one.getBoundingClientRect();
  return own && box.width > 1 && box.height > 1 && !one.closest('svg, sup, .tb-seal, .govuk-visually-hidden, .tb-letter, template') && parseFloat(getComputedStyle(one).fontSize) < least;
}).map((one) => `${getComputedStyle(one).fontSize} ${one.className} ${one.textContent.trim().slice(0, 20)}`)"""
_SMALL_TARGETS = """least => [...document.querySelectorAll('main :is(button, summary, input:not([type=hidden]), select, textarea, a.govuk-button, .tb-card), header a, header button')].filter((one) => {
  const whole = one.closest('.govuk-radios__item, .govuk-checkboxes__item, .tb-header__tools') && one.closest('.govuk-radios__item, .govuk-checkboxes__item') || one;
  const box = whole.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && box.height < least - .5;
}).map((one) => `${one.getBoundingClientRect().height} ${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)}`)"""


def test_elder_mode_has_large_words_and_large_targets(page: Page, rich: list[str]) -> None:
    page.goto("/look/set?elder=1")

    def examine(page: Page, address: str) -> list[str]:
        body = float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
        return [
            *([f"words of {body} px"] if body < 24 else []),
            *page.evaluate(_SMALL_TEXT, 18),
            *page.evaluate(_SMALL_TARGETS, 60),
        ]

    assert _faults_of(page, [one for one in rich if not one.startswith("/demo/")], examine) == []


def test_every_target_is_44_px_without_elder_mode_too(page: Page, rich: list[str]) -> None:
    assert _faults_of(page, [one for one in rich if not one.startswith("/demo/")], lambda page, _: page.evaluate(_SMALL_TARGETS, 43)) == []


def test_the_size_of_words_can_be_chosen_and_stays(page: Page, sign_in: Become) -> None:
    sizes = []
    for size in ("标准", "大", "特大"):
        page.goto("/")
        page.get_by_role("button", name=size, exact=True).click()
        page.goto("/services")
        sizes.append(float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")))
    assert sizes == sorted(set(sizes))
    assert (sizes[0], sizes[-1]) == (18, pytest.approx(30, abs=0.2))


def test_elder_mode_is_named_in_the_header_and_left_there(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="长辈版").click()
    expect(page.locator("html")).to_have_class("portal elder size-normal")
    page.locator("header").get_by_role("link").filter(has_text="版").click()
    expect(page.locator("html")).to_have_class("portal size-normal")


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something with this text or id has the focus; whatever has it on the way is seen to have it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        has = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one.closest('.govuk-radios__item, .govuk-checkboxes__item') || one);
            const label = one.labels?.[0]?.textContent || '';
            return {what: `${one.id} ${one.textContent} ${label}`, seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2}; }"""
        )
        assert has["seen"], f"no visible focus on {has['what'].strip()[:60]}"
        if wanted in has["what"]:
            return
    pytest.fail(f"Tab never comes to {wanted}")


def test_an_application_needs_no_mouse(page: Page, sign_in: Become) -> None:
    sign_in(page, "li-min")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    _tab_to(page, "search-q")
    page.keyboard.type("老人补贴")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for step in ("高龄津贴", "开始办理"):
        _tab_to(page, step)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    _tab_to(page, "principal")
    for _ in range(3):
        if page.locator("#principal-2").is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label(MOTHER)).to_be_checked()
    for step in ("下一步", "下一步"):
        _tab_to(page, step)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    _tab_to(page, "bank_account")
    page.keyboard.type(CARD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _tab_to(page, "delivery")
    page.keyboard.press("Space")
    _tab_to(page, "promise")
    page.keyboard.press("Space")
    _tab_to(page, "提交申请")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".tb-confirm")).to_contain_text("已办结")
    assert len(applications("li-min")) == 1


def test_every_page_is_under_100_kb_with_all_that_it_loads(page: Page, rich: list[str]) -> None:
    sizes: dict[str, int] = {}

    def weigh(response: object) -> None:
        if response.status == 200:
            sizes[response.url] = len(gzip.compress(response.body(), 6))

    def examine(page: Page, address: str) -> list[str]:
        sizes.clear()
        page.reload()
        whole = sum(sizes.values())
        return [f"{whole} bytes"] if whole > 100_000 else []

    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("response", weigh)
    assert _faults_of(page, rich, examine) == []


def test_letter_and_licence_are_printed_without_what_belongs_to_the_screen(page: Page, rich: list[str]) -> None:
    for address in (one for one in rich if "/letters/" in one or one.startswith("/licences/")):
        page.goto(address)
        page.emulate_media(media="print")
        for gone in (".demo", ".tb-foot", ".tb-header__tools", ".govuk-back-link"):
            for one in page.locator(gone).all():
                expect(one).to_be_hidden()
        expect(page.locator("article")).to_be_visible()
        page.emulate_media(media="screen")


def test_a_correction_says_what_is_to_be_corrected_and_is_sent_again(
    page: Page, sign_in: Become, axe: Axe, work: Callable[[], int]
) -> None:
    town = Town()
    case_id: UUID = town.apply()
    officer = town.actor("liu-yang")
    acts.ask_correction(
        case_id,
        actor=officer,
        key=str(uuid7()),
        version=town.version(case_id, officer),
        questions=["kitchen_plan"],
        words="布局图看不清，请重传。",
    )
    work()
    sign_in(page, "chen-xiao")
    expect(page.locator(".tb-matters")).to_contain_text("需要补正")
    page.goto(f"/cases/{case_id}")
    expect(page.locator(".tb-notice--amber")).to_contain_text("布局图看不清，请重传。")
    axe(page)
    section(page, case_id, "shop")
    expect(page.locator(".tb-mark-correct")).to_have_count(1)
    axe(page)
    upload(page, "kitchen_plan", "布局图新.jpg")
    go_on(page)
    page.goto(f"/apply/{case_id}/check")
    axe(page)
    choose_delivery(page)
    page.locator("#promise").check(force=True)
    page.get_by_role("button", name="提交补正").click()
    expect(page.locator(".tb-confirm")).to_be_visible()
    [case] = applications("chen-xiao")
    assert case.state == "received"
