"""Any order of acts, any passing of time: a ticket does what a plain model says, its clock never moves, each rung happens once, disputes end, the figures add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.tickets.making import Hotline, case, happened, key, ticket, work
from tests.town import Town
from tongban.cases import tasks
from tongban.cases.acts import tickets
from tongban.cases.acts.tickets.counting import counted
from tongban.cases.models import Task, Ticket, TicketCount
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.errors import TongbanError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

HANDLERS = {"urban-management": "guo-tao", "water": "jiang-tao", "ecology": "cao-yun", "jiangbei-government": "shi-lei"}
DISTRICT = "jiangbei-government"
LADDER = ((50, 0), (80, 0), (100, 0), (100, 24), (100, 48))
RUNNING = ("received", "dispatched", "disputed", "handling", "reopened", "supervised")


@dataclass
class Plain:
    """One ticket, in plain words."""

    state: str
    department: str
    received_at: datetime
    due_by: datetime
    assigned_at: datetime | None = None
    disputed: list[str] = field(default_factory=list)
    answered_at: datetime | None = None
    reopened: int = 0
    rungs: int = 0
    with_main: bool = False

    def rung_times(self) -> list[datetime]:
        length = (self.due_by - self.received_at) // timedelta(microseconds=1)
        return [self.received_at + timedelta(microseconds=length * share // 100, hours=after) for share, after in LADDER]

    def pass_time(self, now: datetime) -> None:
        if self.state in RUNNING:
            self.rungs = max(self.rungs, sum(at <= now for at in self.rung_times()))
        if self.state in ("answered", "confirmed") and clock.local_date(now) > self.last_day():
            self.state = "closed"

    def last_day(self) -> date:
        day = clock.local_date(self.answered_at) + timedelta(days=14)
        while not catalogue.city().calendar.is_working(day):
            day += timedelta(days=1)
        return day

    # Each act: whether it may be done now, and what it leads to.

    def dispatch(self, now: datetime) -> bool:
        if self.state != "received":
            return False
        self.state, self.department, self.assigned_at = "dispatched", "urban-management", now
        return True

    def dispute(self, now: datetime) -> bool:
        in_time = self.assigned_at is not None and now <= self.assigned_at + timedelta(hours=4)
        if self.state not in ("dispatched", "handling") or self.department in (*self.disputed, DISTRICT) or not in_time:
            return False
        first = not self.disputed
        self.disputed.append(self.department)
        if first:
            self.state = "disputed"
        else:
            self.state, self.department, self.assigned_at = "dispatched", DISTRICT, now
        return True

    def rule(self, now: datetime, ruling: str) -> bool:
        moves = ruling == "moves" and self.department != "ecology"
        if self.state != "disputed" or (ruling == "moves" and not moves):
            return False
        self.state = "dispatched"
        if moves:
            self.department, self.assigned_at = "ecology", now
        return True

    def progress(self) -> bool:
        if self.state not in ("dispatched", "handling", "reopened"):
            return False
        self.state = "handling"
        return True

    def answer(self, now: datetime) -> bool:
        if self.state not in ("dispatched", "handling", "reopened"):
            return False
        self.state, self.answered_at = "answered", now
        return True

    def judge(self, now: datetime, *, fixed: bool) -> bool:
        if self.state not in ("answered", "confirmed") or clock.local_date(now) > self.last_day():
            return False
        if fixed:
            if self.state == "confirmed":
                return False
            self.state = "confirmed"
        elif self.reopened < 2:
            self.state, self.reopened, self.with_main = "reopened", self.reopened + 1, False
        else:
            self.state, self.with_main = "supervised", False
        return True

    def supervise(self, outcome: str) -> bool:
        if self.state != "supervised":
            return False
        self.state = "reopened" if outcome == "again" else "closed"
        return True

    def urge(self) -> bool:
        return self.state in (*RUNNING, "merged")


ACTS = st.sampled_from(
    [
        "dispatch",
        "dispute",
        "stays",
        "moves",
        "progress",
        "answer",
        "fixed",
        "not-fixed",
        "again",
        "stands",
        "press",
        "wait",
        "merge",
        "unmerge",
    ]
)
SPANS = st.sampled_from([431, 3001, 7853, 42013, 180023, 900007])
"""Seconds, so chosen that no limit falls on a sum of them."""


class Trial:
    """Two tickets and their plain models."""

    def __init__(self, town: Town, category: str, danger: str) -> None:
        self.town, self.hotline = town, Hotline(town)
        self.ids = [self.hotline.tell(login, category=category, danger=danger) for login in ("li-min", "zhou-minhua")]
        self.plain = [self._plain(one) for one in self.ids]

    def _plain(self, one: UUID) -> Plain:
        row = ticket(one)
        return Plain(case(one).state, row.department, row.received_at, row.due_by, row.assigned_at)

    def do(self, act: str, which: int, seconds: int) -> None:
        one, plain, now = self.ids[which], self.plain[which], clock.now()
        if act == "wait":
            clock.move_by(timedelta(seconds=seconds))
            tasks.sweep()
            work()
            for each in self.plain:
                each.pass_time(clock.now())
            return
        if act in ("merge", "unmerge"):
            self._together(act, which, now)
            return
        expected, really = self._one(act, one, plain, now, "li-min" if which == 0 else "zhou-minhua")
        assert self._carried_out(really) == expected, (act, plain)
        work()
        if expected and act in ("answer", "progress"):
            self._followed(which, act, now)

    def _one(self, act: str, one: UUID, plain: Plain, now: datetime, person: str) -> tuple[bool, Callable[[], object]]:
        hotline, handler = self.hotline, HANDLERS.get(plain.department, "guo-tao")
        match act:
            case "dispatch":
                return plain.dispatch(now), lambda: hotline.dispatch(one)
            case "dispute":
                return plain.dispute(now), lambda: hotline.dispute(one, by=handler)
            case "stays" | "moves":
                return plain.rule(now, act), lambda: hotline.rule(one, act, department="ecology" if act == "moves" else "")
            case "progress":
                return plain.progress(), lambda: tickets.progress(one, actor=self.town.actor(handler), key=key(), words="在办")
            case "answer":
                return plain.answer(now), lambda: hotline.answer(one, by=handler)
            case "fixed" | "not-fixed":
                fixed = act == "fixed"
                return plain.judge(now, fixed=fixed), lambda: hotline.judge(one, fixed=fixed, by=person)
            case "again" | "stands":
                actor = self.town.actor("gao-feng")
                return plain.supervise(act), lambda: tickets.supervise(
                    one,
                    act,  # type: ignore[arg-type]
                    actor=actor,
                    key=key(),
                    version=hotline.version(one),
                    words="已复核",
                )
        return plain.urge(), lambda: tickets.press(one, actor=self.town.actor("gao-feng"), key=key(), words="快办")

    def _carried_out(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except TongbanError:
            return False
        return True

    def _together(self, act: str, which: int, now: datetime) -> None:
        one, plain, main = self.ids[which], self.plain[which], self.plain[1 - which]
        if act == "merge":
            expected = plain.state in RUNNING[:-1] and main.state in RUNNING
            assert self._carried_out(lambda: self.hotline.merge(one, self.ids[1 - which])) == expected, (plain, main)
            if expected:
                plain.state, plain.department, plain.with_main = "merged", main.department, True
            return
        actor = self.town.actor("luo-qian")
        expected = plain.state == "merged"
        really = self._carried_out(
            lambda: tickets.unmerge(one, actor=actor, key=key(), version=self.hotline.version(one), words="不是一回事")
        )
        assert really == expected
        if expected:
            plain.state, plain.department, plain.with_main = "received", "data-bureau", False
            plain.rungs = max(plain.rungs, 0)

    def _followed(self, which: int, act: str, now: datetime) -> None:
        other = self.plain[1 - which]
        if other.state == "merged" and act == "answer":
            other.state, other.answered_at = "answered", now

    def check(self) -> None:
        for one, plain in zip(self.ids, self.plain, strict=True):
            row, of = ticket(one), case(one)
            assert of.state == plain.state
            assert (row.received_at, row.due_by) == (plain.received_at, plain.due_by), "nothing moves the clock"
            assert [event.data["rung"] for event in happened(one, "escalate")] == list(range(row.rung)), "each rung once, in order"
            assert row.rung == plain.rungs
            assert row.is_running == (plain.state in RUNNING)
            assert (of.due_on is not None) == row.is_running
            turns = Task.objects.filter(case_id=one, is_open=True).exclude(step="help").count()
            assert turns == int(row.is_running), "one turn is open while it runs, and none else"
            assert len(row.disputed_by) == len(set(row.disputed_by)) <= 2
            assert DISTRICT not in row.disputed_by
            assert row.reopened == plain.reopened <= 2
            if row.is_running:
                assert clock.local_date(row.due_by) == of.due_on


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.tuples(ACTS, st.integers(0, 1), SPANS), min_size=4, max_size=22),
    category=st.sampled_from(["other", "road-parts"]),
    danger=st.sampled_from(["yes", "no"]),
)
def test_a_ticket_does_what_the_plain_model_says(town: Town, acts: list[tuple[str, int, int]], category: str, danger: str) -> None:
    trial = Trial(town, category, danger)
    for act, which, seconds in acts:
        trial.do(act, which, seconds)
        trial.check()
    tasks.sweep()
    kept = {
        (row.service, row.month.isoformat(), row.department, row.category, row.measure): row.count
        for row in TicketCount.objects.exclude(count=0)
    }
    assert kept == anew(), "the figures are the sums of what each ticket counts"


def anew() -> dict[tuple[str, ...], int]:
    """The figures, counted from every ticket there is."""
    sums: Counter[tuple[str, ...]] = Counter()
    for row in Ticket.objects.select_related("case"):
        found = counted(row)
        service, month, department, category = found["of"]
        for one, counts in [(department, found["counts"]), *found["by"].items()]:
            sums.update({(service, month, one, category, measure): count for measure, count in counts.items()})
    return {name: count for name, count in sums.items() if count}
