"""All that follows a claim, cut off before any statement, leaves nothing or whole parts of itself, and is done once when it is repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.crash.conftest import together
from tests.crash.redeemed import ACCOUNT, ACTS, OWNER, POLICY, UNASKED, officer, to_take_note_of_a_review
from tests.crash.test_redeeming import digest, killed, match_of, matched  # noqa: F401 - a fixture among them
from tests.town import Town
from tongban.benefits import acts
from tongban.benefits.acts.news import tell_news
from tongban.benefits.acts.tell import tell_month
from tongban.benefits.acts.unasked import REDEEM
from tongban.benefits.models import Match, Pool, Published, Run, Step, ToldMonth
from tongban.benefits.tasks import KINDS
from tongban.jobs.acts import work
from tongban.jobs.models import Job
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError
from tongban.kernel.ids import uuid7
from tongban.ledger.models import Entry
from tongban.messages.models import Message
from tongban.parties.models import Firm

pytestmark = [pytest.mark.django_db(databases=["default", "registers"]), pytest.mark.usefixtures("matched")]


def in_parts(act: Callable[[], Any]) -> int:
    """Cut the act off before each of its statements, and of what is left of it; how many different states of the database a cut leaves. Afterwards it has been done."""
    seen, at, most = [digest()], 1, 0
    while killed(act, at):
        now = digest()
        if now != seen[-1]:
            seen.append(now)
            at = 0
        at += 1
        most = max(most, at)
    assert most > 3, "an act of so few statements was not cut off at all"
    return len(seen)


@pytest.mark.parametrize("name", ACTS)
def test_what_follows_a_claim_is_done_whole_or_not_and_once(town: Town, apart: Any, name: str) -> None:
    def whole() -> None:
        one = ACTS[name](town)
        before = one.stands()
        assert in_parts(one.do) == one.parts
        assert before != one.stands() == (one.state, one.reserved, one.paid, 1)
        after = digest()
        try:
            assert not one.do()
        except ConflictError:
            pass
        again = digest()
        if one.counts_answers:
            del after["benefits_order"], again["benefits_order"]
        assert again == after
        assert one.stands() == (one.state, one.reserved, one.paid, 1)

    apart(whole)


@pytest.mark.parametrize("name", ACTS)
def test_what_follows_a_claim_is_done_once_by_many_hands_at_once(town: Town, apart: Any, name: str) -> None:
    one = apart(lambda: ACTS[name](town))
    outcomes = together(*[one.do] * 3)
    assert not [found for found in outcomes if isinstance(found, BaseException) and not isinstance(found, ConflictError)]
    assert apart(one.stands) == (one.state, one.reserved, one.paid, 1)


def test_a_review_is_taken_note_of_once(town: Town, apart: Any) -> None:
    def whole() -> None:
        row, take = to_take_note_of_a_review(town)
        assert in_parts(take) == 1
        match = Match.objects.get(case_id=row.case_id)
        pool = Pool.objects.get(pk=match.pool)
        assert (match.state, match.amount, pool.reserved) == ("verified", 1000_00, 1000_00)
        after = digest()
        assert not take()
        assert digest() == after
        steps = Step.objects.filter(match=match).order_by("id").values_list("act", flat=True)
        assert list(steps) == ["found-by-person", "claim", "verify"]

    apart(whole)


def test_redeeming_everybody_is_asked_whole_and_asked_twice_pays_once(town: Town, apart: Any) -> None:
    def whole() -> None:
        firm, who = town.firm(OWNER), officer("industry")
        acts.tell_account("firm", firm.id, ACCOUNT, actor=town.actor(OWNER))
        match = match_of(firm, UNASKED)

        def ask() -> Any:
            return acts.redeem_unasked(UNASKED, actor=who)

        assert in_parts(ask) == 1
        asked = Job.objects.filter(kind=REDEEM, payload__match=str(match.id))
        assert asked.count() == 1
        assert ask().asked == 1
        assert asked.count() == 2
        while work({REDEEM: KINDS[REDEEM]}):
            pass
        match.refresh_from_db()
        assert (match.state, Pool.objects.get(pk=match.pool).reserved) == ("verified", match.amount)
        assert Step.objects.filter(match=match, act="claim").count() == 1

    apart(whole)


def test_a_month_is_told_policy_by_policy_and_each_payment_once(town: Town, apart: Any) -> None:
    def whole() -> None:
        ToldMonth.objects.all().delete()
        sums = {policy: _payments(policy, count) for policy, count in ((POLICY, 6), (UNASKED, 7))}
        assert in_parts(tell_month) == 3, "what was, one policy, both; and then that the month is told"
        assert {row.policy: (row.count, row.amount) for row in Published.objects.all()} == sums
        assert not Match.objects.filter(state="paid", told_on=None).exists()
        assert ToldMonth.objects.count() == 1
        after = digest()
        assert tell_month() == 0
        assert digest() == after
        ToldMonth.objects.all().delete()
        assert tell_month() == 0, "cut off before the month is noted, it tells nothing anew"
        assert Published.objects.count() == 2

    apart(whole)


def _payments(policy: str, count: int) -> tuple[int, int]:
    """Payments of the month before; how many, and what they come to."""
    now, on = clock.now(), clock.today().replace(day=1) - timedelta(days=1)
    rows = [
        Match(
            policy=policy,
            version=f"{policy}/{at}",
            profile="firm",
            subject=at.to_bytes(16, "big"),
            amount=1000_00 + at,
            state="paid",
            found_by=uuid7(),
            seen_by=uuid7(),
            found_at=now,
            changed_at=now,
            kind="firm",
            principal_id=firm.pk,
            paid_on=on,
        )
        for at, firm in enumerate(Firm.objects.order_by("pk")[:count])
    ]
    Match.objects.bulk_create(rows)
    return count, sum(row.amount for row in rows if row.amount)


def test_who_gained_is_told_once(town: Town, apart: Any) -> None:
    def whole() -> None:
        run = Run.objects.filter(profile="firm").latest("id").pk

        def job() -> int:
            """As the worker does it: the job is done in the transaction of what it did."""
            with transaction.atomic(durable=True):
                held = Job.objects.select_for_update().filter(kind="benefits.news", payload__run=str(run)).first()
                if held is None:
                    return 0
                told = tell_news(run, b"")
                held.delete()
                return told

        def told() -> list[tuple[Any, str]]:
            found = Message.objects.filter(template="policy-found", link__startswith="/benefits?for=")
            return sorted(found.values_list("to", "link"), key=str)

        Message.objects.filter(template="policy-found").delete()
        assert in_parts(job) == 1
        assert told()
        assert len(told()) == len(set(told()))
        assert Entry.objects.filter(act="benefits.news", payload__run=str(run)).count() == 1
        after = digest()
        assert job() == 0
        assert digest() == after

    apart(whole)
