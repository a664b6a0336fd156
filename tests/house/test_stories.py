"""The demo's cases: told through the acts, in the order of time, and between them every end that a procedure has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from tests.town import CITY
from tongban.benefits import reads as benefits
from tongban.benefits.core.published import LEAST
from tongban.benefits.models import Match, Order
from tongban.cases import reads
from tongban.cases.acts.shares import count_arrivals
from tongban.cases.models import Case, Delivery, Event, Task
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts import publish
from tongban.docking.models import Handover, Report
from tongban.exchange import reads as registers
from tongban.house import prepare
from tongban.house.population import populate
from tongban.house.stories import StoryError, read_stories
from tongban.house.stories.reading import Line, Story
from tongban.house.stories.telling import tell
from tongban.kernel import clock
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture(scope="module")
def told(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        offset = clock._offset()
        today = prepare.begin_in_the_past()
        assert today is not None
        publish(CITY, by="tests")
        populate(people=300, firms=20, today=today)
        tell(read_stories(), today)
        clock.move_to_offset(offset)
        yield
        call_command("flush", interactive=False, verbosity=0)


def test_every_story_can_be_told_on_a_day_off_too() -> None:
    assert [story.id for story in read_stories() if any(line.day and line.day >= story.begins for line in story.lines)] == []


@pytest.mark.usefixtures("told")
class TestTheStories:
    def test_there_is_a_case_in_every_terminal_state_of_every_procedure(self) -> None:
        city = catalogue.city()
        ends = {(one.id, id_) for one in city.procedures.values() for id_, state in one.states.items() if state.terminal}
        reached = set(Case.objects.values_list("procedure", "state").distinct())
        assert ends - reached == set()

    def test_the_record_is_in_the_order_of_time(self) -> None:
        moments = list(Event.objects.order_by("id").values_list("at", flat=True))
        assert moments == sorted(moments)

    def test_what_time_itself_does_was_done_by_the_worker(self) -> None:
        acts = set(Event.objects.filter(actor=None).values_list("act", flat=True))
        assert {"deem-accepted", "lapse"} <= acts

    def test_a_stop_is_running_and_a_promise_was_annulled(self) -> None:
        assert Case.objects.filter(state="stopped").exists()
        assert Event.objects.filter(act="annul").exists()

    def test_two_registers_that_disagreed_were_settled_by_a_person(self) -> None:
        case = Case.objects.get(service="old-age-allowance", applicant_name="高淑兰")
        (decision,) = Event.objects.filter(case=case, act="grant")
        assert decision.actor is not None

    def test_other_bodies_systems_answered_were_called_off_and_hold_what_was_reported(self) -> None:
        granted = Case.objects.get(service="newborn-household", applicant_name="聂雯", state="delivered", events__act="system-answered")
        assert not Event.objects.filter(case=granted, act="by-hand").exists()
        assert Handover.objects.filter(state="withdrawn").exists()
        assert Report.objects.filter(state="received").count() > Report.objects.exclude(state="received").count()

    def test_people_came_by_every_kind_of_way_and_a_letter_came_back(self) -> None:
        count_arrivals()
        shares = reads.shares()
        assert shares.whole.online > shares.whole.assisted > 0
        assert shares.whole.paper == 2
        assert Delivery.objects.filter(returned_at__isnull=False).exists()

    def test_a_bad_rating_was_put_right_late_and_another_is_late_now(self) -> None:
        redress = Case.objects.filter(about_id__isnull=False, channel="machine")
        [closed] = redress.filter(state="rating-closed")
        assert closed.received_on is not None
        assert closed.decided_on is not None
        assert closed.decided_on > catalogue.city().calendar.add_working(closed.received_on, 5)
        assert Task.objects.filter(case__in=redress.filter(state="verifying"), is_open=True, step_due_on__lt=clock.today()).exists()

    def test_a_decision_was_changed_on_review_and_made_anew(self) -> None:
        assert {one.state for one in Case.objects.filter(reopened_on__isnull=False)} == {"delivered"}

    def test_what_policies_found_was_redeemed_to_every_end_and_one_firm_waits_for_money(self) -> None:
        states = set(Match.objects.filter(case_id__isnull=False).values_list("state", flat=True))
        assert {"paid", "spot-checked", "publicised", "clawed-back", "refused", "declined"} <= states
        assert Match.objects.filter(queued_at__isnull=False).count() == 1
        assert list(Order.objects.exclude(state="paid").values_list("state", "reason", "attempts", "next_at", "ordered_at")) == []

    def test_what_was_paid_in_a_month_that_is_over_is_told_to_everybody(self) -> None:
        (told,) = benefits.paid().groups
        assert told.count >= LEAST

    def test_a_firm_that_was_registered_has_taken_its_name(self) -> None:
        assert Case.objects.filter(
            service="company-registration", answers__company_name="云川市高新区悦己文创店", state="delivered"
        ).exists()
        row = registers.record_of("market-regulation/firm-names", "云川市高新区悦己文创店")
        assert row is not None
        assert row.record.values["status"] == "in-use"

    def test_no_story_ends_later_than_today(self) -> None:
        assert not Event.objects.filter(at__gt=clock.now() + timedelta(hours=15)).exists()

    def test_each_case_stands_in_the_ledger(self) -> None:
        for case in Case.objects.exclude(state="draft"):
            assert len(ledger.entries(case.id)) >= Event.objects.filter(case=case).count()

    @pytest.mark.django_db(transaction=True, databases=["default", "registers"])
    def test_a_line_that_the_law_forbids_cannot_be_told(self) -> None:
        line = Line(0, clock.local(clock.now()).time(), ("liu-yang",), "accept")
        story = Story("by-another-department", "old-age-allowance", 0, "qiu-fusheng", "", "new", {}, (), (line,))
        with pytest.raises(StoryError, match="by-another-department"):
            tell([story], clock.today())
