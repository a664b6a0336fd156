"""What every test begins with: the real time again, whatever the test before did to the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tongban.kernel import clock


@pytest.fixture(autouse=True)
def _clock_at_rest() -> Iterator[None]:
    clock.move_to_offset(timedelta())
    yield
    clock.move_to_offset(timedelta())
