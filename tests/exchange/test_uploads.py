"""A file is compared before it applies, applies whole or not at all, once, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.keeping import CLERK, COLLEAGUE, Keeper
from tests.exchange.sheets import HEADINGS, inline, package, row, text, uscc, xlsx
from tongban.exchange import acts, reads
from tongban.exchange.errors import (
    CountNotConfirmedError,
    FaultyUploadError,
    NotTheLastUploadError,
    StaleRegisterError,
    UnreadableFileError,
    UploadNotFoundError,
    UploadOverError,
)
from tongban.exchange.models import Record, Staged, Upload
from tongban.exchange.tasks import KINDS
from tongban.jobs.acts import work
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def keeper(db: None) -> Keeper:
    one = Keeper()
    one.declare()
    return one


def acts_of(keeper: Keeper) -> list[str]:
    """The register's entries on the record, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT act FROM ledger_entry WHERE payload->>'resource' = %s ORDER BY id", [keeper.resource])
        return [one[0] for one in cursor.fetchall()]


def test_a_first_file_fills_the_register(keeper: Keeper):
    upload = keeper.upload(row(1), row(2))
    assert keeper.view(upload).counts == {"new": 2, "changed": 0, "same": 0, "missing": 0}
    assert keeper.holds() == {}, "nothing applies before it is confirmed"
    assert keeper.apply(upload) == 1
    assert keeper.holds().keys() == {uscc(1), uscc(2)}
    state = keeper.state()
    assert (state.rows, state.last.by, state.last.upload) == (2, CLERK, upload)
    assert state.as_of is not None
    assert keeper.ask(1).values == {"approval_no": "HW00001"}
    assert keeper.view(upload).state == "applied"


def test_a_file_is_compared_row_by_row(keeper: Keeper):
    keeper.fill(1, 2, 3)
    upload = keeper.upload(row(1), row(2, place="南门", contact="钱国华"), row(4))
    assert keeper.view(upload).counts == {"new": 1, "changed": 1, "same": 1, "missing": 1}
    [changed] = reads.staged(upload, keeper.resource, "changed")
    assert changed.row == 3
    assert (changed.old.values["place"], changed.new.values["place"]) == ("望江路 1 号门头", "南门")
    assert (changed.old.values["contact"], changed.new.values["contact"]) == ("赵建国", "钱国华")
    [new] = reads.staged(upload, keeper.resource, "new")
    assert (new.new.key, new.old) == (uscc(4), None)
    [missing] = reads.missing(upload, keeper.resource, after=None, limit=10)
    assert missing.record.key == uscc(3)


def test_what_a_file_does_not_have_stays(keeper: Keeper):
    keeper.fill(1, 2, 3)
    keeper.apply(keeper.upload(row(2, place="南门"), row(4)))
    assert keeper.holds().keys() == {uscc(n) for n in (1, 2, 3, 4)}
    assert keeper.holds()[uscc(2)]["place"] == "南门"


def test_replacing_the_whole_register_needs_the_count_confirmed(keeper: Keeper):
    keeper.fill(1, 2, 3)
    upload = keeper.upload(row(2))
    for wrong in (None, 1, 3):
        with pytest.raises(CountNotConfirmedError):
            keeper.apply(upload, replace=True, confirmed=wrong)
    assert len(keeper.holds()) == 3
    keeper.apply(upload, replace=True, confirmed=2)
    assert keeper.holds().keys() == {uscc(2)}
    assert keeper.state().last.removed == 2
    assert keeper.state().rows == 1


def test_a_file_with_faults_applies_only_by_an_explicit_choice(keeper: Keeper):
    keeper.fill(1, 2)
    upload = keeper.upload(row(1, place="南门"), row(3, count="x"), row(4))
    view = keeper.view(upload)
    assert (view.faults_total, view.faulty_rows, view.rows) == (1, 1, 3)
    with pytest.raises(FaultyUploadError):
        keeper.apply(upload)
    with pytest.raises(FaultyUploadError):
        keeper.apply(upload, sound_only=True, replace=True, confirmed=1)
    assert keeper.holds()[uscc(1)]["place"] != "南门"
    before = keeper.state().as_of
    keeper.apply(upload, sound_only=True)
    assert keeper.holds().keys() == {uscc(n) for n in (1, 2, 4)}
    assert keeper.state().as_of == before, "the whole register was not given"


