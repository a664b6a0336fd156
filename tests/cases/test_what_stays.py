"""What happened to a case, and what registers answered, is added and never changed: the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.cases.test_lifecycle import restaurant, send
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Case, Event

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
CHANGES = ("UPDATE {} SET {} = ''", "DELETE FROM {}")


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


def refused(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def sent(town: Town) -> Case:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    return Case.objects.get(pk=case_id)


@pytest.mark.parametrize("change", CHANGES)
def test_the_application_changes_no_event_and_no_answer(sent: Case, change: str) -> None:
    with transaction.atomic(), acting_as("tongban_app"):
        refused(change.format("cases_event", "words"))
        refused(change.format("exchange_answer", "purpose"))
        refused("TRUNCATE cases_event")


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_an_event_by_mistake(sent: Case, change: str) -> None:
    refused(change.format("cases_event", "words"))


def test_the_application_cannot_call_itself_an_erasure(sent: Case) -> None:
    with transaction.atomic(), acting_as("tongban_app"):
        refused("SELECT set_config('tongban.erasing', 'on', true); UPDATE cases_event SET words = ''")


def test_the_owner_erases_what_the_law_wants_erased(sent: Case) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL tongban.erasing = 'on'")
        cursor.execute("UPDATE cases_event SET words = '', actor_name = '' WHERE case_id = %s", [sent.id])
    assert not Event.objects.filter(case=sent).exclude(actor_name="").exists()


def test_a_draft_is_thrown_away_by_the_application(town: Town) -> None:
    case_id = restaurant(town)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE tongban_app")
        try:
            acts.discard(case_id, actor=town.actor("chen-xiao"))
        finally:
            cursor.execute("RESET ROLE")
    assert not Case.objects.filter(pk=case_id).exists()
