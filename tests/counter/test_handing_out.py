"""Results of every channel are handed out at one window: to whom, on which document, against which signature."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import version as seen
from tests.counter.making import appoint, attend, clerk, key, pad, person, taken_in
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import AddressMissingError, CaseNotFoundError, OwnCaseError, SignatureMissingError, WrongStateError
from tongban.cases.models import Case, Event, Mailing
from tongban.cases.reads import counter
from tongban.kernel import clock
from tongban.messages import reads as messages
from tongban.parties.acts.mandates import give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

TO = acts.MailTo("周德福", "云川市江北区望江路1号", "099-1234567")


def granted_online(town: Town) -> UUID:
    """A restaurant's licence, applied for online and granted."""
    case_id = UUID(str(to_decision(town)))
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=seen(case_id), words="核查合格")
    return case_id


def signed(case_id: UUID, actor: object) -> UUID:
    return acts.keep_signature(case_id, pad(), actor=actor)


def test_what_was_applied_for_online_is_collected_at_the_counter(town: Town) -> None:
    case_id = granted_online(town)
    agent = attend(town, "chen-xiao")
    assert [row.id for row in reads.waiting_for(agent).results] == [case_id]
    done = acts.collect(case_id, actor=agent, key=key(), signature=signed(case_id, agent))
    assert done.state == "delivered"
    event = Event.objects.get(case_id=case_id, act="deliver")
    assert (event.data["how"], event.data["to"], event.actor) == ("window", "陈晓", person("chen-xiao"))
    assert event.data["signature"]
    assert event.data["assisted"]["document"] == "id-card"
    assert Case.objects.get(pk=case_id).channel == "online", "how it came does not change with how its result goes"


def test_nothing_is_handed_out_without_a_signature_before_a_decision_or_to_a_stranger(town: Town) -> None:
    case_id = UUID(str(to_decision(town)))
    agent = attend(town, "chen-xiao")
    with pytest.raises(SignatureMissingError):
        acts.collect(case_id, actor=agent, key=key())
    with pytest.raises(WrongStateError):
        acts.collect(case_id, actor=agent, key=key(), copy_at="A3 柜")
    stranger = attend(town)
    with pytest.raises(CaseNotFoundError):
        acts.collect(case_id, actor=stranger, key=key(), copy_at="A3 柜")
    with pytest.raises(CaseNotFoundError):
        acts.print_result(case_id, "…01", actor=stranger, key=key())


def test_handing_out_twice_is_once_and_later_it_is_a_copy(town: Town) -> None:
    case_id = granted_online(town)
    agent = attend(town, "chen-xiao")
    same = key()
    first = acts.collect(case_id, actor=agent, key=same, copy_at="A3 柜")
    assert acts.collect(case_id, actor=agent, key=same, copy_at="A3 柜") == first
    assert Event.objects.filter(case_id=case_id, act="deliver").count() == 1
    acts.collect(case_id, actor=agent, key=key(), copy_at="A3 柜")
    assert Event.objects.filter(case_id=case_id, act="copy").count() == 1


def test_who_holds_a_mandate_for_the_service_collects_and_the_person_is_told(town: Town) -> None:
    parent = town.parent("li-min").id
    daughter = attend(town, "li-min")
    case_id = acts.start("old-age-allowance", actor=daughter, principal_kind="person", principal_id=parent)
    acts.gather(case_id, actor="test")
    acts.save(case_id, {"bank_account": "6222020000000000001"}, actor=daughter, version=1)
    form = reads.form_view(case_id, daughter)
    acts.confirm(case_id, actor=daughter, version=form.version, how="paper", copy_at="A3 柜")
    acts.send(case_id, actor=daughter, key=key(), version=form.version)
    acts.collect(case_id, actor=daughter, key=key(), copy_at="A3 柜")
    assert "collected-for-you" in {one.template for one in messages.inbox(parent)}


def test_a_mandate_for_another_service_collects_nothing(town: Town) -> None:
    case_id = granted_online(town)
    give_mandate(
        kind="agent",
        principal_kind="firm",
        principal_id=town.firm("chen-xiao").id,
        holder_id=person("li-min"),
        given_by=person("zhao-jianguo"),
        ends=clock.today() + timedelta(days=9),
        scope=frozenset({"outdoor-sign"}),
    )
    agent = attend(town, "li-min")
    assert reads.waiting_for(agent).results == ()
    with pytest.raises(CaseNotFoundError):
        acts.collect(case_id, actor=agent, key=key(), copy_at="A3 柜")