def test_a_file_of_faulty_rows_alone_cannot_be_applied(keeper: Keeper):
    upload = keeper.upload(row(1, count="x"))
    with pytest.raises(FaultyUploadError):
        keeper.apply(upload, sound_only=True)


def test_the_same_click_twice_is_one_change(keeper: Keeper):
    upload = keeper.upload(row(1))
    view = keeper.view(upload)
    first = acts.apply_upload(keeper.resource, upload, version=view.base, by=CLERK)
    second = acts.apply_upload(keeper.resource, upload, version=view.base, by=CLERK)
    assert (first, second, keeper.state().version) == (1, 1, 1)
    assert acts_of(keeper).count("exchange.upload-records") == 1


def test_the_same_file_again_changes_nothing_but_confirms_the_whole(keeper: Keeper):
    keeper.fill(1, 2)
    before = keeper.state().as_of
    clock.move_by(timedelta(days=7))
    upload = keeper.upload(row(1), row(2))
    assert keeper.view(upload).counts == {"new": 0, "changed": 0, "same": 2, "missing": 0}
    keeper.apply(upload)
    assert Record.objects.count() == 2
    assert keeper.state().as_of > before
    assert keeper.ask(1).as_of == keeper.state().as_of
    assert keeper.ask(9).as_of == keeper.state().as_of


def test_a_colleague_s_change_in_between_is_shown_and_asked_again(keeper: Keeper):
    keeper.fill(1, 2)
    mine, theirs = keeper.upload(row(1, place="南门"), row(3)), keeper.upload(row(1, place="北门"), by=COLLEAGUE)
    base = keeper.view(mine).base
    keeper.apply(theirs, by=COLLEAGUE)
    with pytest.raises(StaleRegisterError):
        acts.apply_upload(keeper.resource, mine, version=base, by=CLERK)
    assert keeper.holds()[uscc(1)]["place"] == "北门"
    [between] = reads.changes_since(keeper.resource, base)
    assert (between.by, between.changed) == (COLLEAGUE, 1)
    acts.recompare(keeper.resource, mine)
    [changed] = reads.staged(mine, keeper.resource, "changed")
    assert (changed.old.values["place"], changed.new.values["place"]) == ("北门", "南门")
    with pytest.raises(StaleRegisterError):
        acts.apply_upload(keeper.resource, mine, version=base, by=CLERK)
    keeper.apply(mine)
    assert keeper.holds()[uscc(1)]["place"] == "南门"


def test_a_record_entered_in_between_counts_as_a_change_too(keeper: Keeper):
    keeper.fill(1)
    upload = keeper.upload(row(1), row(2))
    acts.enter_record(keeper.resource, uscc(2), {"approval_no": "HW7"}, by="machine", reason="结果回写")
    with pytest.raises(StaleRegisterError):
        keeper.apply(upload)
    acts.recompare(keeper.resource, upload)
    assert keeper.view(upload).counts == {"new": 0, "changed": 1, "same": 1, "missing": 0}


def test_undoing_gives_back_what_stood_before(keeper: Keeper):
    keeper.fill(1, 2, 3)
    before, as_of = keeper.holds(), keeper.state().as_of
    clock.move_by(timedelta(days=7))
    version = keeper.apply(keeper.upload(row(1), row(2, contact="钱国华"), row(4)), replace=True, confirmed=1)
    wrong = keeper.holds()
    assert acts.undo_upload(keeper.resource, version, by=COLLEAGUE) == version + 1
    assert keeper.holds() == before
    assert (keeper.state().as_of, keeper.state().rows) == (as_of, 3)
    assert keeper.holds(version) == wrong, "the undone version can still be read"
    assert keeper.ask(2, "contact").values == {"contact": "赵建国"}
    last = keeper.state().last
    assert (last.act, last.by, last.undoes, last.added, last.changed, last.removed) == ("undo", COLLEAGUE, version, 1, 1, 1)


