"""Match everybody of a profile with every policy over it: bulk finds, the single evaluator confirms, matches are kept.

Invariants: a policy's matches, its result and its ledger entry commit together, after the single evaluator has confirmed every hit and a random sample of everybody; a run
that was killed goes on behind the last policy that was done, over the same file, and promises nothing twice; a disagreement stops the run and keeps nothing of the policy;
a match that is lost is told apart from one of which it is unknown, which stays.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from tongban.benefits.acts.gather import folder_of, gather, profile_of
from tongban.benefits.bulk import Counted, Everybody
from tongban.benefits.core.profiles import oldest
from tongban.benefits.errors import DisagreementError, RunBusyError, RunOverError, UnknownProfileError
from tongban.benefits.models import OPEN, Match, Result, Run
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import MATCHING, City, Policy
from tongban.catalogue.core.verdict import verdict
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.rules.core import Answer

MATCH: Final = "benefits.match"
"""The kind of job that carries a run out."""
SAMPLE: Final = 1000
"""About how many subjects of a run are asked about singly, hit or not."""
_AT_ONCE: Final = 5000
_RUNNING: Final = ("asked", "matching")
_log = structlog.get_logger("tongban.benefits")

_STAGE: Final = "DROP TABLE IF EXISTS found; CREATE TEMP TABLE found (id uuid, subject bytea PRIMARY KEY, amount bigint) ON COMMIT DROP"
_KEEP: Final = """
WITH kept AS (
  INSERT INTO benefits_match AS m (id, policy, version, profile, subject, amount, state, found_by, seen_by, found_at, changed_at)
  SELECT id, %(policy)s, %(version)s, %(profile)s, subject, amount, 'matched', %(run)s, %(run)s, %(now)s, %(now)s FROM found
  ON CONFLICT (policy, version, subject) DO UPDATE SET seen_by = EXCLUDED.seen_by,
    amount = CASE WHEN m.state IN ('matched', 'lost') THEN EXCLUDED.amount ELSE m.amount END,
    changed_at = CASE WHEN m.state = 'lost' OR (m.state = 'matched' AND m.amount IS DISTINCT FROM EXCLUDED.amount) THEN EXCLUDED.changed_at ELSE m.changed_at END,
    found_by = CASE WHEN m.state = 'lost' THEN EXCLUDED.found_by ELSE m.found_by END,
    state = CASE WHEN m.state = 'lost' THEN 'matched' ELSE m.state END
  RETURNING found_by
)
SELECT count(*) FILTER (WHERE found_by = %(run)s) FROM kept
"""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a run works with."""

    run: Run
    everybody: Everybody


def ask_for_run(profile: str, *, by: str, on: date | None = None) -> UUID:
    """Ask for a run; the one that is under way, if there is one. Raises UnknownProfileError."""
    city = catalogue.city()
    day = on or clock.today()
    policies = city.policies_on(day, profile)
    if not policies:
        raise UnknownProfileError(profile)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                profile=profile, on=day, city=city.hash, state="asked", by=by, begun_at=clock.now(), policies=len(policies)
            )
            enqueue(MATCH, {"run": str(run.pk)}, key=f"{MATCH}/{run.pk}")
            _record("benefits.ask-for-run", run, {"profile": profile, "on": day.isoformat(), "policies": sorted(policies)}, by)
    except IntegrityError:
        return Run.objects.get(profile=profile, state__in=_RUNNING).pk
    return run.pk


def stop_run(run: UUID, *, by: str) -> None:
    """Stop a run before its next policy; what is done stays. Raises RunOverError."""
    with transaction.atomic():
        held = Run.objects.select_for_update().get(pk=run)
        if held.state not in _RUNNING:
            raise RunOverError
        held.state, held.ended_at = "stopped", clock.now()
        held.save(update_fields=["state", "ended_at"])
        _record("benefits.stop-run", held, {"run": str(run)}, by)


def carry_out(run: UUID) -> None:
    """Carry a run out, or go on with it. Must be called outside any transaction.

    Raises RunBusyError if somebody else is at it, and DisagreementError after the run was marked as failed.
    """
    held = Run.objects.get(pk=run)
    if held.state not in _RUNNING:
        return
    with _alone(run):
        try:
            _go_on(held, catalogue.version(held.city))
        except DisagreementError as fault:
            _log.error("evaluators disagree", run=str(run), policy=fault.policy, bulk=fault.bulk, single=fault.single)
            _end(held, "failed", {"zh": fault.says.zh, "en": fault.says.en})
            raise
        finally:
            if not Run.objects.filter(pk=run, state__in=_RUNNING).exists():
                shutil.rmtree(folder_of(run), ignore_errors=True)


