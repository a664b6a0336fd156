"""Two hands at the same moment: one act."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.crash.acts import draft, key, received, to_decide, version
from tests.crash.conftest import together
from tests.town import Town
from tongban.cases import acts
from tongban.cases.errors import StaleCaseError, WrongStateError
from tongban.cases.models import Case, Event, Letter, Task
from tongban.credentials import reads as credentials
from tongban.kernel.errors import ConflictError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_one_draft_sent_twice_at_once_with_one_key_is_one_application_and_both_hear_the_same(town: Town, apart: Any) -> None:
    case_id = apart(lambda: draft(town))
    actor, seen, once = apart(lambda: town.actor("li-min")), apart(lambda: version(case_id)), key()
    outcomes = together(*[lambda: acts.send(case_id, actor=actor, key=once, version=seen)] * 4)
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert isinstance(outcomes[0], acts.Done)
    assert apart(lambda: Event.objects.filter(case_id=case_id, act="send").count()) == 1


def test_one_draft_sent_twice_at_once_with_two_keys_is_one_application(town: Town, apart: Any) -> None:
    case_id = apart(lambda: draft(town))
    actor, seen = apart(lambda: town.actor("li-min")), apart(lambda: version(case_id))
    outcomes = together(*[lambda: acts.send(case_id, actor=actor, key=key(), version=seen)] * 3)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Done", "WrongStateError", "WrongStateError"]
    assert apart(lambda: Event.objects.filter(case_id=case_id, act="send").count()) == 1
    assert apart(lambda: Letter.objects.filter(case_id=case_id).count()) == 1


def test_one_purpose_begun_twice_at_once_is_one_draft(town: Town, apart: Any) -> None:
    actor, firm = apart(lambda: town.actor("chen-xiao")), apart(lambda: town.firm("chen-xiao"))

    def begin() -> UUID:
        return acts.start("food-business-licence", actor=actor, principal_kind="firm", principal_id=firm.id)

    outcomes = together(*[begin] * 4)
    assert len(set(outcomes)) == 1
    assert apart(lambda: Case.objects.filter(service="food-business-licence", state="draft").count()) == 1


def test_two_officers_who_accept_at_once_accept_once(town: Town, apart: Any) -> None:
    done = apart(lambda: received(town))
    case_id = UUID(done.case_id)
    officers = [apart(lambda login=login: town.actor(login)) for login in ("han-lei", "he-fang")]
    outcomes = together(*[lambda who=who: acts.accept(case_id, actor=who, key=key(), version=done.version) for who in officers])
    assert sorted(isinstance(outcome, acts.Done) for outcome in outcomes) == [False, True]
    assert any(isinstance(outcome, ConflictError) for outcome in outcomes)
    assert apart(lambda: Task.objects.filter(case_id=case_id, is_open=True).count()) == 1


def test_two_decisions_at_once_are_one_and_the_other_is_told_both_versions(town: Town, apart: Any) -> None:
    one = apart(lambda: to_decide(town))
    actor, seen = apart(lambda: town.actor("yang-fan")), apart(lambda: version(one.case_id))

    def refuse() -> acts.Done:
        return acts.decide(one.case_id, "refuse", actor=actor, key=key(), version=seen, words="图纸与现场不符")

    outcomes = together(one.do, refuse)
    done = [outcome for outcome in outcomes if isinstance(outcome, acts.Done)]
    told = [outcome for outcome in outcomes if isinstance(outcome, StaleCaseError | WrongStateError)]
    assert (len(done), len(told)) == (1, 1)
    assert apart(lambda: Event.objects.filter(case_id=one.case_id, act__in=["grant", "refuse"]).count()) == 1
    assert apart(lambda: len(credentials.of_case(one.case_id))) == (1 if done[0].state == "granted" else 0)
