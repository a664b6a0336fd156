"""What every test begins with: the tests' own day again, whatever the test before did to the clock; and nobody outside is called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster import OFFSET
from tongban.kernel import clock


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side, the tests of a module stay together, so that what they share is made once; those of them that empty the database go apart from
    the others, and after them, as they do in one process.
    """
    for item in items:
        name = str(item.path.relative_to(item.config.rootpath))
        item.add_marker(pytest.mark.xdist_group(f"{name} emptying" if _empties(item) else name))


def _empties(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    )


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
