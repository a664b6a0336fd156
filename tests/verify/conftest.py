"""A city of this face alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page

from tests.browser import PHONE, shared
from tests.credentials.making import request as making
from tongban.credentials.acts import issue
from tongban.look import pages


@pytest.fixture(autouse=True)
def alone(settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.verify.urls"
    monkeypatch.setattr(pages, "builders", lambda: ())


@pytest.fixture
def issued(db):
    def make(**changes):
        with transaction.atomic():
            return issue(making(**changes))

    return make


@pytest.fixture(scope="module")
def browser() -> Browser:
    return shared()


@pytest.fixture
def phone(browser, live_server) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()
