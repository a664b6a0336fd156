"""People and firms in the database: sealed, found by keyed hashes, entered once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from tests.parties.conftest import Town, code, number
from tongban.kernel.ids import uuid7
from tongban.parties import acts, reads
from tongban.parties.core.people import NewFirm, NewPerson
from tongban.parties.core.sealing import SealBrokenError
from tongban.parties.errors import AlreadyEnteredError, IdentityError, NoSuchPartyError
from tongban.parties.models import Person

pytestmark = pytest.mark.django_db


def test_the_database_holds_neither_name_nor_number_of_a_person(town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM parties_person WHERE id = %s", [town.wang_xiuying])
        row = cursor.fetchone()
    kept = b"|".join(bytes(cell) if isinstance(cell, memoryview | bytes) else str(cell).encode() for cell in row)
    assert "王秀英".encode() not in kept
    assert b"19420405" not in kept


def test_a_number_moved_to_another_persons_row_does_not_open(town: Town) -> None:
    stolen = Person.objects.get(pk=town.wang_xiuying).id_number
    Person.objects.filter(pk=town.chen_xiao).update(id_number=stolen)
    with pytest.raises(SealBrokenError):
        reads.identifiers("person", town.chen_xiao)


def test_a_person_is_found_by_number_however_it_is_typed(town: Town) -> None:
    typed = number(date(1942, 4, 5), 12)
    assert reads.by_id_number(f" {typed[:6]} {typed[6:].lower()}") == town.wang_xiuying
    assert reads.by_id_number(number(date(1942, 4, 5), 14)) is None


def test_a_number_belongs_to_one_person_and_the_batch_is_all_or_nothing(town: Town) -> None:
    again = NewPerson(uuid7(), "王秀英", number(date(1942, 4, 5), 12), "990101001")
    other = NewPerson(uuid7(), "孙丽", number(date(1980, 1, 1), 2), "990101001")
    with pytest.raises(AlreadyEnteredError):
        acts.enter_people([other, again], by="test", source="test")
    assert reads.by_id_number(other.id_number) is None


def test_a_wrong_number_is_refused_before_anything_is_written(town: Town) -> None:
    with pytest.raises(IdentityError):
        acts.enter_people([NewPerson(uuid7(), "孙丽", "990101198001010000", "990101001")], by="test", source="test")


def test_a_code_belongs_to_one_firm(town: Town) -> None:
    with pytest.raises(AlreadyEnteredError):
        acts.enter_firms([NewFirm(uuid7(), "另一家店", code(1), "990101001")], by="test", source="test")


def test_people_are_found_by_two_characters_of_their_name(town: Town) -> None:
    assert reads.people_named("秀英") == {town.wang_xiuying: "王秀英"}
    assert reads.people_named("秀英", area="990102") == {}
    assert reads.people_named("秀英", area="990100") == {town.wang_xiuying: "王秀英"}
    assert reads.people_named("王") == {}


def test_two_names_that_share_pairs_of_characters_are_told_apart(town: Town) -> None:
    two = NewPerson(uuid7(), "李敏李", number(date(1980, 1, 1), 2), "990101001")
    acts.enter_people([two], by="test", source="test")
    assert set(reads.people_named("敏李")) == {two.id}


def test_firms_are_found_by_a_part_of_their_name(town: Town) -> None:
    assert reads.firms_named("味来餐饮") == {town.shop: "云川市江北区味来餐饮店"}


def test_the_facts_of_a_person_are_those_of_the_number(town: Town) -> None:
    facts = reads.facts_of("person", town.wang_xiuying)
    assert facts["born"] == date(1942, 4, 5)
    assert facts["name"] == "王秀英"
    assert facts["kind"] == "person"
    assert facts["id_number"] == number(date(1942, 4, 5), 12)


def test_the_facts_of_a_firm_have_its_code(town: Town) -> None:
    assert reads.facts_of("firm", town.shop) == {"kind": "firm", "name": "云川市江北区味来餐饮店", "area": "990101001", "uscc": code(1)}


def test_names_come_in_one_statement(town: Town, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = reads.names("person", [town.li_min, town.chen_xiao, uuid7()])
    assert found == {town.li_min: "李敏", town.chen_xiao: "陈晓"}


def test_nobody_is_no_one(db: None) -> None:
    with pytest.raises(NoSuchPartyError):
        reads.facts_of("person", uuid7())


def test_kin_are_spouse_parents_children_and_siblings(town: Town) -> None:
    assert reads.kin(town.li_min) == {town.zhang_wei, town.wang_xiuying, town.li_xiaobao, town.li_qiang}
    assert reads.kin(town.zhang_wei) == {town.li_min}
    assert reads.kin(town.wang_xiuying) == {town.li_min, town.li_qiang}
    assert reads.kin(town.li_qiang) == {town.li_min, town.wang_xiuying}
    assert reads.kin(town.chen_xiao) == frozenset()


def test_every_entry_is_on_the_record_and_names_nobody(town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, payload::text FROM ledger_entry WHERE act LIKE 'parties.enter%%'")
        rows = cursor.fetchall()
    assert {act for act, _ in rows} == {"parties.enter-people", "parties.enter-kin", "parties.enter-firms"}
    assert not any("李" in payload for _, payload in rows)
