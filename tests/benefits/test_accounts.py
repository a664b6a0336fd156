"""Where a subject is paid: who says so, who is told when it changes, and what of the number the record keeps."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from tests.benefits.conftest import GOOD, Town
from tests.benefits.living import ACCOUNT, QUICK, Life, people
from tests.catalogue.small_city import small_city
from tests.catalogue.test_policies import REDEMPTION
from tongban.benefits import acts
from tongban.benefits.acts.accounts import current, number_of
from tongban.benefits.acts.whose import subject_of
from tongban.benefits.errors import AccountKeptError, MatchNotFoundError
from tongban.kernel.ids import uuid7
from tongban.ledger.models import Entry
from tongban.messages.models import Message
from tongban.parties import acts as party_acts
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, NewPerson

pytestmark = pytest.mark.django_db
OTHER = "6222020000009999"
LOAN = QUICK.replace("policy: stall-aid", "policy: stall-loan").replace("stall-redemption", "loan-redemption")
MESSAGES = """
account-replaced: {text: {zh: "{service}的账户已更换。", en: "The account of {service} was replaced."}}
"""


@pytest.fixture
def life(town: Town) -> Life:
    told = people(town)
    more = {
        "policies/stall-loan.yaml": LOAN,
        "services/loan-redemption/service.yaml": REDEMPTION.replace("stall-redemption", "loan-redemption").replace(
            "000514901000", "000514902000"
        ),
        "messages.yaml": small_city()["messages.yaml"].decode().rstrip() + MESSAGES,
    }
    told.publish(QUICK, **more)
    told.town.match()
    return told


def agent(life: Life, *services: str) -> Actor:
    """Somebody who acts for the firm in these services."""
    id_ = uuid7()
    party_acts.enter_people([NewPerson(id_, "丁丁", "110101199003070759", "990201")], by="tests", source="tests")
    account = party_acts.open_account(person_id=id_, login=str(id_)[-12:], by="tests")
    party_acts.give_mandate(
        kind="agent",
        principal_kind="firm",
        principal_id=life.firms[GOOD],
        holder_id=id_,
        given_by=life.ann.person_id,
        ends=date(2026, 12, 20),
        scope=frozenset(services),
    )
    return parties.actor(account)


def paid_to(life: Life) -> str:
    held = current(subject_of("firm", life.firms[GOOD], "uscc"))
    return number_of(held) if held is not None else ""


def test_who_acts_in_one_service_gives_the_first_account_and_replaces_none(life: Life) -> None:
    dina = agent(life, "loan-redemption")
    with pytest.raises(MatchNotFoundError):
        acts.tell_account("firm", life.firms[GOOD], OTHER, actor=dina)
    acts.tell_account("firm", life.firms[GOOD], ACCOUNT, actor=life.ann)
    with pytest.raises(AccountKeptError):
        acts.claim(life.match(GOOD, "stall-loan"), dina, answers={"account": OTHER}, key="a")
    assert (paid_to(life), life.state(GOOD, "stall-loan")) == (ACCOUNT, "matched")
    acts.claim(life.match(GOOD, "stall-loan"), dina, answers={}, key="b")
    assert paid_to(life) == ACCOUNT


def test_who_acts_in_one_service_may_give_the_first_account(life: Life) -> None:
    acts.claim(life.match(GOOD, "stall-loan"), agent(life, "loan-redemption"), answers={"account": OTHER}, key="a")
    assert paid_to(life) == OTHER


def test_who_acts_in_everything_that_pays_may_replace_it_and_the_firm_is_told(life: Life) -> None:
    acts.tell_account("firm", life.firms[GOOD], ACCOUNT, actor=life.ann)
    assert not Message.objects.filter(template="account-replaced").exists()
    acts.tell_account("firm", life.firms[GOOD], OTHER, actor=agent(life, "loan-redemption", "stall-redemption"))
    told = Message.objects.get(template="account-replaced")
    assert (paid_to(life), told.to) == (OTHER, life.ann.person_id)


def test_the_digest_of_a_claim_is_none_of_the_account_number(life: Life) -> None:
    match = life.match()
    acts.claim(match, life.ann, answers={"account": ACCOUNT}, key="a")
    asked = ["claim", {"match": match, "answers": {"account": ACCOUNT}}]
    bare = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str, ensure_ascii=False).encode()).digest()
    assert bare not in {bytes(one) for one in Entry.objects.exclude(body_hash=None).values_list("body_hash", flat=True)}
