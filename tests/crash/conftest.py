"""Trials of crashes happen on committed rows: each in a thread of its own, whose connection no test's transaction wraps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from django.db import connections

from tests.town import Town, settled

T = TypeVar("T")


@pytest.fixture(scope="package")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    with settled(django_db_blocker) as town:
        yield town


def together(*acts: Callable[[], T]) -> list[T | BaseException]:
    """Run acts at the same time, each on its own connection; what each gave or raised."""
    outcomes: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(index: int) -> None:
        try:
            ready.wait()
            outcomes[index] = acts[index]()
        except BaseException as error:  # noqa: BLE001 - handed to the test, which judges it
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def apart() -> Callable[[Callable[[], T]], T]:
    """Run one act on a connection of its own; what it raises is raised here."""

    def run(act: Callable[[], T]) -> T:
        (outcome,) = together(act)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return run
