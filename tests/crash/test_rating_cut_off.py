"""A bad rating and the case that it opens are there together, once, or not at all: killed anywhere, retried, given twice at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.crash.acts import draft, everything, key, version
from tests.crash.conftest import together
from tests.crash.test_cut_off import KilledError, commits, cut_off
from tests.town import Town
from tongban.cases import acts
from tongban.cases.core.ratings import Said
from tongban.cases.feedback_errors import AlreadyRatedError
from tongban.cases.models import Case, Rated

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

TABLES = (
    "cases_case",
    "cases_task",
    "cases_event",
    "cases_rating",
    "cases_rated",
    "ledger_entry",
    "ledger_pending",
    "messages_message",
    "jobs_job",
)


def finished(town: Town) -> UUID:
    """An allowance that was granted as it was sent."""
    case_id = draft(town)
    acts.send(case_id, actor=town.actor("li-min"), key=key(), version=version(case_id))
    return case_id


def rating(town: Town, case_id: UUID, level: int = 1) -> Callable[[], acts.RatedDone]:
    """One bad rating under one key."""
    actor, once = town.actor("li-min"), key()
    return lambda: acts.rate(case_id, Said(level, {}, "等了三周"), actor=actor, key=once)


def opened(case_id: UUID) -> int:
    return Case.objects.filter(about_id=case_id).count()


def test_a_bad_rating_cut_off_before_any_statement_leaves_nothing_and_its_retry_opens_one_case(town: Town, apart: Any) -> None:
    def trial() -> int:
        case_id = finished(town)
        do, before, statements = rating(town, case_id), everything(TABLES), 0
        while cut_off(do, statements + 1):  # type: ignore[arg-type]
            statements += 1
            assert everything(TABLES) == before, f"before statement {statements}"
        assert (Rated.objects.filter(case_id=case_id).count(), opened(case_id)) == (1, 1)
        after = everything(TABLES)
        assert do() == do()
        assert everything(TABLES) == after, "the retry after success changed something"
        return statements

    assert apart(trial) >= 6


@pytest.mark.parametrize("before", [True, False])
def test_a_bad_rating_cut_off_at_its_commit_is_there_once_after_its_retry(town: Town, apart: Any, before: bool) -> None:
    def trial() -> None:
        case_id = finished(town)
        do = rating(town, case_id)
        with pytest.raises(KilledError), commits(before=before):
            do()
        assert opened(case_id) == (0 if before else 1)
        done = do()
        assert done.redress_id == Case.objects.get(about_id=case_id).id
        assert Rated.objects.filter(case_id=case_id).count() == 1

    apart(trial)


def test_one_case_rated_at_once_by_many_hands_is_rated_once_and_opens_one_case(town: Town, apart: Any) -> None:
    case_id = apart(lambda: finished(town))
    ratings = apart(lambda: [rating(town, case_id, level) for level in (1, 2, 1, 5)])
    outcomes = together(*ratings)
    assert sum(isinstance(outcome, acts.RatedDone) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyRatedError) for outcome in outcomes) == 3
    (kept,) = apart(lambda: list(Rated.objects.filter(case_id=case_id).select_related("rating")))
    assert apart(lambda: opened(case_id)) == (1 if kept.rating.level <= 2 else 0)
