"""A draft that is thrown away leaves no paper behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.test_lifecycle import restaurant
from tests.town import Town
from tongban.cases import acts
from tongban.files import acts as files
from tongban.files import reads as kept

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_a_discarded_drafts_papers_are_forgotten_and_their_contents_swept(town: Town) -> None:
    files.sweep(timedelta(seconds=-60))
    case_id = restaurant(town)
    assert kept.of_owner(case_id)
    acts.discard(case_id, actor=town.actor("chen-xiao"))
    assert kept.of_owner(case_id) == ()
    assert files.sweep(timedelta(seconds=-60)) == 1
