"""Records go upward: due, sent, received or returned with a reason; a returned one is corrected by a person and sent again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.docking.conftest import REGISTRY, Declared, Start, later
from tongban.docking import acts, reads, tasks
from tongban.docking.acts import Due
from tongban.docking.errors import AlreadyOverError, HandoverNotFoundError, NothingCorrectedError, ReasonMissingError
from tongban.docking.models import Report
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db

STRICT = {"process": {"opinion": "办理意见不能为空"}}


def due(kind: str = "process", entry: UUID | None = None, **fields: str) -> Due:
    return Due(
        "registry", kind, uuid7(), entry or uuid7(), "N1", "stall", "market", clock.today(), {"number": "N1", "opinion": "同意"} | fields
    )


def queued(*records: Due, index: int = 1) -> int:
    return acts.queue_reports(records, follower="records", index=index)


def states() -> list[str]:
    return sorted(Report.objects.values_list("state", flat=True))


def through() -> None:
    """Sent, and asked after once the upper level is through with it."""
    tasks.sweep()
    later(hours=3)
    tasks.sweep()


def test_a_record_is_queued_once_for_its_entry_however_often_that_is_read(declared: Declared) -> None:
    entry = uuid7()
    assert queued(due(entry=entry), due(entry=entry, kind="acceptance"), index=7) == 2
    assert queued(due(entry=entry), index=9) == 0
    assert reads.read_up_to("records") == 9
    assert Report.objects.count() == 2


def test_a_record_is_sent_then_received(declared: Declared, start: Start) -> None:
    start()
    queued(due())
    tasks.sweep()
    assert states() == ["sent"]
    later(hours=3)
    tasks.sweep()
    assert states() == ["received"]
    (day,) = reads.report_days("registry")
    assert (day.due, day.waiting, day.sent, day.received, day.returned) == (1, 0, 0, 1, 0)


def test_a_record_with_a_missing_field_is_returned_with_the_reason_and_not_sent_again_by_itself(declared: Declared, start: Start) -> None:
    there = start(requires=STRICT)
    queued(due(opinion=""), due())
    through()
    assert states() == ["received", "returned"]
    (one,) = reads.returned("registry")
    assert (one.reason, one.fields) == ("办理意见不能为空", ("opinion",))
    later(days=1)
    tasks.sweep()
    assert there.cabinet.pushes()[str(one.id)] == 1


def test_a_corrected_record_is_received(declared: Declared, start: Start) -> None:
    there = start(requires=STRICT)
    queued(due(opinion=""))
    through()
    (one,) = reads.returned("registry")
    acts.correct_report(one.id, {"opinion": "符合规定，同意"}, by="account:x", words="补录意见", departments=frozenset({"fire"}))
    through()
    corrected = reads.report(one.id)
    assert corrected is not None
    assert (corrected.state, corrected.corrections, corrected.body["opinion"]) == ("received", 1, "符合规定，同意")
    assert there.cabinet.pushes()[str(one.id)] == 2


def test_nothing_is_sent_again_without_a_change_a_reason_or_the_right(declared: Declared, start: Start) -> None:
    start(requires=STRICT)
    queued(due(opinion=""), due())
    through()
    (one,) = reads.returned("registry")
    with pytest.raises(NothingCorrectedError):
        acts.correct_report(one.id, {"number": "N1", "invented": "x", "opinion": "  "}, by="account:x", words="补录")
    with pytest.raises(ReasonMissingError):
        acts.correct_report(one.id, {"opinion": "同意"}, by="account:x", words="")
    with pytest.raises(HandoverNotFoundError):
        acts.correct_report(one.id, {"opinion": "同意"}, by="account:x", words="补录", departments=frozenset({"market"}))
    received = Report.objects.get(state="received")
    with pytest.raises(AlreadyOverError):
        acts.correct_report(received.id, {"opinion": "不同意"}, by="account:x", words="改")


def test_an_upper_level_that_is_down_gets_everything_once_it_is_up(declared: Declared, start: Start) -> None:
    start(down=100)
    queued(*(due() for _ in range(30)))
    tasks.sweep()
    assert states() == ["due"] * 30
    later(minutes=2)
    start(down=0)
    tasks.sweep()
    assert states() == ["sent"] * 30


def test_many_records_travel_in_batches(declared: Declared, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    there = start()
    calls: list[int] = []
    take = there.cabinet.take

    def count(items: Any, now: Any) -> Any:
        calls.append(len(items))
        return take(items, now)

    monkeypatch.setattr(there.cabinet, "take", count)
    queued(*(due() for _ in range(450)))
    tasks.sweep()
    assert calls == [200, 200, 50]


def test_a_record_that_the_upper_level_lost_is_found_and_sent_again(declared: Declared, start: Start) -> None:
    there = start(REGISTRY)
    queued(due())
    through()
    one = Report.objects.get()
    there.cabinet.lose(str(one.id))
    later(hours=6)
    tasks.sweep()
    (difference,) = reads.differences(["registry"])
    assert (difference.kind, difference.is_report) == ("missing-there", True)
    acts.send_again(difference.id, by="account:x")
    through()
    assert Report.objects.get().state == "received"


def test_what_is_reported_is_sealed_in_the_table(declared: Declared) -> None:
    queued(due(applicant_name="王小明"))
    assert "王小明".encode() not in bytes(Report.objects.get().body)


def test_the_days_are_counted_by_one_statement(declared: Declared, django_assert_num_queries: Any) -> None:
    queued(*(due() for _ in range(5)))
    with django_assert_num_queries(1):
        reads.report_days("registry")
