"""Everybody × every policy: who is entitled, who is not, of whom it is unknown; and what a run leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from tests.benefits.conftest import BIG, CLOSED, GOOD, NEITHER, NOW, ODD, STALE, UNCHECKED, Town, uscc
from tests.catalogue.test_policies import POLICY
from tongban.benefits import acts, bulk, reads
from tongban.benefits.acts import ask_for_run, carry_out, stop_run
from tongban.benefits.acts import match as matching
from tongban.benefits.acts.gather import folder_of
from tongban.benefits.errors import DisagreementError, RunOverError, UnknownProfileError
from tongban.benefits.models import Match, Run
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.verdict import Verdict
from tongban.exchange import acts as exchange
from tongban.jobs.models import Job
from tongban.ledger.models import Entry
from tongban.rules.core import Answer, Facts

pytestmark = pytest.mark.django_db


def amount(key: str) -> int | None:
    found = [one for one in reads.entitlements("uscc", key) if one.state == "matched"]
    return found[0].amount if found else None


def test_everybody_is_entitled_not_or_unknown(town: Town) -> None:
    one = town.result()
    assert (one.entitled, one.not_entitled, one.unknown) == (2, 3, 2)
    assert one.amount == 1001_00 + 2000_00


@pytest.mark.parametrize(
    ("firm", "fen"), [(GOOD, 1001_00), (BIG, 2000_00), (CLOSED, None), (STALE, None), (ODD, None), (UNCHECKED, None), (NEITHER, None)]
)
def test_each_firm_gets_what_the_policy_says(town: Town, firm: str, fen: int | None) -> None:
    town.match()
    assert amount(firm) == fen


def test_a_row_that_is_too_old_is_unknown_and_not_no(town: Town) -> None:
    before = town.result()
    town.set("licence", CLOSED, as_of="2026-11-01T00:00:00Z")
    after = town.result()
    assert (after.not_entitled, after.unknown) == (before.not_entitled - 1, before.unknown + 1)


def test_a_register_that_is_silent_makes_facts_unknown_and_takes_nothing_away(town: Town) -> None:
    town.match()
    exchange.suspend("fire/checks")
    run = town.match()
    (one,) = run.results
    assert run.sources["fire"]["reason"] == "no-answer"
    assert (one.entitled, one.lost, one.doubtful) == (0, 0, 2)
    assert amount(GOOD) == 1001_00


def test_who_is_in_no_register_that_answered_has_none_there(town: Town) -> None:
    """UNCHECKED has no fire check, and the clause is only for those who have; its capital is none, so that the sum is none: not entitled."""
    one = town.result()
    assert one.not_entitled == 3
    town.set("licence", UNCHECKED, capital=100_00)
    town.match()
    assert amount(UNCHECKED) == 1001_00


def test_a_run_tells_who_gained_and_who_lost(town: Town) -> None:
    assert (town.result().gained, amount(BIG)) == (2, 2000_00)
    town.set("licence", BIG, status="cancelled")
    town.set("checks", NEITHER, passed=True)
    one = town.result()
    assert (one.gained, one.lost, amount(BIG), amount(NEITHER)) == (1, 1, None, 1001_00)
    town.set("licence", BIG, status="active")
    again = town.result()
    assert (again.gained, again.lost, amount(BIG)) == (1, 0, 2000_00)


def test_the_same_run_again_promises_nothing_twice(town: Town) -> None:
    town.match()
    one = town.result()
    assert (one.gained, one.lost, Match.objects.count()) == (0, 0, 2)


def test_what_somebody_has_begun_to_redeem_no_run_takes_away_or_changes(town: Town) -> None:
    town.match()
    Match.objects.filter(amount=1001_00).update(state="willing")
    town.set("licence", GOOD, status="cancelled")
    assert town.result().lost == 0
    assert [one.state for one in reads.entitlements("uscc", GOOD)] == ["willing"]


def test_a_new_version_of_the_policy_takes_over_from_the_one_before(town: Town) -> None:
    town.match()
    town.publish(POLICY.replace("1000 yuan", "1500 yuan").replace("1001 yuan", "1501 yuan"))
    one = town.result()
    assert (one.gained, one.lost, amount(GOOD)) == (2, 2, 1501_00)
    assert len(reads.entitlements("uscc", GOOD)) == 1


def test_a_run_that_was_killed_goes_on_over_the_same_file_and_repeats_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask_for_run("firm", by="ann")

    def killed(self: bulk.Everybody, policy: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(bulk.Everybody, "count", killed)
        with pytest.raises(KeyboardInterrupt):
            carry_out(run)
    assert (reads.run(run).state, Match.objects.count()) == ("matching", 0)
    town.set("licence", GOOD, status="cancelled")
    carry_out(run)
    assert (reads.run(run).state, amount(GOOD)) == ("done", 1001_00)
    carry_out(run)
    assert Match.objects.count() == 2


def test_a_disagreement_of_the_two_evaluators_stops_the_run_and_promises_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "finding", lambda policy, table: f"SELECT row, 5::BIGINT AS amount FROM {table} WHERE row = 0")
    run = ask_for_run("firm", by="ann")
    with pytest.raises(DisagreementError):
        carry_out(run)
    found = reads.run(run)
    assert (found.state, found.results, Match.objects.count()) == ("failed", (), 0)
    assert "nothing was promised" in found.failure["en"]


def test_a_hit_that_bulk_did_not_see_is_found_by_the_sample(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "answering", lambda policy, table: f"SELECT row, FALSE AS answer, NULL::BIGINT AS amount FROM {table}")
    with pytest.raises(DisagreementError):
        town.match()
    assert Match.objects.count() == 0


class Asked:
    """What the single evaluator was asked about by the sample, and what it said; the first no can be turned into a yes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, planted: bool = False) -> None:
        self.answers: list[Answer] = []
        self.sizes: list[int] = []
        self._planted, self._is_sample = planted, False
        self._check, self._draw, self._verdict = bulk.Everybody.check, bulk.Everybody.draw, bulk.verdict
        monkeypatch.setattr(bulk.Everybody, "check", lambda one, policy: self.check(one, policy))  # noqa: PLW0108 - only a function is bound
        monkeypatch.setattr(bulk.Everybody, "draw", lambda one, one_in, seed: self.draw(one, one_in, seed))  # noqa: PLW0108 - as above
        monkeypatch.setattr(bulk, "verdict", self.verdict)

    def draw(self, everybody: bulk.Everybody, one_in: int, seed: int) -> int:
        assert one_in == 3
        self.sizes.append(self._draw(everybody, one_in, seed))
        return self.sizes[-1]

    def check(self, everybody: bulk.Everybody, policy: Policy) -> int:
        self._is_sample = True
        try:
            return self._check(everybody, policy)
        finally:
            self._is_sample = False

    def verdict(self, policy: Policy, facts: Facts) -> Verdict:
        found = self._verdict(policy, facts)
        if not self._is_sample:
            return found
        self.answers.append(found.answer)
        return replace(found, answer=Answer.YES, amount=1) if self._planted and found.answer == Answer.NO else found


