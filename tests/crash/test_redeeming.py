"""Claiming, ordering and settling, cut off before any statement, leave nothing and are done once when they are repeated; and two hands at once never hold more than there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.crash.conftest import together
from tests.crash.test_cut_off import KilledError, Killer
from tests.town import Town
from tongban.benefits import acts
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.benefits.acts.accounts import current
from tongban.benefits.acts.pools import release, reserve
from tongban.benefits.acts.whose import subject_of
from tongban.benefits.models import (
    Account,
    Clawback,
    Finding,
    Match,
    Objection,
    Order,
    Pool,
    Result,
    Review,
    Run,
    SecondPayment,
    Step,
    ToldMonth,
)
from tongban.catalogue import reads as catalogue
from tongban.kernel.errors import ConflictError
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
TABLES = (
    "benefits_match", "benefits_step", "benefits_finding", "benefits_pool", "benefits_account", "benefits_order",
    "benefits_objection", "benefits_clawback", "benefits_secondpayment", "benefits_review", "benefits_published", "benefits_toldmonth",
    "cases_case", "cases_event", "cases_task", "cases_letter", "jobs_job", "messages_message",
)  # fmt: skip
ACCOUNT = "6222020000001234"


@pytest.fixture
def matched(town: Town, apart: Any, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """A restaurant that a policy found, committed; and nothing of benefits afterwards."""
    settings.DATA = tmp_path

    def begin() -> Any:
        carry_out(ask_for_run("firm", by="ann"))
        return town.firm("zhao-jianguo")

    yield apart(begin)

    def forget() -> None:
        for table in (
            Review, Clawback, Objection, SecondPayment, Order, Finding, Step, Account, Match, ToldMonth, Pool, Result, Run,
        ):  # fmt: skip
            table.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE benefits_published")  # its rows are never deleted one by one

    apart(forget)


def digest() -> dict[str, str]:
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            found[table] = str(cursor.fetchone())
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE act LIKE 'benefits.%' OR act LIKE 'cases.%'")
        found["record"] = str(cursor.fetchone())
    return found


def killed(act: Callable[[], Any], at: int) -> bool:
    try:
        with connection.execute_wrapper(Killer(at)):
            act()
    except KilledError:
        connection.close()
        return True
    return False


def trial(act: Callable[[], Any]) -> int:
    """Cut the act off before each of its statements; how many there are. Afterwards it has been done, once."""
    before, statements = digest(), 0
    while killed(act, statements + 1):
        statements += 1
        assert digest() == before, f"before statement {statements}"
    return statements


def match_of(firm: Any, policy: str) -> Match:
    return Match.objects.get(policy=policy, subject=subject_of("firm", firm.id, "uscc"))


def test_a_claim_an_order_and_an_outcome_that_are_cut_off_leave_nothing_and_their_retry_is_done_once(
    town: Town, apart: Any, matched: Any
) -> None:
    def all_of_it() -> list[int]:
        match, actor, key = match_of(matched, "hiring-subsidy"), town.actor("zhao-jianguo"), str(uuid7())

        def claim() -> Any:
            return acts.claim(match.id, actor, answers={"account": ACCOUNT}, key=key)

        counted = [trial(claim)]
        assert claim() == claim()
        Match.objects.filter(pk=match.id).update(state="publicised", public_from="2020-01-01", public_until="2020-01-09")
        counted.append(trial(lambda: acts.order(match.id)))
        order = Order.objects.get(match=match)
        counted.append(trial(lambda: acts.settle(order.id, "paid")))
        assert not acts.settle(order.id, "paid")
        pool = Pool.objects.get(pk="new-jobs-2026")
        assert (pool.reserved, pool.paid, Match.objects.get(pk=match.id).state) == (0, match.amount, "paid")
        assert sorted(Step.objects.filter(match=match).values_list("act", flat=True)) == ["claim", "order", "pay", "verify"]
        return counted

    assert min(apart(all_of_it)) > 3


def test_two_clicks_at_once_are_one_claim(town: Town, apart: Any, matched: Any) -> None:
    match, actor = apart(lambda: match_of(matched, "small-trade-subsidy")), apart(lambda: town.actor("zhao-jianguo"))

    def claim() -> Any:
        return acts.claim(match.id, actor, answers={"account": ACCOUNT}, key=str(uuid7()))

    outcomes = together(*[claim] * 4)
    assert sorted(isinstance(one, acts.Claimed) for one in outcomes) == [False, False, False, True]
    assert all(isinstance(one, acts.Claimed | ConflictError) for one in outcomes)
    pool = apart(lambda: Pool.objects.get(pk="trade-2026"))
    assert pool.reserved == match.amount
    assert apart(lambda: current(bytes(match.subject)) is not None)


def test_many_hands_at_once_never_hold_more_than_there_is(apart: Any, matched: Any) -> None:
    declared = apart(lambda: catalogue.city().pools["new-jobs-2026"].amount)
    third = declared // 3

    outcomes = together(*[lambda: reserve("new-jobs-2026", third)] * 8)
    assert sorted(outcomes, key=str) == [False] * 5 + [True] * 3
    pool = apart(lambda: Pool.objects.get(pk="new-jobs-2026"))
    assert pool.reserved == 3 * third
    together(*[lambda: release("new-jobs-2026", third)] * 3)
    assert apart(lambda: Pool.objects.get(pk="new-jobs-2026").reserved) == 0


def test_accounts_told_at_once_come_one_after_the_other_and_one_is_current(town: Town, apart: Any, matched: Any) -> None:
    numbers = [f"62220200000012{at}" for at in range(30, 36)]
    actor = apart(lambda: town.actor("zhao-jianguo"))
    outcomes = together(*[lambda number=number: acts.tell_account("firm", matched.id, number, actor=actor) for number in numbers])
    assert outcomes == [None] * len(numbers)
    told = apart(lambda: list(Account.objects.order_by("is_current").values_list("is_current", flat=True)))
    assert told == [False] * 5 + [True]


def test_an_outcome_that_comes_twice_at_once_is_paid_once(town: Town, apart: Any, matched: Any) -> None:
    def ordered() -> Any:
        match = match_of(matched, "hiring-subsidy")
        acts.claim(match.id, town.actor("zhao-jianguo"), answers={"account": ACCOUNT}, key=str(uuid7()))
        Match.objects.filter(pk=match.id).update(state="publicised", public_from="2020-01-01", public_until="2020-01-09")
        return acts.order(match.id)

    order = apart(ordered)
    assert sorted(together(*[lambda: acts.settle(order, "paid")] * 4), key=str) == [False, False, False, True]
    row = apart(lambda: Order.objects.get(pk=order))
    pool = apart(lambda: Pool.objects.get(pk="new-jobs-2026"))
    assert (row.answers, pool.reserved, pool.paid) == (4, 0, row.amount)
