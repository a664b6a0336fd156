"""Match everybody of a profile with every policy over it, or those whose records changed: bulk finds, the single evaluator confirms, matches are kept.

Invariants: a policy's matches, its result and its ledger entry commit together, after the single evaluator has confirmed every hit and a random sample of everybody; a run
that was killed goes on behind the last policy that was done, over the same file, and promises nothing twice; a disagreement stops the run and keeps nothing of the policy;
a run over those who changed comes to what a run over everybody would come to for them, and touches nobody else.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

import structlog
from django.db import IntegrityError, connection, transaction

from tongban.benefits.acts import turned
from tongban.benefits.acts.gather import Wish, folder_of, gather, profile_of
from tongban.benefits.acts.keeping import RUNNING, Matching, keep, over, record, skip
from tongban.benefits.acts.news import ask_for_news
from tongban.benefits.bulk import Everybody
from tongban.benefits.core.profiles import oldest
from tongban.benefits.errors import DisagreementError, RunBusyError, RunOverError, UnknownProfileError
from tongban.benefits.models import Result, Run
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.jobs.acts import enqueue
from tongban.kernel import clock

MATCH: Final = "benefits.match"
"""The kind of job that carries a run out."""
SAMPLE: Final = 1000
"""About how many subjects of a run are asked about singly, hit or not."""
_log = structlog.get_logger("tongban.benefits")


def ask_for_run(profile: str, *, by: str, on: date | None = None, scope: Literal["whole", "changed"] = "whole") -> UUID:
    """Ask for a run; the one that is under way, if there is one. Raises UnknownProfileError."""
    city = catalogue.city()
    day = on or clock.today()
    policies = city.policies_on(day, profile)
    if not policies:
        raise UnknownProfileError(profile)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                profile=profile, scope=scope, on=day, city=city.hash, state="asked", by=by, begun_at=clock.now(), policies=len(policies)
            )
            if scope == "changed":
                turned.claim(profile, run.pk)
            enqueue(MATCH, {"run": str(run.pk)}, key=f"{MATCH}/{run.pk}")
            record(
                "benefits.ask-for-run", run, {"profile": profile, "scope": scope, "on": day.isoformat(), "policies": sorted(policies)}, by
            )
    except IntegrityError as fault:
        if "run_one_at_a_time" not in str(fault):
            raise
        under_way = Run.objects.filter(profile=profile, state__in=RUNNING).values_list("pk", flat=True).first()
        return under_way or ask_for_run(profile, by=by, on=on, scope=scope)  # it ended just then
    return run.pk


def stop_run(run: UUID, *, by: str) -> None:
    """Stop a run before its next policy; what is done stays. Raises RunOverError."""
    with transaction.atomic():
        held = Run.objects.select_for_update().get(pk=run)
        if held.state not in RUNNING:
            raise RunOverError
        held.state, held.ended_at = "stopped", clock.now()
        held.save(update_fields=["state", "ended_at"])
        turned.release(held.pk)
        record("benefits.stop-run", held, {"run": str(run)}, by)


def carry_out(run: UUID) -> None:
    """Carry a run out, or go on with it. Must be called outside any transaction.

    Raises RunBusyError if somebody else is at it, and DisagreementError after the run was marked as failed.
    """
    held = Run.objects.get(pk=run)
    if held.state not in RUNNING:
        return
    with alone(run):
        try:
            _go_on(held, catalogue.version(held.city))
        except DisagreementError as fault:
            _log.error("evaluators disagree", run=str(run), policy=fault.policy, bulk=fault.bulk, single=fault.single)
            _end(held, "failed", {"zh": fault.says.zh, "en": fault.says.en})
            raise
        finally:
            if not Run.objects.filter(pk=run, state__in=RUNNING).exists():
                shutil.rmtree(folder_of(run), ignore_errors=True)


@contextmanager
def alone(run: UUID) -> Iterator[None]:
    """One process at a time is at a run: its file must not be made anew under another's hands. A process that dies lets go with its connection."""
    key = run.int >> 65
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise RunBusyError
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _go_on(run: Run, city: City) -> None:
    policies = city.policies_on(run.on, run.profile)
    held = _read(run, city)
    if held.read_at is None:
        return
    limits = oldest(city.profiles[held.profile], held.read_at)
    done = set(Result.objects.filter(run=held).values_list("policy", flat=True))
    with Everybody(profile_of(held.pk), policies, limits, held.on) as everybody:
        sampled = everybody.draw(max(1, held.subjects // SAMPLE), random.SystemRandom().randrange(2**31))
        turn = Matching(held, everybody, city, sampled)
        for id_, policy in policies.items():
            if id_ not in done and not _one(turn, policy):
                return
    _end(held, "done")


def _read(run: Run, city: City) -> Run:
    """Read the registers, unless that was done and the file is still there; read again, what was done over the first file is settled up to the first."""
    if run.read_at is not None and profile_of(run.pk).exists():
        return run
    at, profile = clock.now(), city.profiles[run.profile]
    stood = turned.stood(profile)
    keys = turned.keys_of(run.pk) if run.scope == "changed" else None
    gathered = gather(run.pk, city, profile, Wish(run.by, keys=keys))
    with transaction.atomic():
        held = Run.objects.select_for_update().get(pk=run.pk)
        if held.state not in RUNNING:
            held.read_at = None
            return held
        sources = {alias: told | stood.get(alias, {}) for alias, told in gathered.sources.items()}
        if Result.objects.filter(run=held).exists():
            sources = turned.from_first(held, sources)
        held.state, held.read_at, held.subjects, held.sources = "matching", at, gathered.subjects, sources
        held.save(update_fields=["state", "read_at", "subjects", "sources"])
        turned.note_read(held.pk)
    return held


def _one(turn: Matching, policy: Policy) -> bool:
    """One policy: find, confirm, count, keep; nothing of one that is withdrawn or replaced. False if the run was stopped meanwhile."""
    if (why := over(turn.run, policy)) is not None:
        skip(turn.run, policy, why)
        return True
    found = folder_of(turn.run.pk) / f"{policy.id}.parquet"
    everybody = turn.everybody
    everybody.find(policy, found)
    everybody.confirm(policy, found)
    everybody.check(policy)
    kept = keep(turn, policy, found, everybody.count(policy))
    found.unlink(missing_ok=True)
    return kept


def _end(run: Run, state: str, failure: Mapping[str, Any] | None = None) -> None:
    with transaction.atomic():
        ended = Run.objects.filter(pk=run.pk, state__in=RUNNING).update(state=state, ended_at=clock.now(), failure=dict(failure or {}))
        if ended:
            if state == "done":
                turned.settle(run)
                ask_for_news(run)
            record("benefits.end-run", run, {"run": str(run.pk), "state": state}, run.by)
