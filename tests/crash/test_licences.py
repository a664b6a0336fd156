"""Licences under many hands: one proposal to end one, one next version of it, whoever acts at the same moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cases.test_situations import begin, fill, sign_licensed
from tests.crash.acts import key, version
from tests.crash.conftest import together
from tests.town import Town
from tongban.cases import acts
from tongban.cases.errors import EndingUnderWayError, LicenceGoneError
from tongban.cases.models import Case
from tongban.credentials import reads as credentials
from tongban.credentials.errors import AlreadyEndedError, AlreadyReplacedError
from tongban.credentials.models import Credential as Row
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
HANDS = 6
CANCEL = {"cancel_ground": "other", "found": "规划调整。"}


def test_of_many_who_propose_to_end_one_licence_at_once_one_does(town: Town, apart: Any) -> None:
    licence = apart(lambda: sign_licensed(town, clock.today() + timedelta(days=30)))
    actor = apart(lambda: town.actor("han-lei"))
    tries = [lambda: acts.propose_ending(licence.id, "cancel", CANCEL, actor=actor, key=key()) for _ in range(HANDS)]
    outcomes = together(*tries)
    assert sum(isinstance(one, acts.Done) for one in outcomes) == 1, outcomes
    assert sum(isinstance(one, EndingUnderWayError) for one in outcomes) == HANDS - 1, outcomes
    assert apart(lambda: Case.objects.filter(licence_id=licence.id).count()) == 1


def test_an_extension_and_an_ending_at_once_never_both_happen(town: Town, apart: Any) -> None:
    licence = apart(lambda: sign_licensed(town, clock.today() + timedelta(days=30)))
    extended, ended = apart(lambda: (_to_extend(town, licence.id), _to_end(town, licence.id)))
    decider = apart(lambda: town.actor("yang-fan"))
    seen = apart(lambda: {one: version(one) for one in (extended, ended)})

    def decide(case_id: UUID) -> object:
        return acts.decide(case_id, "grant", actor=decider, key=key(), version=seen[case_id], words="符合")

    outcomes = together(lambda: decide(extended), lambda: decide(ended))
    assert sum(isinstance(one, acts.Done) for one in outcomes) == 1, outcomes
    lost = next(one for one in outcomes if not isinstance(one, acts.Done))
    assert isinstance(lost, (LicenceGoneError, AlreadyEndedError, AlreadyReplacedError)), lost
    assert isinstance(lost, ConflictError)
    versions = apart(lambda: Row.objects.filter(serial=licence.serial, issuer_id=licence.issuer_id).count())
    state = apart(lambda: credentials.credential(licence.id))
    assert (versions == 2) is (state.ended is None)


def _to_extend(town: Town, licence: UUID) -> UUID:
    case_id = fill(town, begin(town, "outdoor-sign", "extend", licence), unchanged="yes")
    acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
    reviewer = town.actor("han-lei")
    acts.accept(case_id, actor=reviewer, key=key(), version=version(case_id))
    acts.complete_step(Case.objects.get(pk=case_id).tasks.get(is_open=True).id, actor=reviewer, key=key())
    return case_id


def _to_end(town: Town, licence: UUID) -> UUID:
    case_id = UUID(acts.propose_ending(licence, "cancel", CANCEL, actor=town.actor("han-lei"), key=key()).case_id)
    acts.gather(case_id, actor="test")
    return case_id