def test_undoing_twice_is_undoing_once(keeper: Keeper):
    keeper.fill(1)
    version = keeper.apply(keeper.upload(row(1, place="南门")))
    assert acts.undo_upload(keeper.resource, version, by=CLERK) == acts.undo_upload(keeper.resource, version, by=CLERK)
    assert keeper.state().version == version + 1


def test_only_the_last_change_can_be_undone_and_only_an_upload(keeper: Keeper):
    first = keeper.fill(1)
    second = keeper.apply(keeper.upload(row(2)))
    with pytest.raises(NotTheLastUploadError):
        acts.undo_upload(keeper.resource, first, by=CLERK)
    acts.enter_record(keeper.resource, uscc(3), {}, by=CLERK, reason="补录")
    for version in (second, second + 1, 99):
        with pytest.raises(NotTheLastUploadError):
            acts.undo_upload(keeper.resource, version, by=CLERK)


def test_an_upload_of_another_register_or_none_is_not_found(keeper: Keeper):
    upload = keeper.upload(row(1))
    for resource, id_ in ((keeper.resource, uuid7()), ("urban/other", upload)):
        with pytest.raises(UploadNotFoundError):
            reads.upload(resource, id_)
    with pytest.raises(UploadNotFoundError):
        acts.discard_upload(keeper.resource, uuid7(), by=CLERK)


def test_a_discarded_upload_leaves_nothing_of_its_rows(keeper: Keeper):
    upload = keeper.upload(row(1), row(2, count="x"))
    acts.discard_upload(keeper.resource, upload, by=CLERK)
    assert not Staged.objects.exists()
    assert keeper.view(upload).faults == ()
    for again in (lambda: keeper.apply(upload, sound_only=True), lambda: acts.discard_upload(keeper.resource, upload, by=CLERK)):
        with pytest.raises(UploadOverError):
            again()


def test_a_corrected_file_takes_the_place_of_one_s_own_and_leaves_a_colleague_s(keeper: Keeper):
    mine, theirs = keeper.upload(row(1, count="x")), keeper.upload(row(2), by=COLLEAGUE)
    corrected = keeper.upload(row(1))
    assert [keeper.view(one).state for one in (mine, theirs, corrected)] == ["discarded", "read", "read"]
    assert Staged.objects.count() == 2


def test_an_upload_that_nobody_applies_expires(keeper: Keeper):
    upload = keeper.upload(row(1))
    clock.move_by(timedelta(days=6))
    assert acts.expire_uploads() == 0
    clock.move_by(timedelta(days=2))
    with pytest.raises(UploadOverError):
        keeper.apply(upload)
    assert acts.expire_uploads() == 1
    assert keeper.view(upload).state == "expired"
    assert not Staged.objects.exists()
    clock.move_by(timedelta(days=40))
    acts.expire_uploads()
    assert not Upload.objects.exists()


def test_an_applied_upload_is_never_forgotten(keeper: Keeper):
    upload = keeper.upload(row(1))
    keeper.apply(upload)
    clock.move_by(timedelta(days=400))
    acts.expire_uploads()
    assert keeper.view(upload).state == "applied"


def test_a_file_is_kept_sealed_and_only_until_it_is_read(keeper: Keeper):
    content = text(row(1))
    received = acts.receive_upload(keeper.resource, content, name="a.csv", as_of=clock.today(), by=CLERK)
    held = bytes(Upload.objects.get(pk=received.id).content)
    assert "赵建国".encode() not in held
    assert uscc(1).encode() not in held
    acts.read_upload(received.id)
    assert Upload.objects.get(pk=received.id).content is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT u::text FROM exchange_upload u UNION ALL SELECT s::text FROM exchange_staged s")
        kept = "".join(one[0] for one in cursor.fetchall())
    assert "赵建国" not in kept
    assert uscc(1) not in kept


