"""What is told of payments once a month is over: by lines that stay as they are whatever happens afterwards, so that nobody can take one day's sum from another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.benefits.conftest import Cut, Town
from tests.crash.test_cut_off import KilledError
from tongban.benefits import reads, tasks
from tongban.benefits.acts.tell import tell_month
from tongban.benefits.core.published import LEAST, TOGETHER, Group
from tongban.benefits.models import Match, Published, ToldMonth
from tongban.kernel import clock
from tongban.kernel.ids import uscc_check, uuid7
from tongban.ledger.models import Entry
from tongban.parties import acts as party_acts
from tongban.parties.core.people import NewFirm

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


@dataclass
class Months:
    """A policy that pays firms, as the months go by."""

    today: date = NOVEMBER
    firms: int = 0

    def pay(self, count: int, fen: int = 100_00, policy: str = "stall-aid") -> list[Match]:
        return [self._pay(fen, policy) for _ in range(count)]

    def _pay(self, fen: int, policy: str) -> Match:
        self.firms += 1
        number = f"92990101MB{self.firms:07d}"
        firm, now = uuid7(), clock.now()
        party_acts.enter_firms([NewFirm(firm, "铺", number + uscc_check(number), "990201")], by="tests", source="tests")
        return Match.objects.create(
            policy=policy,
            version="v",
            profile="firm",
            subject=self.firms.to_bytes(16),
            amount=fen,
            state="paid",
            found_by=uuid7(),
            seen_by=uuid7(),
            found_at=now,
            changed_at=now,
            kind="firm",
            principal_id=firm,
            paid_on=self.today,
        )

    def come_back(self, *matches: Match) -> None:
        Match.objects.filter(pk__in=[one.pk for one in matches]).update(paid_on=None, state="ordered")

    def again(self, *matches: Match) -> None:
        Match.objects.filter(pk__in=[one.pk for one in matches]).update(paid_on=self.today, state="paid")

    def lines(self) -> list[tuple[date, int, int, bool]]:
        return [(one.last, one.count, one.amount, one.is_return) for one in reads.paid("stall-aid").groups]


@pytest.fixture
def months(town: Town, monkeypatch: pytest.MonkeyPatch) -> Months:
    held = Months()
    monkeypatch.setattr(clock, "today", lambda: held.today)
    monkeypatch.setattr(clock, "now", lambda: datetime(held.today.year, held.today.month, held.today.day, 2, tzinfo=UTC))
    return held


def test_a_month_is_told_once_it_is_over_and_four_payments_wait_for_those_that_follow(months: Months) -> None:
    months.pay(4)
    tasks.sweep()
    assert (months.lines(), reads.paid().withheld) == ([], ()), "the month runs"
    months.today = DECEMBER
    tasks.sweep()
    assert (months.lines(), reads.paid().withheld) == ([], ("stall-aid",)), "four would be known by their sum"
    months.pay(1, 7_00)
    months.today = JANUARY
    tasks.sweep()
    (told,) = reads.paid("stall-aid").groups
    assert told == Group("stall-aid", NOVEMBER, DECEMBER, TOGETHER if told.district == TOGETHER else told.district, 5, 407_00)
    assert reads.paid().withheld == ()


def test_what_was_told_stays_when_a_payment_comes_back_and_is_paid_anew(months: Months) -> None:
    first, *_ = months.pay(5)
    months.today = DECEMBER
    tell_month()
    before = months.lines()
    months.come_back(first)
    assert months.lines() == before
    months.again(first)
    months.pay(5, 3_00)
    months.today = JANUARY
    tell_month()
    assert months.lines() == [(DECEMBER, 5, 15_00, False), *before], "paid anew it is the payment that was told"


def test_what_came_back_is_a_line_of_its_own_once_it_is_enough_and_what_is_paid_afterwards_is_told_anew(months: Months) -> None:
    paid = months.pay(6)
    months.today = DECEMBER
    tell_month()
    months.come_back(*paid[:4])
    months.today = JANUARY
    tell_month()
    assert [line for line in months.lines() if line[-1]] == [], "four that came back would tell of four"
    months.come_back(paid[4])
    months.today = date(2027, 2, 1)
    tell_month()
    assert [line for line in months.lines() if line[-1]] == [(JANUARY, 5, 500_00, True)]
    months.again(*paid[:5])
    months.today = date(2027, 3, 1)
    tell_month()
    assert months.lines()[0] == (date(2027, 2, 1), 5, 500_00, False)


def test_five_payments_to_one_firm_tell_of_that_firm_and_are_not_told(months: Months) -> None:
    paid = months.pay(5)
    Match.objects.filter(pk__in=[one.pk for one in paid]).update(principal_id=paid[0].principal_id)
    months.pay(3)
    months.today = DECEMBER
    tell_month()
    assert (months.lines(), reads.paid().withheld) == ([], ("stall-aid",)), "four firms, however many payments"
    months.pay(1)
    months.today = JANUARY
    tell_month()
    assert [line[1] for line in months.lines()] == [9]


def test_a_month_is_told_once(months: Months) -> None:
    months.pay(9)
    months.today = DECEMBER
    assert [tell_month(), tell_month()] == [1, 0]
    ToldMonth.objects.all().delete()
    assert tell_month() == 0, "whoever tells it again finds nothing left to tell"
    assert len(months.lines()) == 1


def test_what_is_cut_off_before_any_statement_tells_everything_once_when_it_goes_on(months: Months) -> None:
    months.pay(5)
    months.pay(6, policy="other-aid")
    months.today, at = DECEMBER, 0
    while True:
        at += 1
        try:
            with connection.execute_wrapper(Cut(at)):
                tell_month()
            break
        except KilledError:
            pass
    assert at > 5
    assert [(one.policy, one.count) for one in reads.paid().groups] == [("other-aid", 6), ("stall-aid", 5)]
    assert Entry.objects.filter(act="benefits.tell").count() == 2


def test_a_line_can_be_neither_changed_nor_removed_and_stands_in_the_record(months: Months) -> None:
    months.pay(5)
    months.today = DECEMBER
    tell_month()
    for act in (lambda: Published.objects.update(amount=1), lambda: Published.objects.all().delete()):
        with pytest.raises(DatabaseError, match="what was told is not changed"), transaction.atomic():
            act()
    entry = Entry.objects.get(act="benefits.tell")
    assert entry.payload["groups"][0] | {"district": ""} == {
        "policy": "stall-aid", "first": "2026-11-01", "last": "2026-11-01", "district": "", "count": 5, "amount": 500_00, "is_return": False,
    }  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 7)), min_size=2, max_size=6))
def test_whatever_is_paid_comes_back_and_is_paid_anew_no_day_differs_from_the_one_before_by_fewer_than_a_line_needs(
    months: Months, story: list[tuple[int, int, int]]
) -> None:
    months.today, policy = NOVEMBER, f"aid-{uuid7()}"
    ToldMonth.objects.all().delete()
    for pays, returns, again in story:
        months.pay(pays, policy=policy)
        there = list(Match.objects.filter(policy=policy, paid_on__isnull=False).order_by("pk"))
        away = list(Match.objects.filter(policy=policy, paid_on__isnull=True).order_by("pk"))
        months.come_back(*there[:returns])
        months.again(*away[:again])
        before = set(reads.paid(policy).groups)
        months.today = (months.today.replace(day=28) + timedelta(days=4)).replace(day=1)
        tell_month()
        after = set(reads.paid(policy).groups)
        assert before <= after
        assert all(one.count >= LEAST for one in after - before)
    told = sum(-one.count if one.is_return else one.count for one in reads.paid(policy).groups)
    assert told == Match.objects.filter(policy=policy, told_on__isnull=False).count()
