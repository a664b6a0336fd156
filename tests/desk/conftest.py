"""A small published town, made once for the desk's tests; what a test does in it is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client

from tests.desk.making import Town

TOWN = "desk_town"


@pytest.fixture(scope="package")
def _town(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of its own with the template city and a few dozen people."""
    from tongban.catalogue.acts import publish
    from tongban.house import population

    with django_db_blocker.unblock():
        original = str(connection.settings_dict["NAME"])
        _administer(f"DROP DATABASE IF EXISTS {TOWN} WITH (FORCE)", f"CREATE DATABASE {TOWN} TEMPLATE {original}")
        _use(TOWN)
        publish(settings.CITY, "house")
        population.populate(60, 12, 7)
        connections.close_all()
    yield
    with django_db_blocker.unblock():
        _use(original)
        _administer(f"DROP DATABASE IF EXISTS {TOWN} WITH (FORCE)")


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


def _use(name: str) -> None:
    connections.close_all()
    for alias in connections:
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _administer(*statements: str) -> None:
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
