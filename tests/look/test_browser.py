"""What a browser sees of the gallery: axe finds nothing, nothing is wider than its screen, targets and letters have their sizes, the script does its part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

import tongban
from tests.browser import shared

pytestmark = [pytest.mark.journey, pytest.mark.urls("tests.look.addresses")]
STATIC = Path(tongban.__file__).parent / "look" / "static"
ORIGIN = "http://look.test"


@pytest.fixture
def browser() -> Browser:
    return shared()


@pytest.fixture(autouse=True)
def _only_look(settings) -> Iterator[None]:
    from tongban.look.pages import builders

    settings.LOOK_CONTEXT = []
    settings.DEMO = True
    settings.MIDDLEWARE = ["tongban.house.middleware.content_security"]
    builders.cache_clear()
    yield
    builders.cache_clear()


@pytest.fixture
def visit(browser):
    contexts: list[BrowserContext] = []

    def go(page: str, *, width: int = 1360, answer=None, **cookies: str) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        context.add_cookies([{"name": name, "value": value, "url": ORIGIN} for name, value in cookies.items()])
        tab = context.new_page()
        tab.troubles = []
        tab.on("console", lambda message: tab.troubles.append(message.text) if message.type in {"error", "warning"} else None)
        tab.on("pageerror", lambda error: tab.troubles.append(str(error)))
        tab.route("**/*", lambda route: _answer(route, cookies, answer))
        tab.goto(f"{ORIGIN}/look/gallery/{page}")
        return tab

    yield go
    for context in contexts:
        context.close()


def _answer(route: Route, cookies: dict[str, str], answer) -> None:
    path = urlsplit(route.request.url).path
    if answer and answer(route, path):
        return
    if path.startswith("/static/"):
        route.fulfill(path=STATIC / path.removeprefix("/static/"))
        return
    client = Client()
    client.cookies.load(cookies)
    given = client.get(path)
    route.fulfill(status=given.status_code, body=given.content, headers={**given.headers})


MODES = [
    pytest.param({"width": 1360}, id="wide"),
    pytest.param({"width": 1360, "lang": "en"}, id="english"),
    pytest.param({"width": 375}, id="phone"),
    pytest.param({"width": 320, "lang": "en"}, id="small-phone-english"),
    pytest.param({"width": 375, "elder": "1"}, id="elder-phone"),
    pytest.param({"width": 1360, "elder": "1"}, id="elder"),
    pytest.param({"width": 1360, "size": "largest"}, id="largest"),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("page", ["parts", "home", "desk", "letter"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(visit, page, mode):
    tab = visit(page, **mode)
    found = Axe().run(tab).response["violations"]
    assert not [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not tab.troubles


def test_the_elder_mode_has_letters_of_24_and_targets_of_60(visit):
    tab = visit("parts", elder="1")
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    assert tab.locator("main p").first.evaluate(size) >= 24
    small = tab.evaluate(
        """() => [...document.querySelectorAll('main button, main input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea, .govuk-radios__item, .govuk-checkboxes__item, .tb-header__tools a, .tb-sizes button')]
        .map(node => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()]).filter(([, box]) => box.height && box.height < 59.9).map(([html]) => html)"""
    )
    assert not small
    assert (
        tab.evaluate(
            "() => Math.min(...[...document.querySelectorAll('main p, main dd, main li, main .govuk-hint')].map(node => parseFloat(getComputedStyle(node).fontSize)))"
        )
        >= 18
    )


def test_portal_and_desk_have_the_sizes_that_were_decided(visit):
    style = "node => [getComputedStyle(node).fontSize, getComputedStyle(node).lineHeight]"
    assert visit("parts").locator("body").evaluate(style) == ["18px", "31.5px"]
    desk = visit("desk").locator("body")
    size, line = desk.evaluate(style)
    assert float(size[:-2]) == pytest.approx(14, abs=0.05)
    assert float(line[:-2]) == pytest.approx(21, abs=0.1)


def test_a_line_of_the_portal_has_at_most_36_characters(visit):
    tab = visit("parts", width=1920)
    assert (
        tab.evaluate(
            "() => Math.max(...[...document.querySelectorAll('main p')].map(node => node.clientWidth / parseFloat(getComputedStyle(node).fontSize)))"
        )
        <= 48
    )
    assert (
        tab.evaluate(
            "() => { const node = document.querySelector('.tb-section p:not([class])'); return node.clientWidth / parseFloat(getComputedStyle(node).fontSize) }"
        )
        <= 36
    )


def test_the_page_loads_from_its_own_host_only(visit):
    asked: list[str] = []
    visit("parts", answer=lambda route, path: asked.append(route.request.url))
    assert asked
    assert all(url.startswith(ORIGIN) for url in asked)


def with_draft(visit, saved):
    """The parts page whose form is a draft; `saved` answers each saving."""

    def answer(route, path):
        if path == "/save":
            saved(route)
            return True
        if path == "/look/gallery/parts":
            given = Client().get(path)
            body = given.content.decode().replace('<form data-again action="#"', '<form data-autosave="/save" action="#"')
            route.fulfill(body=body, headers={**given.headers})
            return True
        return False

    return visit("parts", answer=answer)


def test_a_draft_is_saved_as_one_types(visit):
    bodies: list[str] = []

    def saved(route):
        bodies.append(route.request.post_data or "")
        route.fulfill(status=204, headers={"X-Saved": "14:02"})

    tab = with_draft(visit, saved)
    tab.fill("#text", "味来")
    expect(tab.locator("[data-autosave-status]")).to_have_text("已保存 14:02")
    assert len(bodies) == 1
    assert "味来" in bodies[0]


def test_what_was_typed_without_a_connection_comes_back(visit):
    online = False

    def saved(route):
        if online:
            route.fulfill(status=204, headers={"X-Saved": "14:05"})
        else:
            route.abort()

    tab = with_draft(visit, saved)
    tab.fill("#text", "味来餐饮店")
    tab.fill("#bank_account", "6222000000000000")
    expect(tab.locator("[data-autosave-status]")).to_contain_text("网络已断开")
    assert "6222" not in tab.evaluate("JSON.stringify(localStorage)")
    online = True
    tab.reload()
    assert tab.input_value("#text") == "味来餐饮店"
    assert tab.input_value("#bank_account") == ""
    expect(tab.locator("[data-autosave-status]")).to_have_text("已保存 14:05")
    assert tab.evaluate("localStorage.getItem('draft:/save')") is None


def test_a_refused_saving_says_so(visit):
    tab = with_draft(visit, lambda route: route.fulfill(status=409))
    tab.fill("#text", "味来")
    expect(tab.locator("[data-autosave-status]")).to_contain_text("未能保存")


def test_two_clicks_are_one_submission(visit):
    tab = with_draft(visit, lambda route: route.fulfill(status=204))
    tab.evaluate(
        "() => { window.sent = 0; addEventListener('submit', event => { if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); }); }"
    )
    button = tab.get_by_role("button", name="确认提交")
    button.evaluate("node => { node.click(); node.click(); }")
    assert tab.evaluate("window.sent") == 1


def test_the_desks_keys_act_walk_help_and_can_be_turned_off(visit):
    tab = visit("desk")
    tab.evaluate(
        "() => { window.done = []; document.querySelectorAll('[data-key]').forEach(each => each.addEventListener('click', event => { event.preventDefault(); window.done.push(each.dataset.key); })); }"
    )
    tab.keyboard.press("z")
    assert tab.evaluate("window.done") == ["z"]
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.classList.contains('tb-row')")
    tab.keyboard.press("?")
    assert tab.locator("#tb-keys").is_visible()
    assert "准予" in tab.locator("#tb-keys dl").inner_text()
    tab.get_by_label("停用快捷键").check()
    tab.keyboard.press("Escape")
    tab.keyboard.press("x")
    assert tab.evaluate("window.done") == ["z"]


def test_an_error_summary_takes_the_focus_and_leads_to_its_field(visit):
    tab = visit("parts")
    assert tab.evaluate("document.activeElement.className") == "govuk-error-summary"
    for link in tab.locator(".govuk-error-summary__list a").all():
        target = link.get_attribute("href")
        assert tab.locator(target).count() == 1
        assert tab.locator(target).evaluate("node => node.matches('input, select, textarea')")
