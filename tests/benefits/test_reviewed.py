"""A review that a person granted although nobody knows how much: the amount is said, and it goes on by itself."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.benefits.conftest import GOOD, NOW, Town
from tests.benefits.living import ACCOUNT, QUICK, Life, people
from tongban.benefits import acts, reads
from tongban.benefits.errors import AboveCapError, MatchNotFoundError, OfficialOnlyError, ReviewOverError, WordsMissingError
from tongban.benefits.models import Match, Pool, Review
from tongban.cases import acts as cases
from tongban.cases.models import Case
from tongban.house.worker import round_once
from tongban.kernel.ids import uuid7
from tongban.ledger.models import Entry

pytestmark = pytest.mark.django_db
PUBLIC = QUICK.replace("pool: stalls\n", "pool: stalls\npublicity: {within: 5 working days, objections: market}\n")


@pytest.fixture
def asked(town: Town) -> tuple[Life, UUID]:
    """The licence of GOOD is too old to be believed: neither whether nor how much can be told, and a person is asked to look."""
    life = people(town)
    town.set("licence", GOOD, as_of=NOW - timedelta(days=8))
    town.match()
    acts.tell_account("firm", life.firms[GOOD], ACCOUNT, actor=life.ann)
    return life, acts.ask_review("stall-aid", life.ann, words="执照在", key="r", principal_id=life.firms[GOOD])


def grant(life: Life, case_id: UUID, answer: str = "grant") -> None:
    version = Case.objects.get(pk=case_id).version
    cases.decide(case_id, answer, actor=life.official, key=str(uuid7()), version=version, words="看过原件")
    life.work()


def say(life: Life, amount: int = 1200_50, words: str = "按上年补发标准") -> None:
    acts.set_amount(Review.objects.get().pk, life.official, amount=amount, words=words)


def one() -> reads.ReviewView:
    (found,) = reads.reviews("market")
    return found


def test_a_granted_review_waits_until_the_amount_is_said_and_then_goes_on_at_once(asked: tuple[Life, UUID]) -> None:
    life, case_id = asked
    assert (one().amount, one().waits_for_amount, one().words) == (None, False, "执照在")
    grant(life, case_id)
    assert (one().waits_for_amount, Match.objects.filter(case_id=case_id).exists()) == (True, False)
    say(life)
    round_once()
    match = Match.objects.get(case_id=case_id)
    assert (match.amount, match.reserved, match.state) == (1200_50, 1200_50, "ordered")
    assert (reads.reviews("market"), reads.count_reviews("market"), Review.objects.get().outcome) == ((), 0, "grant")
    life.work()
    assert (life.state(), Pool.objects.get().reserved) == ("ordered", 1200_50)


def test_a_policy_with_a_notice_stands_in_public_with_the_amount_that_was_said(asked: tuple[Life, UUID]) -> None:
    life, case_id = asked
    life.publish(PUBLIC)
    Review.objects.update(version=reads_version())
    grant(life, case_id)
    say(life)
    life.work()
    assert [(row.amount, row.policy) for row in reads.standing()] == [(1200_50, "stall-aid")]


def reads_version() -> str:
    from tongban.catalogue import reads as catalogue

    return next(iter(catalogue.city().policies.values())).hash


def test_an_amount_that_was_said_before_the_grant_is_taken_with_it(asked: tuple[Life, UUID]) -> None:
    life, case_id = asked
    say(life)
    life.work()
    assert not Match.objects.filter(case_id=case_id).exists()
    grant(life, case_id)
    assert Match.objects.get(case_id=case_id).amount == 1200_50


def test_said_again_the_last_counts_and_both_stand_in_the_record(asked: tuple[Life, UUID]) -> None:
    life, case_id = asked
    say(life, 1000_00, "先按一千")
    say(life, 1100_00, "复算")
    grant(life, case_id)
    entries = Entry.objects.filter(act="benefits.set-amount", case_id=case_id).order_by("id")
    assert [(entry.payload["amount"], entry.payload["words"]) for entry in entries] == [(1000_00, "先按一千"), (1100_00, "复算")]
    assert Match.objects.get(case_id=case_id).amount == 1100_00
    with pytest.raises(ReviewOverError):
        say(life)


def test_what_is_no_amount_is_refused_and_changes_nothing(asked: tuple[Life, UUID]) -> None:
    life, _ = asked
    for amount in (0, -1):
        with pytest.raises(ValueError, match=str(amount)):
            say(life, amount)
    with pytest.raises(AboveCapError, match="2,000"):
        say(life, 2000_01)
    with pytest.raises(WordsMissingError):
        say(life, words=" ")
    with pytest.raises(OfficialOnlyError):
        acts.set_amount(Review.objects.get().pk, life.ann, amount=1, words="x")
    with pytest.raises(MatchNotFoundError):
        acts.set_amount(uuid7(), life.official, amount=1, words="x")
    assert (one().amount, Entry.objects.filter(act="benefits.set-amount").count()) == (None, 0)


def test_a_refused_review_waits_for_no_amount(asked: tuple[Life, UUID]) -> None:
    life, case_id = asked
    grant(life, case_id, "refuse")
    assert (reads.reviews("market"), Review.objects.get().outcome) == ((), "refuse")


def test_those_that_wait_for_their_amount_stand_first_and_the_list_is_turned_page_by_page(asked: tuple[Life, UUID]) -> None:
    life, case_id = asked
    held = Review.objects.get()
    grant(life, case_id)
    for _ in range(2):
        Review.objects.create(
            **{field.name: getattr(held, field.name) for field in Review._meta.fields} | {"id": uuid7(), "case_id": uuid7()}
        )
    first = Review.objects.create(
        **{field.name: getattr(held, field.name) for field in Review._meta.fields} | {"id": UUID(int=1), "case_id": uuid7()}
    )
    whole = [row.id for row in reads.reviews("market")]
    assert whole[:2] == [held.pk, first.pk]
    seen: list[UUID] = []
    while page := reads.reviews("market", after=seen[-1] if seen else None, most=1):
        seen += [row.id for row in page]
    assert (seen, reads.reviews("health")) == (whole, ())
