"""A case is handed over, pushed, awaited and answered; and everything that may go wrong with the other side on the way."""

from __future__ import annotations

import importlib
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from tests.docking.conftest import EXPECTS, REGISTRY, Declared, Start, handed, later, row
from tongban.docking import acts, reads, tasks
from tongban.docking.errors import AlreadyOverError, HandoverNotFoundError, UnknownSystemError
from tongban.docking.models import Difference, Handover, System
from tongban.house.simulated.plan import Behaviour
from tongban.jobs import reads as jobs
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger import reads as ledger

pytestmark = pytest.mark.django_db
pushing = importlib.import_module("tongban.docking.acts.push")
"""The module; the package's name of that name is its act."""


def told(case_id: Any) -> list[str]:
    return [entry.act for entry in ledger.entries(case_id)]


def test_a_handover_commits_with_its_job_and_its_entry_or_not_at_all(declared: Declared) -> None:
    class ChangedMindError(Exception):
        pass

    with pytest.raises(ChangedMindError), transaction.atomic():
        acts.hand_over("registry", case_id=uuid7(), task_id=uuid7(), service="stall", body={}, by="account:x")
        raise ChangedMindError
    assert not Handover.objects.exists()
    assert jobs.waiting() == ()
    one = handed()
    assert [job.kind for job in jobs.waiting()] == ["docking.push"]
    assert told(one.case_id) == ["docking.hand-over"]


def test_handing_over_takes_one_statement_besides_its_entry(declared: Declared) -> None:
    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        statements.append(str(sql))
        return execute(sql, params, many, context)

    entries: list[Any] = []
    with transaction.atomic(), connection.execute_wrapper(note):
        acts.hand_over("registry", case_id=uuid7(), task_id=uuid7(), service="stall", body={}, by="x", record=entries.append)
    assert len(statements) == 1
    assert len(entries) == 1


def test_a_system_that_nobody_declared_is_an_error_and_no_silent_loss(db: None) -> None:
    with pytest.raises(UnknownSystemError), transaction.atomic():
        acts.hand_over("nowhere", case_id=uuid7(), task_id=uuid7(), service="stall", body={}, by="account:x")


def test_handing_over_outside_a_transaction_is_a_mistake_of_the_program(declared: Declared, settings: Any) -> None:
    connection.in_atomic_block, kept = False, connection.in_atomic_block
    try:
        with pytest.raises(RuntimeError):
            acts.hand_over("registry", case_id=uuid7(), task_id=uuid7(), service="stall", body={}, by="account:x")
    finally:
        connection.in_atomic_block = kept


def test_what_travels_is_sealed_in_the_table_and_not_in_the_record(declared: Declared) -> None:
    one = handed()
    assert "王小明".encode() not in bytes(one.body)
    (entry,) = ledger.entries(one.case_id)
    assert "王小明" not in json.dumps(dict(entry.payload), ensure_ascii=False)
    assert entry.payload["fields"] == ["name"]


def test_it_is_pushed_awaited_and_answered_when_the_citys_clock_has_moved(declared: Declared, start: Start) -> None:
    start()
    one = handed()
    assert acts.push("registry") == 1
    assert (row(one.id).state, row(one.id).remote_id, row(one.id).attempts) == ("sent", "R00000001", 1)
    later(minutes=11)
    assert acts.ask("registry") == 0
    assert row(one.id).state == "sent"
    later(hours=2)
    assert acts.ask("registry") == 1
    assert (row(one.id).state, row(one.id).answer) == ("answered", {"entered": "fit"})
    assert told(one.case_id) == ["docking.hand-over", "docking.sent", "docking.answered"]
    assert reads.untaken() == ((one.id, one.case_id),)


