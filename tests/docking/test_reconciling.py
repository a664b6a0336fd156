"""Once a day both lists are compared: what was lost, what is unknown here, which answer was missed, which differ; and what people do about it."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.docking.conftest import Declared, Start, handed, later, row
from tongban.docking import acts, reads, tasks
from tongban.docking.errors import AlreadyOverError, HandoverNotFoundError, ReasonMissingError
from tongban.docking.models import Difference, Handover, Reconciliation
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db


def to_the_hour() -> None:
    """Just after 18:00 of the tests' Wednesday, which begins at 10:00."""
    later(hours=8, minutes=5)


def compared() -> list[str]:
    """Ask and compare what is due; the kinds of difference that are open now."""
    tasks.sweep()
    return sorted(Difference.objects.filter(settled_at=None).values_list("kind", flat=True))


def test_nothing_is_compared_before_anything_was_sent_and_before_the_hour(declared: Declared, start: Start) -> None:
    start()
    tasks.sweep()
    assert not Reconciliation.objects.exists()
    handed()
    tasks.sweep()
    assert not Reconciliation.objects.exists(), "yesterday's hour lies before the first push"
    to_the_hour()
    tasks.sweep()
    (one,) = reads.reconciliations(["registry"])
    assert (one.day, one.here, one.there) == (clock.today(), 1, 1)


def test_the_lists_are_compared_once_a_day(declared: Declared, start: Start) -> None:
    start()
    handed()
    tasks.sweep()
    to_the_hour()
    tasks.sweep()
    tasks.sweep()
    assert Reconciliation.objects.count() == 1
    later(days=1)
    tasks.sweep()
    assert Reconciliation.objects.count() == 2


def test_a_system_that_is_down_at_the_hour_is_compared_when_it_is_up_again(declared: Declared, start: Start) -> None:
    start()
    handed()
    tasks.sweep()
    to_the_hour()
    start(down=100)
    tasks.sweep()
    assert not Reconciliation.objects.exists()
    later(minutes=5)
    start(down=0)
    tasks.sweep()
    assert Reconciliation.objects.count() == 1


def test_lists_that_agree_show_no_difference(declared: Declared, start: Start) -> None:
    start()
    for _ in range(3):
        handed()
    tasks.sweep()
    to_the_hour()
    tasks.sweep()
    assert compared() == []
    assert {row(one.pk).state for one in Handover.objects.all()} == {"answered"}


def test_what_the_system_lost_is_found_and_pushed_again_under_its_id(declared: Declared, start: Start) -> None:
    there = start()
    one, _ = handed(), handed()
    tasks.sweep()
    there.cabinet.lose(str(one.id))
    to_the_hour()
    assert compared() == ["missing-there"]
    (difference,) = reads.differences(["registry"])
    assert (difference.number, difference.case_id, difference.settled_at) == ("N1", one.case_id, None)
    acts.send_again(difference.id, by="account:x", departments=frozenset({"fire"}))
    tasks.sweep()
    assert row(one.id).state == "sent"
    assert str(one.id) in there.cabinet.pushes()
    assert compared() == []


def test_an_answer_that_was_missed_is_taken_over(declared: Declared, start: Start) -> None:
    start()
    one = handed()
    acts.push("registry")
    Handover.objects.filter(pk=one.id).update(next_at=None)
    to_the_hour()
    assert compared() == []
    assert (row(one.id).state, row(one.id).answer) == ("answered", {"entered": "fit"})
    assert reads.reconciliations(["registry"])[0].taken_over == 1
    (difference,) = reads.differences(["registry"])
    assert (difference.kind, difference.how) == ("answer-missed", "taken-over")


