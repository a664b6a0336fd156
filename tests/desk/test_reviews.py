"""Reviews of a no on the officials' lists: what was asked, what the machine had said, and the amount that a person says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from tests.desk.making import Town
from tests.desk.test_exports import rows_of
from tests.desk.test_redeeming import DECIDER, POLICY, STRANGER, text
from tongban.benefits import acts
from tongban.benefits.acts import going
from tongban.benefits.models import Match, Review
from tongban.cases import acts as cases
from tongban.cases.models import Case
from tongban.exchange import acts as exchange
from tongban.house.worker import round_once
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
Desk = Callable[[str], Client]
OWNER = "zhao-jianguo"


@pytest.fixture(autouse=True)
def _data(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def review(town: Town) -> Review:
    """Nobody can tell how many are insured, so neither how much."""
    exchange.suspend("human-resources/social-insurance")
    actor = town.actor(OWNER)
    firm = next(one for one in parties.principals(actor.person_id) if one.kind == "firm")
    case_id = acts.ask_review(POLICY, actor, words="有五名员工参保", key="r", principal_id=firm.id)
    return Review.objects.get(case_id=case_id)


def granted(town: Town, review: Review) -> Review:
    case = Case.objects.get(pk=review.case_id)
    cases.decide(case.pk, "grant", actor=town.actor(DECIDER), key=str(uuid7()), version=case.version, words="看过参保名单")
    going.sweep()
    return review


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_review_stands_on_its_list_on_its_page_and_in_the_file(town: Town, desk: Desk, review: Review, lang: str) -> None:
    client = desk(DECIDER)
    client.cookies["lang"] = lang
    listed = text(client.get("/desk/redeeming?list=reviews"))
    here = f"/desk/redeeming/reviews/{review.pk}"
    assert here in listed
    assert f"/desk/{review.case_id}" in listed or str(review.case_id) in listed
    assert ("待定" if lang == "zh" else "to be said") in listed
    [_, row] = rows_of(client, "/desk/redeeming?list=reviews")
    assert (review.number in row, "有五名员工参保" in row) == (True, True)
    page = text(client.get(here))
    assert "有五名员工参保" in page
    assert f'data-keep="{here}/amount"' in page
    assert ("人工复核" if lang == "zh" else "Reviews") in text(client.get("/desk/redeeming"))


def test_the_amount_is_said_and_the_granted_review_goes_on(town: Town, desk: Desk, review: Review) -> None:
    client, here = desk(DECIDER), f"/desk/redeeming/reviews/{granted(town, review).pk}"
    assert "已认定，等金额" in text(client.get("/desk/redeeming?list=reviews"))
    assert here in text(client.get(f"/desk/cases/{review.case_id}"))
    said = client.post(f"{here}/amount", {"amount": "5,000.05", "words": "五人，按第二档"})
    assert said["Location"] == f"{here}?done=amount"
    round_once()
    match = Match.objects.get(case_id=review.case_id)
    assert (match.amount, match.state) == (5000_05, "publicised")
    page = text(client.get(said["Location"]))
    assert f"/desk/redeeming/{match.pk}" in page
    assert f'data-kept="{here}/amount"' in page
    assert here not in text(client.get("/desk/redeeming?list=reviews"))
    late = text(client.post(f"{here}/amount", {"amount": "1", "words": "x"}), 409)
    assert "已经办结" in late


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("五千", "请填写元数"),
        ("1.005", "请填写元数"),
        ("0", "金额要大于零"),
        ("-5", "金额要大于零"),
        ("10000.01", "超过政策的上限 10,000 元"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(desk: Desk, review: Review, typed: str, says: str) -> None:
    here = f"/desk/redeeming/reviews/{review.pk}"
    page = text(desk(DECIDER).post(f"{here}/amount", {"amount": typed, "words": "五人"}), 422)
    assert re.search(rf'id="amount-error".*?{says}', page, re.DOTALL)
    assert f'value="{typed}"' in page
    assert "五人" in page
    assert Review.objects.get().amount is None


def test_an_amount_needs_words(desk: Desk, review: Review) -> None:
    page = text(desk(DECIDER).post(f"/desk/redeeming/reviews/{review.pk}/amount", {"amount": "5000", "words": " "}), 422)
    assert 'id="words-error"' in page


def test_another_department_neither_sees_nor_says(desk: Desk, review: Review) -> None:
    here = f"/desk/redeeming/reviews/{review.pk}"
    for login in (STRANGER, "tang-li"):
        assert desk(login).get(here).status_code == 403, login
        assert desk(login).post(f"{here}/amount", {"amount": "1", "words": "x"}).status_code == 403, login
    assert desk(DECIDER).get(f"/desk/redeeming/reviews/{uuid7()}").status_code == 404
    assert Review.objects.get().amount is None


def test_who_asked_reads_that_the_amount_is_being_worked_out(town: Town, desk: Desk, review: Review) -> None:
    client = desk(OWNER)
    granted(town, review)
    assert "金额还在核算" in text(client.get(f"/cases/{review.case_id}"))
    assert "金额正在核算" in text(client.get(f"/benefits?for=firm:{review.principal_id}"))
    acts.set_amount(UUID(str(review.pk)), town.actor(DECIDER), amount=5000_00, words="五人")
    round_once()
    assert "金额还在核算" not in text(client.get(f"/cases/{review.case_id}"))
