"""The counter's lists cost the same however long they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.counter.making import clerk, person
from tests.town import Town
from tongban.cases import reads
from tongban.cases.models import Case, Mailing
from tongban.cases.reads import counter
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def waiting(count: int, by: str) -> None:
    at = clock.now()
    made = Case.objects.bulk_create(
        Case(
            service="old-age-allowance",
            procedure="benefit",
            state="granted",
            department="civil-affairs",
            area="990101002",
            applicant_kind="person",
            applicant_id=person("wang-xiuying"),
            applicant_name="某",
            applied_by=person("wang-xiuying"),
            begun_at=at,
            saved_at=at,
            decided_on=clock.today(),
            result_by=by,
        )
        for _ in range(count)
    )
    Mailing.objects.bulk_create(Mailing(case=case, to_name="某", address="某处", asked_at=at) for case in made)


@pytest.mark.parametrize("by", ["window", "mail"])
def test_a_list_takes_no_statement_a_row(town: Town, by: str) -> None:
    counter.to_hand_out(clerk(town), by)
    waiting(1, by)
    counter.to_hand_out(clerk(town), by)  # what is read once a process has been read
    taken = []
    for more in (2, counter.PAGE):
        waiting(more, by)
        with CaptureQueriesContext(connection) as asked:
            assert counter.to_hand_out(clerk(town), by).rows
        taken.append(len([one for one in asked if "catalogue_publishing" not in one["sql"]]))
    assert taken[0] == taken[1]


def test_who_is_told_of_mandates_is_asked_a_few_statements_however_many_they_hold(town: Town) -> None:
    keeper = town.actor("zhou-minhua")
    with CaptureQueriesContext(connection) as asked:
        assert len(reads.held(keeper)) >= 12
    assert len(asked) <= 3
