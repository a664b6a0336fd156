"""Generated orders of events against a plain model: a pool never has more promised and paid than there is, and nobody who waits is overtaken."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.benefits.conftest import Town
from tests.benefits.living import Life, people
from tongban.benefits.acts.pools import give_back, release, reserve, spend
from tongban.benefits.models import Pool

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


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
