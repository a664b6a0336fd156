"""Somebody comes to the counter: who they are is found, checked, and on the record."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

import pytest

from tests.counter.making import appoint, attend, attendance_of, clerk, fill, number_of, person
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.acts.attend import LOOKS
from tongban.cases.errors import AttendanceOverError, CaseNotFoundError, MayNotError, OwnCaseError, UncheckedError
from tongban.cases.models import Attendance
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError
from tongban.kernel.ids import citizen_id_check, uuid7
from tongban.ledger.models import Entry
from tongban.parties import acts as parties_acts
from tongban.parties import reads as parties
from tongban.parties.errors import AlreadyEnteredError, IdentityError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def nobodys(county: str = "990101") -> str:
    body = f"{county}19500101999"
    return body + citizen_id_check(body)


def test_who_has_no_account_is_found_by_the_number_on_the_card_and_acts_in_their_own_name(town: Town) -> None:
    elder = attend(town)
    assert (elder.name, elder.person_id, elder.posts) == ("周德福", person("zhou-defu"), ())
    assert elder.assistant is not None
    assert (elder.assistant.name, elder.assistant.identity, elder.assistant.has_account) == ("何芳", "counter", False)
    assert elder.account_id == clerk(town).account_id, "the record names the account that did it"


def test_a_card_reader_types_blanks_and_full_width_digits(town: Town) -> None:
    typed = " ".join(number_of("zhou-defu").translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}))
    assert acts.look_up(typed, clerk=clerk(town)) is not None


def test_a_number_that_cannot_be_one_is_told_so_and_one_that_nobody_has_is_nobodys(town: Town) -> None:
    with pytest.raises(IdentityError):
        acts.look_up("99010119380214001X", clerk=clerk(town))
    assert acts.look_up(nobodys(), clerk=clerk(town)) is None
    assert not Attendance.objects.exists()


def test_each_look_is_on_record_and_the_person_sees_it_also_when_nothing_came_of_it(town: Town) -> None:
    attendance = acts.look_up(number_of("zhou-defu"), clerk=clerk(town))
    (seen,) = reads.attendances_of(person("zhou-defu"))
    assert (seen.id, seen.clerk_name, seen.department, seen.checked_at) == (attendance, "何芳", "data-bureau", None)
    entry = Entry.objects.get(act="cases.look-up")
    assert entry.actor == f"account:{clerk(town).account_id}"
    assert "周德福" not in str(entry.payload)


def test_before_a_document_was_looked_at_nothing_is_done_for_anybody(town: Town) -> None:
    attendance = acts.look_up(number_of("zhou-defu"), clerk=clerk(town))
    assert attendance is not None
    with pytest.raises(AttendanceOverError):
        reads.attended(attendance, clerk(town))
    for wrong in ("", "a friend says so", "spoken"):
        with pytest.raises(UncheckedError):
            acts.check_document(attendance, wrong, clerk=clerk(town))


def test_by_telephone_a_name_is_known_and_no_document(town: Town) -> None:
    caller = attend(town, channel="phone", document="spoken")
    assert caller.assistant is not None
    assert (caller.assistant.identity, caller.assistant.document) == ("named", "spoken")


def test_an_attendance_ends_with_goodbye_with_the_day_and_with_the_post(town: Town) -> None:
    elder = attend(town)
    acts.leave(attendance_of(elder), clerk=clerk(town))
    acts.leave(attendance_of(elder), clerk=clerk(town))
    with pytest.raises(AttendanceOverError):
        reads.attended(attendance_of(elder), clerk(town))
    again = attend(town)
    clock.move_by(timedelta(days=1))
    with pytest.raises(AttendanceOverError):
        reads.attended(attendance_of(again), clerk(town))
    today = attend(town)
    parties_acts.end_post(clerk(town).posts[0].id, by=None, last_day=clock.today() - timedelta(days=1))
    with pytest.raises(AttendanceOverError):
        reads.attended(attendance_of(today), clerk(town))
    with pytest.raises(MayNotError):
        acts.look_up(number_of("zhou-defu"), clerk=clerk(town))


def test_another_clerk_does_not_act_by_a_colleagues_attendance(town: Town) -> None:
    elder = attend(town)
    appoint("xu-jing")
    with pytest.raises(CaseNotFoundError):
        reads.attended(attendance_of(elder), town.actor("xu-jing"))
    with pytest.raises(CaseNotFoundError):
        acts.leave(attendance_of(elder), clerk=town.actor("xu-jing"))


@pytest.mark.parametrize("login", ["liu-yang", "li-min", "shen-yi"])
def test_who_has_no_counter_attends_to_nobody(town: Town, login: str) -> None:
    with pytest.raises(MayNotError):
        acts.look_up(number_of("zhou-defu"), clerk=town.actor(login))
    with pytest.raises(MayNotError):
        acts.search("周德福", clerk=town.actor(login))


def test_a_counter_of_one_street_attends_to_its_own_people(town: Town) -> None:
    appoint("xu-jing", area="990101004")
    assert acts.look_up(number_of("zhou-defu"), clerk=town.actor("xu-jing")) is not None
    with pytest.raises(MayNotError):
        acts.look_up(number_of("li-min"), clerk=town.actor("xu-jing"))


def test_nobody_attends_to_themselves_or_a_relative(town: Town) -> None:
    with pytest.raises(OwnCaseError):
        acts.look_up(number_of("he-fang"), clerk=clerk(town))
    appoint("zhao-jianmin")
    with pytest.raises(OwnCaseError):
        acts.look_up(number_of("zhao-jianguo"), clerk=town.actor("zhao-jianmin"))
    assert not Attendance.objects.exists()


def test_a_relative_behind_a_stranger_is_found_when_the_application_begins(town: Town) -> None:
    appoint("zhao-jianmin")
    brother = town.actor("zhao-jianmin")
    attendance = acts.look_up(number_of("chen-xiao"), clerk=brother)
    assert attendance is not None
    acts.check_document(attendance, "id-card", clerk=brother)
    agent = reads.attended(attendance, brother)
    with pytest.raises(OwnCaseError):
        acts.start("food-business-licence", actor=agent, principal_kind="firm", principal_id=town.firm("chen-xiao").id)


def test_somebody_new_is_entered_from_the_card_once(town: Town) -> None:
    attendance = acts.enter("夏 侯明", nobodys(), "990101001", "id-card", clerk=clerk(town))
    newcomer = reads.attended(attendance, clerk(town))
    assert newcomer.name == "夏 侯明"
    assert parties.by_id_number(nobodys()) == newcomer.person_id
    assert fill(newcomer)
    with pytest.raises(AlreadyEnteredError):
        acts.enter("夏侯明", nobodys(), "990101001", "id-card", clerk=clerk(town))


@pytest.mark.parametrize(("name", "document", "channel"), [("", "id-card", "window"), ("某", "", "window"), ("某", "spoken", "phone")])
def test_nobody_is_entered_without_a_name_or_a_card(town: Town, name: str, document: str, channel: str) -> None:
    with pytest.raises(UncheckedError):
        acts.enter(name, nobodys(), "990101001", document, clerk=clerk(town), channel=channel)
    assert parties.by_id_number(nobodys()) is None


def test_somebody_of_another_city_is_sent_on_and_not_entered(town: Town) -> None:
    with pytest.raises(MayNotError):
        acts.enter("外地人", nobodys("880101"), "880101001", "id-card", clerk=clerk(town))
    assert parties.by_id_number(nobodys("880101")) is None


def test_a_clerk_cannot_go_through_the_whole_town(town: Town) -> None:
    number = number_of("zhou-defu")
    for _ in range(LOOKS):
        acts.look_up(number, clerk=clerk(town))
    with pytest.raises(TooOftenError):
        acts.look_up(number, clerk=clerk(town))


def test_looking_for_cases_is_on_record(town: Town) -> None:
    case_id = fill(attend(town))
    assert acts.search("周德福", clerk=clerk(town)) == (), "a draft is nobody's but the applicant's"
    assert Entry.objects.filter(act="cases.search").count() == 1
    assert case_id


def test_an_attendance_of_nobody_is_not_found(town: Town) -> None:
    with pytest.raises(CaseNotFoundError):
        reads.attended(uuid5(uuid7(), "none"), clerk(town))