def test_reading_that_was_cut_off_is_done_by_the_worker(keeper: Keeper, monkeypatch: pytest.MonkeyPatch):
    received = acts.receive_upload(keeper.resource, xlsx(row(1)), name="a.xlsx", as_of=clock.today(), by=CLERK)
    assert received.is_small
    clock.move_by(timedelta(minutes=2))
    assert _work() == 1
    assert keeper.view(received.id).state == "read"
    acts.read_upload(received.id)
    assert Staged.objects.count() == 1, "read twice is read once"


def test_reading_killed_before_any_of_its_statements_leaves_it_to_be_read(keeper: Keeper):
    received = acts.receive_upload(keeper.resource, xlsx(row(1), row(2, count="x")), name="a.xlsx", as_of=clock.today(), by=CLERK)
    _killed_everywhere(
        lambda: acts.read_upload(received.id),
        lambda: (Staged.objects.count(), keeper.view(received.id).state) in ((0, "reading"), (1, "read")),
    )
    assert keeper.view(received.id).counts["new"] == 1


def test_applying_killed_before_any_of_its_statements_changes_nothing_or_all(keeper: Keeper):
    keeper.fill(1, 2)
    upload = keeper.upload(row(1, place="南门"), row(3))
    before = keeper.holds()

    def is_sound() -> bool:
        whole = keeper.state().version == 2 and len(keeper.holds()) == 3 and keeper.view(upload).state == "applied"
        return whole or (keeper.holds() == before and keeper.state().version == 1 and Staged.objects.count() == 2)

    _killed_everywhere(lambda: keeper.apply(upload), is_sound)
    assert keeper.state().version == 2


def test_undoing_killed_before_any_of_its_statements_changes_nothing_or_all(keeper: Keeper):
    keeper.fill(1, 2)
    before = keeper.holds()
    keeper.apply(keeper.upload(row(1, place="南门"), row(3)))
    wrong = keeper.holds()
    _killed_everywhere(
        lambda: acts.undo_upload(keeper.resource, 2, by=CLERK),
        lambda: (keeper.state().version, keeper.holds()) in ((2, wrong), (3, before)),
    )
    assert keeper.holds() == before


class KilledError(Exception):
    """The process ended here."""


def _killed_everywhere(act: Callable[[], object], is_sound: Callable[[], bool]) -> None:
    """End the act before its first, second, … statement, until it gets through."""
    for at in range(1, 100):
        seen = 0

        def kill(execute, sql, params, many, context, at=at):
            nonlocal seen
            seen += 1
            if seen == at:
                raise KilledError
            return execute(sql, params, many, context)

        got_through = False
        with suppress(KilledError), _apart(), connection.execute_wrapper(kill):
            act()
            got_through = True
        assert is_sound(), at
        if got_through:
            return
    raise AssertionError("it never got through")


def test_a_large_file_is_left_to_the_worker(keeper: Keeper, monkeypatch: pytest.MonkeyPatch):
    content = package(inline(1, HEADINGS) + inline(2, [uscc(1)]) + "<row/>" * 500_000)
    received = acts.receive_upload(keeper.resource, content, name="a.xlsx", as_of=clock.today(), by=CLERK)
    assert not received.is_small
    assert _work() == 1
    assert keeper.view(received.id).state == "read"


def test_a_file_that_turns_out_unreadable_says_why(keeper: Keeper):
    broken = package('<row r="1"><c t="s"><v>7</v></c></row>')
    upload = keeper.upload(content=broken)
    view = keeper.view(upload)
    assert view.state == "failed"
    assert "已损坏" in view.failure.zh
    with pytest.raises(UploadOverError):
        keeper.apply(upload)
    acts.discard_upload(keeper.resource, upload, by=CLERK)


def test_what_is_no_table_at_all_is_not_even_kept(keeper: Keeper):
    with pytest.raises(UnreadableFileError):
        acts.receive_upload(keeper.resource, b"%PDF-1.7", name="a.xlsx", as_of=clock.today(), by=CLERK)
    assert not Upload.objects.exists()


