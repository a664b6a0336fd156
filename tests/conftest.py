"""What every test begins with: the tests' own day again, whatever the test before did to the clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster import OFFSET
from tongban.kernel import clock


@pytest.fixture(autouse=True)
def _clock_at_rest() -> Iterator[None]:
    clock.move_to_offset(OFFSET)
    yield
    clock.move_to_offset(OFFSET)
