"""A child is born: two other bodies' systems do the two parts, one after the other, and what the first gives is never asked for in the second."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cases.bundling import go_on, part, standings
from tests.cases.test_lifecycle import key, version
from tests.police import CHILD, REGISTERED, picture
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Case, Task
from tongban.docking import reads as docking
from tongban.exchange import reads as exchange
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
CARD = {"with_card": "yes", "bank": "rural-credit", "by_mail": "no"}


def born(town: Town, **answers: str) -> UUID:
    """The bundle, sent by the mother."""
    actor = town.actor("su-qing")
    case_id = acts.start("newborn", actor=actor, principal_kind="person", principal_id=actor.person_id)
    acts.gather(case_id, actor="test")
    for _ in range(2):
        acts.save(case_id, CHILD | CARD | answers, actor=actor, version=version(case_id))
    acts.attach(case_id, "certificate", picture(), "出生证明.jpg", actor=actor)
    acts.send(case_id, actor=actor, key=key(), version=version(case_id))
    return case_id


def registered(town: Town, case_id: UUID, records: dict[str, str] = REGISTERED) -> None:
    """Accepted at the window; the police's written result entered by hand."""
    case = part(case_id, "household")
    acts.accept(case.id, actor=town.actor("he-fang"), key=key(), version=case.version)
    task = Task.objects.get(case=case, is_open=True)
    assert task.system == "police-household"
    acts.enter_by_hand(task.id, actor=town.actor("gu-wen"), key=key(), records=records, words="凭派出所盖章的登记单录入")


def test_the_card_waits_for_the_registration_and_then_follows_by_itself(town: Town) -> None:
    case_id = born(town)
    assert standings(case_id) == {"household": "sent", "card": "waiting"}
    registered(town, case_id)
    assert part(case_id, "household").state == "granted"
    go_on(case_id)
    card = part(case_id, "card")
    assert (standings(case_id)["card"], card.state, card.parent_id) == ("sent", "received", case_id)
    acts.accept(card.id, actor=town.actor("he-fang"), key=key(), version=card.version)
    task = Task.objects.get(case=card, is_open=True)
    assert task.system == "social-insurance-card"
    assert docking.of_tasks([task.id])


def test_what_the_registration_gives_is_asked_in_neither_and_what_both_ask_is_asked_once(town: Town) -> None:
    case_id = born(town)
    registered(town, case_id)
    go_on(case_id)
    whole, household, card = Case.objects.get(pk=case_id), part(case_id, "household"), part(case_id, "card")
    assert "child_id" not in {*whole.answers, *household.answers, *card.answers}
    for name in ("child_name", "certificate_no"):
        assert whole.answers[name] == household.answers[name] == card.answers[name] == CHILD[name]
    assert "bank" not in household.answers
    assert (set(exchange.answers(household.id)), set(exchange.answers(card.id))) == ({"household", "family"}, {"household"})
    assert [entry.act for entry in ledger.entries(card.id) if entry.act.startswith("exchange.")] == ["exchange.reuse"]


def test_without_the_card_there_is_one_part_and_nobody_is_asked_for_a_bank(town: Town) -> None:
    case_id = born(town, with_card="no")
    assert standings(case_id) == {"household": "sent", "card": "left-out"}
    registered(town, case_id)
    acts.receive(part(case_id, "household").id, actor=town.actor("su-qing"), key=key())
    go_on(case_id)
    assert Case.objects.get(pk=case_id).state == "finished"


def test_a_child_that_is_not_registered_gets_no_card_and_its_mother_is_told_why(town: Town) -> None:
    case_id = born(town)
    registered(town, case_id, {"certificate": "differs", "result": "not-registered"})
    household = part(case_id, "household")
    acts.decide(household.id, "refuse", actor=town.actor("gu-wen"), key=key(), version=household.version, words="出生医学证明已作废。")
    go_on(case_id)
    assert standings(case_id)["card"] == "not-started"
    whole = Case.objects.get(pk=case_id)
    assert whole.state == "finished-without"
    letter = whole.letters.get()
    assert "出生医学证明已作废" in "".join(paragraph["zh"] for paragraph in letter.paragraphs)
