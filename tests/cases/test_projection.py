"""Dates due are a stored projection: whatever happens to a case, they equal what the pure function computes from its dates."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.cases.test_lifecycle import key, photo, records_for, restaurant, send, version
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.acts.projecting import dates_of, terms_of
from tongban.cases.core.clocks import clocks
from tongban.cases.models import Case, Event, Task
from tongban.cases.tasks import sweep
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def check(case_id: object) -> Case:
    case = Case.objects.get(pk=case_id)
    ground = reads.ground_of(case)
    granted = ground.procedure.next_state(case.state, "deliver") is not None
    terms = terms_of(ground.service, ground.limits, ground.procedure)
    due = clocks(dates_of(case), terms, catalogue.city().calendar, is_granted=granted)
    assert (case.answer_due_on, case.due_on, case.statutory_due_on) == (due.answer_due_on, due.promised_due_on, due.statutory_due_on)
    assert (case.reply_due_on, case.deliver_due_on) == (due.reply_due_on, due.deliver_due_on)
    for task in Task.objects.filter(case=case, is_open=True, purpose=""):
        assert (task.due_on, task.statutory_due_on) == (case.due_on, case.statutory_due_on)
    return case


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_of_events_the_stored_dates_equal_the_computed_ones(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    case_id = restaurant(town)
    officer, applicant = town.actor("liu-yang"), town.actor("chen-xiao")
    send(town, case_id, "chen-xiao")
    for _ in range(6):
        clock.move_by(timedelta(days=chance.randint(0, 2)))
        case = check(case_id)
        if case.state == "correction":
            send(town, case_id, "chen-xiao")
        elif case.state == "received" and chance.random() < 0.5:
            acts.ask_correction(case_id, actor=officer, key=key(), version=version(case_id), questions=[], words="请重传布局图。")
        elif case.state == "received":
            acts.accept(case_id, actor=officer, key=key(), version=version(case_id))
        elif case.is_open and chance.random() < 0.3:
            acts.withdraw(case_id, actor=applicant, key=key(), version=version(case_id))
    check(case_id)


def test_five_working_days_of_silence_are_acceptance_from_the_day_of_receipt_and_the_record_says_who_missed_it(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    received = Case.objects.get(pk=case_id).received_on
    due = Case.objects.get(pk=case_id).answer_due_on
    assert sweep() == 0
    clock.move_by(timedelta(days=(due - received).days))
    assert sweep() == 0, "the fifth day itself is still in time"
    clock.move_by(timedelta(days=1))
    assert sweep() == 1
    assert sweep() == 0, "once"
    case = check(case_id)
    assert case.state == "accepted"
    assert case.accepted_on == received
    event = Event.objects.filter(case=case).latest("id")
    assert (event.act, event.actor, event.data["department"]) == ("deem-accepted", None, "market-regulation")
    assert Task.objects.get(case=case, is_open=True).step == "review"


def test_silence_accepts_nothing_where_the_procedure_does_not_say_so(town: Town) -> None:
    from tests.cases.test_lifecycle import allowance
    from tongban.exchange import acts as exchange

    exchange.suspend("public-security/household", by="test")
    case_id = allowance(town)
    assert send(town, case_id, "li-min").state == "received"
    clock.move_by(timedelta(days=20))
    assert sweep() == 0
    assert Case.objects.get(pk=case_id).state == "received"


def test_an_application_at_one_minute_to_midnight_counts_for_that_day(town: Town) -> None:
    now = clock.local(clock.now())
    late = now.replace(hour=23, minute=59, second=0, microsecond=0)
    clock.move_by(late - now)
    day = clock.today()
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    assert Case.objects.get(pk=case_id).received_on == day


def test_an_on_site_check_stops_no_clock(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    before = check(case_id).due_on
    acts.complete_step(Task.objects.get(case_id=case_id, is_open=True).id, actor=town.actor("liu-yang"), key=key())
    clock.move_by(timedelta(days=1))
    site = Task.objects.get(case_id=case_id, is_open=True)
    acts.complete_step(site.id, actor=town.actor("wu-qiang"), key=key(), records=records_for(site), photos=[photo(case_id)])
    acts.complete_step(site.id, actor=town.actor("zheng-jie"), key=key(), records=records_for(site))
    assert check(case_id).due_on == before