def test_an_outcome_is_taken_once(declared: Declared, start: Start) -> None:
    start()
    one = handed()
    acts.push("registry")
    later(hours=3)
    acts.ask("registry")
    with transaction.atomic():
        outcome = acts.take(one.id)
        assert outcome is not None
        assert (outcome.state, outcome.records, outcome.title.zh) == ("answered", {"entered": "fit"}, "登记系统")
        assert acts.take(one.id) is None
    assert reads.untaken() == ()


def test_pushing_twice_is_one_case_there(declared: Declared, start: Start) -> None:
    there = start()
    one = handed()
    acts.push("registry")
    with transaction.atomic():
        acts.push_again(one.task_id, by="account:x")
    acts.push("registry")
    assert there.cabinet.pushes() == {str(one.id): 2}
    assert row(one.id).remote_id == "R00000001"


class KilledError(Exception):
    """The process ended here."""


def test_killed_after_the_call_and_before_its_answer_was_kept_it_is_pushed_again_under_its_id(
    declared: Declared, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = start()
    one = handed()
    with monkeypatch.context() as patch:
        patch.setattr(pushing, "_sent", lambda *_: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            acts.push("registry")
    assert row(one.id).state == "waiting"
    assert acts.push("registry") == 0, "the claim still runs"
    later(minutes=5)
    assert acts.push("registry") == 1
    assert there.cabinet.pushes() == {str(one.id): 2}
    assert row(one.id).remote_id == "R00000001"


def test_a_system_that_is_down_costs_one_call_and_is_tried_again_later(declared: Declared, start: Start) -> None:
    start(down=100)
    many = [handed() for _ in range(5)]
    assert tasks.sweep() == 0
    system = System.objects.get()
    assert (system.failures, system.error_zh) == (1, "未答复")
    assert {(row(one.id).state, row(one.id).attempts) for one in many} == {("waiting", 1)}
    tasks.sweep()
    assert System.objects.get().failures == 1, "not called again before its wait is over"
    later(minutes=2)
    start(down=0)
    assert tasks.sweep() == 5
    system = System.objects.get()
    assert (system.failures, system.down_since, system.error_zh) == (0, None, "")
    assert {row(one.id).state for one in many} == {"sent"}


def test_patience_ends_and_people_take_over_and_nobody_is_refused(declared: Declared, start: Start) -> None:
    start(down=100)
    one = handed()
    tasks.sweep()
    assert reads.untaken() == ()
    later(hours=5)
    tasks.sweep()
    assert row(one.id).state == "failed"
    assert reads.untaken() == ((one.id, one.case_id),)
    assert told(one.case_id)[-1] == "docking.give-up"


def test_people_may_push_again_at_once_though_the_line_waits(declared: Declared, start: Start) -> None:
    start(down=100)
    one = handed()
    tasks.sweep()
    later(hours=5)
    tasks.sweep()
    start(down=0)
    with transaction.atomic():
        acts.push_again(one.task_id, by="account:x")
    assert acts.push("registry") == 1
    assert row(one.id).state == "sent"


def test_a_system_that_nobody_connected_goes_to_people_at_once(db: None) -> None:
    acts.declare_system(Declared(connector={"kind": "unreachable"}))
    one = handed()
    acts.push("registry")
    assert row(one.id).state == "failed"
    assert row(one.id).error_zh == "系统尚未接通"


def test_an_answer_outside_the_agreement_settles_nothing_and_goes_to_a_person(declared: Declared, start: Start) -> None:
    start(answers=((100, {"entered": "已登记"}),))
    one = handed()
    acts.push("registry")
    later(hours=3)
    acts.ask("registry")
    assert (row(one.id).state, row(one.id).answer) == ("unfit", None)
    assert "已登记".encode() not in bytes(row(one.id).unfit)
    (view,) = reads.of_tasks([one.task_id]).values()
    assert dict(view.unfit) == {"entered": "已登记"}
    assert reads.untaken() == ((one.id, one.case_id),)


def test_an_unfit_answer_that_is_put_right_there_arrives_by_itself(declared: Declared, start: Start) -> None:
    there = start(answers=((100, {"entered": "已登记"}),))
    one = handed()
    acts.push("registry")
    later(hours=3)
    acts.ask("registry")
    with transaction.atomic():
        acts.take(one.id)
    later(minutes=11)
    assert acts.ask("registry") == 0, "the same unfit answer is no news"
    there.cabinet.correct(str(one.id), {"entered": "unfit"})
    later(minutes=11)
    assert acts.ask("registry") == 1
    assert (row(one.id).state, row(one.id).answer) == ("answered", {"entered": "unfit"})
    assert reads.untaken() == ((one.id, one.case_id),)


def test_what_is_called_off_before_it_arrived_is_never_pushed(declared: Declared, start: Start) -> None:
    there = start()
    one = handed()
    with transaction.atomic():
        assert acts.call_off([one.task_id], by="account:x") == 1
    tasks.sweep()
    assert there.cabinet.pushes() == {}
    assert row(one.id).state == "withdrawn"


def test_what_is_called_off_after_it_arrived_is_told_to_the_system(declared: Declared, start: Start) -> None:
    there = start()
    one = handed()
    acts.push("registry")
    with transaction.atomic():
        acts.call_off([one.task_id], by="account:x")
    tasks.sweep()
    later(hours=5)
    (told_there,) = there.cabinet.look([str(one.id)], clock.now())
    assert told_there["state"] == "withdrawn"
    assert row(one.id).next_at is None


def test_what_is_called_off_while_it_is_being_pushed_is_told_once_it_has_arrived(
    declared: Declared, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = start()
    one = handed()
    call = pushing.call

    def call_off_meanwhile(system: System, question: Any) -> Any:
        answer = call(system, question)
        with transaction.atomic():
            acts.call_off([one.task_id], by="account:x")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(pushing, "call", call_off_meanwhile)
        acts.push("registry")
    assert (row(one.id).state, row(one.id).remote_id) == ("withdrawn", "R00000001")
    tasks.sweep()
    (told_there,) = there.cabinet.look([str(one.id)], clock.now())
    assert told_there["state"] == "withdrawn"


def test_what_a_person_entered_stands_and_a_later_answer_that_differs_is_a_difference(declared: Declared, start: Start) -> None:
    start(answers=((100, {"entered": "unfit"}),))
    one = handed()
    acts.push("registry")
    with transaction.atomic():
        acts.enter_by_hand(one.task_id, {"entered": "fit"}, by="account:x")
    later(hours=3)
    acts.ask("registry")
    now = row(one.id)
    assert (now.state, now.by_hand, now.answer) == ("by-hand", {"entered": "fit"}, {"entered": "unfit"})
    (difference,) = Difference.objects.all()
    assert (difference.kind, difference.here["records"], difference.there["records"]) == (
        "differs",
        {"entered": "fit"},
        {"entered": "unfit"},
    )
    assert told(one.case_id)[-1] == "docking.differs"
    assert reads.untaken() == (), "no case is moved by it"


def test_a_later_answer_that_says_the_same_as_the_person_is_no_difference(declared: Declared, start: Start) -> None:
    start()
    one = handed()
    acts.push("registry")
    with transaction.atomic():
        acts.enter_by_hand(one.task_id, {"entered": "fit"}, by="account:x")
    later(hours=3)
    acts.ask("registry")
    assert not Difference.objects.exists()
    assert row(one.id).answered_at is not None


def test_nobody_enters_by_hand_what_has_been_answered(declared: Declared, start: Start) -> None:
    start()
    one = handed()
    acts.push("registry")
    later(hours=3)
    acts.ask("registry")
    with pytest.raises(AlreadyOverError), transaction.atomic():
        acts.enter_by_hand(one.task_id, {"entered": "unfit"}, by="account:x")
    with pytest.raises(AlreadyOverError), transaction.atomic():
        acts.push_again(one.task_id, by="account:x")
    with pytest.raises(HandoverNotFoundError), transaction.atomic():
        acts.push_again(uuid7(), by="account:x")


def test_a_call_with_another_key_is_refused_there_and_an_answer_with_another_key_here(
    declared: Declared, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = start()
    one = handed()
    acts.declare_system(Declared(connector={"kind": "http-json", "url": "https://x.invalid", "key": "another"}))
    acts.push("registry")
    assert there.cabinet.pushes() == {}
    assert System.objects.get().error_zh == "答复了错误 401"
    later(minutes=5)
    acts.declare_system(Declared())
    monkeypatch.setattr("tongban.house.simulated.serving.sign_answer", lambda *_, **__: {})
    acts.push("registry")
    assert row(one.id).state == "waiting"
    assert System.objects.get().error_zh == "答复没有有效签名"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
        b"\x00\xff" * 50,
    ],
)
def test_whatever_a_port_answers_is_silence_and_no_error(
    declared: Declared, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, answer: bytes
) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setenv("TONGBAN_SYSTEMS", str(tmp_path / "a.json"))
    (tmp_path / "a.json").write_text(json.dumps({"registry": f"http://127.0.0.1:{listening.getsockname()[1]}/exchange"}))

    def serve() -> None:
        taken, _ = listening.accept()
        with taken:
            taken.recv(65536)
            taken.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    one = handed()
    acts.push("registry")
    thread.join()
    listening.close()
    assert row(one.id).state == "waiting"
    assert System.objects.get().failures == 1


def test_a_system_that_never_ends_its_answer_is_given_up_in_its_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, db: None) -> None:
    from datetime import timedelta

    acts.declare_system(Declared(timeout=timedelta(seconds=0.5)))
    listening = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setenv("TONGBAN_SYSTEMS", str(tmp_path / "a.json"))
    (tmp_path / "a.json").write_text(json.dumps({"registry": f"http://127.0.0.1:{listening.getsockname()[1]}/exchange"}))
    ending = threading.Event()

    def drip() -> None:
        taken, _ = listening.accept()
        with taken:
            taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n")
            while not ending.wait(0.05):
                try:
                    taken.sendall(b" " * 70_000)
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    handed()
    begun = time.monotonic()
    acts.push("registry")
    assert time.monotonic() - begun < 3
    ending.set()
    thread.join()
    listening.close()
    assert System.objects.get().failures == 1


def test_one_system_that_is_down_holds_up_no_other(declared: Declared, start: Start) -> None:
    start()
    acts.declare_system(Declared(id="other", connector={"kind": "http-json", "url": "http://127.0.0.1:9/exchange"}))
    handed("other")
    one = handed()
    tasks.sweep()
    assert row(one.id).state == "sent"


def test_the_line_is_told_with_how_many_wait(declared: Declared, start: Start) -> None:
    start()
    handed()
    acts.push("registry")
    handed()
    (line,) = reads.lines(["fire"])
    assert (line.waiting, line.sent, line.with_people, line.down_since) == (1, 1, 0, None)
    assert reads.lines(["market"]) == ()


def test_expected_records_are_kept_with_the_handover(declared: Declared) -> None:
    assert handed().expects == EXPECTS


def test_a_simulated_system_keeps_what_it_held_over_a_restart_and_its_port(declared: Declared, start: Start) -> None:
    first = start()
    one = handed()
    acts.push("registry")
    url = first.url
    second = start(REGISTRY)
    assert second.url == url
    assert list(second.cabinet.pushes()) == [str(one.id)]


def test_a_simulated_system_answers_within_its_hours_alone() -> None:
    from datetime import datetime, timedelta
    from datetime import time as at

    one = Behaviour("x", "s", delay=(timedelta(hours=1), timedelta(hours=30)), hours=(at(9), at(17)))
    for number in range(200):
        answered = one.answers_at(str(number), datetime(2026, 11, 4, number % 24, tzinfo=clock.ZONE))
        assert at(9) <= answered.timetz().replace(tzinfo=None) <= at(17)
