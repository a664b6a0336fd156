"""Who waits for a pool's money: in order, by the pool that they were promised, and nobody loses their place by what is not theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.benefits.conftest import BIG, GOOD, NOW, Town
from tests.benefits.living import QUICK, Life, people
from tongban.benefits import acts, reads
from tongban.benefits.acts import going
from tongban.benefits.acts.pools import waiting_for
from tongban.benefits.models import Match, Order, Pool
from tongban.cases import acts as cases
from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(town: Town) -> Life:
    """BIG has the money, and GOOD waits for it."""
    life = people(town)
    life.publish(QUICK, pool="amount: yuan(2500)", exhausted="queue")
    town.match()
    life.claim(BIG)
    life.claim(GOOD)
    assert Match.objects.get(pk=life.match(GOOD)).queued_at is not None
    return life


def test_who_withdrew_while_waiting_is_never_paid(queued: Life) -> None:
    case = Case.objects.get(pk=Match.objects.get(pk=queued.match(GOOD)).case_id)
    cases.withdraw(case.pk, actor=queued.ann, key=str(uuid7()), version=case.version)
    acts.decline(queued.match(BIG), queued.ann)
    going.take_up("stalls")
    queued.work()
    assert (queued.state(GOOD), Match.objects.get(pk=queued.match(GOOD)).reserved, Order.objects.count()) == ("declined", 0, 0)


def test_a_register_that_is_down_costs_nobody_their_place(queued: Life) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registers.licence RENAME TO away")
    acts.decline(queued.match(BIG), queued.ann)
    queued.work()
    case = Case.objects.get(pk=Match.objects.get(pk=queued.match(GOOD)).case_id)
    assert (queued.state(GOOD), case.state, waiting_for("stalls").count()) == ("willing", "queued", 1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registers.away RENAME TO licence")
    queued.work()
    assert (queued.state(GOOD), waiting_for("stalls").count()) == ("ordered", 0)


def test_who_waits_for_one_pool_holds_up_nobody_of_another(queued: Life) -> None:
    assert [one.pk for one in waiting_for("stalls")] == [queued.match(GOOD)]
    assert not waiting_for("another").exists()
    Match.objects.filter(pk=queued.match(GOOD)).update(version="0" * 64)
    assert waiting_for("stalls").exists(), "whatever became of the version under which it was promised"
    (stalls,) = reads.pools()
    assert (stalls.waiting, stalls.wanted) == (1, Match.objects.get(pk=queued.match(GOOD)).amount)


def test_money_that_is_let_go_goes_back_to_the_pool_it_came_from(queued: Life) -> None:
    held = Match.objects.get(pk=queued.match(BIG))
    assert (held.pool, Pool.objects.get(pk="stalls").reserved) == ("stalls", held.reserved)
    Match.objects.filter(pk=held.pk).update(version="0" * 64)
    acts.decline(held.pk, queued.ann)
    assert Pool.objects.get(pk="stalls").reserved == 0


DEARER = QUICK.replace("1000 yuan", "1500 yuan").replace("1001 yuan", "1501 yuan")


def test_who_waits_is_measured_by_the_version_under_which_they_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next day another version pays more; what was promised to wait is paid as it was promised, and stands under what it is paid by."""
    life = people(town)
    ends, follows = (
        QUICK.replace("until: 2026-12-31", "until: 2026-12-01"),
        DEARER.replace("in_force: 2026-02-01", "in_force: 2026-12-02"),
    )
    two = {"policies/stall-aid/2026-12-02.yaml": follows.replace("on: 2026-12-01", "on: 2026-12-02")}
    life.publish(ends, pool="amount: yuan(2500)", exhausted="queue", **two)
    town.match()
    life.claim(BIG)
    life.claim(GOOD)
    held = Match.objects.get(pk=life.match(GOOD))
    tomorrow = NOW + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    monkeypatch.setattr(clock, "today", tomorrow.date)
    assert catalogue.city().policies_on(clock.today())["stall-aid"].hash != held.version
    acts.decline(life.match(BIG), life.ann)
    life.work()
    now = Match.objects.get(pk=held.pk)
    assert (now.state, now.amount, now.version) == ("ordered", 1001_00, held.version)
    finding = reads.life(held.pk).findings[-1]
    assert (finding.version, finding.amount) == (held.version, 1001_00)


def test_who_waits_under_a_version_that_is_published_no_more_moves_along_to_the_one_in_force(queued: Life) -> None:
    held = Match.objects.get(pk=queued.match(GOOD))
    queued.publish(DEARER, pool="amount: yuan(2500)", exhausted="queue")
    assert catalogue.city().policy_of(held.version) is None
    acts.decline(queued.match(BIG), queued.ann)
    queued.work()
    now = Match.objects.get(pk=held.pk)
    assert (now.state, now.amount, now.version) == ("ordered", 1501_00, catalogue.city().policies["stall-aid"].hash)


def test_what_it_comes_to_now_stands_in_its_history_where_it_has_to_wait_on(queued: Life) -> None:
    acts.decline(queued.match(BIG), queued.ann)
    queued.town.set("licence", GOOD, capital=500_000_00)
    Pool.objects.filter(pk="stalls").update(reserved=1000_00)
    entries = Entry.objects.filter(act="benefits.queue").count()
    queued.work()
    now = Match.objects.get(pk=queued.match(GOOD))
    steps = [step for step in reads.life(now.pk).steps if step.act == "queue"]
    assert (now.state, now.amount, now.queued_at is not None) == ("willing", 2000_00, True)
    assert [step.data.get("before") for step in steps] == [None, 1001_00]
    assert Entry.objects.filter(act="benefits.queue").count() == entries + 1, "once, however often it is looked at"
    assert reads.life(now.pk).findings[-1].amount == 2000_00
