"""For tests that write registers and read them in one transaction: the connector's connection is the test's own.

Django points a mirrored alias at the same database but by a second connection, which cannot see what the test has not committed. Import the fixture in a room's
conftest: `from tests.registers import registers_here  # noqa: F401`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections


@pytest.fixture(autouse=True)
def registers_here() -> Iterator[None]:
    own = connections["registers"]
    connections["registers"] = connections["default"]
    yield
    connections["registers"] = own
