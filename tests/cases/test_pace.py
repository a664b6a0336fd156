"""How much one person may ask of the machine within a minute, and what they are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.test_lifecycle import allowance, plan, restaurant
from tests.town import Town
from tongban.cases import acts
from tongban.cases.acts import pace
from tongban.cases.models import Case, Upload
from tongban.exchange.models import Answer
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_uploads_are_taken_up_to_so_many_a_minute_and_then_the_page_says_when_to_go_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "UPLOADS", 2)  # one came with the application
    case_id = restaurant(town)
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=town.accounts["chen-xiao"]))

    def send() -> str:
        paper = SimpleUploadedFile("图.jpg", plan(), "image/jpeg")
        sent = {"version": Case.objects.get(pk=case_id).version, "asked": "kitchen_plan", "kitchen_plan": paper}
        return browser.post(f"/apply/{case_id}/shop", sent).content.decode()

    assert "秒后继续" not in send()
    refused = send()
    assert "秒后继续" in refused
    assert Upload.objects.filter(case_id=case_id).count() == 2
    clock.move_by(timedelta(minutes=1))
    assert "秒后继续" not in send()
    assert Upload.objects.filter(case_id=case_id).count() == 3


def test_a_program_with_a_token_is_not_slowed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "UPLOADS", 1)
    case_id = restaurant(town)
    acts.attach(case_id, "kitchen_plan", plan(), "图.jpg", actor=town.actor("chen-xiao"))


def test_what_one_person_does_slows_nobody_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "UPLOADS", 1)
    restaurant(town)
    with pytest.raises(TooOftenError):
        pace.check_uploads(town.actor("chen-xiao"))
    pace.check_uploads(town.actor("zhao-jianguo"))


def test_registers_are_asked_so_often_a_minute_and_a_page_says_when_to_go_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = allowance(town)
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=town.accounts["li-min"]))
    name = f"account:{town.accounts['li-min']}"
    acts.gather(case_id, actor=name, again=True)
    asked = Answer.objects.filter(actor=name).count()
    assert asked
    monkeypatch.setattr(pace, "QUESTIONS", asked + 1)
    assert browser.get(f"/apply/{case_id}").status_code == 200
    monkeypatch.setattr(pace, "QUESTIONS", asked)
    page = browser.get(f"/apply/{case_id}")
    assert page.status_code == 429
    assert 1 <= int(page["Retry-After"]) <= 60
    assert f"{page['Retry-After']} 秒后" in page.content.decode()
    clock.move_by(timedelta(minutes=1))
    assert browser.get(f"/apply/{case_id}").status_code == 200
