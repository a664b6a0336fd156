"""The counter's lists cost the same however long they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.counter.making import clerk, person
from tests.town import Town
from tongban.cases import reads
from tongban.cases.models import Case, Letter
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def waiting(count: int, how: str) -> None:
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
            delivery=how,
        )
        for _ in range(count)
    )
    Letter.objects.bulk_create(
        Letter(
            case=case,
            type="benefit-decision",
            number=str(case.id),
            department=case.department,
            area=case.area,
            title_zh="决定书",
            title_en="Decision",
            paragraphs=[],
            sealed=True,
            issued_on=clock.today(),
            sending=how,
        )
        for case in made
    )


LISTS = {"collect": reads.at_counters, "mail": reads.to_post}


@pytest.mark.parametrize("how", LISTS)
def test_a_list_takes_no_statement_a_row(town: Town, how: str) -> None:
    waiting(1, how)
    LISTS[how](clerk(town))  # what is read once a process has been read
    taken = []
    for more in (2, 40):
        waiting(more, how)
        with CaptureQueriesContext(connection) as asked:
            assert LISTS[how](clerk(town))[0]
            assert reads.count_waiting(clerk(town), how)
        taken.append(len([one for one in asked if "catalogue_publishing" not in one["sql"]]))
    assert taken[0] == taken[1]


def test_a_long_list_is_read_page_by_page_and_counted_no_further_than_a_hundred(town: Town) -> None:
    waiting(130, "collect")
    seen, after = [], None
    while True:
        parcels, after = reads.at_counters(clerk(town), after=after)
        seen += [parcel.case_id for parcel in parcels]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 130
    assert reads.count_waiting(clerk(town), "collect") == 100


def test_who_is_told_of_mandates_is_asked_a_few_statements_however_many_they_hold(town: Town) -> None:
    keeper = town.actor("zhou-minhua")
    with CaptureQueriesContext(connection) as asked:
        assert len(reads.held(keeper)) >= 12
    assert len(asked) <= 3
