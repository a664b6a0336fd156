"""A ticket that is finished is rated as any other service is: once, by whoever asked, in words kept from those who handled it; a bad rating is put right."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cases.tickets.making import Hotline, case, key, later, ticket, work
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.core.ratings import Said
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.feedback_errors import AlreadyRatedError, NotRateableError
from tongban.cases.models import Case, Rated, Task
from tongban.cases.reads.ratings import own_rating
from tongban.catalogue import reads as catalogue

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

HANDS = ("luo-qian", "guo-tao")
"""Who has a hand in a ticket: the dispatcher, the handler."""


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def rate(town: Town, one: UUID, level: int = 5, by: str = "li-min", **more: object) -> Case | None:
    """Rate it; the case that this opened, if any."""
    done = acts.rate(one, Said(level, {}, "修了三次才好。", **more), actor=town.actor(by), key=key())  # type: ignore[arg-type]
    return case(done.redress_id) if done.redress_id else None


def handled(hotline: Hotline, **told: str) -> UUID:
    """Dispatched by an official and answered by another."""
    one = hotline.tell(**({"category": "other"} | told))
    hotline.dispatch(one)
    hotline.answer(one)
    return one


def fixed(hotline: Hotline, **told: str) -> UUID:
    one = handled(hotline, **told)
    hotline.judge(one, fixed=True)
    return one


def test_it_is_rated_once_the_person_calls_it_fixed_and_not_before(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    for _ in range(2):
        with pytest.raises(NotRateableError):
            rate(town, one)
        if case(one).state == "dispatched":
            hotline.answer(one)
    hotline.judge(one, fixed=True)
    assert rate(town, one, 4) is None
    assert own_rating(one).level == 4
    with pytest.raises(AlreadyRatedError):
        rate(town, one, 1)


def test_who_says_nothing_may_rate_it_once_it_is_closed(hotline: Hotline, town: Town) -> None:
    one = handled(hotline)
    later(days=20)
    assert case(one).state == "closed"
    rate(town, one)
    assert Rated.objects.get(case_id=one).rating.service == case(one).service


def test_what_was_taken_back_may_be_rated(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    acts.withdraw(one, actor=town.actor("li-min"), key=key(), version=hotline.version(one))
    rate(town, one, 3)


def test_everybody_whose_ticket_was_handled_with_another_rates_their_own(hotline: Hotline, town: Town) -> None:
    first, second = hotline.tell(), hotline.tell("zhou-minhua")
    hotline.merge(second, first)
    hotline.answer(first)
    later(minutes=1)
    work()
    for one, login in ((first, "li-min"), (second, "zhou-minhua")):
        hotline.judge(one, fixed=True, by=login)
        rate(town, one, by=login)
    assert Rated.objects.count() == 2


def test_a_bad_rating_opens_a_case_with_the_department_that_answered_within_the_citys_limits(hotline: Hotline, town: Town) -> None:
    one = fixed(hotline)
    redress = rate(town, one, 2)
    assert redress is not None
    calendar = catalogue.city().calendar
    assert redress.received_on is not None
    assert (redress.about_id, redress.service, redress.state) == (one, "bad-rating", "verifying")
    assert redress.department == ticket(one).department == "urban-management"
    assert redress.due_on == calendar.add_working(redress.received_on, 5)
    task = Task.objects.get(case=redress, is_open=True)
    assert (task.step, task.role, task.department) == ("verify", "rating-officer", "urban-management")
    assert task.step_due_on == calendar.add_working(redress.received_on, 1)
    assert reads.desk_case(redress.id, town.actor("tang-min")).tasks[0].may_do


def test_who_dispatched_or_handled_it_finds_nothing_of_the_rating(hotline: Hotline, town: Town) -> None:
    one = fixed(hotline)
    redress = rate(town, one, 1)
    assert redress is not None
    for login in HANDS:
        actor = town.actor(login)
        assert actor.person_id in redress.kept_from
        with pytest.raises(CaseNotFoundError):
            reads.desk_case(redress.id, actor)
        assert not reads.linked_on_desk(one, actor)
        with pytest.raises(MayNotError):
            acts.rate_for(one, Said(5, {}), actor=actor, key=key())


def test_who_asked_under_seal_is_named_by_no_rating_whatever_was_ticked(hotline: Hotline, town: Town) -> None:
    one = fixed(hotline, anonymous="yes")
    assert case(one).is_sealed
    redress = rate(town, one, 1, is_named=True, contact="13800000000")
    assert redress is not None
    kept = Rated.objects.get(case_id=one)
    assert (kept.is_named, kept.contact, redress.applicant_name) == (False, None, "")
    for login in ("tang-min", "xie-lan"):
        told = reads.rating_on_desk(redress.id, town.actor(login))
        assert told is not None
        assert told.contact == ""
        assert "李敏" not in repr(reads.desk_case(redress.id, town.actor(login)))


def test_what_puts_a_rating_right_is_not_rated_itself(hotline: Hotline, town: Town) -> None:
    redress = rate(town, fixed(hotline), 1)
    assert redress is not None
    assert own_rating(redress.id).state == "closed"
    with pytest.raises(NotRateableError):
        rate(town, redress.id)
