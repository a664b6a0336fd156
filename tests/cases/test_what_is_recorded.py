"""Who the record says did it, and what the facts of a case say of what is sealed."""

from __future__ import annotations

import pytest

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import allowance, key, version
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.models import Case
from tongban.ledger import reads as ledger
from tongban.rules.core import Unknown

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_a_licence_is_issued_by_who_granted_it(town: Town) -> None:
    case_id, decider = to_decision(town), town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key=key(), version=version(case_id), words="核查合格")
    by = {entry.act: entry.actor for entry in ledger.entries(case_id)}
    assert by["credential.issue"] == by["cases.grant"] == f"account:{decider.account_id}"


def test_an_identity_number_that_is_sealed_is_unknown_and_not_none(town: Town) -> None:
    case = Case.objects.get(pk=allowance(town))
    fact = reads.known_facts(reads.service_of(case), case)["applicant.id_number"]
    assert isinstance(fact, Unknown)
    assert fact.reason == "withheld"
