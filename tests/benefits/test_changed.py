"""Whoever's record changes is matched again alone: soon, once, by the same evaluators, with the result that a run over everybody would have."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.benefits.conftest import NOW, Town, uscc
from tests.catalogue.test_policies import AT, POLICY, PROFILE, files
from tongban.benefits import bulk, reads
from tongban.benefits.acts import ask_for_run, carry_out, match, stop_run, turned
from tongban.benefits.acts.daily import match_by_itself
from tongban.benefits.acts.gather import folder_of
from tongban.benefits.errors import DisagreementError
from tongban.benefits.models import Change, Match, Result, Run, Turned, Watch
from tongban.benefits.reads import policies as policy_reads
from tongban.benefits.reads.looks import readings
from tongban.catalogue import acts as publishing
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts import publish_texts
from tongban.catalogue.core.definition import Withdrawn
from tongban.exchange import acts as exchange
from tongban.jobs.models import Job
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.models import Entry
from tongban.parties.sealer import sealer

pytestmark = pytest.mark.django_db
KEPT = "fire/grades"
RESOURCE = """\
resource: fire/grades
title: {zh: 消防等级, en: Fire grades}
key: uscc
sharing: conditional
updated: daily
connector: {kind: kept}
items:
  grade: {type: int, min: 0, max: 9, title: {zh: 等级, en: Grade}, sensitivity: internal}
  closed: {type: yes-no, title: {zh: 停用, en: Closed}, sensitivity: internal}
"""
SUBJECTS = """\
resource: market/shops
title: {zh: 店铺, en: Shops}
key: uscc
sharing: conditional
updated: daily
connector: {kind: kept}
items:
  size: {type: int, min: 0, max: 100000, title: {zh: 面积, en: Size}, sensitivity: internal}
"""
SHOPS = "market/shops"
RULES = (
    POLICY[: POLICY.index("rules:")].replace("firm.staff", "firm.size")
    + """\
rules:
  graded:
    says: {zh: 等级三以上, en: Grade three or more}
    cite: 第二条
    holds: grades.grade >= 3 && !(has(grades.closed) && grades.closed)
amount:
  formula: table.by_staff + fen(1) * firm.size
  cap: yuan(2000)
tests:
  - test: {zh: 好, en: Good}
    on: 2026-12-01
    given: {grades.grade: 3, grades.closed: none, firm.size: 2}
    expect: {graded: yes, entitled: yes, amount: 1000.02 yuan}
  - test: {zh: 不好, en: Not good}
    on: 2026-12-01
    given: {grades.grade: 2, grades.closed: none, firm.size: 2}
    expect: {graded: no, entitled: no}
  - test: {zh: 没有答复, en: Silent}
    on: 2026-12-01
    given: {firm: unknown, grades: unknown}
    expect: {graded: unknown, entitled: unknown}
