"""What every test begins with: the tests' own day again, whatever the test before did to the clock; and nobody outside is called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster import OFFSET
from tongban.kernel import clock


@pytest.fixture(scope="session", autouse=True)
def _nobody_is_called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Other bodies' systems are rehearsed, and none of them is there unless a test starts it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGBAN_SYSTEMS", str(tmp_path_factory.getbasetemp() / "nobody.json"))
        yield


@pytest.fixture(autouse=True)
def _clock_at_rest() -> Iterator[None]:
    clock.move_to_offset(OFFSET)
    yield
    clock.move_to_offset(OFFSET)
