"""What a person took back stays back: the worker reads no old grant as a new one, however often it looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.benefits.conftest import NOW, Town
from tests.benefits.living import people
from tests.catalogue.test_policies import POLICY
from tongban.benefits import acts
from tongban.benefits.models import Order
from tongban.cases.models import Case
from tongban.kernel import clock


@pytest.mark.django_db
def test_what_an_objection_took_back_is_never_ordered(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: NOW + sum(gone, timedelta()))
    monkeypatch.setattr(clock, "today", lambda: clock.now().date())
    life = people(town)
    life.publish(POLICY.replace("redeem: unasked", "redeem: quick"))
    town.match()
    life.claim()
    life.work()
    objection = acts.object(life.match(), life.ann, words="这家店早关门了", key="o")
    gone.append(timedelta(hours=1))
    acts.decide_objection(objection, life.official, upheld=True, answer="属实", reason="已停业")
    for days in (0, 1, 30):
        gone.append(timedelta(days=days))
        life.work()
        assert (life.state(), Case.objects.get().state, Order.objects.count()) == ("refused", "taken-back", 0)
