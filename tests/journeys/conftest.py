"""Browser stories: a real browser against a whole city.

Every story gets the city new: a database copied from one that was published and populated once. Requests are answered by a server in this
process, so a story may also ask the rooms' reads; what the worker would do happens when the story calls `work()`.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests import databases
from tests.browser import chromium, is_required, shared

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
SHOWN = {"portal", "desk"}
PEOPLE, FIRMS, SEED = 60, 12, 7
TEMPLATE, STORY = "journey_template", "journey"

collect_ignore_glob = [] if chromium() or is_required() else ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore_glob:
        terminalreporter.section("NO CHROMIUM: THE BROWSER STORIES DID NOT RUN / 没有 Chromium，浏览器测试没有运行", red=True, bold=True)


@dataclass(frozen=True)
class Served:
    """The city of a story."""

    url: str


@pytest.fixture(scope="session")
def browser() -> Browser:
    return shared()


@pytest.fixture(scope="session")
def _template(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database with the published city and its people, made once."""
    from django.conf import settings

    from tongban.catalogue.acts import publish
    from tongban.house import population, worker

    with django_db_blocker.unblock():
        original = databases.current()
        databases.make(TEMPLATE)
        publish(settings.CITY, "house")
        population.populate(PEOPLE, FIRMS, SEED)
        worker.pass_time()
        databases.use(original)
    yield
    with django_db_blocker.unblock():
        for name in (STORY, TEMPLATE):
            databases.drop(name)


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    from django.core.wsgi import get_wsgi_application

    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def city(_template: None, _server: str, django_db_blocker: pytest.FixtureRequest, settings: object) -> Iterator[Served]:
    """The whole city, new for each story; codes on paper lead to this server."""
    settings.ORIGIN = _server
    with django_db_blocker.unblock():
        original = databases.current()
        databases.copy(TEMPLATE, STORY)
        databases.use(STORY)
        try:
            yield Served(_server)
        finally:
            databases.use(original)


@pytest.fixture
def visitor(browser: Browser, city: Served) -> Iterator[Callable[..., Page]]:
    """Somebody with a fresh browser of their own. A story fails when a page's script or its content security policy complains, or when a page asks another host."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and "Failed to load resource" not in said.text:
            complaints.append(said.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((city.url, "blob:", "data:")):
            complaints.append(f"asked another host: {request.url}")

    def come(**options: object) -> Page:
        context = browser.new_context(**{"base_url": city.url, "locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.on("weberror", lambda error: complaints.append(f"{error.page.url if error.page else ''}: {error.error}"))
        context.on("console", hear)
        context.on("request", watch)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(visitor: Callable[..., Page]) -> Page:
    """A page of a fresh browser."""
    return visitor()


@pytest.fixture
def work(city: Served) -> Callable[[], int]:
    """What the worker does: time's own acts, jobs, the record's sequence."""
    from tongban.house import worker

    return worker.pass_time


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """Become a demo person by one click."""

    def become(page: Page, login: str) -> None:
        page.goto("/demo/people")
        page.locator(f'button[name="login"][value="{login}"]').click()
        page.wait_for_load_state()
        assert "/demo/" not in page.url

    return become


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """No violation that axe-core can find."""

    def examine(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return examine


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keep a picture: with SHOTS=1 those that the README shows, in docs/screens/; with SHOTS=all the others too, in a temporary folder."""

    def take(page: Page, name: str) -> None:
        assert re.fullmatch(r"[a-z0-9-]+", name)
        wanted = os.environ.get("SHOTS")
        folder = SCREENS if name in SHOWN else Path(tempfile.gettempdir()) / "tongban-screens"
        if wanted == "all" or (wanted == "1" and name in SHOWN):
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return take
