"""The fire safety check: on a promise it is granted with the papers complete and checked afterwards (消防法 第十五条); who does not promise is inspected first."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cases.bundling import DAILY, FIRE, INSPECTORS, PREMISES, SAFE, draft, part, standings
from tests.cases.bundling import send as send_bundle
from tests.cases.test_lifecycle import key, photo, plan, version
from tests.cases.walking import WHY, acts_of, last, open_task, the_case, working_days_later
from tests.town import Town
from tongban.cases import acts, reads
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

OWNER = "zhao-jianguo"


def asked_for(town: Town, *, promises: bool, **answers: str) -> UUID:
    """A fire check that was sent, on a promise or without one."""
    actor = town.actor(OWNER)
    case_id = acts.start("fire-safety-check", actor=actor, principal_kind="firm", principal_id=town.firm(OWNER).id)
    acts.save(case_id, FIRE | {"property_no": PREMISES} | answers, actor=actor, version=version(case_id))
    for question in ("floor_plan", "fire_rules"):
        acts.attach(case_id, question, plan(), f"{question}.jpg", actor=actor)
    acts.gather(case_id, actor="test")
    acts.choose_promise(case_id, actor=actor, chosen=promises)
    acts.send(case_id, actor=actor, key=key(), version=version(case_id))
    return case_id


def looked_at(town: Town, case_id: UUID, **found: str) -> None:
    """Two fire officers sign what they found."""
    task = open_task(case_id)
    photos = [photo(case_id)]
    for officer in INSPECTORS["fire"]:
        acts.check_promise(task.id, actor=town.actor(officer), key=key(), records=SAFE | found, photos=photos)


def test_with_the_papers_complete_a_promise_is_granted_as_it_is_sent_and_checked_within_twenty_working_days(town: Town) -> None:
    case_id = asked_for(town, promises=True)
    case, check = the_case(case_id), open_task(case_id)
    assert (case.state, case.way, case.decided_on) == ("granted", "promise", clock.today())
    assert [one.type for one in case.letters.order_by("id")] == ["promise", "decision-grant"]
    assert (check.purpose, check.step) == ("check", "inspection")
    assert check.step_due_on == catalogue.city().calendar.add_working(clock.today(), 20)
    view = reads.case_view(case_id, town.actor(OWNER))
    assert {row.id for row in view.clauses if row.is_promised} == {"ways_clear", "equipment_works", "staff_trained"}
    looked_at(town, case_id)
    assert (last(case_id).data["finding"], the_case(case_id).state) == ("kept", "granted")


def test_who_does_not_promise_is_inspected_before_anything_is_decided(town: Town) -> None:
    case_id = asked_for(town, promises=False)
    assert (the_case(case_id).state, the_case(case_id).way) == ("received", "ordinary")
    assert the_case(case_id).letters.count() == 0


def test_what_the_papers_themselves_do_not_meet_no_promise_grants(town: Town) -> None:
    case_id = asked_for(town, promises=True, seats="51", exits="1")
    assert the_case(case_id).state == "received"
    assert not acts_of(case_id).count("grant")


def test_a_false_promise_is_put_right_in_three_days_or_annulled_once_the_holder_was_heard(town: Town) -> None:
    case_id = asked_for(town, promises=True)
    looked_at(town, case_id, ways="blocked")
    again = open_task(case_id)
    assert (again.purpose, again.step_due_on) == ("recheck", catalogue.city().calendar.add_working(clock.today(), 3))
    looked_at(town, case_id, ways="blocked")
    assert (open_task(case_id).purpose, the_case(case_id).state) == ("annul", "granted")
    working_days_later(6)
    done = acts.annul(case_id, "annul", actor=town.actor("gu-qing"), key=key(), version=version(case_id), words=WHY)
    assert done.state == "annulled"
    assert credentials.of_case(case_id)[0].ended is not None


def test_in_a_bundle_the_fire_check_is_granted_on_the_promise_and_the_food_part_with_cold_dishes_is_visited(town: Town) -> None:
    assert DAILY["cold_dishes"] == "yes"
    case_id = draft(town)
    acts.choose_promise(case_id, actor=town.actor("chen-xiao"), chosen=True)
    send_bundle(town, case_id)
    assert (part(case_id, "fire").state, part(case_id, "fire").way) == ("granted", "promise")
    assert (part(case_id, "food").state, part(case_id, "food").way) == ("received", "ordinary")
    assert standings(case_id)["sign"] == "sent"
    assert open_task(part(case_id, "fire").id).purpose == "check"