@contextmanager
def _alone(run: UUID) -> Iterator[None]:
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
        turn = _Turn(held, everybody)
        for id_, policy in policies.items():
            if id_ not in done and not _one(turn, policy, sampled):
                return
    _end(held, "done")


def _read(run: Run, city: City) -> Run:
    """Read the registers, unless that was done and the file is still there."""
    if run.read_at is not None and profile_of(run.pk).exists():
        return run
    at = clock.now()
    gathered = gather(run.pk, city, city.profiles[run.profile], by=run.by)
    with transaction.atomic():
        held = Run.objects.select_for_update().get(pk=run.pk)
        if held.state not in _RUNNING:
            held.read_at = None
            return held
        held.state, held.read_at, held.subjects, held.sources = "matching", at, gathered.subjects, dict(gathered.sources)
        held.save(update_fields=["state", "read_at", "subjects", "sources"])
    return held


def _one(turn: _Turn, policy: Policy, sampled: int) -> bool:
    """One policy: find, confirm, count, keep. False if the run was stopped meanwhile."""
    found = folder_of(turn.run.pk) / f"{policy.id}.parquet"
    everybody = turn.everybody
    everybody.find(policy, found)
    everybody.confirm(policy, found)
    everybody.check(policy)
    counted = everybody.count(policy)
    kept = _keep(turn, policy, found, counted, sampled)
    found.unlink(missing_ok=True)
    return kept


def _keep(turn: _Turn, policy: Policy, found: Path, counted: Counted, sampled: int) -> bool:
    run, now = turn.run, clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        if Run.objects.select_for_update().get(pk=run.pk).state not in _RUNNING:
            return False
        cursor.execute(_STAGE)
        with cursor.copy("COPY found FROM STDIN") as copy:
            for subject, amount in turn.everybody.hits(found):
                copy.write_row((uuid7(), subject, amount))
        about: dict[str, Any] = {"policy": policy.id, "version": policy.hash, "profile": run.profile, "run": run.pk, "now": now}
        cursor.execute(_KEEP, about)
        gained = cursor.fetchone()[0]
        lost, doubtful = _not_found_again(turn, policy)
        result = Result.objects.create(
            run=run,
            policy=policy.id,
            version=policy.hash,
            entitled=counted.entitled,
            not_entitled=counted.not_entitled,
            unknown=counted.unknown,
            amount=counted.amount,
            gained=gained,
            lost=lost,
            doubtful=doubtful,
            sampled=sampled,
            done_at=now,
        )
        told = ("entitled", "not_entitled", "unknown", "amount", "gained", "lost", "doubtful", "sampled")
        figures: dict[str, JSON] = {name: getattr(result, name) for name in told}
        _record("benefits.match", run, {"run": str(run.pk), "policy": policy.id, "version": policy.hash, **figures}, run.by)
    return True


def _not_found_again(turn: _Turn, policy: Policy) -> tuple[int, int]:
    """Matches of before that this run did not find: lost where the answer is no, or where the policy's new version found the same subject; left where it is unknown."""
    seen = Match.objects.filter(policy=policy.id, version=policy.hash, seen_by=turn.run.pk)
    before = Match.objects.filter(policy=policy.id, state__in=OPEN).exclude(seen_by=turn.run.pk)
    lost = _lose(before.filter(Exists(seen.filter(subject=OuterRef("subject")))), turn.run)
    doubtful, after = 0, UUID(int=0)
    while rows := list(before.filter(pk__gt=after).order_by("pk").values_list("pk", "subject")[:_AT_ONCE]):
        after = rows[-1][0]
        subjects = {bytes(subject): id_ for id_, subject in rows}
        facts = turn.everybody.facts(policy, list(subjects))
        gone = [subjects[subject] for subject, known in facts.items() if verdict(policy, known).answer == Answer.NO]
        lost += _lose(Match.objects.filter(pk__in=gone), turn.run)
        doubtful += len(rows) - len(gone)
    return lost, doubtful


def _lose(matches: QuerySet[Match], run: Run) -> int:
    return matches.update(state="lost", seen_by=run.pk, changed_at=clock.now())


def _end(run: Run, state: str, failure: Mapping[str, Any] | None = None) -> None:
    with transaction.atomic():
        ended = Run.objects.filter(pk=run.pk, state__in=_RUNNING).update(state=state, ended_at=clock.now(), failure=dict(failure or {}))
        if ended:
            _record("benefits.end-run", run, {"run": str(run.pk), "state": state}, run.by)


def _record(act: str, run: Run, payload: dict[str, JSON], by: str) -> None:
    purpose = f"{run.profile}/{MATCHING}"
    append(Act(act=act, actor=by, at=clock.now(), case_id=None, department="", purpose=purpose, payload=payload))
