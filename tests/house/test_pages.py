"""What every page carries, what the devices do, and what is shown when something fails."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.urls import path

from tongban.catalogue import reads as catalogue
from tongban.house import failures, urls
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError
from tongban.kernel.text import Text
from tongban.messages.acts import deliver, send

pytestmark = pytest.mark.usefixtures("town")
SAYS = Text(zh="别人先改了这件事。", en="Somebody else changed this first.")


def conflict(_: HttpRequest) -> None:
    raise ConflictError(SAYS)


def fault(_: HttpRequest) -> None:
    raise ZeroDivisionError


class Broken:
    """The city's addresses, and two that fail."""

    urlpatterns = [path("conflict", conflict), path("api/conflict", conflict), path("fault", fault), *urls.urlpatterns]
    handler404, handler500 = urls.handler404, urls.handler500


def test_a_page_may_load_nothing_from_elsewhere_and_run_nothing_written_into_it(client):
    answer = client.get("/sign-in")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    page = answer.content.decode()
    assert " style=" not in page
    assert "<script>" not in page


def test_pages_travel_compressed_and_stay_small(client):
    answer = client.get("/demo/people", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 100_000
    assert "演示环境" in gzip.decompress(answer.content).decode()


def test_the_strip_says_that_the_city_is_made_up_by_its_published_name(client):
    page = client.get("/sign-in").content.decode()
    assert f"演示环境 · {catalogue.city().title.zh}为虚构城市 · 数据均为生成" in page
    client.cookies["lang"] = "en"
    assert f"Demonstration · {catalogue.city().title.en} is a fictional city" in client.get("/sign-in").content.decode()


@pytest.mark.parametrize("days", [1, 5])
def test_the_clock_moves_by_working_days_of_the_citys_own_calendar(client, days, monkeypatch):
    monkeypatch.setattr("tongban.house.worker.pass_time", lambda: 0)  # its acts want the outermost transaction
    before = clock.today()
    assert client.post("/demo/advance", {"days": str(days), "next": "/performance"})["Location"] == "/performance"
    assert catalogue.city().calendar.working_between(before, clock.today()) == days


@pytest.mark.parametrize("days", ["", "0", "-5", "400", "x"])
def test_the_clock_takes_no_other_step(client, days):
    before = clock.now()
    assert client.post("/demo/advance", {"days": days}).status_code == 404
    assert clock.now() - before < timedelta(minutes=1)


def test_the_phone_shows_what_the_city_sent(client):
    from tongban.house import population
    from tongban.parties import reads as parties

    person = parties.actor(population.people()[0].account_id)
    message = send(person.person_id, "note", Text(zh="您的申请已收到。", en="Your application has arrived."), case_id=None, urgent=True)
    deliver(message)
    for page in (client.get("/demo/phone"), client.get("/demo/phone", headers={"HX-Request": "true"})):
        assert "您的申请已收到。" in page.content.decode()
        assert person.name in page.content.decode()
    assert "<html" not in client.get("/demo/phone", headers={"HX-Request": "true"}).content.decode()


def test_an_error_that_a_person_may_be_told_is_a_page_in_their_language(client):
    with override_settings(ROOT_URLCONF=Broken):
        answer = client.get("/conflict")
        assert answer.status_code == 409
        assert SAYS.zh in answer.content.decode()
        client.cookies["lang"] = "en"
        assert SAYS.en in client.get("/conflict").content.decode()


def test_a_program_is_told_the_same_as_json(client):
    with override_settings(ROOT_URLCONF=Broken):
        answer = client.get("/api/conflict")
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json() == {"title": SAYS.en, "title_zh": SAYS.zh, "status": 409}


def test_our_own_fault_is_admitted_with_a_code_that_stands_in_the_log_too(client, caplog):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=Broken):
        answer = client.get("/fault")
    assert answer.status_code == 500
    code = (
        caplog.records[-1].args[0]
        if caplog.records[-1].name == "tongban.failures"
        else next(r.args[0] for r in caplog.records if r.name == "tongban.failures")
    )
    assert code in answer.content.decode()
    assert "ZeroDivision" not in answer.content.decode()


def test_the_page_for_our_own_fault_needs_no_database(django_db_blocker):
    with django_db_blocker.block():
        answer = failures.broken(RequestFactory().get("/"))
    assert answer.status_code == 500


def test_an_unknown_address_is_a_page_too(client):
    answer = client.get("/nowhere/at/all")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_the_check_for_machines_reaches_the_database(client):
    assert client.get("/healthz").content == b"ok"
