"""Results of every channel are handed out at one window: to whom, on which document, against which signature."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from pypdf import PdfReader

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import restaurant
from tests.cases.test_lifecycle import send as send_alone
from tests.cases.test_lifecycle import version as seen
from tests.counter.making import appoint, attend, clerk, key, pad, person, taken_in
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import (
    CaseNotFoundError,
    NothingToSendError,
    OwnCaseError,
    ReceiverMissingError,
    SignatureMissingError,
    WrongStateError,
)
from tongban.cases.models import Case, Event
from tongban.cases.reads import counter
from tongban.kernel import clock
from tongban.messages import reads as messages
from tongban.parties.acts.mandates import give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

TO = acts.Wish("mail", "周德福", "099-1234567", "云川市江北区望江路1号")


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
    done = acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed(signature=signed(case_id, agent)))
    assert done.state == "delivered"
    event = Event.objects.get(case_id=case_id, act="deliver")
    assert (event.data["how"], event.data["received_by"], event.actor) == ("window", "陈晓", person("chen-xiao"))
    assert event.data["signature"]
    assert event.data["assisted"]["document"] == "id-card"
    assert Case.objects.get(pk=case_id).channel == "online", "how it came does not change with how its result goes"


def test_nothing_is_handed_out_before_anything_was_written(town: Town) -> None:
    case_id = restaurant(town)
    send_alone(town, case_id, "chen-xiao")
    with pytest.raises(WrongStateError):
        acts.hand_out(case_id, actor=attend(town, "chen-xiao"), key=key(), handed=acts.Handed(copy_at="A3 柜"))


def test_nothing_is_handed_out_or_printed_without_a_signature_or_to_a_stranger(town: Town) -> None:
    case_id = granted_online(town)
    agent = attend(town, "chen-xiao")
    with pytest.raises(SignatureMissingError):
        acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed())
    with pytest.raises(SignatureMissingError):
        acts.print_result(case_id, "…01", actor=agent, key=key())
    stranger = attend(town)
    with pytest.raises(CaseNotFoundError):
        acts.hand_out(case_id, actor=stranger, key=key(), handed=acts.Handed(copy_at="A3 柜"))
    with pytest.raises(CaseNotFoundError):
        acts.print_result(case_id, "…01", actor=stranger, key=key())


def test_handing_out_twice_is_once_and_later_it_is_a_copy(town: Town) -> None:
    case_id = granted_online(town)
    agent = attend(town, "chen-xiao")
    same = key()
    first = acts.hand_out(case_id, actor=agent, key=same, handed=acts.Handed(copy_at="A3 柜"))
    assert acts.hand_out(case_id, actor=agent, key=same, handed=acts.Handed(copy_at="A3 柜")) == first
    assert Event.objects.filter(case_id=case_id, act="deliver").count() == 1
    acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed(copy_at="A3 柜"))
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
    acts.hand_out(case_id, actor=daughter, key=key(), handed=acts.Handed(copy_at="A3 柜"))
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
        acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed(copy_at="A3 柜"))


def test_each_print_is_on_the_record(town: Town) -> None:
    case_id = granted_online(town)
    agent = attend(town, "chen-xiao")
    acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed(copy_at="A3 柜"))
    acts.print_result(case_id, "许可证 1", actor=agent, key=key())
    event = Event.objects.get(case_id=case_id, act="print")
    assert event.data["document"] == "许可证 1"
    assert event.data["assisted"]["by"] == "何芳"


def test_what_waits_to_be_collected_is_listed_until_it_is(town: Town) -> None:
    elder = attend(town)
    done = taken_in(elder)
    (parcel,), following = reads.at_counters(clerk(town))
    assert (parcel.case_number, following) == (done.number, None)
    assert [reads.count_waiting(clerk(town), how) for how in ("collect", "mail")] == [1, 0]
    acts.hand_out(UUID(done.case_id), actor=elder, key=key(), handed=acts.Handed(copy_at="A3 柜"))
    assert reads.at_counters(clerk(town))[0] == ()


def test_letters_of_the_way_there_are_handed_out_too_and_end_nothing(town: Town) -> None:
    case_id = UUID(str(to_decision(town)))
    agent = attend(town, "chen-xiao")
    done = acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed(copy_at="A3 柜"))
    case = Case.objects.get(pk=case_id)
    assert (done.state, case.delivered_at) == (case.state, None)
    assert Event.objects.filter(case_id=case_id).latest("id").act == "hand-out"
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=seen(case_id), words="核查合格")
    assert [row.id for row in reads.waiting_for(agent).results] == [case_id], "the decision is another letter"


def test_who_wanted_letters_on_paper_finds_those_of_the_way_there_at_the_counter(town: Town) -> None:
    case_id = UUID(str(to_decision(town, acts.Wish("collect"))))
    agent = attend(town, "chen-xiao")
    assert [row.id for row in reads.waiting_for(agent).results] == [case_id]
    acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed(copy_at="A3 柜"))
    assert reads.waiting_for(agent).results == ()


def test_the_delivery_receipt_says_who_took_it_on_which_document_and_where_they_signed(town: Town) -> None:
    case_id = granted_online(town)
    agent = attend(town, "chen-xiao")
    acts.hand_out(case_id, actor=agent, key=key(), handed=acts.Handed(copy_at="领取登记册第3页"))
    (row,) = reads.sending_of(case_id).rows
    assert (row.received_by, row.relation, row.document, row.copy_at) == ("陈晓", "agent", "居民身份证", "领取登记册第3页")
    assert (row.by_name, row.department.zh) == ("何芳", "云川市数据局（政务服务办公室）")
    said = (
        "".join(page.extract_text() for page in PdfReader(io.BytesIO(reads.receipt_of(case_id))).pages).replace("\n", "").replace(" ", "")
    )
    for part in ("送达回证", "何芳", "居民身份证", "领取登记册第3页"):
        assert part in said


def test_a_firms_representative_takes_letters_as_the_firm_itself(town: Town) -> None:
    case_id = granted_online(town)
    head = attend(town, "zhao-jianguo")
    acts.hand_out(case_id, actor=head, key=key(), handed=acts.Handed(copy_at="A3 柜"))
    assert reads.sending_of(case_id).rows[0].relation == "self"


def test_a_counter_hands_nothing_out_to_nobody(town: Town) -> None:
    case_id = granted_online(town)
    with pytest.raises(CaseNotFoundError):
        acts.hand_out(case_id, actor=clerk(town), key=key(), handed=acts.Handed("陈晓", document="居民身份证"))


def mailed(town: Town) -> UUID:
    done = taken_in(attend(town), wish=TO)
    return UUID(done.case_id)


def on_its_way(case_id: UUID) -> UUID:
    return reads.sending_of(case_id).rows[-1].id


def test_a_result_in_the_post_has_a_number_and_is_delivered_on_the_day_it_was_taken_in(town: Town) -> None:
    case_id = mailed(town)
    (parcel,), _ = reads.to_post(clerk(town))
    assert (parcel.case_id, parcel.to) == (case_id, TO)
    assert reads.count_waiting(clerk(town), "mail") == 1
    with pytest.raises(ReceiverMissingError):
        acts.post(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking=" ")
    acts.post(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking="1234567890123")
    with pytest.raises(NothingToSendError):
        acts.post(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking="2")
    assert [row.case_id for row in reads.on_the_way(clerk(town))[0]] == [case_id]
    assert "posted" in {one.template for one in messages.inbox(person("zhou-defu"))}
    later = clock.today() + timedelta(days=9)
    done = acts.arrived(on_its_way(case_id), actor=clerk(town), key=key(), received_by="周德福", on=later)
    case = Case.objects.get(pk=case_id)
    assert done.state == case.state
    assert clock.local_date(case.delivered_at) == clock.today(), "nothing arrives in the future"
    assert Event.objects.get(case=case, act="deliver").data["how"] == "mail"


def test_the_department_sees_what_a_counter_posted_for_it(town: Town) -> None:
    case_id = mailed(town)
    assert [parcel.case_id for parcel in reads.to_post(town.actor("jiang-wen"))[0]] == [case_id]
    acts.post(case_id, actor=clerk(town), key=key(), tracking="1")
    (row,), _ = reads.on_the_way(town.actor("jiang-wen"))
    assert (row.case_id, row.department.zh) == (case_id, "云川市数据局（政务服务办公室）")


def test_what_comes_back_may_be_posted_again_or_taken_along_and_the_person_is_told(town: Town) -> None:
    case_id = mailed(town)
    acts.post(case_id, actor=clerk(town), key=key(), carrier="邮政", tracking="1234567890123")
    acts.come_back(on_its_way(case_id), actor=clerk(town), key=key(), words="查无此人")
    assert "come-back" in {one.template for one in messages.inbox(person("zhou-defu"))}
    (parcel,), _ = reads.to_post(clerk(town))
    assert parcel.came_back == "查无此人"
    assert [row.case.id for row in counter.sent_back(clerk(town))] == [case_id]
    elder = attend(town)
    assert [row.id for row in reads.waiting_for(elder).results] == [case_id]
    acts.hand_out(case_id, actor=elder, key=key(), handed=acts.Handed(copy_at="A3 柜"))
    assert counter.sent_back(clerk(town)) == ()
    assert reads.to_post(clerk(town))[0] == ()


def test_what_is_taken_along_while_its_letter_is_on_its_way_is_delivered_once(town: Town) -> None:
    case_id = mailed(town)
    acts.post(case_id, actor=clerk(town), key=key(), tracking="1")
    acts.hand_out(case_id, actor=attend(town), key=key(), handed=acts.Handed(copy_at="A3 柜"))
    acts.come_back(reads.sending_of(case_id).rows[0].id, actor=clerk(town), key=key(), words="无人")
    assert reads.to_post(clerk(town))[0] == ()
    assert Event.objects.filter(case_id=case_id, act="deliver").count() == 1


def test_a_clerk_of_another_district_or_a_relative_posts_nothing(town: Town) -> None:
    case_id = mailed(town)
    appoint("xu-jing", area="990102")
    with pytest.raises(CaseNotFoundError):
        acts.post(case_id, actor=town.actor("xu-jing"), key=key(), carrier="邮政", tracking="1")
    assert reads.to_post(town.actor("xu-jing"))[0] == ()
    appoint("li-min")
    parent = town.parent("li-min").id
    Case.objects.filter(pk=case_id).update(applicant_id=parent)
    with pytest.raises(OwnCaseError):
        acts.post(case_id, actor=town.actor("li-min"), key=key(), carrier="邮政", tracking="1")
