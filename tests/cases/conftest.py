"""The cases' tests happen in a small published town."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.police import police  # noqa: F401
from tests.registers import registers_here  # noqa: F401
from tests.town import Town, settled


@pytest.fixture(scope="package")
def committed_town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    with settled(django_db_blocker) as town:
        yield town


@pytest.fixture
def town(committed_town: Town) -> Town:
    return committed_town
