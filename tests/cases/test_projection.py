"""Dates due are a stored projection: whatever happens to a case, they equal what the pure function computes, and what a plain reckoning of our own does."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cases.reckoning import Law, Plain
from tests.cases.test_lifecycle import key, photo, plan, records_for, restaurant, send, version
from tests.cases.test_tolerance import sign
from tests.cases.walking import WHY, open_task
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.acts.projecting import dates_of, terms_of
from tongban.cases.core.clocks import clocks
from tongban.cases.models import Case, Event, Task
from tongban.cases.tasks import sweep
from tongban.catalogue import reads as catalogue
from tongban.house.stories.verbs import actor_of
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
            acts.ask_correction(
                case_id, actor=officer, key=key(), version=version(case_id), questions=["kitchen_plan"], words="请重传布局图。"
            )
        elif case.state == "received":
            acts.accept(case_id, actor=officer, key=key(), version=version(case_id))
        elif case.is_open and chance.random() < 0.3:
            acts.withdraw(case_id, actor=applicant, key=key(), version=version(case_id))
    check(case_id)


class Walk:
    """One case on which chance acts, followed by the program and by the plain reckoning; after every act both say the same."""

    def __init__(self, town: Town, seed: int) -> None:
        self.chance, self.town = random.Random(seed), town
        self.is_sign = bool(seed % 2)
        self.officer = actor_of("han-lei" if self.is_sign else "liu-yang")
        self.head = actor_of("fan-ming" if self.is_sign else "qian-guohua")
        self.applicant = town.actor("chen-xiao")
        owes = self.is_sign and seed % 4 == 1
        self.case_id = sign(town, "structure_drawing", *(() if owes else ("effect_drawing",))) if self.is_sign else restaurant(town)
        law = (
            Law(promised=2, statutory=15, reply=10, owed=2) if self.is_sign else Law(promised=5, statutory=10, reply=10, silence_ends=True)
        )
        self.plain = Plain(law, owes=owes)
        self.done: list[str] = []

    def go(self, acts_: int) -> None:
        self.do("send")
        for _ in range(acts_):
            clock.move_by(timedelta(days=self.chance.choice((0, 0, 1, 1, 2, 3, 6))))
            sweep()
            self.plain.night(clock.today())
            self.agree("night")
            possible = self.possible()
            if not possible:
                return
            self.do(self.chance.choice(possible))

    def possible(self) -> list[str]:
        plain, today = self.plain, clock.today()
        late = plain.state in ("accepted", "review") and (plain.due()["statutory_due_on"] or today) < today
        running = ["stop", "stop", *(["extend"] if not plain.more else [])] if not late else []
        running += ["hand_in"] if plain.owes else []
        decide = (
            ["refuse", *(["grant"] if not plain.owes else [])] if self.is_sign and plain.state == "review" and "review" in self.done else []
        )
        review = ["review"] if plain.state in ("accepted", "review") and "review" not in self.done else []
        return {
            "received": ["accept", "accept", *(["ask"] if "ask" not in self.done else [])],
            "correction": ["send", "wait", "wait"],
            "accepted": [*review, *running, "withdraw"],
            "review": [*review, *running, *decide, "wait"],
            "stopped": ["resume", "resume", "wait"],
        }.get(plain.state, [])

    def do(self, act: str) -> None:
        getattr(self, f"_{act}")(clock.today())
        self.done.append(act)
        self.agree(act)

    def agree(self, act: str) -> None:
        case = check(self.case_id)
        due = self.plain.due()
        stored = {name: getattr(case, name) for name in due}
        assert (case.state, stored) == (self.plain.state, {name: due[name] for name in stored}), [*self.done, act]

    def said(self) -> dict[str, Any]:
        acts.gather(self.case_id, actor="test")
        return {"actor": self.officer, "key": key(), "version": version(self.case_id)}

    def _wait(self, today: date) -> None:
        """Nothing is done."""

    def _send(self, today: date) -> None:
        said = self.said() | {"actor": self.applicant}
        acts.send(self.case_id, **said, tolerate=self.plain.owes)
        self.plain.send(today)

    def _ask(self, today: date) -> None:
        acts.ask_correction(self.case_id, **self.said(), questions=[], words="图纸不清楚。")
        self.plain.ask(today)

    def _accept(self, today: date) -> None:
        acts.accept(self.case_id, **self.said())
        self.plain.accept(today)

    def _review(self, today: date) -> None:
        acts.complete_step(open_task(self.case_id).id, actor=self.officer, key=key())
        self.plain.review()

    def _stop(self, today: date) -> None:
        acts.stop(self.case_id, "hearing", **self.said(), days=5, words=WHY)
        self.plain.stop(today)

    def _resume(self, today: date) -> None:
        acts.resume(self.case_id, **self.said(), words=WHY)
        self.plain.resume(today)

    def _extend(self, today: date) -> None:
        days = self.chance.randint(1, 3)
        acts.extend(self.case_id, **self.said() | {"actor": self.head}, days=days, words=WHY)
        self.plain.extend(days)

    def _hand_in(self, today: date) -> None:
        acts.hand_in_owed(self.case_id, "effect_drawing", plan(), "效果图.jpg", actor=self.applicant, key=key())
        self.plain.hand_in()

    def _withdraw(self, today: date) -> None:
        acts.withdraw(self.case_id, **self.said() | {"actor": self.applicant})
        self.plain.end("withdrawn", today)

    def _grant(self, today: date) -> None:
        acts.decide(self.case_id, "grant", **self.said() | {"actor": actor_of("yang-fan")}, words="符合")
        self.plain.end("granted", today)

    def _refuse(self, today: date) -> None:
        acts.decide(self.case_id, "refuse", **self.said() | {"actor": actor_of("yang-fan")}, words="位置不允许")
        self.plain.end("refused", today)


@pytest.mark.parametrize("seed", range(24))
def test_stops_extensions_owed_papers_and_silence_give_the_dates_that_a_calendar_on_the_wall_gives(town: Town, seed: int) -> None:
    Walk(town, seed).go(12)


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
