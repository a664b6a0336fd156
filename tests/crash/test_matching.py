"""A run over everybody that is cut off before any of its statements is taken up again, and promises nobody anything twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.crash.conftest import together
from tests.crash.test_cut_off import KilledError, Killer
from tests.town import Town
from tongban.benefits import reads
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.benefits.errors import RunBusyError
from tongban.benefits.models import Match, Result, Run

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_a_run_cut_off_before_any_statement_goes_on_and_promises_nothing_twice(
    town: Town, apart: Any, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path

    def forget() -> None:
        for table in (Match, Result, Run):
            table.objects.all().delete()

    def whole() -> list[tuple[Any, ...]]:
        carry_out(ask_for_run("firm", by="ann"))
        return kept()

    def kept() -> list[tuple[Any, ...]]:
        return sorted(
            (policy, bytes(subject), amount, state)
            for policy, subject, amount, state in Match.objects.values_list("policy", "subject", "amount", "state")
        )

    def cut(at: int) -> bool:
        run = ask_for_run("firm", by="ann")
        try:
            with connection.execute_wrapper(Killer(at)):
                carry_out(run)
        except KilledError:
            connection.close()
            return True
        return False

    expected = apart(whole)
    assert expected
    at, step = 1, 7
    while True:
        apart(forget)
        was_cut = apart(lambda at=at: cut(at))
        assert apart(whole) == expected, f"statement {at}"
        run = apart(lambda: reads.run(reads.latest_run("firm")))
        assert run.state == "done"
        assert len({one.policy for one in run.results}) == len(run.results) == 6
        if not was_cut:
            break
        at += step
    apart(forget)


def test_two_processes_that_carry_one_run_out_at_once_do_it_once(town: Town, apart: Any, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    run = apart(lambda: ask_for_run("firm", by="ann"))
    outcomes = together(*[lambda: carry_out(run)] * 3)
    assert all(outcome is None or isinstance(outcome, RunBusyError) for outcome in outcomes)
    found = apart(lambda: reads.run(run))
    assert (found.state, len(found.results)) == ("done", 6)

    def forget() -> None:
        for table in (Match, Result, Run):
            table.objects.all().delete()

    apart(forget)
