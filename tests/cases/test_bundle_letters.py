"""A bundle's letters: the one with all results is numbered, signed and on the record like any other, and how letters go is agreed once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.cases.bundling import draft, go_on, part, send, sent, through
from tests.cases.test_lifecycle import key
from tests.town import Town
from tongban.cases import acts
from tongban.cases.acts import Wish
from tongban.cases.models import Case, Event, Letter
from tongban.cases.reads import sending_of
from tongban.cases.reads.letters import recorded_text, standing_of
from tongban.credentials import reads as credentials
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
POST = Wish("mail", "陈晓", "13800000001", "云川市江北区望江街道柳岸路18号")
ALL = ("food", "sign", "fire")


def _where(cases: Iterable[Case]) -> dict[str, set[str]]:
    return {one.service: {letter.sending for letter in Letter.objects.filter(case=one)} for one in cases}


def test_the_one_letter_has_a_document_number_a_code_and_a_place_in_the_record(town: Town) -> None:
    case_id = sent(town)
    for alias in ("food", "fire"):
        through(town, case_id, alias)
    go_on(case_id)
    [letter] = Letter.objects.filter(case_id=case_id)
    assert letter.number == f"云市监并〔{letter.year}〕{letter.serial}号"
    signed = credentials.read_token(letter.token).letter
    assert signed is not None
    assert signed.number == letter.number
    digest = recorded_text(letter).digest()
    assert standing_of(letter.id, digest).state == "stands"
    [entry] = [one for one in ledger.entries(case_id) if (one.payload or {}).get("letters")]
    assert entry.payload["letters"] == {str(letter.id): digest.hex()}
    assert entry.payload["data"]["letter"] == str(letter.id)


def test_a_letter_that_a_part_writes_as_the_bundle_is_sent_stands_in_the_record_of_that_part_alone(town: Town) -> None:
    case_id = sent(town)
    sign = part(case_id, "sign")
    [letter] = Letter.objects.filter(case=sign)
    kept = {
        str(case.id): [one.payload["letters"] for one in ledger.entries(case.id) if (one.payload or {}).get("letters")]
        for case in (Case.objects.get(pk=case_id), *(part(case_id, alias) for alias in ALL))
    }
    assert kept.pop(str(sign.id)) == [{str(letter.id): recorded_text(letter).digest().hex()}]
    assert not any(kept.values())
    assert letter.serial is not None
    assert letter.token


def test_how_letters_go_is_agreed_once_for_the_bundle_and_holds_for_each_part(town: Town) -> None:
    case_id = draft(town)
    acts.wish_delivery(case_id, POST, actor=town.actor("chen-xiao"))
    send(town, case_id)
    assert [sending_of(part(case_id, alias).id).wish for alias in ALL] == [POST] * 3
    assert _where([part(case_id, "sign")]) == {"outdoor-sign": {"mail"}}
    through(town, case_id, "food")
    through(town, case_id, "fire")
    go_on(case_id)
    assert {letter.sending for letter in Letter.objects.filter(case_id=case_id)} == {"mail"}


@pytest.mark.parametrize("asked", ["bundle", "part"])
def test_choosing_anew_moves_the_letters_of_the_bundle_and_of_all_its_parts(town: Town, asked: str) -> None:
    case_id = draft(town)
    acts.wish_delivery(case_id, POST, actor=town.actor("chen-xiao"))
    send(town, case_id)
    at = case_id if asked == "bundle" else part(case_id, "food").id
    again = key()
    for _ in range(2):
        acts.choose_delivery(at, Wish("electronic"), actor=town.actor("chen-xiao"), key=again)
    cases = [Case.objects.get(pk=case_id), *(part(case_id, alias) for alias in ALL)]
    assert {case.delivery for case in cases} == {"electronic"}
    assert _where([part(case_id, "sign")]) == {"outdoor-sign": {""}}
    for case in cases:
        [event] = Event.objects.filter(case=case, act="choose-delivery")
        assert (event.data["from"], event.data["to"]) == ("mail", "electronic")
        assert len([one for one in ledger.entries(case.id) if one.act == "cases.choose-delivery"]) == 1