def test_a_push_that_arrived_though_nobody_heard_so_is_found_with_its_answer(declared: Declared, start: Start) -> None:
    there = start()
    first = handed()
    acts.push("registry")
    lost = handed()
    there.cabinet.take([{"id": str(lost.id), "kind": "case", "body": {}}], clock.now())
    Handover.objects.filter(pk=lost.id).update(state="failed", next_at=None)
    to_the_hour()
    compared()
    assert row(lost.id).state == "answered"
    assert row(first.id).state == "answered"


def test_what_nobody_here_knows_of_is_listed(declared: Declared, start: Start) -> None:
    there = start()
    handed()
    tasks.sweep()
    there.cabinet.take([{"id": str(uuid7()), "kind": "case", "body": {}}], clock.now())
    to_the_hour()
    assert compared() == ["unknown-here"]


def test_an_answer_that_changed_there_differs_and_changes_nothing_here(declared: Declared, start: Start) -> None:
    there = start()
    one = handed()
    acts.push("registry")
    later(hours=3)
    acts.ask("registry")
    there.cabinet.correct(str(one.id), {"entered": "unfit"})
    later(hours=6)
    assert compared() == ["differs"]
    assert row(one.id).answer == {"entered": "fit"}


def test_what_was_called_off_and_is_still_open_there_is_listed(declared: Declared, start: Start) -> None:
    start(delay=(_days(3), _days(3)))
    one = handed()
    acts.push("registry")
    with transaction.atomic():
        acts.call_off([one.task_id], by="account:x")
    Handover.objects.filter(pk=one.id).update(next_at=None)
    to_the_hour()
    assert compared() == ["open-there"]


def test_a_difference_is_listed_once_however_many_days_it_lasts(declared: Declared, start: Start) -> None:
    there = start(delay=(_days(9), _days(9)))
    one = handed()
    acts.push("registry")
    there.cabinet.lose(str(one.id))
    to_the_hour()
    for _ in range(3):
        compared()
        later(days=1)
    assert Difference.objects.count() == 1
    assert Reconciliation.objects.count() == 3


def test_a_difference_that_is_none_any_more_is_settled_by_itself(declared: Declared, start: Start) -> None:
    there = start(delay=(_days(9), _days(9)))
    one = handed()
    acts.push("registry")
    there.cabinet.lose(str(one.id))
    to_the_hour()
    assert compared() == ["missing-there"]
    there.cabinet.take([{"id": str(one.id), "kind": "case", "body": {}}], clock.now())
    later(days=1)
    assert compared() == []
    assert Difference.objects.get().how == "agreed"


def test_a_person_settles_a_difference_with_words_once(declared: Declared, start: Start) -> None:
    there = start()
    handed()
    tasks.sweep()
    there.cabinet.take([{"id": str(uuid7()), "kind": "case", "body": {}}], clock.now())
    to_the_hour()
    compared()
    (difference,) = reads.differences(["registry"])
    with pytest.raises(ReasonMissingError):
        acts.settle_difference(difference.id, by="account:x", words="  ")
    with pytest.raises(HandoverNotFoundError):
        acts.settle_difference(difference.id, by="account:x", words="已核对", departments=frozenset({"market"}))
    with pytest.raises(AlreadyOverError):
        acts.send_again(difference.id, by="account:x")
    acts.settle_difference(difference.id, by="account:x", words="对方测试数据，已删除")
    with pytest.raises(AlreadyOverError):
        acts.settle_difference(difference.id, by="account:x", words="再来一次")
    assert reads.differences(["registry"])[0].words == "对方测试数据，已删除"


def test_a_list_of_several_pages_is_read_whole(declared: Declared, start: Start) -> None:
    there = start()
    handed()
    tasks.sweep()
    there.cabinet.take([{"id": str(uuid7()), "kind": "case", "body": {}} for _ in range(450)], clock.now())
    to_the_hour()
    for system, hour in acts.reconcile_due():
        acts.reconcile(system, hour)
    assert reads.reconciliations(["registry"])[0].there == 451


def _days(n: int):
    from datetime import timedelta

    return timedelta(days=n)
