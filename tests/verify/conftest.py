"""A city of this face alone."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.credentials.making import request as making
from tongban.credentials.acts import issue
from tongban.look import pages


@pytest.fixture(autouse=True)
def alone(settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.verify.urls"
    monkeypatch.setattr(pages, "builders", lambda: ())


@pytest.fixture
def issued(db):
    def make(**changes):
        with transaction.atomic():
            return issue(making(**changes))

    return make