def test_a_file_as_of_an_earlier_day_says_so(keeper: Keeper):
    yesterday = clock.today() - timedelta(days=1)
    received = acts.receive_upload(keeper.resource, xlsx(row(1)), name="a", as_of=yesterday, by=CLERK)
    acts.read_upload(received.id)
    keeper.apply(received.id)
    assert clock.local_date(keeper.state().as_of) == yesterday
    tomorrow = acts.receive_upload(keeper.resource, xlsx(row(1)), name="a", as_of=clock.today() + timedelta(days=1), by=CLERK)
    assert keeper.view(tomorrow.id).as_of <= clock.now(), "no data are as of tomorrow"


def test_everything_that_was_done_is_on_the_record_and_tells_nobody_s_data(keeper: Keeper):
    keeper.fill(1)
    version = keeper.apply(keeper.upload(row(1, contact="钱国华")))
    acts.undo_upload(keeper.resource, version, by=CLERK)
    acts.discard_upload(keeper.resource, keeper.upload(row(2)), by=CLERK)
    assert acts_of(keeper)[-6:] == [
        "exchange.upload-records",
        "exchange.receive-upload",
        "exchange.upload-records",
        "exchange.undo-records",
        "exchange.receive-upload",
        "exchange.discard-upload",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(payload::text, '') FROM ledger_entry")
        told = cursor.fetchone()[0]
    for hidden in ("赵建国", "钱国华", uscc(1), "HW00001"):
        assert hidden not in told


@pytest.mark.parametrize("act", ["apply", "undo"])
def test_the_statements_of_an_act_do_not_grow_with_the_file(keeper: Keeper, django_assert_max_num_queries, act: str):
    keeper.fill(*range(1, 40))
    upload = keeper.upload(*(row(n, place="南门") for n in range(1, 80)))
    if act == "apply":
        with django_assert_max_num_queries(14):  # ten, the savepoint that stands for the transaction here, and two settings of the planner
            keeper.apply(upload)
    else:
        version = keeper.apply(upload)
        with django_assert_max_num_queries(10):
            acts.undo_upload(keeper.resource, version, by=CLERK)


_SIGNS = st.dictionaries(st.integers(1, 8), st.sampled_from(["东门", "西门", "南门"]), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.lists(st.tuples(_SIGNS, st.booleans(), st.booleans()), min_size=1, max_size=5))
def test_any_files_in_any_order_come_to_what_a_plain_dictionary_says(keeper: Keeper, files: list[tuple[dict[int, str], bool, bool]]):
    """apply(compare(old, new)) is new where the whole is replaced, and old with new over it where not; undo gives back old; every version can be read again."""
    with _apart():
        model: dict[str, str] = {}
        versions = {0: model}
        for signs, replace, undo in files:
            upload = keeper.upload(*(row(n, place=place) for n, place in signs.items()))
            counts = keeper.view(upload).counts
            new = {uscc(n): place for n, place in signs.items()}
            assert counts == {
                "new": len(new.keys() - model.keys()),
                "changed": sum(model[key] != new[key] for key in new.keys() & model.keys()),
                "same": sum(model[key] == new[key] for key in new.keys() & model.keys()),
                "missing": len(model.keys() - new.keys()),
            }
            before, version = model, keeper.apply(upload, replace=replace, confirmed=counts["missing"])
            model = new if replace else model | new
            versions[version] = model
            assert _places(keeper.holds()) == model
            assert keeper.state().rows == len(model)
            if undo:
                versions[acts.undo_upload(keeper.resource, version, by=CLERK)] = model = before
                assert _places(keeper.holds()) == model
        assert {version: _places(keeper.holds(version)) for version in versions} == versions
        transaction.set_rollback(True)


def _apart() -> transaction.Atomic:
    """A block in which acts that insist on being outermost may run, as in a test of Django's own."""
    block = transaction.atomic()
    block._from_testcase = True
    return block


def _places(held) -> dict[str, str]:
    return {key: str(values["place"]) for key, values in held.items()}


def _work() -> int:
    return work(KINDS)
