"""The door: who may come in, how often one may be wrong, and that nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from tongban.house import population
from tongban.house.entrance import attempts, unsent
from tongban.house.entrance.views import safe
from tongban.house.middleware import nothing_typed_is_lost
from tongban.kernel import clock

pytestmark = pytest.mark.usefixtures("town")
PASSWORD = "correct horse battery"


@pytest.fixture
def somebody():
    account = get_user_model().objects.get(login=population.people()[0].login)
    account.set_password(PASSWORD)
    account.save()
    return account


def signs_in(client: Client, **fields: str) -> HttpResponse:
    return client.post("/sign-in", {"login": "", "password": "", **fields})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_leads_back_to_the_page_one_came_from(client, somebody):
    answer = signs_in(client, login=somebody.login, password=PASSWORD, next="/cases?page=2")
    assert answer["Location"] == "/cases?page=2"
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_login_are_told_the_same(client, somebody):
    wrong = signs_in(client, login=somebody.login, password="guess")
    unknown = signs_in(client, login="nobody-here", password="guess")
    assert wrong.status_code == unknown.status_code == 422
    assert "登录名或密码不对" in wrong.content.decode()
    assert "登录名或密码不对" in unknown.content.decode()
    assert f'value="{somebody.login}"' in wrong.content.decode()


def test_after_six_failures_even_the_right_password_waits_a_quarter_of_an_hour(client, somebody):
    for _ in range(attempts.MOST_BY_LOGIN):
        assert signs_in(client, login=somebody.login, password="guess").status_code == 422
    assert signs_in(client, login=somebody.login.upper(), password="guess").status_code == 429
    assert signs_in(client, login=somebody.login, password=PASSWORD).status_code == 429
    clock.move_by(attempts.WITHIN)
    assert signs_in(client, login=somebody.login, password=PASSWORD).status_code == 302


def test_one_address_may_not_try_many_logins(client, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_BY_ADDRESS", 3)
    answers = [signs_in(client, login=f"guess-{n}", password="guess").status_code for n in range(4)]
    assert answers == [422, 422, 422, 429]


@pytest.mark.parametrize(
    ("proxies", "connects", "forwarded", "counted"),
    [
        ("", "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.0/8", "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.2", "1.1.1.1, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.0/8,2001:db8::/32", "2001:db8::1", "made up", "made up"),
    ],
)
def test_an_address_is_believed_from_declared_proxies_only(rf, proxies, connects, forwarded, counted):
    request = rf.post("/sign-in", REMOTE_ADDR=connects, headers={"X-Forwarded-For": forwarded})
    with override_settings(PROXIES=[ip_network(one) for one in proxies.split(",") if one]):
        assert attempts.address_of(request) == counted


def test_failures_of_one_client_do_not_lock_the_proxy_for_others(client, somebody, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_BY_ADDRESS", 2)
    behind = {"REMOTE_ADDR": "10.0.0.2"}
    with override_settings(PROXIES=[ip_network("10.0.0.0/8")]):
        for n in range(2):
            client.post("/sign-in", {"login": f"n{n}", "password": "x"}, headers={"X-Forwarded-For": "198.51.100.1"}, **behind)
        right = {"login": somebody.login, "password": PASSWORD}
        assert client.post("/sign-in", right, headers={"X-Forwarded-For": "198.51.100.1"}, **behind).status_code == 429
        assert client.post("/sign-in", right, headers={"X-Forwarded-For": "198.51.100.2"}, **behind).status_code == 302


def test_the_table_of_attempts_knows_no_login(client):
    signs_in(client, login="li-min", password="guess")
    kept = attempts.Attempt.objects.values_list("subject", flat=True)
    assert len(kept) == 2
    assert not [subject for subject in kept if b"li-min" in bytes(subject)]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "cases", "", "/sign-in?next=/x"]
)
def test_a_sign_in_never_leads_to_another_host(elsewhere):
    assert safe(RequestFactory().get("/"), elsewhere) == "/"


def test_signing_out_needs_a_form_and_ends_the_session(client, somebody):
    client.force_login(somebody)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)
    client.post("/sign-out")
    assert not is_in(client)


def ended(view: Callable[[HttpRequest], HttpResponse], client: Client, **headers: str) -> HttpResponse:
    """A form sent when the session had ended, through the middleware, in the client's own session."""
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().post("/apply/1/send", {"shop": "味来\n二店", "password": "x", "csrfmiddlewaretoken": "y"}, headers=headers)
    request.user = AnonymousUser()
    request.session = client.session
    request.COOKIES |= {name: one.value for name, one in client.cookies.items()}
    answer = nothing_typed_is_lost(view)(request)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return answer


