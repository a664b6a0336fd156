"""A register is asked once whoever it concerns has agreed, and about a spouse once the police's register has said who that is."""

from __future__ import annotations

from uuid import UUID

import pytest

from tongban.cases import acts, reads
from tongban.cases.reads.clauses import clause_rows
from tongban.exchange import reads as exchange
from tongban.house.population import change_register
from tongban.house.stories.verbs import actor_of
from tongban.parties import reads as parties
from tongban.parties.core.identity import masked
from tongban.parties.core.people import Actor

pytestmark = [pytest.mark.django_db(databases=["default", "registers"]), pytest.mark.usefixtures("town")]

FREELY = {"household", "kin", "rent"}
OWN = {"homes", "cars", "income", "job", "paid"}
SPOUSES = {f"spouse_{need}" for need in OWN}


def begun() -> tuple[UUID, Actor]:
    actor = actor_of("su-yun")
    own = next(one for one in parties.principals(actor.person_id) if one.is_self)
    case_id = acts.start("rent-subsidy", actor=actor, principal_kind="person", principal_id=own.id)
    acts.gather(case_id, actor="test")
    return case_id, actor


def agree(case_id: UUID, actor: Actor, answer: str) -> None:
    acts.save(case_id, {"agrees": answer}, actor=actor, version=reads.form_view(case_id, actor).version)
    acts.gather(case_id, actor="test")


def asked(case_id: UUID) -> set[str]:
    return set(exchange.answers(case_id))


def marry(actor: Actor, spouse: str) -> None:
    own = parties.identifiers("person", actor.person_id)["id_number"]
    change_register("kinship", {"id_number": own, "spouse_name": "配偶", "spouse_id_number": spouse})


def spouse_number() -> str:
    return parties.identifiers("person", actor_of("dong-wei").person_id)["id_number"]


def test_before_anybody_agrees_only_what_needs_no_consent_is_asked() -> None:
    case_id, _ = begun()
    assert asked(case_id) == FREELY


def test_a_no_asks_nothing_more() -> None:
    case_id, actor = begun()
    agree(case_id, actor, "no")
    assert asked(case_id) == FREELY


def test_consent_asks_the_rest_and_about_a_spouse_whom_the_register_names() -> None:
    case_id, actor = begun()
    marry(actor, spouse_number())
    acts.gather(case_id, actor="test", only=["kin"], again=True)
    agree(case_id, actor, "yes")
    assert asked(case_id) == FREELY | OWN | SPOUSES
    assert exchange.answers(case_id)["spouse_cars"].is_for(spouse_number())


def test_where_there_is_no_spouse_nobody_is_asked_about_and_the_form_shows_no_such_line() -> None:
    case_id, actor = begun()
    marry(actor, "")
    acts.gather(case_id, actor="test", only=["kin"], again=True)
    agree(case_id, actor, "yes")
    assert asked(case_id) == FREELY | OWN
    assert not [one for one in reads.form_view(case_id, actor).prefilled if one.name.startswith("spouse_")]


def test_consent_taken_back_before_sending_makes_what_was_asked_unknown() -> None:
    case_id, actor = begun()
    agree(case_id, actor, "yes")
    agree(case_id, actor, "no")
    assert {one.state for one in reads.form_view(case_id, actor).prefilled if one.name.startswith("cars.")} == {"unknown"}


def test_a_line_about_a_spouse_says_whose_it_is() -> None:
    case_id, actor = begun()
    marry(actor, spouse_number())
    acts.gather(case_id, actor="test", only=["kin"], again=True)
    agree(case_id, actor, "yes")
    labels = [one.label.zh for one in reads.form_view(case_id, actor).prefilled if one.name.startswith("spouse_")]
    assert labels
    assert all(label.startswith("配偶的") for label in labels)


def test_the_number_of_a_spouse_is_masked_wherever_the_fact_is_shown() -> None:
    case_id, actor = begun()
    marry(actor, spouse_number())
    acts.gather(case_id, actor="test", only=["kin"], again=True)
    agree(case_id, actor, "yes")
    form = reads.form_view(case_id, actor)
    shown = [one.shown for one in form.prefilled if one.name == "kin.spouse_id_number"]
    shown += [shown for row in clause_rows(form.service, form.explanation) for label, shown, *_ in row.facts if "身份证号" in label.zh]
    assert len(shown) > 1
    assert {one.zh for one in shown} == {one.en for one in shown} == {masked(spouse_number())}
