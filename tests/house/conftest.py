"""A small published city with its people, in a database of its own; what a test does in it is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests import databases

_NAME = "house_town"


@pytest.fixture(scope="session")
def _town(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    from tongban.catalogue.acts import publish
    from tongban.house import population

    with django_db_blocker.unblock():
        original = databases.current()
        databases.make(_NAME)
        publish(settings.CITY, "house")
        population.populate(40, 12, 7)
        databases.use(original)
    yield
    with django_db_blocker.unblock():
        databases.drop(_NAME)


@pytest.fixture
def _in_town(django_db_setup: None, _town: None) -> Iterator[None]:
    original = databases.current()
    databases.use(_NAME)
    yield
    databases.use(original)


@pytest.fixture
def town(_in_town: None, db: None) -> None:
    """The published city."""
