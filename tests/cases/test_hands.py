"""Whose hands a case passes through: what is signed, by whom, and what only a decision may do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, photo, records_for, restaurant, send, version
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.errors import MayNotError, OwnCaseError, RecordMissingError, WrongStateError
from tongban.cases.models import Case, Task
from tongban.catalogue.acts import publish
from tongban.parties.acts.posts import appoint

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@contextmanager
def declared(folder: Path, service: str, old: str, new: str) -> Iterator[None]:
    """The city with one passage of one service changed."""
    shutil.copytree(CITY, folder)
    path = folder / "services" / service / "service.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    publish(folder, by="test")
    try:
        yield
    finally:
        publish(CITY, by="test")


def to_site(town: Town, case_id: UUID) -> Task:
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    review = Task.objects.get(case_id=case_id, is_open=True)
    acts.complete_step(review.id, actor=town.actor("liu-yang"), key=key())
    return Task.objects.get(case_id=case_id, is_open=True)


def sign(town: Town, site: Task, login: str) -> None:
    acts.complete_step(site.id, actor=town.actor(login), key=key(), records=records_for(site), photos=[photo(site.case_id)])


def clause(case_id: UUID, town: Town, name: str) -> str:
    rows = reads.desk_case(case_id, town.actor("liu-yang")).case.clauses
    return next(row.answer.value for row in rows if row.id == name)


def test_a_record_is_no_fact_until_both_have_signed_it(town: Town) -> None:
    case_id = restaurant(town)
    site = to_site(town, case_id)
    sign(town, site, "wu-qiang")
    assert clause(case_id, town, "layout_fit") == "unknown"
    sign(town, site, "zheng-jie")
    assert clause(case_id, town, "layout_fit") == "yes"


def test_who_signed_first_is_a_hand_too(town: Town, tmp_path: Path) -> None:
    with declared(
        tmp_path / "city", "food-business-licence", "within: 1 working day\n    not_by: review", "within: 1 working day\n    not_by: site"
    ):
        appoint(person_id=town.actor("wu-qiang").person_id, department="market-regulation", role="decider", area="990100", by=None)
        case_id = restaurant(town)
        site = to_site(town, case_id)
        sign(town, site, "wu-qiang")
        sign(town, site, "zheng-jie")
        with pytest.raises(MayNotError):
            acts.decide(case_id, "grant", actor=town.actor("wu-qiang"), key=key(), version=version(case_id), words="x")
        assert (
            acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="x").state == "granted"
        )


def test_a_decision_is_no_step_to_pass(town: Town) -> None:
    case_id = restaurant(town)
    site = to_site(town, case_id)
    sign(town, site, "wu-qiang")
    sign(town, site, "zheng-jie")
    task = Task.objects.get(case_id=case_id, is_open=True)
    with pytest.raises(WrongStateError):
        acts.complete_step(task.id, actor=town.actor("sun-lihua"), key=key())
    acts.complete_step(task.id, actor=town.actor("sun-lihua"), key=key(), outcome="return", words="请再核查一次。")
    assert Task.objects.get(case_id=case_id, is_open=True).step == "site"


def test_a_way_for_machines_that_a_machine_may_not_go_leads_to_people(town: Town, tmp_path: Path) -> None:
    at_once = "  at-once: {title: {zh: 当场, en: At once}, when: form.staff_count >= 9000, route: []}\n  ordinary:\n"
    with declared(tmp_path / "city", "food-business-licence", "  ordinary:\n", at_once):
        case_id = restaurant(town, staff_count="9500")
        assert send(town, case_id, "chen-xiao").state == "received"
        assert Case.objects.get(pk=case_id).way == "ordinary"
        acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
        with pytest.raises(WrongStateError):
            acts.decide(case_id, "refuse", actor=town.actor("liu-yang"), key=key(), version=version(case_id), words="x")


def test_who_stands_aside_reads_no_more_than_the_applicant(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    review = Task.objects.get(case_id=case_id, is_open=True)
    acts.complete_step(review.id, actor=town.actor("liu-yang"), key=key(), words="内部意见：再看一次排水。")
    colleague, brother = (reads.desk_case(case_id, town.actor(login)) for login in ("sun-lihua", "zhao-jianmin"))
    assert "内部意见：再看一次排水。" in {event.words for event in colleague.case.events}
    assert brother.stands_aside
    assert {event.words for event in brother.case.events} == {""}


def test_a_photo_that_is_not_the_cases_own_proves_nothing(town: Town) -> None:
    others = restaurant(town)
    foreign = photo(others)
    send(town, others, "chen-xiao")
    site = to_site(town, restaurant(town))
    for photos in (["a"], [foreign], []):
        with pytest.raises(RecordMissingError):
            acts.complete_step(site.id, actor=town.actor("wu-qiang"), key=key(), records=records_for(site), photos=photos)
    sign(town, site, "wu-qiang")


def test_a_relative_signs_returns_hands_over_and_corrects_nothing(town: Town) -> None:
    brother = town.actor("zhao-jianmin")
    for department, role in (("market-station", "inspector"), ("market-regulation", "decider"), ("market-regulation", "clerk")):
        appoint(person_id=brother.person_id, department=department, role=role, area="990100", by=None)
    brother = town.actor("zhao-jianmin")
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    common = {"actor": brother, "version": version(case_id)}
    for act in (
        lambda: acts.accept(case_id, key=key(), **common),
        lambda: acts.ask_correction(case_id, key=key(), questions=[], words="x", **common),
        lambda: acts.not_accept(case_id, "not-accept", key=key(), words="x", **common),
    ):
        with pytest.raises(OwnCaseError):
            act()
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    review = Task.objects.get(case_id=case_id, is_open=True)
    with pytest.raises(OwnCaseError):
        acts.complete_step(review.id, actor=brother, key=key())
    acts.complete_step(review.id, actor=town.actor("liu-yang"), key=key())
    site = Task.objects.get(case_id=case_id, is_open=True)
    sign(town, site, "wu-qiang")
    with pytest.raises(OwnCaseError):
        sign(town, site, "zhao-jianmin")
    sign(town, site, "zheng-jie")
    task = Task.objects.get(case_id=case_id, is_open=True)
    with pytest.raises(OwnCaseError):
        acts.decide(case_id, "grant", actor=brother, key=key(), version=version(case_id), words="x")
    with pytest.raises(OwnCaseError):
        acts.complete_step(task.id, actor=brother, key=key(), outcome="return", words="x")
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="x")
    with pytest.raises(OwnCaseError):
        acts.hand_out(case_id, actor=brother, key=key(), handed=acts.Handed("陈晓"))


def test_a_form_without_a_key_is_not_taken_for_an_earlier_one(town: Town) -> None:
    for _ in range(2):
        case_id = restaurant(town)
        send(town, case_id, "chen-xiao")
        assert acts.withdraw(case_id, actor=town.actor("chen-xiao"), key="", version=version(case_id)).state == "taken-back"
