"""What a register held stays: the database itself refuses to change it; and two hands at once make one register."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from tests.exchange.keeping import CLERK, COLLEAGUE, Keeper
from tests.exchange.sheets import row, uscc
from tongban.exchange import acts
from tongban.exchange.errors import StaleRegisterError
from tongban.kernel.errors import TongbanError


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """As a running city's web process and worker act."""
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}; SET ROLE {role}")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


@pytest.fixture
def keeper(db: None) -> Keeper:
    one = Keeper()
    one.declare()
    return one


@pytest.mark.django_db(databases=["default", "registers"])
def test_the_application_may_do_all_that_a_register_needs(keeper: Keeper):
    with acting_as("tongban_app"):
        keeper.fill(1, 2, 3)
        version = keeper.apply(keeper.upload(row(1, place="南门")), replace=True, confirmed=2)
        acts.undo_upload(keeper.resource, version, by=CLERK)
        acts.enter_record(keeper.resource, uscc(4), {"approval_no": "HW4"}, by=CLERK, reason="补录")
        acts.remove_record(keeper.resource, uscc(4), by=CLERK, reason="误录")
        acts.discard_upload(keeper.resource, keeper.upload(row(9)), by=CLERK)
        acts.expire_uploads()
    assert keeper.holds().keys() == {uscc(n) for n in (1, 2, 3)}


@pytest.mark.django_db(databases=["default", "registers"])
@pytest.mark.parametrize(
    "attempt",
    [
        "DELETE FROM exchange_record",
        "TRUNCATE exchange_record",
        "UPDATE exchange_record SET sealed = ''",
        "UPDATE exchange_record SET \"values\" = '{}'",
        "UPDATE exchange_record SET blind = ''",
        "UPDATE exchange_record SET since = 0",
        "DELETE FROM exchange_change",
        "UPDATE exchange_change SET by = ''",
    ],
)
def test_the_application_changes_nothing_that_a_register_held(keeper: Keeper, attempt: str):
    keeper.fill(1)
    with (
        acting_as("tongban_app"),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


def at_once(*todo: Callable[[], object]) -> list[object]:
    """What each of them led to, all begun at one moment on connections of their own."""
    begin, led_to = threading.Barrier(len(todo)), list[object]([None] * len(todo))

    def run(at: int, act: Callable[[], object]) -> None:
        begin.wait()
        try:
            led_to[at] = act()
        except TongbanError as error:
            led_to[at] = type(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(todo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return led_to


@pytest.mark.django_db(transaction=True, databases=["default"])
def test_two_hands_at_once_apply_one_upload_once_and_of_two_uploads_one():
    keeper = Keeper()
    keeper.declare()
    keeper.fill(1)
    mine = keeper.upload(row(1), row(2))
    assert at_once(*[lambda: keeper.apply(mine)] * 4) == [2, 2, 2, 2]
    third, fourth = keeper.upload(row(3)), keeper.upload(row(4), by=COLLEAGUE)
    done = at_once(lambda: keeper.apply(third), lambda: keeper.apply(fourth, by=COLLEAGUE))
    assert done.count(3) == 1
    assert StaleRegisterError in done
    assert len(keeper.holds()) == 3


@pytest.mark.django_db(transaction=True, databases=["default"])
def test_records_entered_at_once_are_all_there_each_with_a_version():
    keeper = Keeper()
    keeper.declare()
    entering = [
        lambda n=n: acts.enter_record(keeper.resource, uscc(n % 4), {"approval_no": f"HW{n}"}, by=CLERK, reason="同时") for n in range(8)
    ]
    at_once(*entering)
    assert keeper.holds().keys() == {uscc(n) for n in range(4)}
    assert keeper.state().rows == 4
    assert keeper.state().version == 8


@pytest.mark.django_db(transaction=True, databases=["default"])
def test_an_upload_that_two_read_at_once_is_staged_once():
    from tests.exchange.sheets import xlsx
    from tongban.exchange.models import Staged
    from tongban.kernel import clock

    keeper = Keeper()
    keeper.declare()
    received = acts.receive_upload(keeper.resource, xlsx(row(1), row(2)), name="x", as_of=clock.today(), by=CLERK)
    at_once(*[lambda: acts.read_upload(received.id)] * 3)
    assert Staged.objects.count() == 2
    assert keeper.view(received.id).counts["new"] == 2
