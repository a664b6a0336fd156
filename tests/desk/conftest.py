"""A small published town, made once for the desk's tests; what a test does in it is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from tests import databases
from tests.desk.making import Town
from tests.police import police  # noqa: F401
from tests.registers import registers_here  # noqa: F401

TOWN = "desk_town"


@pytest.fixture(scope="package")
def _town(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of its own with the template city and a few dozen people."""
    from tongban.catalogue.acts import publish
    from tongban.house import population

    with django_db_blocker.unblock():
        original = databases.current()
        databases.make(TOWN)
        publish(settings.CITY, "house")
        population.populate(60, 12, 7)
        connections.close_all()
    yield
    with django_db_blocker.unblock():
        databases.use(original)
        databases.drop(TOWN)


@pytest.fixture
def town(_town: None, db: None) -> Town:
    """The cast's accounts and ways to make cases."""
    return Town()


@pytest.fixture
def desk(town: Town) -> Callable[[str], Client]:
    """A browser signed in as one of the cast."""

    def become(login: str) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(login=login))
        return client

    return become


@pytest.fixture
def case_id(town: Town) -> UUID:
    """A restaurant's application, just received."""
    return town.apply()
