"""What the guide of a service tells before anybody has answered anything."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from tests.town import Town
from tongban.catalogue import reads as catalogue

pytestmark = pytest.mark.django_db


def test_a_paper_that_everybody_needs_is_told_from_one_that_some_answers_ask_for(town: Town) -> None:
    told = set()
    for service in catalogue.city().services.values():
        page = unescape(Client().get(f"/services/{service.id}").content.decode())
        for question in service.questions:
            if question.type == "file":
                told.add(question.show is None)
                assert f"{question.label.zh}（有的情况才要）" in page if question.show else f"{question.label.zh}（" not in page
    assert told == {True, False}


@pytest.mark.parametrize(("address", "ending"), [("/", "</li>"), ("/search?q=居住证", "</li>"), ("/services/residence-permit", "</main>")])
def test_a_limit_of_calendar_days_is_told_in_days_and_not_in_working_days(town: Town, address: str, ending: str) -> None:
    page = unescape(Client().get(address).content.decode())
    page = page.split("<main")[1]
    told = page if address.startswith("/services/") else page.split('href="/services/residence-permit"')[1]
    told = told.split(ending)[0]
    assert "10 日" in told or "自然日" in told
    assert "工作日" not in told


def test_an_english_page_calls_a_statute_by_its_english_name(town: Town) -> None:
    client = Client()
    client.cookies["lang"] = "en"
    page = unescape(client.get("/services/fire-safety-check").content.decode())
    assert "Fire Protection Law, article 15" in page
    assert "消防法" not in page
    assert "消防法 第十五条" in unescape(Client().get("/services/fire-safety-check").content.decode())
