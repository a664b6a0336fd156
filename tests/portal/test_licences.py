"""Whose licences somebody sees: their own, and those that a mandate opens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import key, version
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Upload
from tongban.credentials import reads as credentials
from tongban.kernel import clock
from tongban.parties.acts.mandates import give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def browser(login: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(login=login))
    return client


def test_a_mandate_for_one_service_opens_that_services_licences_only(town: Town) -> None:
    case_id = to_decision(town)
    acts.decide(case_id, "grant", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="核查合格")
    (licence,) = credentials.of_case(case_id)
    pages = (f"/licences/{licence.id}", f"/licences/{licence.id}.pdf")
    agent = browser("li-min")
    for scope, sees in (({"outdoor-sign"}, False), ({"food-business-licence"}, True)):
        give_mandate(
            kind="agent",
            principal_kind="firm",
            principal_id=town.firm("chen-xiao").id,
            holder_id=town.actor("li-min").person_id,
            given_by=town.actor("zhao-jianguo").person_id,
            ends=clock.today() + timedelta(days=9),
            scope=frozenset(scope),
        )
        assert (licence.type_title.zh in agent.get("/licences").content.decode()) is sees
        assert {agent.get(page).status_code for page in pages} == ({200} if sees else {404})
    assert {browser("zhou-minhua").get(page).status_code for page in pages} == {404}


def test_an_uploaded_paper_never_stays_in_a_shared_browser(town: Town) -> None:
    case_id = to_decision(town)
    paper = Upload.objects.filter(case_id=case_id).first()
    answered = browser("chen-xiao").get(f"/cases/{case_id}/papers/{paper.id}")
    assert (answered.status_code, answered["Cache-Control"]) == (200, "private, no-store")
    assert browser("li-min").get(f"/cases/{case_id}/papers/{paper.id}").status_code == 404
