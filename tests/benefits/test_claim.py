"""One click: the registers are asked anew, the money is held, the case is granted, and it is paid once."""

from __future__ import annotations

import pytest

from tests.benefits.conftest import Town
from tests.benefits.living import Life, people
from tongban.cases.models import Case
from tongban.house.worker import round_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


def test_one_click_pays_once(life: Life) -> None:
    claimed = life.claim()
    assert claimed.state == "verified"
    case = Case.objects.get(pk=claimed.case_id)
    assert (case.state, case.amount_fen, case.number) == ("granted", 1001_00, claimed.number)
    while round_once():
        pass
    assert life.state() == "ordered"
