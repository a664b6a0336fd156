"""How people apply is counted once for each case, at a cost that does not grow with the number of cases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.test_lifecycle import allowance
from tests.counter.making import attend, key, taken_in
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.acts.shares import count_arrivals
from tongban.cases.core.counter import ASSISTED, kind_of
from tongban.cases.models import Arrival, Share
from tongban.cases.tasks import sweep
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@given(st.sampled_from(["online", "api", *ASSISTED]), st.booleans(), st.booleans())
def test_every_case_counts_as_exactly_one_kind(channel: str, assisted: bool, has_account: bool) -> None:
    kind = kind_of(channel, assisted=assisted, has_account=has_account)
    assert (kind == "online") == (not assisted)
    if assisted:
        assert (kind == "paper") == (channel == "mail" or (channel == "window" and not has_account))


def test_a_case_counts_by_how_it_was_sent_once_and_for_its_street(town: Town) -> None:
    elder = attend(town)
    taken_in(elder)
    case_id = allowance(town)
    acts.send(case_id, actor=town.actor("li-min"), key=key(), version=reads.form_view(case_id, town.actor("li-min")).version)
    assert Arrival.objects.count() == 2
    sweep()
    sweep()
    assert not Arrival.objects.exists()
    found = reads.shares()
    assert (found.whole.online, found.whole.assisted, found.whole.paper) == (1, 0, 1)
    by_street = {row.label.zh: (row.online, row.assisted, row.paper) for row in found.by_area}
    assert sorted(by_street.values()) == [(0, 0, 1), (1, 0, 0)]
    assert [row.whole for row in found.by_month] == [2]
    assert reads.shares("old-age-allowance").whole.whole == 2
    assert reads.shares("outdoor-sign").whole.whole == 0


def arrivals(count: int, month: date) -> None:
    Arrival.objects.bulk_create(
        Arrival(id=uuid7(), month=month, service=f"s{n % 3}", area=f"99010100{n % 4}", channel="online", kind="online")
        for n in range(count)
    )


def test_a_thousand_arrivals_are_a_handful_of_rows_and_the_page_reads_two_statements(town: Town) -> None:
    month = clock.today().replace(day=1)
    arrivals(1000, month)
    assert count_arrivals()
    assert not count_arrivals()
    assert sum(Share.objects.filter(service="").values_list("number", flat=True)) == 1000
    assert Share.objects.count() == 4 + 12
    with CaptureQueriesContext(connection) as asked:
        assert reads.shares().whole.online == 1000
    assert sum("cases_share" in one["sql"] for one in asked) == 1
    assert not [one["sql"] for one in asked if "cases_case" in one["sql"]]


def test_what_is_older_than_a_year_is_another_page(town: Town) -> None:
    this = clock.today().replace(day=1)
    arrivals(4, this)
    arrivals(4, this.replace(year=this.year - 2))
    count_arrivals()
    assert reads.shares().whole.whole == 4
    assert reads.shares(months=60).whole.whole == 8


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_each_case_once() -> None:
    arrivals(12_000, date(2026, 3, 1))

    def work() -> None:
        try:
            while count_arrivals():
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(work) for _ in range(2)]:
            one.result()
    assert sum(Share.objects.filter(service="").values_list("number", flat=True)) == 12_000
    assert sum(Share.objects.exclude(service="").values_list("number", flat=True)) == 12_000