def test_each_print_is_on_the_record(town: Town) -> None:
    case_id = granted_online(town)
    agent = attend(town, "chen-xiao")
    acts.collect(case_id, actor=agent, key=key(), copy_at="A3 柜")
    acts.print_result(case_id, "许可证 1", actor=agent, key=key())
    event = Event.objects.get(case_id=case_id, act="print")
    assert event.data["document"] == "许可证 1"
    assert event.data["assisted"]["by"] == "何芳"


def test_what_waits_to_be_collected_is_listed_until_it_is(town: Town) -> None:
    elder = attend(town)
    done = taken_in(elder, result_by="window")
    (row,) = counter.to_hand_out(clerk(town), "window").rows
    assert row.case.number == done.number
    assert counter.counts(clerk(town)) == {"window": 1, "mail": 0}
    acts.collect(UUID(done.case_id), actor=elder, key=key(), copy_at="A3 柜")
    assert counter.to_hand_out(clerk(town), "window").rows == ()


def test_a_long_list_of_results_is_read_page_by_page(town: Town) -> None:
    at = clock.now()
    made = [
        Case(
            number=f"{n:025d}",
            service="old-age-allowance",
            procedure="benefit",
            state="granted",
            department="civil-affairs",
            area="990101002",
            applicant_kind="person",
            applicant_id=person("wang-xiuying"),
            applicant_name="某",
            applied_by=person("wang-xiuying"),
            begun_at=at,
            saved_at=at,
            decided_on=clock.today() - timedelta(days=n % 3),
            result_by="window",
        )
        for n in range(counter.PAGE * 2 + 5)
    ]
    Case.objects.bulk_create(made)
    seen_ids, key_ = [], ""
    while True:
        page = counter.to_hand_out(clerk(town), "window", after=key_)
        seen_ids += [row.case.id for row in page.rows]
        if not page.next_key:
            break
        key_ = page.next_key
    assert sorted(seen_ids) == sorted(case.id for case in made)
    assert len(set(seen_ids)) == len(made)
    assert counter.to_hand_out(clerk(town), "window", after="nonsense").rows == counter.to_hand_out(clerk(town), "window").rows


def mailed(town: Town) -> UUID:
    done = taken_in(attend(town), result_by="mail", mail_to=TO)
    return UUID(done.case_id)


def test_a_result_in_the_mail_has_a_tracking_number_and_is_delivered_on_the_day_it_was_signed_for(town: Town) -> None:
    case_id = mailed(town)
    (row,) = counter.to_hand_out(clerk(town), "mail").rows
    assert row.mailing is not None
    assert row.mailing.address == TO.address
    with pytest.raises(AddressMissingError):
        acts.post_result(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking=" ")
    with pytest.raises(WrongStateError):
        acts.mail_arrived(case_id, actor=clerk(town), key=key(), on=clock.today())
    acts.post_result(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking="1234567890123")
    with pytest.raises(WrongStateError):
        acts.post_result(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking="2")
    assert "result-mailed" in {one.template for one in messages.inbox(person("zhou-defu"))}
    done = acts.mail_arrived(case_id, actor=clerk(town), key=key(), on=clock.today() + timedelta(days=9))
    case = Case.objects.get(pk=case_id)
    assert case.delivered_at is not None
    assert done.state == case.state
    assert Mailing.objects.get(case=case).arrived_on == clock.today(), "nothing arrives in the future"
    assert Event.objects.get(case=case, act="deliver").data["how"] == "mail"


def test_what_comes_back_waits_at_the_counter_and_the_person_is_told(town: Town) -> None:
    case_id = mailed(town)
    acts.post_result(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking="1234567890123")
    acts.mail_returned(case_id, actor=clerk(town), key=key(), why="查无此人")
    assert "result-returned" in {one.template for one in messages.inbox(person("zhou-defu"))}
    (row,) = counter.to_hand_out(clerk(town), "window").rows
    assert row.case.id == case_id
    assert [row.case.id for row in counter.sent_back(clerk(town))] == [case_id]
    elder = attend(town)
    acts.collect(case_id, actor=elder, key=key(), copy_at="A3 柜")
    assert counter.sent_back(clerk(town)) == ()


def test_a_clerk_of_another_district_or_a_relative_mails_nothing(town: Town) -> None:
    case_id = mailed(town)
    appoint("xu-jing", area="990102")
    with pytest.raises(CaseNotFoundError):
        acts.post_result(case_id, actor=town.actor("xu-jing"), key=key(), carrier="邮政", tracking="1")
    appoint("li-min")
    parent = town.parent("li-min").id
    Case.objects.filter(pk=case_id).update(applicant_id=parent)
    with pytest.raises(OwnCaseError):
        acts.post_result(case_id, actor=town.actor("li-min"), key=key(), carrier="邮政", tracking="1")
