"""A draft of a policy: checked by itself, tried over everybody without promising anything, published as a version that holds from its day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.benefits.conftest import BIG, GOOD, Cut, Officer, Town
from tests.catalogue.test_policies import POLICY
from tests.crash.test_cut_off import KilledError
from tongban.benefits import reads
from tongban.benefits.acts import draft as drafts
from tongban.benefits.acts import trial as trials
from tongban.benefits.acts.gather import folder_of
from tongban.benefits.errors import DisagreementError
from tongban.benefits.models import Draft, Match, Run, Trial
from tongban.benefits.policy_errors import (
    DraftNotFoundError,
    DraftOverError,
    FaultyDraftError,
    MayNotError,
    StaleDraftError,
    TrialOverError,
)
from tongban.benefits.reads import policies as policy_reads
from tongban.catalogue import reads as catalogue
from tongban.catalogue import running
from tongban.catalogue.core.definition import Policy
from tongban.ledger.models import Entry
from tongban.parties.core.people import Actor

pytestmark = pytest.mark.django_db

STRICTER = POLICY.replace("in_force: 2026-02-01", "in_force: 2026-12-15").replace(
    'holds: firm.status == "active"', 'holds: firm.status == "active" && firm.capital < yuan(1000)'
)
STRICTER = STRICTER.replace("gives: 1000 yuan", "gives: 1200 yuan").replace("amount: 1001 yuan", "amount: 1201 yuan")


def in_force() -> Policy:
    return catalogue.city().policies_on(date(2026, 12, 1))["stall-aid"]


def begun(actor: Actor, text: str = STRICTER) -> UUID:
    draft = drafts.begin("market", actor=actor, version=in_force().hash)
    drafts.save(draft, text, actor=actor, version=1)
    return draft


def tried(draft: UUID, actor: Actor) -> policy_reads.TrialView:
    trial = trials.ask_for_trial(draft, actor=actor)
    trials.carry_out_trial(trial)
    return policy_reads.trial(trial, actor)


def test_a_draft_begins_with_the_text_of_the_version_in_force(officer: Officer) -> None:
    draft = drafts.begin("market", actor=officer(), version=in_force().hash)
    assert policy_reads.draft(draft, officer()).text == POLICY


def test_a_draft_is_kept_with_its_faults_and_each_says_its_line(officer: Officer) -> None:
    draft = begun(officer(), STRICTER.replace("firm.capital <", "firm.capitol <"))
    view = policy_reads.draft(draft, officer())
    [fault] = view.found.faults
    assert "firm.capitol" in view.text.split("\n")[fault.line - 1]
    assert fault.nearest == "firm.capital"
    with pytest.raises(FaultyDraftError):
        trials.ask_for_trial(draft, actor=officer())
    with pytest.raises(FaultyDraftError):
        drafts.publish(draft, actor=officer(), version=2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "policy: [",
        "policy: x\n",
        "- a\n",
        "policy: stall-aid\nin_force: never\n",
        "\ufeffx",
        "policy: ../x\nin_force: 2026-12-15\n",
    ],
)
def test_whatever_is_typed_is_kept_and_answered_with_faults(officer: Officer, text: str) -> None:
    view = policy_reads.draft(begun(officer(), text), officer())
    assert view.text == text
    assert view.found.faults
    assert view.found.policy is None


def test_a_trial_counts_against_the_version_in_force_and_promises_nothing(officer: Officer) -> None:
    outcome = tried(begun(officer()), officer()).outcome
    assert outcome is not None
    assert outcome.before is not None
    assert (outcome.before.entitled, outcome.before.amount) == (2, 1001_00 + 2000_00)
    assert (outcome.now.entitled, outcome.now.amount, outcome.now.unknown) == (1, 1201_00, 2)
    assert (outcome.against.gained, outcome.against.lost, outcome.against.raised, outcome.against.raised_by) == (0, 1, 1, 200_00)
    assert outcome.subjects == outcome.now.entitled + outcome.now.unknown + outcome.now.not_entitled
    assert {one.id: one.decides for one in outcome.clauses}["in_business"] == 2
    assert (Match.objects.count(), Run.objects.count()) == (0, 0)


def test_a_trial_of_a_policy_that_says_the_same_changes_nothing(officer: Officer) -> None:
    outcome = tried(begun(officer(), POLICY), officer()).outcome
    assert outcome is not None
    assert outcome.now == outcome.before
    assert (outcome.against.gained, outcome.against.lost, outcome.against.raised, outcome.against.lowered) == (0, 0, 0, 0)


def test_a_trial_and_the_run_after_publishing_say_the_same(town: Town, officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = tried(begun(officer()), officer()).outcome
    town.publish(STRICTER.replace("in_force: 2026-12-15", "in_force: 2026-02-01"))
    one = town.result()
    assert outcome is not None
    assert (one.entitled, one.not_entitled, one.unknown, one.amount) == (
        outcome.now.entitled,
        outcome.now.not_entitled,
        outcome.now.unknown,
        outcome.now.amount,
    )


def test_what_is_not_granted_for_a_trial_counts_as_unknown_and_is_named(officer: Officer) -> None:
    text = STRICTER.replace("firm.capital < yuan(1000)", 'firm.name.contains("铺")').replace(
        "{firm.status: active,", "{firm.name: 小铺, firm.status: active,"
    )
    outcome = tried(begun(officer(), text), officer()).outcome
    assert outcome is not None
    assert outcome.ungranted == ("firm.name",)
    assert outcome.now.entitled == 0


def test_nothing_of_a_trial_stays_on_disk_and_nobody_is_in_the_record(officer: Officer) -> None:
    view = tried(begun(officer()), officer())
    assert not folder_of(view.id).exists()
    told = " ".join(str(entry.__dict__) for entry in Entry.objects.all())
    assert "benefits.ask-for-trial" in told
    assert "firm/trial" in told
    assert GOOD not in told
    assert BIG not in str(Trial.objects.values())


def test_a_trial_can_be_stopped_and_is_then_over(officer: Officer) -> None:
    trial = trials.ask_for_trial(begun(officer()), actor=officer())
    trials.stop_trial(trial, actor=officer())
    trials.carry_out_trial(trial)
    view = policy_reads.trial(trial, officer())
    assert (view.state, view.outcome) == ("stopped", None)
    with pytest.raises(TrialOverError):
        trials.stop_trial(trial, actor=officer())


def test_a_trial_that_is_stopped_while_it_reads_ends_there(officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = trials.ask_for_trial(begun(officer()), actor=officer())
    take = trials.gather

    def stopped_meanwhile(*args: Any) -> Any:
        trials.stop_trial(trial, actor=officer())
        return take(*args)

    monkeypatch.setattr(trials, "gather", stopped_meanwhile)
    trials.carry_out_trial(trial)
    assert policy_reads.trial(trial, officer()).state == "stopped"
    assert not folder_of(trial).exists()


def test_a_disagreement_ends_a_trial_without_a_figure(officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.benefits import bulk

    trial = trials.ask_for_trial(begun(officer()), actor=officer())
    monkeypatch.setattr(bulk, "answering", lambda policy, table: f"SELECT row, FALSE AS answer, NULL::BIGINT AS amount FROM {table}")
    with pytest.raises(DisagreementError):
        trials.carry_out_trial(trial)
    view = policy_reads.trial(trial, officer())
    assert (view.state, view.outcome) == ("failed", None)


def test_one_trial_of_a_draft_at_a_time(officer: Officer) -> None:
    draft = begun(officer())
    assert trials.ask_for_trial(draft, actor=officer()) == trials.ask_for_trial(draft, actor=officer())


def test_a_published_draft_holds_from_its_day_and_the_version_before_ends_the_day_before(officer: Officer) -> None:
    draft = begun(officer())
    made = drafts.publish(draft, actor=officer(), version=2)
    city = catalogue.city()
    assert city.policies_on(date(2026, 12, 14))["stall-aid"].in_force == date(2026, 2, 1)
    assert city.policies_on(date(2026, 12, 15))["stall-aid"].hash == made
    assert catalogue.texts(city.hash)["policies/stall-aid.yaml"].decode() == POLICY.replace("until: 2026-12-31", "until: 2026-12-14", 1)
    assert catalogue.texts(city.hash)["policies/stall-aid/2026-12-15.yaml"].decode() == STRICTER
    assert drafts.publish(draft, actor=officer(), version=2) == made
    assert Entry.objects.filter(act="benefits.publish-policy").count() == 1
    with pytest.raises(DraftOverError):
        drafts.save(draft, "x", actor=officer(), version=2)


def test_a_version_cannot_hold_from_a_day_that_is_over(officer: Officer) -> None:
    with pytest.raises(FaultyDraftError):
        drafts.publish(begun(officer(), STRICTER.replace("2026-12-15", "2026-11-30")), actor=officer(), version=2)
    with pytest.raises(FaultyDraftError):
        drafts.publish(begun(officer(), POLICY), actor=officer(), version=1)


def test_a_colleagues_text_is_not_written_over(officer: Officer) -> None:
    draft = begun(officer())
    drafts.save(draft, STRICTER + "# a\n", actor=officer(), version=2)
    with pytest.raises(StaleDraftError):
        drafts.save(draft, STRICTER + "# b\n", actor=officer(), version=2)
    with pytest.raises(StaleDraftError):
        drafts.publish(draft, actor=officer(), version=2)
    assert Draft.objects.get().state == "draft"


def test_only_the_policys_department_drafts_and_only_who_may_publishes(officer: Officer) -> None:
    draft, made = begun(officer()), in_force().hash
    other = officer("approver", "fire")
    for act in (
        lambda: policy_reads.draft(draft, other),
        lambda: drafts.save(draft, "x", actor=other, version=2),
        lambda: drafts.discard(draft, actor=other),
        lambda: drafts.publish(draft, actor=other, version=2),
        lambda: trials.ask_for_trial(draft, actor=other),
    ):
        with pytest.raises(DraftNotFoundError):
            act()
    with pytest.raises(MayNotError):
        drafts.begin("market", actor=other, version=made)
    with pytest.raises(MayNotError):
        drafts.publish(draft, actor=officer("drafter"), version=2)
    with pytest.raises(MayNotError):
        drafts.publish(draft, actor=officer("approver", contract=True), version=2)


def test_a_draft_cannot_make_itself_another_departments_policy(officer: Officer) -> None:
    text = STRICTER.replace("department: market\nin_force", "department: fire\nin_force")
    with pytest.raises(FaultyDraftError):
        drafts.publish(begun(officer(), text), actor=officer(), version=2)


def test_the_counts_of_the_groups_are_those_of_everybody(town: Town, officer: Officer) -> None:
    view = tried(begun(officer()), officer())
    assert view.outcome is not None
    for shares in view.outcome.groups.values():
        assert sum(one.subjects for one in shares) == view.outcome.subjects
        assert sum(one.entitled for one in shares) == view.outcome.now.entitled
    assert reads.latest_run("firm") is None


def test_publishing_cut_off_before_any_statement_leaves_the_draft_a_draft(officer: Officer) -> None:
    draft, base, actor = begun(officer()), catalogue.city().hash, officer()
    for at in range(1, 200, 3):
        try:
            with connection.execute_wrapper(Cut(at)):
                drafts.publish(draft, actor=actor, version=2)
        except KilledError:
            running.forget()
            assert (Draft.objects.get().state, catalogue.city().hash) == ("draft", base), at
            assert not Entry.objects.filter(act="benefits.publish-policy").exists(), at
        else:
            break
    assert (Draft.objects.get().state, Entry.objects.filter(act="benefits.publish-policy").count()) == ("published", 1)
