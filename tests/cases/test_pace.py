"""How much one person may ask of the machine within a minute, and what they are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.cases.test_lifecycle import allowance, plan, restaurant
from tests.town import Town
from tongban.cases import acts
from tongban.cases.acts import pace
from tongban.exchange.models import Answer
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_uploads_are_taken_up_to_so_many_a_minute_and_then_it_says_when_to_go_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "UPLOADS", 3)  # one came with the application
    case_id, person = restaurant(town), town.actor("chen-xiao")
    clock.move_by(timedelta(seconds=20))
    for _ in range(2):
        acts.attach(case_id, "kitchen_plan", plan(), "图.jpg", actor=person)
    with pytest.raises(TooOftenError) as told:
        acts.attach(case_id, "kitchen_plan", plan(), "图.jpg", actor=person)
    assert 30 <= told.value.seconds <= 40
    assert f"{told.value.seconds} 秒后" in told.value.says.zh
    clock.move_by(timedelta(seconds=told.value.seconds))
    acts.attach(case_id, "kitchen_plan", plan(), "图.jpg", actor=person)


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