def to_sign_in(_: HttpRequest) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": "/sign-in?next=/apply/1"})


def leave(client: Client, login: str) -> None:
    """Sign in, and let the session end."""
    signs_in(client, login=login, password=PASSWORD)
    client.cookies.pop("sessionid")


def test_what_was_typed_when_the_session_ended_is_offered_after_signing_in(client, somebody):
    leave(client, somebody.login)
    ended(to_sign_in, client, **{"Sec-Fetch-Site": "same-origin"})
    assert signs_in(client, login=somebody.login, password=PASSWORD, next="/apply/1")["Location"] == "/sign-in/unsent"
    page = client.get("/sign-in/unsent").content.decode()
    assert 'action="/apply/1/send"' in page
    assert "味来\n二店" in page
    assert 'name="password"' not in page
    assert client.get("/sign-in/unsent")["Location"] == "/"


def test_what_was_typed_is_never_offered_to_another_person_on_the_same_browser(client, somebody):
    other = get_user_model().objects.exclude(pk=somebody.pk).first()
    other.set_password(PASSWORD)
    other.save()
    leave(client, somebody.login)
    ended(to_sign_in, client, **{"Sec-Fetch-Site": "same-origin"})
    assert signs_in(client, login=other.login, password=PASSWORD, next="/cases")["Location"] == "/cases"
    assert "味来" not in client.get("/sign-in/unsent").content.decode()
    client.cookies.pop("sessionid")
    assert signs_in(client, login=somebody.login, password=PASSWORD, next="/cases")["Location"] == "/cases", "it was dropped, not passed on"


def test_words_of_nobody_are_not_kept(client, somebody):
    ended(to_sign_in, client, **{"Sec-Fetch-Site": "same-origin"})
    assert signs_in(client, login=somebody.login, password=PASSWORD, next="/cases")["Location"] == "/cases"


def test_a_made_up_note_of_who_was_in_is_worth_nothing(client, somebody):
    client.cookies["last-in"] = f"{somebody.pk}:made-up"
    ended(to_sign_in, client, **{"Sec-Fetch-Site": "same-origin"})
    assert signs_in(client, login=somebody.login, password=PASSWORD, next="/cases")["Location"] == "/cases"


def test_a_form_that_another_site_sent_is_never_offered_again(client, somebody):
    leave(client, somebody.login)
    ended(to_sign_in, client, **{"Sec-Fetch-Site": "cross-site"})
    assert signs_in(client, login=somebody.login, password=PASSWORD, next="/cases")["Location"] == "/cases"


@pytest.mark.parametrize("is_late", [False, True])
def test_what_was_typed_waits_a_quarter_of_an_hour_only(rf, client, somebody, is_late):
    leave(client, somebody.login)
    request = rf.post("/x", {"a": "1"}, headers={"Sec-Fetch-Site": "same-origin"})
    request.session, request.user = client.session, somebody
    request.COOKIES["last-in"] = client.cookies["last-in"].value
    unsent.keep(request, unsent.of(request))
    clock.move_by(attempts.WITHIN * 2 if is_late else attempts.WITHIN / 2)
    assert (unsent.take(request) is None) is is_late


def test_a_page_left_open_too_long_keeps_what_was_typed():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-out", {"remark": "写了很久"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403
    assert "写了很久" in answer.content.decode()
    foreign = strict.post("/sign-out", {"remark": "写了很久"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert "写了很久" not in foreign.content.decode()


def test_a_demo_person_enters_by_one_click_and_nobody_else_does(client):
    login = population.people()[0].login
    assert login in client.get("/demo/people").content.decode()
    assert client.post("/demo/sign-in", {"login": "root"}).status_code == 404
    assert not is_in(client)
    assert client.post("/demo/sign-in", {"login": login}).status_code == 302
    assert is_in(client)


def test_an_official_begins_at_the_desk_and_a_resident_at_the_portal(client):
    from tongban.house.devices.identities import identities

    groups = dict(identities())
    assert client.post("/demo/sign-in", {"login": groups["officials"][0].login, "next": "/"})["Location"] == "/desk/"
    assert client.post("/demo/sign-in", {"login": groups["residents"][0].login, "next": "/"})["Location"] == "/"


@pytest.mark.parametrize(
    ("method", "path"), [("get", "/demo/people"), ("get", "/demo/phone"), ("post", "/demo/sign-in"), ("post", "/demo/advance")]
)
def test_a_real_city_has_no_devices(client, method, path):
    with override_settings(DEMO=False):
        assert getattr(client, method)(path).status_code == 404
        assert "demo__notice" not in client.get("/sign-in").content.decode()