"""
)
FIRMS = [uscc(number) for number in range(1, 7)]


@pytest.fixture
def kept(town: Town) -> Town:
    """The same town, whose registers Tongban keeps."""
    profile = PROFILE.replace("firm: {resource: market/licence, stale: 7 days}", "firm: {resource: market/shops, stale: 7 days}")
    profile = profile.replace("  fire: {resource: fire/checks, stale: 31 days}\n", "  grades: {resource: fire/grades, stale: 31 days}\n")
    texts = {"profiles/firm.yaml": profile, f"resources/{KEPT}.yaml": RESOURCE, f"resources/{SHOPS}.yaml": SUBJECTS}
    publish_texts(files(RULES, **texts), "ann")
    exchange.load_records(SHOPS, [(key, {"size": 3}) for key in FIRMS], by="t", as_of=NOW)
    exchange.load_records(KEPT, [(key, {"grade": number}) for number, key in enumerate(FIRMS)], by="t", as_of=NOW)
    return town


def whole() -> Run:
    run = ask_for_run("firm", by="ann")
    carry_out(run)
    return Run.objects.get(pk=run)


def changed() -> Run | None:
    """What is matched by itself now, carried out."""
    if not match_by_itself():
        return None
    run = Run.objects.latest("id")
    carry_out(run.pk)
    run.refresh_from_db()
    return run


def grade(key: str, number: int | None, *, closed: bool | None = None) -> None:
    values: dict[str, Any] = {"grade": number} | ({} if closed is None else {"closed": closed})
    exchange.enter_record(KEPT, key, values, by="t", reason="t")


def entitled() -> dict[str, int | None]:
    found = {key: [one for one in reads.entitlements("uscc", key) if one.state == "matched"] for key in FIRMS}
    return {key: one[0].amount for key, one in found.items() if one}


def test_only_who_changed_is_matched_again_and_told_why(kept: Town) -> None:
    whole()
    assert set(entitled()) == set(FIRMS[3:])
    grade(FIRMS[0], 5)
    grade(FIRMS[5], 1)
    run = changed()
    assert run is not None
    assert (run.scope, run.state, run.subjects) == ("changed", "done", 2)
    assert set(entitled()) == {FIRMS[0], *FIRMS[3:5]}
    policy = catalogue.city().policies["stall-aid"]
    [lost] = policy_reads.changes(run.pk, policy, "lost")
    [gained] = policy_reads.changes(run.pk, policy, "gained")
    assert (lost.why, lost.clauses, lost.facts["grades.grade"].value) == ("facts", ("graded",), 1)
    assert (gained.why, gained.clauses, gained.facts["grades.grade"].value) == ("facts", ("graded",), 5)
    assert lost.before == 1000_03
    assert Turned.objects.count() == 0
    assert changed() is None


def test_who_is_matched_again_alone_can_read_that_and_nobody_else_is_told(kept: Town) -> None:
    whole()
    grade(FIRMS[0], 5)
    run = changed()
    assert run is not None
    told, other = readings("firm", FIRMS[0]), readings("firm", FIRMS[1])
    assert [(one.purpose, one.at) for one in told] == [("again", run.read_at), ("matching", Run.objects.get(scope="whole").read_at)]
    assert set(told[0].resources) == {SHOPS, KEPT}
    assert [one.purpose for one in other] == ["matching"]


def test_a_run_over_some_that_was_stopped_has_read_them_all_the_same(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    whole()
    grade(FIRMS[0], 5)
    assert match_by_itself()
    run = Run.objects.latest("id").pk
    monkeypatch.setattr("tongban.benefits.acts.match._one", lambda turn, policy: stop_run(turn.run.pk, by="ann"))
    carry_out(run)
    assert Run.objects.get(pk=run).state == "stopped"
    assert [one.purpose for one in readings("firm", FIRMS[0])] == ["again", "matching"]
    assert [one.purpose for one in readings("firm", FIRMS[1])] == ["matching"]


def test_an_amount_that_changes_is_raised_or_lowered(kept: Town) -> None:
    whole()
    exchange.enter_record(SHOPS, FIRMS[4], {"size": 4}, by="t", reason="t")
    exchange.enter_record(SHOPS, FIRMS[5], {"size": 2}, by="t", reason="t")
    run = changed()
    assert run is not None
    assert {(one.what, one.before, one.after) for one in Change.objects.filter(run=run)} == {
        ("raised", 1000_03, 1000_04),
        ("lowered", 1000_03, 1000_02),
    }


def test_a_subject_that_changes_often_waits_once(kept: Town) -> None:
    whole()
    for number in range(5):
        grade(FIRMS[0], number)
        turned.queue_changes(catalogue.city().profiles["firm"])
    assert Turned.objects.count() == 1
    run = changed()
    assert run is not None
    assert run.subjects == 1


def test_what_changes_while_others_are_matched_waits_for_the_next_time(kept: Town) -> None:
    whole()
    grade(FIRMS[0], 5)
    assert match_by_itself() == 1
    first = Run.objects.latest("id")
    grade(FIRMS[1], 5)
    assert match_by_itself() == 0, "one run of a profile at a time"
    carry_out(first.pk)
    assert FIRMS[0] in entitled()
    assert changed() is not None
    assert FIRMS[1] in entitled()


def test_a_run_that_has_to_read_again_misses_nothing_of_what_changed_after_it_had_answered(
    kept: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after its policy was answered from one file; the file is gone, and the next reading is of what has changed since."""
    whole()
    run = ask_for_run("firm", by="ann")
    with monkeypatch.context() as during:
        during.setattr(sys.modules["tongban.benefits.acts.match"], "_end", lambda *_: None)
        carry_out(run)
    assert Run.objects.get(pk=run).state == "matching"
    shutil.rmtree(folder_of(run))
    grade(FIRMS[0], 5)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=5))
    carry_out(run)
    assert (Run.objects.get(pk=run).state, FIRMS[0] in entitled()) == ("done", False), "its one policy was answered before"
    assert changed() is not None
    assert FIRMS[0] in entitled()


