"""Who waits for a pool's money: in order, by the pool that they were promised, and nobody loses their place by what is not theirs."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.benefits.conftest import BIG, GOOD, Town
from tests.benefits.living import QUICK, Life, people
from tongban.benefits import acts, reads
from tongban.benefits.acts import going
from tongban.benefits.acts.claim import waiting_for
from tongban.benefits.models import Match, Order, Pool
from tongban.cases import acts as cases
from tongban.cases.models import Case
from tongban.kernel.ids import uuid7

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
