"""What is reported upward is read from the record in its order, with the fields of the national tables, and costs no act anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import allowance, key, photo, records_for, restaurant, send, version
from tests.town import Town
from tongban.cases import acts
from tongban.cases import tasks as sweeping
from tongban.cases.acts.report import FOLLOWER, report_due
from tongban.cases.core.records import LICENCE, TABLES, titles_of
from tongban.cases.models import Case, Task
from tongban.docking import reads as docking
from tongban.docking.models import Report
from tongban.kernel import clock
from tongban.ledger.acts import sequence

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture(autouse=True)
def begun(town: Town) -> None:
    """The city begins to report: from what happens from now on."""
    sequence()
    report_due()


def reported() -> list[str]:
    """Sequence what was done, then queue what is due; the kinds of record in their order."""
    sequence()
    report_due()
    return list(Report.objects.order_by("id").values_list("kind", flat=True))


def body(kind: str) -> dict[str, str]:
    one = Report.objects.filter(kind=kind).latest("id")
    view = docking.report(one.id)
    assert view is not None
    return dict(view.body)


def licensed(town: Town) -> UUID:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    acts.complete_step(Task.objects.get(case_id=case_id, is_open=True).id, actor=town.actor("liu-yang"), key=key(), words="材料齐全")
    site = Task.objects.get(case_id=case_id, is_open=True)
    for login in ("wu-qiang", "zheng-jie"):
        acts.complete_step(site.id, actor=town.actor(login), key=key(), records=records_for(site), photos=[photo(case_id)])
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="核查合格")
    return case_id


def test_a_case_is_reported_as_acceptance_process_and_result_and_its_licence(town: Town) -> None:
    case_id = licensed(town)
    kinds = reported()
    assert kinds == ["acceptance", "process", "process", "process", "licence", "result"]
    case = Case.objects.get(pk=case_id)
    acceptance = body("acceptance")
    assert acceptance["number"] == case.number
    assert acceptance["service_code"] == "000131024000"
    assert acceptance["service_version"] == case.service_hash[:12]
    assert (acceptance["certificate_kind"], len(acceptance["certificate_number"])) == ("001", 18)
    assert acceptance["agent"] == "陈晓"
    assert acceptance["letter_number"] == case.letters.earliest("id").number
    assert acceptance["officer"] == "刘洋"
    assert acceptance["code"] == "3"
    result = body("result")
    assert (result["result"], result["code"], result["officer"]) == ("准予许可，等待送达", "11", "孙丽华")
    assert body("licence")["identifier"] == result["credential_number"]
    assert {one.number for one in Report.objects.exclude(kind="licence")} == {case.number}


def test_an_opinion_is_the_officers_words_else_what_was_recorded_else_the_outcome(town: Town) -> None:
    licensed(town)
    reported()
    opinions = [docking.report(one.id).body["opinion"] for one in Report.objects.filter(kind="process").order_by("id")]  # type: ignore[union-attr]
    assert opinions[0] == "材料齐全"
    assert opinions[1].startswith("布局和流程：")
    assert "符合" in opinions[1]


def test_what_a_machine_granted_at_once_is_reported_as_accepted_and_decided(town: Town) -> None:
    case_id = allowance(town)
    send(town, case_id, "li-min")
    assert reported() == ["acceptance", "result"]
    acceptance = body("acceptance")
    assert (acceptance["officer"], acceptance["certificate_kind"]) == ("系统", "111")
    assert acceptance["letter_number"]
    assert body("result")["code"] == "11"


def test_a_lawful_stop_is_reported_when_it_begins_with_its_reason_and_when_it_ends_with_its_result(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    officer = town.actor("liu-yang")
    acts.accept(case_id, actor=officer, key=key(), version=version(case_id))
    acts.stop(case_id, "testing", actor=officer, key=key(), version=version(case_id), days=5, words="送检样品")
    assert reported()[-1] == "special"
    begun_ = body("special")
    assert (begun_["kind"], begun_["basis"], begun_["ended_on"], begun_["code"]) == ("检验、检测", "送检样品", "", "9")
    acts.resume(case_id, actor=officer, key=key(), version=version(case_id), words="检验合格")
    reported()
    ended = body("special")
    assert (ended["result"], ended["code"]) == ("检验合格", "10")
    assert ended["ended_on"] == clock.today().isoformat()


def test_reading_the_record_twice_queues_nothing_twice(town: Town) -> None:
    licensed(town)
    first = reported()
    assert reported() == first
    before = docking.read_up_to(FOLLOWER)
    report_due()
    assert docking.read_up_to(FOLLOWER) == before


def test_what_has_no_place_in_the_tree_yet_waits_for_its_turn(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    report_due()
    assert not Report.objects.exists()
    assert reported() == ["acceptance"]


def test_a_city_that_begins_to_report_begins_with_what_happens_from_then_on(town: Town) -> None:
    from tongban.docking.models import Follower

    licensed(town)
    sequence()
    Follower.objects.all().delete()
    report_due()
    assert not Report.objects.exists()


def test_a_city_that_declares_no_reporting_queues_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from tongban.catalogue import reads as catalogue

    silent = replace(catalogue.city(), reporting={})
    monkeypatch.setattr(catalogue, "city", lambda: silent)
    licensed(town)
    assert reported() == []


def test_one_entry_that_cannot_be_told_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    licensed(town)

    def broken(*_: Any) -> Any:
        raise ValueError

    monkeypatch.setattr("tongban.cases.acts.report._of_licence", broken)
    assert reported() == ["acceptance", "process", "process", "process", "result"]


def test_an_ended_licence_is_reported_with_how_and_why(town: Town) -> None:
    from django.db import transaction

    from tongban.credentials import acts as credentials
    from tongban.credentials import reads as held
    from tongban.kernel.text import Text

    case_id = licensed(town)
    reported()
    (licence,) = held.of_case(case_id)
    with transaction.atomic():
        credentials.end(licence.id, "cancelled", Text("停业", "Closed down"), "account:x")
    assert reported()[-1] == "licence"
    assert (body("licence")["state"], body("licence")["reason"]) == ("注销", "停业")


def test_the_day_of_a_record_is_that_of_its_act(town: Town) -> None:
    from datetime import timedelta

    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    acted = clock.today()
    clock.move_by(timedelta(days=1))
    reported()
    assert Report.objects.get().day == acted


def test_the_worker_reports_when_time_passes(town: Town) -> None:
    licensed(town)
    sequence()
    sweeping.sweep()
    assert Report.objects.filter(kind="result").count() == 1


def test_every_field_of_every_record_has_its_name_in_both_languages() -> None:
    assert set(TABLES) | {"licence"} == {"acceptance", "process", "special", "result", "rating", "licence"}
    for kind in (*TABLES, "licence"):
        for title, _ in titles_of(kind).values():
            assert title.zh
            assert title.en
    assert all(len(one) == 2 for one in LICENCE.values())
