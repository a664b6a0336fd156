"""A register that Tongban keeps answers like any other, and forgets nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.exchange.conftest import LICENCE
from tests.exchange.keeping import KEPT, Keeper
from tests.exchange.sheets import RECORD, SIGNS, row, uscc
from tongban.exchange import acts, reads
from tongban.exchange.errors import NeverGivenError, NotKeptError, RecordRefusedError, UnknownResourceError
from tongban.exchange.models import Record
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.reads import entries

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
WHEN = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def keeper(db: None) -> Keeper:
    one = Keeper()
    one.declare()
    acts.load_records(one.resource, [(uscc(n), RECORD | {"approval_no": f"HW{n}"}) for n in (1, 2)], by="demo", as_of=WHEN)
    return one


def enter(keeper: Keeper, serial: int = 1, *, reason: str = "更正", case_id=None, **values: object) -> None:
    acts.enter_record(keeper.resource, uscc(serial), values, by="account:clerk", reason=reason, case_id=case_id)


def test_a_record_that_is_there_is_a_value_as_of_when_it_was_given(keeper: Keeper):
    answer = keeper.ask(1, "approval_no", "contact", "fee", "own_shop", "illness")
    assert (answer.state, answer.source, answer.as_of) == ("value", "urban", WHEN)
    assert answer.values == {"approval_no": "HW1", "contact": "赵建国", "fee": 12050, "own_shop": True, "illness": None}


def test_a_key_is_found_however_it_is_spelled(keeper: Keeper):
    code = uscc(1)
    enter(keeper, 3, approval_no="HW3")
    assert reads.record_of(keeper.resource, f" {code.lower()}") is not None
    acts.enter_record(keeper.resource, code.lower(), {"approval_no": "HW9"}, by="x", reason="y")
    assert keeper.holds()[code] == {"approval_no": "HW9"}


def test_nothing_there_is_none_as_of_when_the_whole_was_given(keeper: Keeper):
    answer = keeper.ask(7)
    assert (answer.state, answer.reason, answer.as_of) == ("none", "", WHEN)


def test_a_register_that_was_never_given_as_a_whole_does_not_know_who_is_not_in_it(db: None):
    keeper = Keeper()
    keeper.declare()
    assert (keeper.ask(1).state, keeper.ask(1).reason) == ("unknown", "no-answer")
    enter(keeper, 1, approval_no="HW1")
    assert keeper.ask(1).values == {"approval_no": "HW1"}
    assert keeper.ask(2).state == "unknown"
    assert keeper.fill(1, 2) == 2
    assert keeper.ask(3).state == "none"


def test_a_record_whose_seal_is_broken_is_silence_and_not_somebody_else_s(keeper: Keeper):
    mine, other = Record.objects.order_by("id")
    Record.objects.filter(pk=mine.pk).update(sealed=other.sealed)
    assert (keeper.ask(1).state, keeper.ask(1).reason) == ("unknown", "no-answer")
    assert keeper.ask(2).state == "value"


def test_a_silenced_kept_register_is_silent(keeper: Keeper):
    acts.suspend(keeper.resource)
    assert keeper.ask(1).reason == "no-answer"


def test_the_database_holds_keys_and_personal_values_only_sealed(keeper: Keeper):
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM exchange_record r")
        kept = "".join(row[0] for row in cursor.fetchall())
    assert "HW1" in kept
    for hidden in ("赵建国", uscc(1), uscc(2)):
        assert hidden not in kept
        assert hidden.encode().hex() not in kept


def test_two_registers_have_no_index_in_common(keeper: Keeper):
    from dataclasses import replace

    acts.declare_resource(replace(KEPT, id="urban/other"))
    acts.load_records("urban/other", [(uscc(1), RECORD)], by="demo", as_of=WHEN)
    assert len({bytes(one.blind) for one in Record.objects.all()}) == 3
    assert len({bytes(one.digest) for one in Record.objects.all()}) == 3


def test_an_entered_record_takes_the_place_of_the_one_before_which_stays(keeper: Keeper):
    enter(keeper, 1, approval_no="HW8", valid_until="2028-01-01")
    assert keeper.ask(1, "approval_no", "contact").values == {"approval_no": "HW8", "contact": None}
    now, before = reads.versions_of(keeper.resource, uscc(1))
    assert (now.since, now.until, now.record.values["approval_no"]) == (2, None, "HW8")
    assert (before.since, before.until, before.record.values["contact"]) == (1, 2, "赵建国")
    assert keeper.holds(1)[uscc(1)]["approval_no"] == "HW1"
    change, load = reads.changes(keeper.resource)
    assert (change.act, change.by, change.reason, change.added, change.changed, change.removed) == (
        "enter",
        "account:clerk",
        "更正",
        0,
        1,
        0,
    )
    assert (load.act, load.added) == ("load", 2)


def test_the_same_record_entered_twice_is_one_change(keeper: Keeper):
    enter(keeper, 3, approval_no="HW3")
    enter(keeper, 3, approval_no="HW3")
    assert keeper.state().version == 2
    assert keeper.state().rows == 3


def test_a_record_can_be_taken_out_and_stays_in_the_versions_before(keeper: Keeper):
    assert acts.remove_record(keeper.resource, uscc(1), by="account:clerk", reason="撤销")
    assert not acts.remove_record(keeper.resource, uscc(1), by="account:clerk", reason="撤销")
    assert keeper.ask(1).state == "none"
    assert uscc(1) in keeper.holds(1)
    assert (keeper.state().version, keeper.state().rows) == (2, 1)


def test_every_change_is_on_the_record_with_its_case_and_without_a_value(keeper: Keeper):
    case = uuid7()
    enter(keeper, 1, case_id=case, reason="告知承诺不实", approval_no="HW8", contact="钱国华")
    [entry] = entries(case)
    assert (entry.act, entry.department, entry.payload["version"], entry.payload["changed"]) == ("exchange.enter-records", "urban", 2, 1)
    for hidden in ("HW8", "钱国华", uscc(1)):
        assert hidden not in str(entry.payload)


def test_entering_is_part_of_the_caller_s_transaction(keeper: Keeper):
    class ChangedMyMindError(Exception):
        pass

    with pytest.raises(ChangedMyMindError), transaction.atomic():
        enter(keeper, 3, approval_no="HW3")
        raise ChangedMyMindError
    assert keeper.state().version == 1
    assert keeper.ask(3).state == "none"


@pytest.mark.parametrize(
    "values", [{"count": 101}, {"valid_until": "soon"}, {"kind": "neon"}, {"own_shop": "maybe"}, {"approval_no": "x" * 41}, {"fee": -1}]
)
def test_a_value_outside_its_type_is_refused_and_never_mended(keeper: Keeper, values: dict[str, object]):
    with pytest.raises(RecordRefusedError):
        enter(keeper, 1, **values)
    assert keeper.state().version == 1


def test_values_may_be_python_s_or_texts(keeper: Keeper):
    from datetime import date
    from decimal import Decimal

    enter(keeper, 1, valid_until=date(2028, 1, 1), own_shop=False, area_m2=Decimal("3.5"), count=3)
    enter(keeper, 2, valid_until="2028-01-01", own_shop="no", area_m2="3.50", count="3")
    assert (
        keeper.holds()[uscc(1)]
        == keeper.holds()[uscc(2)]
        == {"valid_until": "2028-01-01", "own_shop": False, "area_m2": "3.50", "count": 3}
    )


@pytest.mark.parametrize("key", ["", " ", "12345", uscc(1)[:-1] + "!", "x" * 1000])
def test_a_key_that_does_not_check_is_refused(keeper: Keeper, key: str):
    with pytest.raises(RecordRefusedError):
        acts.enter_record(keeper.resource, key, {}, by="x", reason="y")


def test_what_is_not_declared_or_kept_elsewhere_is_refused(keeper: Keeper):
    acts.declare_resource(LICENCE)
    with pytest.raises(NotKeptError):
        acts.enter_record(LICENCE.id, uscc(1), {}, by="x", reason="y")
    with pytest.raises(UnknownResourceError):
        acts.enter_record("urban/nothing", uscc(1), {}, by="x", reason="y")
    with pytest.raises(UnknownResourceError):
        enter(keeper, 1, nothing="x")


def test_a_register_that_did_not_change_is_confirmed_to_hold(keeper: Keeper):
    clock.move_to_offset(WHEN - datetime.now(UTC) + timedelta(days=9))  # noqa: TID251 - what the city's clock is set by
    held = keeper.holds()
    assert acts.confirm_register(keeper.resource, as_of=clock.now(), by="account:clerk") == 2
    assert keeper.holds() == held
    assert keeper.ask(1).as_of == keeper.ask(9).as_of == keeper.state().as_of > WHEN
    assert keeper.state().last.act == "confirm"
    assert acts.confirm_register(keeper.resource, as_of=WHEN, by="account:clerk") == 2, "an earlier day says nothing new"
    late = acts.confirm_register(keeper.resource, as_of=clock.now() + timedelta(days=99), by="account:clerk")
    assert late == 3
    assert keeper.state().as_of <= clock.now(), "nothing holds as of tomorrow"


def test_a_register_that_was_never_given_cannot_be_confirmed(db: None):
    keeper = Keeper()
    keeper.declare()
    enter(keeper, 1, approval_no="HW1")
    with pytest.raises(NeverGivenError):
        acts.confirm_register(keeper.resource, as_of=clock.now(), by="account:clerk")
    assert keeper.ask(2).state == "unknown"


def test_a_register_that_was_ever_filled_is_not_loaded_again(keeper: Keeper):
    assert acts.load_records(keeper.resource, [(uscc(9), {})], by="demo", as_of=WHEN) == 0
    assert uscc(9) not in keeper.holds()


def test_entering_takes_six_statements(keeper: Keeper, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(6):
        enter(keeper, 3, approval_no="HW3")


def test_a_question_is_one_statement_by_index(keeper: Keeper):
    from tongban.exchange.kinds.kept import _ASK

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + _ASK, [b"x" * 16, keeper.resource])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "record_valid_once" in plan or "record_history" in plan


def test_one_key_has_one_valid_record_whatever_is_tried(keeper: Keeper):
    row = Record.objects.order_by("id")[0]
    row.pk = uuid7()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_an_item_declared_later_changes_no_record_of_before(keeper: Keeper):
    from dataclasses import replace

    from tests.exchange.conftest import item
    from tongban.rules.core import TextType

    acts.declare_resource(replace(KEPT, items=KEPT.items | {"extra": item(TextType(10))}))
    enter(keeper, 1, **RECORD, approval_no="HW1", extra=None)
    assert keeper.state().version == 1
    acts.grant(keeper.resource, "sign", "held", [*KEPT.items, "extra"])
    assert keeper.ask(1, "extra").values == {"extra": None}


def test_an_item_that_is_no_longer_declared_stays_sealed_when_an_upload_is_undone(keeper: Keeper):
    from dataclasses import replace

    version = keeper.apply(keeper.upload(row(1)))
    acts.declare_resource(replace(KEPT, items={name: one for name, one in KEPT.items.items() if name != "contact"}))
    acts.undo_upload(keeper.resource, version, by="account:clerk")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, '') FROM exchange_record r")
        assert "赵建国" not in cursor.fetchone()[0]
    assert keeper.holds()[uscc(1)]["contact"] == "赵建国"


def test_a_register_keeps_the_order_in_which_its_items_are_declared(keeper: Keeper):
    assert reads.shape_of(keeper.resource) == SIGNS


def test_a_register_says_how_it_stands(keeper: Keeper):
    clock.move_by(timedelta(hours=1))
    enter(keeper, 3, approval_no="HW3")
    [view] = reads.registers(["urban", "elsewhere"])
    assert (view.rows, view.version, view.as_of, view.updated) == (3, 2, WHEN, "daily")
    assert view.last is not None
    assert (view.last.act, view.last.by) == ("enter", "account:clerk")
    assert reads.registers(["elsewhere"]) == ()
