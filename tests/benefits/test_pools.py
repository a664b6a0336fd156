"""Generated orders of events against a plain model: a pool never has more promised and paid than there is, and nobody who waits is overtaken."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.benefits.conftest import BIG, GOOD, Town
from tests.benefits.living import Life, people
from tongban.benefits import acts
from tongban.benefits.acts import going
from tongban.benefits.acts.pools import give_back, release, reserve, spend
from tongban.benefits.models import Clawback, Match, Order, Pool
from tongban.kernel.errors import TongbanError

pytestmark = pytest.mark.django_db
DECLARED = 100


@dataclass
class Plain:
    """What a pool is, without a database."""

    declared: int = DECLARED
    held: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)

    def reserve(self, amount: int) -> bool:
        if sum(self.held) + sum(self.paid) + amount > self.declared:
            return False
        self.held.append(amount)
        return True


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(1, 60)),
        st.tuples(st.sampled_from(["release", "spend", "give-back"]), st.integers(0, 5)),
        st.tuples(st.just("declare"), st.integers(20, 160)),
    ),
    max_size=25,
)


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_whatever_happens_a_pool_agrees_with_the_plain_one_and_is_never_overdrawn(
    life: Life, monkeypatch: pytest.MonkeyPatch, events: list[tuple[str, int]]
) -> None:
    plain = Plain()
    monkeypatch.setattr("tongban.benefits.acts.pools._declared", lambda pool: plain.declared)
    with transaction.atomic():
        for what, number in events:
            _happens(plain, what, number)
            row = Pool.objects.filter(pk="made-up").first()
            if row is not None:
                assert (row.reserved, row.paid) == (sum(plain.held), sum(plain.paid))
                assert row.reserved + row.paid <= row.amount
        Pool.objects.filter(pk="made-up").delete()


def _happens(plain: Plain, what: str, number: int) -> None:
    if what == "reserve":
        assert reserve("made-up", number) == plain.reserve(number)
    elif what == "declare":
        plain.declared = number
    elif what == "give-back" and plain.paid:
        give_back("made-up", plain.paid.pop(number % len(plain.paid)))
    elif what == "release" and plain.held:
        release("made-up", plain.held.pop(number % len(plain.held)))
    elif what == "spend" and plain.held:
        amount = plain.held.pop(number % len(plain.held))
        spend("made-up", amount)
        plain.paid.append(amount)


WALK = st.lists(
    st.tuples(
        st.sampled_from(["claim", "give-up", "order", "paid", "failed", "claw-back", "money-back", "work", "take-back"]),
        st.sampled_from([GOOD, BIG]),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=WALK)
def test_however_lives_go_the_pool_holds_and_has_paid_what_they_say_and_nobody_is_paid_twice(
    small: Life, walk: list[tuple[str, str]]
) -> None:
    before = transaction.savepoint()
    for what, key in walk:
        with contextlib.suppress(TongbanError):
            _walks(small, what, key)
        _check_sums()
    transaction.savepoint_rollback(before)


@pytest.fixture
def small(life: Life) -> Life:
    """A pool that has money for one of the two firms at a time."""
    life.publish(pool="amount: yuan(2500)", exhausted="queue")
    life.town.match()
    return life


def _walks(life: Life, what: str, key: str) -> None:
    match = life.match(key)
    order = Order.objects.filter(match=match).order_by("-id").first()
    if what == "claim":
        life.claim(key)
    elif what == "give-up":
        acts.decline(match, life.ann)
    elif what == "take-back":
        acts.take_back(match, life.official, words="错发")
    elif what == "order":
        acts.order(match)
    elif what in ("paid", "failed") and order is not None:
        acts.settle(order.pk, what)
    elif what == "claw-back":
        acts.claw_back(match, life.official, words="不实", amount=1000_00)
    elif what == "money-back":
        acts.money_back(match, life.official)
    elif what == "work":
        going.take_up("stalls")


def _check_sums() -> None:
    row = Pool.objects.filter(pk="stalls").first()
    held = sum(Match.objects.values_list("reserved", flat=True))
    orders = list(Order.objects.filter(state="paid").values_list("match_id", "amount"))
    back = sum(Clawback.objects.filter(returned_at__isnull=False).values_list("amount", flat=True))
    assert len({match for match, _ in orders}) == len(orders), "paid twice"
    paid = sum(amount for _, amount in orders) - back
    assert (row.reserved, row.paid) == (held, paid) if row is not None else (held, paid) == (0, 0)
    assert held + paid <= 2500_00
    assert not Match.objects.filter(state__in=("verified", "publicised", "ordered"), reserved=0).exists(), "promised without money"
    assert not Match.objects.filter(state__in=("matched", "declined", "refused", "paid", "clawed-back"), reserved__gt=0).exists(), (
        "held for nobody"
    )
