"""What is sent is what was seen, of a service that is still offered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.errors import NotOfferedError, StaleCaseError
from tongban.cases.models import Case
from tongban.catalogue.acts import publish

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.mark.parametrize("seen", [1, 10**18])
def test_a_version_that_was_not_seen_is_not_sent(town: Town, seen: int) -> None:
    case_id = restaurant(town)
    with pytest.raises(StaleCaseError):
        acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=seen)
    assert Case.objects.get(pk=case_id).state == "draft"


def test_a_draft_of_a_service_that_is_gone_says_so_and_a_sent_case_goes_on(town: Town, tmp_path: Path) -> None:
    sent, kept = restaurant(town), None
    send(town, sent, "chen-xiao")
    kept = restaurant(town)
    folder = tmp_path / "city"
    shutil.copytree(CITY, folder)
    shutil.rmtree(folder / "services" / "food-business-licence")
    (folder / "bundles" / "open-restaurant.yaml").unlink()
    publish(folder, by="test")
    actor = town.actor("chen-xiao")
    try:
        for look in (
            lambda: reads.form_view(kept, actor),
            lambda: acts.gather(kept, actor="test"),
            lambda: acts.save(kept, {"staff_count": "5"}, actor=actor, version=version(kept)),
            lambda: acts.send(kept, actor=actor, key=key(), version=version(kept)),
        ):
            with pytest.raises(NotOfferedError):
                look()
        assert acts.accept(sent, actor=town.actor("liu-yang"), key=key(), version=version(sent)).state == "accepted"
    finally:
        publish(CITY, by="test")
