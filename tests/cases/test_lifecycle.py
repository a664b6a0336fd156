"""A case from draft to end, act by act, on real declared services."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import (
    CaseNotFoundError,
    IncompleteError,
    MayNotError,
    OwnCaseError,
    ReasonMissingError,
    StaleCaseError,
    WrongStateError,
)
from tongban.cases.models import Case, Event, Task
from tongban.credentials import reads as credentials
from tongban.files import acts as files
from tongban.kernel.ids import is_checked, uuid7
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def plan() -> bytes:
    """A drawing of a kitchen, as a photograph."""
    out = BytesIO()
    Image.new("RGB", (320, 240), "white").save(out, "JPEG")
    return out.getvalue()


def photo(case_id: UUID) -> str:
    """A photo taken on site, kept with a case."""
    return str(files.keep(plan(), name="现场.jpg", accept=("jpg",), max_bytes=10**7, owner=case_id).id)


def key() -> str:
    return str(uuid7())


def allowance(town: Town, login: str = "li-min") -> UUID:
    actor, mother = town.actor(login), town.parent(login)
    case_id = acts.start("old-age-allowance", actor=actor, principal_kind="person", principal_id=mother.id)
    acts.gather(case_id, actor="test")
    form = reads.form_view(case_id, actor)
    posted = {view.question.id: answer_for(view.question) for part in form.sections for view in part.questions}
    acts.save(case_id, posted, actor=actor, version=form.version)
    acts.gather(case_id, actor="test")
    return case_id


def answer_for(question: Any) -> str:
    if question.type == "bank-account":
        return "6222020000000000001"
    if question.type == "yes-no":
        return "yes"
    if question.type == "choice":
        return question.options[0].id
    return "13800000000"


RESTAURANT = {
    "business": "restaurant",
    "cold_dishes": "no",
    "fresh_juice": "no",
    "raw_seafood": "no",
    "safety_officer": "赵建国",
    "staff_count": "4",
}


def restaurant(town: Town, login: str = "chen-xiao", **answers: str) -> UUID:
    actor, firm = town.actor(login), town.firm(login)
    case_id = acts.start("food-business-licence", actor=actor, principal_kind="firm", principal_id=firm.id)
    acts.gather(case_id, actor="test")
    posted = RESTAURANT | {"property_no": "云(2021)江北区不动产权第0010086号"} | answers
    acts.save(case_id, posted, actor=actor, version=1)
    acts.attach(case_id, "kitchen_plan", plan(), "布局图.jpg", actor=actor)
    acts.gather(case_id, actor="test")
    return case_id


def send(town: Town, case_id: UUID, login: str) -> acts.Done:
    return acts.send(case_id, actor=town.actor(login), key=key(), version=Case.objects.get(pk=case_id).version)


def version(case_id: UUID) -> int:
    return Case.objects.get(pk=case_id).version


def test_an_allowance_that_meets_every_condition_is_granted_as_it_is_sent(town: Town) -> None:
    case_id = allowance(town)
    done = send(town, case_id, "li-min")
    case = Case.objects.get(pk=case_id)
    assert done.state == "granted"
    assert is_checked(case.number)
    assert case.amount_fen == 5000
    assert case.decided_on == case.received_on
    assert [letter.type for letter in case.letters.all()] == ["benefit-decision"]


def test_a_restaurant_goes_from_application_to_licence(town: Town) -> None:
    case_id = restaurant(town)
    assert send(town, case_id, "chen-xiao").state == "received"
    assert acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id)).state == "accepted"
    review = Task.objects.get(case_id=case_id, is_open=True)
    assert acts.complete_step(review.id, actor=town.actor("liu-yang"), key=key()).state == "review"
    site = Task.objects.get(case_id=case_id, is_open=True)
    records = records_for(site)
    acts.complete_step(site.id, actor=town.actor("wu-qiang"), key=key(), records=records, photos=[photo(case_id)])
    assert Task.objects.get(pk=site.id).is_open, "one signature of two does not close an on-site check"
    acts.complete_step(site.id, actor=town.actor("zheng-jie"), key=key(), records=records)
    done = acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="核查合格")
    assert done.state == "granted"
    (licence,) = credentials.of_case(case_id)
    assert licence.holder_name == town.firm("chen-xiao").name
    assert (licence.valid_until.year - licence.valid_from.year) == 5
    assert acts.receive(case_id, actor=town.actor("chen-xiao"), key=key()).state == "delivered"
    events = list(Event.objects.filter(case_id=case_id).order_by("id"))
    assert [event.act for event in events] == ["send", "accept", "step", "step", "step", "grant", "deliver"]
    assert len(ledger.entries(case_id)) >= len(events)


def records_for(task: Task) -> dict[str, str]:
    ground = reads.ground_of(task.case)
    step = ground.service.steps[task.step]
    return {name: options[0].id for name, options in step.records.items()}


def test_an_application_sent_twice_with_one_key_is_one_case(town: Town) -> None:
    case_id = restaurant(town)
    once, actor = key(), town.actor("chen-xiao")
    first = acts.send(case_id, actor=actor, key=once, version=version(case_id))
    again = acts.send(case_id, actor=actor, key=once, version=first.version)
    assert again == first
    assert Event.objects.filter(case_id=case_id).count() == 1


def test_an_application_sent_again_with_another_key_is_told_that_it_is_sent(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    with pytest.raises(WrongStateError):
        send(town, case_id, "chen-xiao")


def test_sending_an_incomplete_form_names_every_missing_answer_and_loses_nothing(town: Town) -> None:
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start("food-business-licence", actor=actor, principal_kind="firm", principal_id=firm.id)
    acts.save(case_id, {"business": "restaurant", "staff_count": "四个"}, actor=actor, version=1)
    with pytest.raises(IncompleteError) as told:
        send(town, case_id, "chen-xiao")
    assert {"cold_dishes", "staff_count", "kitchen_plan", "property_no"} <= set(told.value.faults)
    assert Case.objects.get(pk=case_id).answers["business"] == "restaurant"


def test_two_starts_for_one_purpose_are_one_draft(town: Town) -> None:
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    first = acts.start("outdoor-sign", actor=actor, principal_kind="firm", principal_id=firm.id)
    assert acts.start("outdoor-sign", actor=actor, principal_kind="firm", principal_id=firm.id) == first


def test_a_hidden_or_unknown_field_does_nothing(town: Town) -> None:
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start("food-business-licence", actor=actor, principal_kind="firm", principal_id=firm.id)
    acts.save(case_id, {"business": "prepackaged", "raw_seafood": "yes", "state": "granted", "applicant_id": "x"}, actor=actor, version=1)
    assert Case.objects.get(pk=case_id).answers == {"business": "prepackaged"}


def test_the_same_answer_changed_in_two_windows_is_shown_in_both_versions(town: Town) -> None:
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start("food-business-licence", actor=actor, principal_kind="firm", principal_id=firm.id)
    acts.save(case_id, {"safety_officer": "甲"}, actor=actor, version=1)
    with pytest.raises(StaleCaseError) as both:
        acts.save(case_id, {"safety_officer": "乙"}, actor=actor, version=1)
    assert both.value.theirs == {"safety_officer": "甲"}
    assert both.value.yours == {"safety_officer": "乙"}
    acts.save(case_id, {"business": "canteen"}, actor=actor, version=1)


def test_another_persons_case_is_not_found(town: Town) -> None:
    case_id = restaurant(town)
    stranger = town.actor("li-min")
    for look in (
        lambda: reads.form_view(case_id, stranger),
        lambda: acts.save(case_id, {}, actor=stranger, version=1),
        lambda: acts.discard(case_id, actor=stranger),
    ):
        with pytest.raises(CaseNotFoundError):
            look()
    send(town, case_id, "chen-xiao")
    with pytest.raises(CaseNotFoundError):
        reads.case_view(case_id, stranger)


def test_another_departments_officer_cannot_act(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    with pytest.raises(CaseNotFoundError):
        acts.accept(case_id, actor=town.actor("feng-xue"), key=key(), version=version(case_id))
    with pytest.raises(CaseNotFoundError):
        reads.desk_case(case_id, town.actor("feng-xue"))


def test_nobody_handles_a_relatives_case(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    with pytest.raises(OwnCaseError):
        acts.accept(case_id, actor=town.actor("zhao-jianmin"), key=key(), version=version(case_id))
    assert reads.desk_case(case_id, town.actor("zhao-jianmin")).stands_aside
    assert reads.desk_case(case_id, town.actor("zhao-jianmin")).acts == frozenset()


def test_a_reviewer_cannot_decide_and_a_decider_cannot_decide_too_early(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    with pytest.raises((MayNotError, WrongStateError)):
        acts.decide(case_id, "grant", actor=town.actor("liu-yang"), key=key(), version=version(case_id), words="x")
    with pytest.raises(WrongStateError):
        acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="x")


def test_correction_comes_before_acceptance_pauses_nothing_and_starts_the_clock_afresh(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    done = acts.ask_correction(
        case_id,
        actor=town.actor("liu-yang"),
        key=key(),
        version=version(case_id),
        questions=["kitchen_plan"],
        words="布局图看不清，请重传。",
    )
    assert done.state == "correction"
    case = Case.objects.get(pk=case_id)
    assert (case.due_on, case.statutory_due_on, case.answer_due_on) == (None, None, None)
    form = reads.form_view(case_id, town.actor("chen-xiao"))
    assert form.correction == "布局图看不清，请重传。"
    assert send(town, case_id, "chen-xiao").state == "received"
    case.refresh_from_db()
    assert case.due_on is not None
    assert case.number == Event.objects.filter(case_id=case_id).first().data.get("number", case.number)
    with pytest.raises(WrongStateError):
        acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
        acts.ask_correction(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id), questions=[], words="x")


def test_a_refusal_to_accept_needs_a_written_reason_and_leaves_a_letter(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    officer = town.actor("liu-yang")
    with pytest.raises(ReasonMissingError):
        acts.not_accept(case_id, "not-accept", actor=officer, key=key(), version=version(case_id), words="  ")
    done = acts.not_accept(case_id, "not-accept", actor=officer, key=key(), version=version(case_id), words="不属本机关职权。")
    assert done.state == "not-accepted"
    assert [letter.type for letter in Case.objects.get(pk=case_id).letters.all()] == ["not-accepted"]


def test_the_applicant_may_withdraw_until_it_is_decided(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
    assert not Task.objects.filter(case_id=case_id, is_open=True).exists()
    with pytest.raises(WrongStateError):
        acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))


def test_a_stale_page_is_told_and_nothing_is_done(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    stale = version(case_id)
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=stale)
    with pytest.raises((StaleCaseError, WrongStateError)):
        acts.ask_correction(case_id, actor=town.actor("liu-yang"), key=key(), version=stale, questions=[], words="x")


def test_a_silent_register_refuses_nobody(town: Town) -> None:
    from tongban.exchange import acts as exchange

    exchange.suspend("market-regulation/business-licence", by="test")
    case_id = restaurant(town)
    assert send(town, case_id, "chen-xiao").state == "received"
    view = reads.desk_case(case_id, town.actor("liu-yang")).case
    assert "unknown" in {clause.answer for clause in view.clauses}
