"""An act that is cut off before any of its statements leaves nothing; one that is cut off after its commit is there once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from tests.crash.acts import SIGN, TRIALS, everything, key
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Case, Event
from tongban.credentials import reads as credentials
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


class KilledError(Exception):
    """The process ended here."""


class Killer:
    """Ends the act before its statement number `at`."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.at:
            raise KilledError
        return execute(sql, params, many, context)


@contextmanager
def commits(*, before: bool) -> Iterator[None]:
    """The process ends at COMMIT: just before it is sent, or just after it was answered."""
    real = connection.commit

    def commit() -> None:
        if not before:
            real()
        connection.close()
        raise KilledError

    connection.commit = commit  # type: ignore[method-assign]
    try:
        yield
    finally:
        del connection.commit


def cut_off(act: Callable[[], acts.Done], at: int) -> bool:
    """Whether the act got as far as its statement number `at`, where it was ended."""
    try:
        with connection.execute_wrapper(Killer(at)):
            act()
    except KilledError:
        connection.close()
        return True
    return False


@pytest.mark.parametrize("name", TRIALS)
def test_an_act_cut_off_before_any_statement_leaves_nothing_and_its_retry_is_done_once(town: Town, apart: Any, name: str) -> None:
    def trial() -> int:
        one = TRIALS[name](town)
        before, statements = everything(), 0
        while cut_off(one.do, statements + 1):
            statements += 1
            assert everything() == before, f"before statement {statements}"
        assert Event.objects.filter(case_id=one.case_id, act=one.event).count() == 1
        after = everything()
        assert one.do() == one.do()
        assert everything() == after, "the retry after success changed something"
        return statements

    assert apart(trial) >= 3, "an act of so few statements was not cut off at all"


@pytest.mark.parametrize("name", TRIALS)
def test_an_act_cut_off_at_its_commit_leaves_nothing(town: Town, apart: Any, name: str) -> None:
    def trial() -> None:
        one = TRIALS[name](town)
        before = everything()
        with pytest.raises(KilledError), commits(before=True):
            one.do()
        assert everything() == before
        one.do()
        assert Event.objects.filter(case_id=one.case_id, act=one.event).count() == 1

    apart(trial)


@pytest.mark.parametrize("name", TRIALS)
def test_an_act_cut_off_between_its_commit_and_the_reply_is_answered_with_its_first_result(town: Town, apart: Any, name: str) -> None:
    def trial() -> None:
        one = TRIALS[name](town)
        with pytest.raises(KilledError), commits(before=False):
            one.do()
        after = everything()
        case = Case.objects.get(pk=one.case_id)
        done = one.do()
        assert (done.case_id, done.number, done.state, done.version) == (str(case.id), case.number, case.state, case.version)
        assert everything() == after
        (event,) = Event.objects.filter(case_id=one.case_id, act=one.event)
        assert [entry.id for entry in ledger.entries(one.case_id)].count(event.entry_id) == 1

    apart(trial)


def test_an_application_by_one_call_cut_off_anywhere_is_one_application_after_its_retry(town: Town, apart: Any) -> None:
    def trial() -> int:
        actor, firm, once = town.actor("chen-xiao"), town.firm("chen-xiao"), key()
        sent_before = Event.objects.filter(act="send").count()
        held = next((one.id for one in credentials.held("firm", firm.id, "outdoor-sign")), None)  # what other trials were granted stays

        def hand_in() -> acts.Done:
            return acts.hand_in(
                "outdoor-sign", SIGN, actor=actor, key=once, principal_kind="firm", principal_id=firm.id, situation="change", licence=held
            )

        statements = 0
        while cut_off(hand_in, statements + 1):
            statements += 1
            assert Event.objects.filter(act="send").count() == sent_before
            assert Case.objects.filter(service="outdoor-sign", state="draft").count() <= 1
        assert Event.objects.filter(act="send").count() == sent_before + 1
        assert hand_in().state == Event.objects.filter(act="send").latest("id").to_state
        assert Event.objects.filter(act="send").count() == sent_before + 1
        assert not Case.objects.filter(service="outdoor-sign", state="draft").exists()
        return statements

    assert apart(trial) >= 15


def test_a_bundle_that_goes_on_cut_off_anywhere_goes_on_once(town: Town, apart: Any) -> None:
    from tests.cases.bundling import sent, through

    def trial() -> int:
        case_id = sent(town, eat_in="no", hang_sign="no", cold_dishes="no")
        through(town, case_id, "food")
        before, statements = everything(), 0
        while cut_off(lambda: acts.go_on(case_id), statements + 1):  # type: ignore[arg-type,return-value]
            statements += 1
            assert everything() == before, f"before statement {statements}"
        assert Case.objects.get(pk=case_id).state == "finished"
        assert Case.objects.get(pk=case_id).letters.count() == 1
        after = everything()
        assert not acts.go_on(case_id)
        assert everything() == after
        return statements

    assert apart(trial) >= 6
