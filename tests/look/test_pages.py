"""Pages, preferences and the gallery, by Django's client."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory, override_settings

from tongban.kernel import clock
from tongban.look import preferences
from tongban.look.pages import render

pytestmark = pytest.mark.urls("tests.look.addresses")


@pytest.fixture(autouse=True)
def _only_look(settings):
    from tongban.look.pages import builders

    settings.LOOK_CONTEXT = []
    settings.DEMO = True
    settings.MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
    builders.cache_clear()
    yield
    builders.cache_clear()


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("page", ["parts", "home", "desk", "letter"])
@pytest.mark.parametrize("cookies", [{}, {"lang": "en"}, {"elder": "1", "size": "largest"}])
def test_the_gallery_shows_every_component(client, page, cookies):
    client.cookies.load(cookies)
    answer = client.get(f"/look/gallery/{page}")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'<html lang="{"en" if cookies.get("lang") else "zh-Hans"}"' in text
    assert ("elder" in re.search(r'<html[^>]* class="([^"]*)"', text).group(1).split()) == ("elder" in cookies)
    assert not re.search(r"<script(?![^>]*src=)", text), "inline script"
    assert not re.search(r"\son\w+=", text), "inline handler"


def test_the_gallery_does_not_exist_in_a_real_city(client):
    with override_settings(DEMO=False, DEBUG=False):
        assert client.get("/look/gallery").status_code == 404


def test_an_unknown_gallery_page_does_not_exist(client):
    assert client.get("/look/gallery/secrets").status_code == 404


@pytest.mark.parametrize("page", ["home", "desk"])
def test_a_page_with_its_style_and_script_is_light(client, page):
    import tongban

    static = Path(tongban.__file__).parent / "look" / "static"
    text = client.get(f"/look/gallery/{page}").content
    named = re.findall(r'(?:href|src)="/static/([^"]+)"', text.decode())
    assert len(named) == 5
    assert len(gzip.compress(text)) + sum(len(gzip.compress((static / name).read_bytes())) for name in named) <= 60_000


@pytest.mark.parametrize(
    ("asked", "cookie"), [("lang=en", ("lang", "en")), ("elder=1", ("elder", "1")), ("size=largest", ("size", "largest"))]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_preference_is_set_by_link_and_by_form(client, asked, cookie, method):
    name, value = asked.split("=")
    answer = getattr(client, method)("/look/set", {name: value, "next": "/x?y=1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/x?y=1"
    assert answer.cookies[cookie[0]].value == cookie[1]
    assert answer.cookies[cookie[0]]["samesite"] == "Lax"


@pytest.mark.parametrize(
    "where", ["//evil.test/", "https://evil.test/", "javascript:alert(1)", "/\\evil.test", "evil", "", "/\t/evil.test", "///evil.test"]
)
def test_the_way_back_leads_to_this_host_only(client, where):
    assert client.get("/look/set", {"lang": "en", "next": where})["Location"] == "/"


def test_an_unknown_value_sets_nothing(client):
    answer = client.get("/look/set", {"lang": "de", "size": "huge", "elder": "yes", "next": "/"})
    assert not answer.cookies


def test_a_strange_cookie_is_the_default():
    request = RequestFactory().get("/")
    request.COOKIES.update({"lang": "xx", "size": "9", "elder": "true"})
    assert preferences.of(request) == preferences.Preferences()


def test_what_the_house_adds_is_on_every_page_and_the_page_wins(settings):
    from tongban.look.pages import builders

    settings.LOOK_CONTEXT = ["tests.look.addresses.house"]
    builders.cache_clear()
    answer = render(RequestFactory().get("/somewhere?x=1"), "look/gallery_letter.html", texts="look/gallery", now_=clock.now(), status=201)
    text = answer.content.decode()
    assert answer.status_code == 201
    assert "测试城" in text
    assert "%3Fx%3D1" in text
    assert "no-store" in answer["Cache-Control"]
