"""An officer's yes that comes too late promises nothing: the subject had it meanwhile, or the policy was withdrawn."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.benefits.conftest import GOOD, Officer, Town
from tests.benefits.living import QUICK, Life, people
from tests.benefits.test_withdrawal import MESSAGES, withdrawn
from tests.catalogue.small_city import small_city
from tongban.benefits import acts
from tongban.benefits.models import Match, Order, Review
from tongban.cases import acts as cases
from tongban.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(town: Town) -> tuple[Life, UUID]:
    """GOOD has closed, as the register says, and asks that a person looks."""
    life = people(town)
    life.publish(QUICK, **{"messages.yaml": small_city()["messages.yaml"].decode().rstrip() + MESSAGES})
    town.match()
    town.set("licence", GOOD, status="cancelled")
    town.match()
    return life, acts.ask_review("stall-aid", life.ann, words="还开着", key="r", principal_id=life.firms[GOOD])


def grant(life: Life, case_id: UUID) -> None:
    version = Case.objects.get(pk=case_id).version
    cases.decide(case_id, "grant", actor=life.official, key="d", version=version, words="看过原件")
    life.work()


def test_who_had_it_meanwhile_has_it_once(asked: tuple[Life, UUID]) -> None:
    life, case_id = asked
    life.town.set("licence", GOOD, status="active")
    life.town.match()
    life.claim()
    grant(life, case_id)
    assert (Review.objects.get().outcome, Case.objects.get(pk=case_id).state) == ("had", "taken-back")
    assert (Match.objects.filter(policy="stall-aid", case_id__isnull=False).count(), Order.objects.count()) == (1, 1)


def test_what_was_withdrawn_meanwhile_is_promised_to_nobody(asked: tuple[Life, UUID], officer: Officer) -> None:
    life, case_id = asked
    withdrawn(officer)
    grant(life, case_id)
    assert (Review.objects.get().outcome, Case.objects.get(pk=case_id).state) == ("withdrawn", "taken-back")
    assert (life.state(), Match.objects.get(pk=life.match()).reserved, Order.objects.count()) == ("lost", 0, 0)