def crowd(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many firms that about one in three is in the sample; half of the new ones are closed. How many firms there are."""
    monkeypatch.setattr(matching, "SAMPLE", 40)
    with connection.cursor() as cursor:
        for at in range(120):
            values = [uscc(100 + at), "cancelled" if at % 2 else "active", 10_000_00 + at, NOW - timedelta(days=1)]
            cursor.execute("INSERT INTO registers.licence VALUES (%s, '铺', %s, %s, 2, NULL, %s)", values)
    return 127


def test_the_sample_is_some_of_everybody_hit_or_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    firms, asked = crowd(monkeypatch), Asked(monkeypatch)
    run = town.match()
    assert (run.state, len(asked.answers)) == ("done", asked.sizes[0])
    assert 0 < len(asked.answers) < firms
    assert {Answer.YES, Answer.NO} <= set(asked.answers)
    assert run.results[0].sampled == asked.sizes[0]


def test_a_no_of_the_sample_that_is_a_yes_for_the_single_evaluator_stops_the_run(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    firms, asked = crowd(monkeypatch), Asked(monkeypatch, planted=True)
    run = ask_for_run("firm", by="ann")
    with pytest.raises(DisagreementError):
        carry_out(run)
    assert 0 < asked.sizes[0] < firms
    found = reads.run(run)
    assert (found.state, found.results, Match.objects.count()) == ("failed", (), 0)
    assert not Entry.objects.filter(act="benefits.match").exists()


@pytest.mark.parametrize("firm", [GOOD, BIG, CLOSED, STALE, ODD, NEITHER])
def test_asked_one_by_one_the_registers_lead_to_the_same(town: Town, firm: str) -> None:
    town.match()
    found = acts.look("firm", firm, by="ann")
    _, one = found.verdicts["stall-aid"]
    assert one.amount == amount(firm)
    assert {STALE: Answer.UNKNOWN, ODD: Answer.UNKNOWN, CLOSED: Answer.NO, NEITHER: Answer.NO}.get(firm, Answer.YES) == one.answer
    assert ("firm.status" in one.needs) == (firm in (STALE, ODD))


def test_one_run_of_a_profile_at_a_time(town: Town) -> None:
    first = ask_for_run("firm", by="ann")
    assert ask_for_run("firm", by="bob") == first
    assert Job.objects.filter(kind="benefits.match").count() == 1


def test_a_run_that_ended_just_as_another_was_asked_for_does_not_stand_in_its_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask_for_run("firm", by="ann")
    create = Run.objects.create

    def ends_meanwhile(**values: object) -> Run:
        try:
            return create(**values)
        except IntegrityError:
            monkeypatch.setattr(Run.objects, "create", create)
            raise

    monkeypatch.setattr(Run.objects, "create", ends_meanwhile)
    held = Run.objects.filter

    def over(*args: object, **values: object) -> object:
        if "state__in" in values:
            held(pk=first).update(state="stopped")
        return held(*args, **values)

    monkeypatch.setattr(Run.objects, "filter", over)
    second = ask_for_run("firm", by="bob")
    assert second != first
    assert Run.objects.get(pk=second).state == "asked"


def test_a_run_can_be_stopped_and_is_then_over(town: Town) -> None:
    run = ask_for_run("firm", by="ann")
    stop_run(run, by="ann")
    carry_out(run)
    assert (reads.run(run).state, Match.objects.count()) == ("stopped", 0)
    with pytest.raises(RunOverError):
        stop_run(run, by="ann")


def test_there_is_no_run_over_what_is_not_declared(town: Town) -> None:
    with pytest.raises(UnknownProfileError):
        ask_for_run("ships", by="ann")


def test_the_record_says_what_was_taken_for_what_and_what_came_of_it(town: Town) -> None:
    town.match()
    told = " ".join(str(entry.__dict__) for entry in Entry.objects.order_by("id"))
    assert told.count("exchange.take-out") == 2
    assert "benefits.match" in told
    assert GOOD not in told


def test_nothing_stays_on_disk_and_no_number_of_anybody_is_in_a_match(town: Town) -> None:
    run = town.match()
    assert not folder_of(run.id).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM benefits_match m")
        assert not [row for (row,) in cursor.fetchall() if GOOD in row]


def test_only_granted_items_leave_a_register(town: Town) -> None:
    exchange.end_grants("fire/checks", "firm", by="ann")
    run = town.match()
    assert run.sources["fire"] == {"rows": 0, "as_of": None, "reason": "not-allowed"}
    assert run.results[0].entitled == 0
