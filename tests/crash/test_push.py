"""A push that is cut off before any of its statements, or at either of its commits, is one case on the other side once it was pushed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.crash.test_cut_off import KilledError, Killer
from tests.docking.conftest import EXPECTS, REGISTRY, Declared
from tests.town import Town
from tongban.docking import acts
from tongban.docking.models import Handover
from tongban.house.simulated.serving import System, running
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def handed() -> Handover:
    acts.declare_system(Declared())
    with transaction.atomic():
        id_ = acts.hand_over("registry", case_id=uuid7(), task_id=uuid7(), service="stall", body={}, by="x", expects=EXPECTS)
    return Handover.objects.get(pk=id_)


def pushed_once(there: System, one: Handover) -> None:
    """Push until it is through; then it is there once, and known here once."""
    clock.move_by(timedelta(minutes=5))  # the claim of the one that was killed has run out
    acts.push("registry")
    row = Handover.objects.get(pk=one.pk)
    assert row.state == "sent"
    assert str(one.pk) in there.cabinet.pushes()
    assert [entry.act for entry in ledger.entries(one.case_id)].count("docking.sent") == 1
    assert row.remote_id == there.cabinet.look([str(one.pk)], clock.now())[0]["remote"]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TONGBAN_SYSTEMS", str(tmp_path / "addresses.json"))
    with running([REGISTRY], tmp_path) as systems:
        yield systems["registry"]


def test_cut_off_before_any_statement_it_is_one_case_there(town: Town, apart: Callable[..., Any], there: System) -> None:
    def trial() -> int:
        at = 1
        while True:
            one = handed()
            killed = True
            try:
                with connection.execute_wrapper(Killer(at)):
                    acts.push("registry")
                killed = False
            except KilledError:
                connection.close()
            pushed_once(there, one)
            if not killed:
                return at
            at += 1

    assert apart(trial) >= 6, "a push of so few statements was not cut off at all"


@contextmanager
def dies(at_commit: int, *, before: bool) -> Iterator[None]:
    """The process ends at the claim's commit (1) or at that of what came of the call (2): just before it is sent, or just after it was answered."""
    real, seen = connection.commit, 0

    def commit() -> None:
        nonlocal seen
        seen += 1
        if seen != at_commit or not before:
            real()
        if seen == at_commit:
            connection.close()
            raise KilledError

    connection.commit = commit  # type: ignore[method-assign]
    try:
        yield
    finally:
        del connection.commit


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("at_commit", [1, 2])
def test_cut_off_at_a_commit_it_is_one_case_there(
    town: Town, apart: Callable[..., Any], there: System, at_commit: int, before: bool
) -> None:
    def trial() -> None:
        one = handed()
        with pytest.raises(KilledError), dies(at_commit, before=before):
            acts.push("registry")
        pushed_once(there, one)

    apart(trial)
