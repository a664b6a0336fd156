"""Facts and clocks as an applicant reads them: from whom, of what time, and how long there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cases.tickets.making import Hotline
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.reads.clauses import clause_rows
from tongban.catalogue import reads as catalogue
from tongban.faces.portal.drawn import drawn, limits
from tongban.kernel import clock
from tongban.kernel.text import Text

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_the_time_of_a_registers_fact_says_that_it_is_the_time_of_its_data(town: Town) -> None:
    actor = town.actor("li-min")
    case_id = acts.start("old-age-allowance", actor=actor, principal_kind="person", principal_id=town.parent("li-min").id)
    acts.gather(case_id, actor="test")
    form = reads.form_view(case_id, actor)
    rows = drawn(clause_rows(form.service, form.explanation), form.service, "zh")
    departments = {one.short for one in catalogue.city().departments.values()}
    times = [fact.at for row in rows for fact in row.facts if fact.source in departments and fact.at]
    assert times
    for said in times:
        assert isinstance(said, Text)
        assert said.zh.startswith("数据截至")
        assert said.en.startswith("data as of ")


def test_a_limit_is_past_by_its_date_and_an_extension_lengthens_the_statutory_one_alone(town: Town) -> None:
    case_id = Hotline(town).tell()
    view = reads.case_view(case_id, town.actor("li-min"))
    yesterday, far = clock.today() - timedelta(days=1), catalogue.city().calendar.add_calendar(clock.today(), 60)
    promised, statutory = limits(replace(view, due_on=yesterday, statutory_due_on=far, extended_by=5))
    assert (promised.is_past, statutory.is_past) == (True, False)
    assert promised.limit == view.service.limits.promised.days
    assert statutory.limit == view.service.limits.statutory.days + 5