def test_a_version_that_is_withdrawn_while_everybody_is_matched_is_found_for_nobody(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask_for_run("firm", by="ann")
    finding = bulk.Everybody.find

    def find(everybody: Any, policy: Any, into: Any) -> int:
        what = Withdrawn(clock.today(), Text("写错了", "A mistake"), "第九条")
        publishing.withdraw_policy(policy.hash, what, by="ann", base=catalogue.city().hash, also=lambda _: None)
        return finding(everybody, policy, into)

    monkeypatch.setattr(bulk.Everybody, "find", find)
    carry_out(run)
    assert (Run.objects.get(pk=run).state, Match.objects.count(), Change.objects.count()) == ("done", 0, 0)


def test_nothing_is_matched_by_itself_before_somebody_has_had_it_matched(kept: Town) -> None:
    grade(FIRMS[0], 5)
    assert match_by_itself() == 0


def test_a_register_that_becomes_known_as_a_whole_has_everybody_matched(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    later = NOW + timedelta(days=20)
    whole()
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", later.date)
    exchange.confirm_register(SHOPS, as_of=later, by="t")
    exchange.confirm_register(KEPT, as_of=later, by="t")
    Watch.objects.update(as_of=NOW)
    run = changed()
    assert run is not None
    assert run.scope == "whole"


def test_too_many_changes_have_everybody_matched(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    whole()
    for key in FIRMS[:3]:
        grade(key, 5)
    monkeypatch.setattr(sys.modules["tongban.exchange.acts.take_changes"], "MOST", 2)
    run = changed()
    assert run is not None
    assert (run.scope, len(entitled())) == ("whole", 6)


def test_a_run_over_the_changed_that_is_stopped_puts_them_back(kept: Town) -> None:
    whole()
    grade(FIRMS[0], 5)
    match_by_itself()
    stop_run(Run.objects.latest("id").pk, by="ann")
    assert Turned.objects.filter(run=None).count() == 1
    assert changed() is not None
    assert FIRMS[0] in entitled()


def test_a_disagreement_keeps_the_changed_until_everybody_is_matched(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    whole()
    grade(FIRMS[0], 5)
    match_by_itself()
    with monkeypatch.context() as during:
        during.setattr(bulk, "answering", lambda policy, table: f"SELECT row, FALSE AS answer, NULL::BIGINT AS amount FROM {table}")
        with pytest.raises(DisagreementError):
            carry_out(Run.objects.latest("id").pk)
    assert (Turned.objects.count(), set(entitled())) == (1, set(FIRMS[3:]))
    whole()
    assert (Turned.objects.count(), FIRMS[0] in entitled()) == (0, True)


def test_a_run_that_reads_again_after_a_policy_is_done_leaves_the_change_to_the_next(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between two policies, and its file gone: what changed meanwhile was not seen by the first of them."""
    second = RULES.replace("policy: stall-aid", "policy: stall-loan")
    texts = {
        f"{AT.rpartition('/')[0]}/stall-loan.yaml": second,
        "profiles/firm.yaml": catalogue.texts(catalogue.city().hash)["profiles/firm.yaml"].decode(),
    }
    texts |= {f"resources/{KEPT}.yaml": RESOURCE, f"resources/{SHOPS}.yaml": SUBJECTS}
    publish_texts(files(RULES, **texts), "ann")
    whole()
    run = ask_for_run("firm", by="ann")
    one = match._one

    def killed(turn: Any, policy: Any) -> bool:
        assert one(turn, policy)
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(match, "_one", killed)
        with pytest.raises(KeyboardInterrupt):
            carry_out(run)
    assert Result.objects.filter(run=run).count() == 1
    later = NOW + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    grade(FIRMS[0], 5)
    turned.queue_changes(catalogue.city().profiles["firm"])
    shutil.rmtree(folder_of(run))
    monkeypatch.setattr(clock, "now", lambda: later + timedelta(hours=1))
    carry_out(run)
    assert Run.objects.get(pk=run).state == "done"
    assert Turned.objects.count() == 1, "it waits still"
    assert changed() is not None
    held = Match.objects.filter(subject=sealer().blind("uscc", FIRMS[0]), state="matched")
    assert sorted(held.values_list("policy", flat=True)) == ["stall-aid", "stall-loan"]


def test_what_no_mark_has_seen_yet_is_queued_after_a_run_that_read_again(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registers are watched from where they stood for the first policy."""
    run = Run.objects.create(
        profile="firm", scope="whole", on=NOW.date(), city=catalogue.city().hash, state="matching", by="ann", begun_at=NOW, read_at=NOW,
        policies=1, sources={"grades": {"rows": 6, "version": 1, "whole_as_of": None}},
    )  # fmt: skip
    again = {"grades": {"rows": 7, "version": 5, "whole_as_of": None}, "firm": {"rows": 6, "version": 2, "whole_as_of": None}}
    run.sources, run.read_at = turned.from_first(run, again), NOW + timedelta(hours=2)
    run.sources = turned.from_first(run, again)
    turned.settle(run)
    assert dict(Watch.objects.values_list("resource", "version")) == {KEPT: 1}
    assert run.sources["grades"]["rows"] == 7
    assert run.sources["grades"]["first_read_at"] == NOW.isoformat()


def test_what_somebody_has_begun_to_redeem_is_not_taken_away(kept: Town) -> None:
    whole()
    Match.objects.update(state="willing")
    grade(FIRMS[5], 0)
    run = changed()
    assert run is not None
    assert Match.objects.filter(state="lost").count() == 0


def test_the_queue_and_the_record_have_no_number_of_anybody(kept: Town) -> None:
    whole()
    grade(FIRMS[0], 5)
    turned.queue_changes(catalogue.city().profiles["firm"])
    assert FIRMS[0] not in str(Turned.objects.values())
    told = " ".join(str(entry.__dict__) for entry in Entry.objects.all())
    assert "exchange.take-changes" in told
    assert FIRMS[0] not in told


def test_everybody_is_matched_once_a_day_at_the_declared_time(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    city = catalogue.city
    monkeypatch.setattr(catalogue, "city", lambda: replace(city(), matching_at="02:30"))
    assert match_by_itself() == 0, "nobody has had it matched yet"
    whole()
    assert match_by_itself() == 0, "today it was"

    def move(to: Any) -> None:
        monkeypatch.setattr(clock, "now", lambda: to)
        monkeypatch.setattr(clock, "today", lambda: clock.local_date(to))

    midnight = (NOW + timedelta(days=1)).replace(hour=16, minute=5)
    move(midnight)
    assert match_by_itself() == 0, "not before its time"
    move(midnight + timedelta(hours=3))
    assert match_by_itself() == 1
    assert match_by_itself() == 0
    assert Job.objects.filter(kind="benefits.match").count() == 2


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["enter", "remove", "size", "gone", "new"]),
        st.integers(0, 7),
        st.one_of(st.none(), st.integers(0, 9)),
        st.sampled_from([None, True, False]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rounds=st.lists(CHANGES, min_size=1, max_size=2))
def test_matching_the_changed_comes_to_what_matching_everybody_comes_to(
    kept: Town, rounds: list[list[tuple[str, int, int | None, bool | None]]]
) -> None:
    """After any changes of the registers, entitlements by changed subjects alone are those of a run over everybody, which then finds nothing more."""
    from django.db import transaction

    with transaction.atomic():
        whole()
        for changes in rounds:
            for what, who, number, closed in changes:
                key = uscc(who + 1)
                if what in ("enter", "new"):
                    grade(key, number, closed=closed)
                elif what == "remove":
                    exchange.remove_record(KEPT, key, by="t", reason="t")
                elif what == "size":
                    exchange.enter_record(SHOPS, key, {"size": number}, by="t", reason="t")
                else:
                    exchange.remove_record(SHOPS, key, by="t", reason="t")
            changed()
        alone = snapshot()
        run = whole()
        assert snapshot() == alone
        results = policy_reads.a_run(run.pk).results
        assert [(one.gained, one.lost) for one in results] == [(0, 0)]
        assert not Change.objects.filter(run=run, what__in=("raised", "lowered")).exists()
        transaction.set_rollback(True)


def snapshot() -> set[tuple[bytes, str, int | None]]:
    return {(bytes(subject), state, amount) for subject, state, amount in Match.objects.values_list("subject", "state", "amount")}
