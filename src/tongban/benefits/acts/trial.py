"""Try a draft over everybody (政策沙盘): how many would be entitled, what it would cost, who would gain and lose against the version in force, as counts.

Invariants: a trial promises nothing and keeps no match; it reads under a purpose of its own, and what is not granted for that counts as unknown and is named; a random sample of
everybody is asked of the single evaluator, and a disagreement ends the trial without a figure; the registers' copies are deleted with the trial, however it ends.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F

from tongban.benefits.acts.gather import Gathered, StoppedError, Wish, facts_of_profile, folder_of, gather, profile_of
from tongban.benefits.acts.match import SAMPLE, alone
from tongban.benefits.bulk import Everybody
from tongban.benefits.core.profiles import oldest
from tongban.benefits.core.trials import Outcome
from tongban.benefits.errors import DisagreementError
from tongban.benefits.models import Draft, Trial
from tongban.benefits.policy_errors import DraftNotFoundError, FaultyDraftError, TrialOverError
from tongban.benefits.policy_permissions import DRAFT, departments_of, name_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import TRIAL, Policy
from tongban.catalogue.core.drafting import drafted
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.parties.core.people import Actor

TRY: Final = "benefits.try"
"""The kind of job that carries a trial out."""
RUNNING: Final = ("asked", "reading")
_log = structlog.get_logger("tongban.benefits")


def ask_for_trial(draft: UUID, *, actor: Actor) -> UUID:
    """Ask for a trial of a draft as it stands; the one under way, if there is one. Raises DraftNotFoundError, FaultyDraftError."""
    held = Draft.objects.filter(pk=draft, department__in=departments_of(actor, DRAFT)).first()
    if held is None:
        raise DraftNotFoundError
    city = catalogue.city()
    policy = drafted(city, held.text).policy
    if policy is None:
        raise FaultyDraftError
    try:
        with transaction.atomic():
            trial = Trial.objects.create(
                draft=held,
                department=held.department,
                profile=policy.profile,
                text=held.text,
                city=city.hash,
                on=max(clock.today(), policy.in_force),
                state="asked",
                steps=len(city.profiles[policy.profile].sources) + 1,
                by=name_of(actor),
                begun_at=clock.now(),
            )
            enqueue(TRY, {"trial": str(trial.pk)}, key=f"{TRY}/{trial.pk}")
            _record("benefits.ask-for-trial", trial, trial.by, {"policy": policy.id, "version": policy.hash})
    except IntegrityError:
        return Trial.objects.get(draft=held, state__in=RUNNING).pk
    return trial.pk


def stop_trial(trial: UUID, *, actor: Actor) -> None:
    """Stop a trial before its next step. Raises DraftNotFoundError, TrialOverError."""
    with transaction.atomic():
        held = Trial.objects.select_for_update().filter(pk=trial, department__in=departments_of(actor, DRAFT)).first()
        if held is None:
            raise DraftNotFoundError
        if held.state not in RUNNING:
            raise TrialOverError
        held.state, held.ended_at = "stopped", clock.now()
        held.save(update_fields=["state", "ended_at"])
        _record("benefits.stop-trial", held, name_of(actor), {})


def carry_out_trial(trial: UUID) -> None:
    """Carry a trial out. Must be called outside any transaction. Raises RunBusyError, and DisagreementError after the trial was marked as failed."""
    held = Trial.objects.get(pk=trial)
    if held.state not in RUNNING:
        return
    with alone(trial):
        try:
            outcome = _tried(held)
        except StoppedError:
            return
        except DisagreementError as fault:
            _log.error("evaluators disagree", trial=str(trial), policy=fault.policy, bulk=fault.bulk, single=fault.single)
            _end(held, "failed", {"failure": {"zh": fault.says.zh, "en": fault.says.en}})
            raise
        finally:
            shutil.rmtree(folder_of(trial), ignore_errors=True)
        _end(held, "done", {"outcome": outcome.to_json()})


def _tried(trial: Trial) -> Outcome:
    running = catalogue.version(trial.city)
    found = drafted(running, trial.text)
    policy, city = found.policy, found.city
    if policy is None or city is None:
        raise FaultyDraftError
    profile = city.profiles[policy.profile].tried
    granted = {alias: set(source.items) for alias, source in running.profiles[policy.profile].tried.sources.items()}
    Trial.objects.filter(pk=trial.pk, state__in=RUNNING).update(state="reading", done=0)
    at = clock.now()
    gathered = gather(trial.pk, city, profile, Wish(trial.by, TRIAL, granted=granted, after_each=lambda: _step(trial)))
    _keep_sources(trial, gathered)
    groups = [group for group in profile.groups if group.fact.partition(".")[2] in granted.get(group.fact.partition(".")[0], ())]
    more = {name: spec for name, spec in facts_of_profile(city, profile).items() if name in {group.fact for group in groups}}
    policies = {"draft": policy} | ({"before": found.before} if found.before else {})
    with Everybody(profile_of(trial.pk), policies, oldest(profile, at), trial.on, more) as everybody:
        sampled = everybody.draw(max(1, gathered.subjects // SAMPLE), random.SystemRandom().randrange(2**31))
        for one in policies.values():
            everybody.check(one)
        outcome = everybody.compare(policy, found.before, groups, city)
        what_if = everybody.what_if(policy)
    return replace(outcome, ungranted=_ungranted(policy, granted), sampled=sampled, what_if=what_if)


def _step(trial: Trial) -> bool:
    """One step is done; whether to go on."""
    return bool(Trial.objects.filter(pk=trial.pk, state__in=RUNNING).update(done=F("done") + 1))


def _keep_sources(trial: Trial, gathered: Gathered) -> None:
    told: dict[str, Any] = dict(gathered.sources)
    Trial.objects.filter(pk=trial.pk).update(subjects=gathered.subjects, sources=told, read_at=clock.now())


def _ungranted(policy: Policy, granted: dict[str, set[str]]) -> tuple[str, ...]:
    names = (name for name in policy.vocabulary if not name.startswith("match."))
    return tuple(name for name in names if name.partition(".")[2] not in granted.get(name.partition(".")[0], ()))


def _end(trial: Trial, state: str, more: dict[str, Any]) -> None:
    with transaction.atomic():
        steps = {"done": F("steps")} if state == "done" else {}
        ended = Trial.objects.filter(pk=trial.pk, state__in=RUNNING).update(state=state, ended_at=clock.now(), **steps, **more)
        if ended:
            _record("benefits.end-trial", trial, trial.by, {"state": state})


def _record(act: str, trial: Trial, by: str, more: dict[str, JSON]) -> None:
    payload: dict[str, JSON] = {"trial": str(trial.pk), "draft": str(trial.draft_id), **more}
    purpose = f"{trial.profile}/{TRIAL}"
    append(Act(act=act, actor=by, at=clock.now(), case_id=None, department=trial.department, purpose=purpose, payload=payload))
