"""Whoever asks who looked at their data sees when their records were read with everybody's, from which registers and what for."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.town import Town
from tongban.benefits.acts import ask_for_run, carry_out

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.mark.parametrize(
    ("lang", "says", "register"), [("zh", "政策匹配", "户籍人口基本信息"), ("en", "matching with policies", "Household register")]
)
def test_a_run_over_everybody_stands_on_everybodys_page(town: Town, settings, tmp_path: Path, lang: str, says: str, register: str) -> None:
    settings.DATA = tmp_path
    client = Client()
    client.force_login(get_user_model().objects.get(login="li-min"))
    client.cookies["lang"] = lang
    assert says not in client.get("/my-data").content.decode()
    carry_out(ask_for_run("person", by="test"))
    page = client.get("/my-data").content.decode()
    assert says in page
    assert register in page
