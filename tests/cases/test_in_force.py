"""A service that is declared for a later day is not begun or sent before that day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.cases.test_lifecycle import restaurant, send
from tests.town import CITY, Town
from tongban.cases import acts
from tongban.cases.acts.apply import start
from tongban.cases.errors import NotOfferedError
from tongban.cases.models import Case
from tongban.catalogue.acts import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
FILE = "services/food-business-licence/service.yaml"


def declare(day: date) -> None:
    """Publish the city again, with the service in force from a day."""
    files = load(CITY)
    before, _, rest = files[FILE].partition(b"\nin_force: ")
    publish_texts(files | {FILE: before + b"\nin_force: " + day.isoformat().encode() + rest[len("2026-01-01") :]}, "tests")


def begin(town: Town) -> None:
    start("food-business-licence", actor=town.actor("chen-xiao"), principal_kind="firm", principal_id=town.firm("chen-xiao").id)


def test_it_begins_on_its_day_and_not_before(town: Town) -> None:
    declare(clock.today() + timedelta(days=1))
    with pytest.raises(NotOfferedError) as refused:
        begin(town)
    tomorrow = clock.today() + timedelta(days=1)
    assert f"{tomorrow.month}月{tomorrow.day}日" in refused.value.says.zh
    clock.move_by(timedelta(days=1))
    begin(town)


def test_a_draft_waits_for_the_day_and_keeps_what_was_filled_in(town: Town) -> None:
    case_id = restaurant(town)
    answers = Case.objects.get(pk=case_id).answers
    declare(clock.today() + timedelta(days=1))
    with pytest.raises(NotOfferedError):
        send(town, case_id, "chen-xiao")
    kept = Case.objects.get(pk=case_id)
    assert (kept.state, kept.answers) == ("draft", answers)
    clock.move_by(timedelta(days=1))
    acts.gather(case_id, actor="test")
    send(town, case_id, "chen-xiao")


def test_the_guide_says_from_when_and_offers_no_beginning(town: Town) -> None:
    browser = Client()
    guide = "/services/food-business-licence"
    assert "/start" in browser.get(guide).content.decode() or "开始办理" in browser.get(guide).content.decode()
    declare(clock.today() + timedelta(days=1))
    tomorrow, page = clock.today() + timedelta(days=1), browser.get(guide).content.decode()
    assert f"{tomorrow.year}年{tomorrow.month}月{tomorrow.day}日起" in page.replace(" ", "")
    assert "登录后办理" not in page
    browser.force_login(get_user_model().objects.get(pk=town.accounts["chen-xiao"]))
    begun = browser.get(f"{guide}/start")
    assert begun.status_code == 302
    assert begun["Location"] == guide
