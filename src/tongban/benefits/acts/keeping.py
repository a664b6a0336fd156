"""Keep what a run found of one policy: matches, who gained and who lost with the reason, the result, and the record's entry, in one transaction.

Invariants: a match that is lost is told apart from one of which it is unknown, which stays; nothing that somebody has begun to redeem is changed or taken away; each change
of what somebody is entitled to is a row with the clauses that turned, and the facts they read are sealed in it; of a version that is withdrawn or replaced by then, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from tongban.benefits.bulk import Counted, Everybody
from tongban.benefits.core.reasons import Reason, place, told, why_amount, why_not, why_now, why_unknown
from tongban.benefits.models import OPEN, Change, Match, Result, Run, Turned
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts import hold_publishing
from tongban.catalogue.core.definition import MATCHING, City, Policy
from tongban.catalogue.core.verdict import verdict
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.parties.sealer import sealer
from tongban.rules.core import Answer, Facts

RUNNING: Final = ("asked", "matching")
_AT_ONCE: Final = 5000

_STAGE: Final = "DROP TABLE IF EXISTS found; CREATE TEMP TABLE found (id uuid, subject bytea PRIMARY KEY, amount bigint) ON COMMIT DROP"
_TURNED: Final = """
INSERT INTO benefits_change (id, run_id, policy, version, subject, what, why, before, after, clauses)
SELECT f.id, %(run)s, %(policy)s, %(version)s, f.subject,
  CASE WHEN m.state = 'matched' THEN CASE WHEN f.amount > m.amount THEN 'raised' ELSE 'lowered' END ELSE 'gained' END,
  CASE WHEN o.amount_there THEN 'version' WHEN %(first)s THEN 'first' ELSE 'facts' END,
  COALESCE(o.amount, CASE WHEN m.state = 'matched' THEN m.amount END), f.amount, '[]'
FROM found f
LEFT JOIN benefits_match m ON m.policy = %(policy)s AND m.version = %(version)s AND m.subject = f.subject
LEFT JOIN LATERAL (
  SELECT true AS amount_there, e.amount FROM benefits_match e
  WHERE m.id IS NULL AND e.subject = f.subject AND e.policy = %(policy)s AND e.version <> %(version)s AND e.state = 'matched' LIMIT 1
) o ON true
WHERE m.id IS NULL OR m.state = 'lost' OR (m.state = 'matched' AND m.amount IS DISTINCT FROM f.amount)
"""
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
class Matching:
    """What a run works with."""

    run: Run
    everybody: Everybody
    city: City
    sampled: int

    @property
    def silent(self) -> frozenset[str]:
        """The sources that gave nothing."""
        return frozenset(alias for alias, source in self.run.sources.items() if source.get("reason"))


def over(run: Run, policy: Policy) -> Literal["withdrawn", "replaced"] | None:
    """Whether a version that a run is over was withdrawn, or made way for another, since the run was asked for."""
    running = catalogue.city()
    is_in_force = running.policies_on(run.on).get(policy.id)
    declared = running.policy_of(policy.hash)
    if declared is not None and declared.withdrawn is not None:
        return "withdrawn"
    return None if is_in_force is not None and is_in_force.hash == policy.hash else "replaced"


def skip(run: Run, policy: Policy, why: str) -> None:
    """Say on the record that nothing is kept of a policy, and why."""
    with transaction.atomic():
        record("benefits.skip-policy", run, {"run": str(run.pk), "policy": policy.id, "version": policy.hash, "why": why}, run.by)


def keep(turn: Matching, policy: Policy, found: Path, counted: Counted) -> bool:
    """Keep all of it, or nothing if the version is over by now; False if the run was stopped meanwhile.

    The version is asked about last, and nothing is published until what is kept is committed: a withdrawal lists these matches, or there are none.
    """
    try:
        return _keep(turn, policy, found, counted)
    except _OverError as now:
        skip(turn.run, policy, now.why)
        return True


class _OverError(Exception):
    """The version is over: nothing of it is kept."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def _keep(turn: Matching, policy: Policy, found: Path, counted: Counted) -> bool:
    run, now = turn.run, clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        if Run.objects.select_for_update().get(pk=run.pk).state not in RUNNING:
            return False
        cursor.execute(_STAGE)
        with cursor.copy("COPY found FROM STDIN") as copy:
            for subject, amount in turn.everybody.hits(found):
                copy.write_row((uuid7(), subject, amount))
        last = _last_run_of(policy, run)
        about: dict[str, Any] = {"policy": policy.id, "version": policy.hash, "profile": run.profile, "run": run.pk, "now": now}
        cursor.execute(_TURNED, about | {"first": last is None})
        cursor.execute(_KEEP, about)
        gained = cursor.fetchone()[0]
        _explain_turned(turn, policy, last)
        lost, doubtful = _not_found_again(turn, policy)
        _result(turn, policy, counted, {"gained": gained, "lost": lost, "doubtful": doubtful})
        hold_publishing()
        if (why := over(run, policy)) is not None:
            raise _OverError(why)
    return True


def record(act: str, run: Run, payload: dict[str, JSON], by: str) -> None:
    """One entry about a run."""
    purpose = f"{run.profile}/{MATCHING}"
    append(Act(act=act, actor=by, at=clock.now(), case_id=None, department="", purpose=purpose, payload=payload))


def _result(turn: Matching, policy: Policy, counted: Counted, turned: dict[str, int]) -> None:
    figures: dict[str, int] = {
        "entitled": counted.entitled,
        "not_entitled": counted.not_entitled,
        "unknown": counted.unknown,
        "amount": counted.amount,
        **turned,
        "sampled": turn.sampled,
    }
    Result.objects.create(run=turn.run, policy=policy.id, version=policy.hash, done_at=clock.now(), **figures)
    payload: dict[str, JSON] = {"run": str(turn.run.pk), "policy": policy.id, "version": policy.hash, **figures}
    record("benefits.match", turn.run, payload, turn.run.by)


def _last_run_of(policy: Policy, run: Run) -> datetime | None:
    """When registers were last read for this version; None if this is the first time."""
    runs = Result.objects.filter(policy=policy.id, version=policy.hash).exclude(run=run)
    return runs.order_by("-id").values_list("run__read_at", flat=True).first()


def _explain_turned(turn: Matching, policy: Policy, last: datetime | None) -> None:
    """The reasons of who gained, and of whom the amount changed, by what registers say."""
    rows = Change.objects.filter(run=turn.run, policy=policy.id, why="facts")
    for some in _chunks(rows):
        facts = turn.everybody.facts(policy, [bytes(one.subject) for one in some])
        before = _kept_out(policy, turn.run, [one.subject for one in some if one.what == "gained"])
        for one in some:
            known = facts.get(bytes(one.subject), {})
            reason = why_now(policy, known, before.get(bytes(one.subject), ()), last) if one.what == "gained" else why_amount(policy, known)
            _write(one, reason, policy)
        Change.objects.bulk_update(some, ["clauses", "sealed"])


def _kept_out(policy: Policy, run: Run, subjects: list[Any]) -> dict[bytes, tuple[str, ...]]:
    """The clauses by which each subject lost this policy the last time, if they did."""
    rows = Change.objects.filter(policy=policy.id, version=policy.hash, what="lost", subject__in=subjects).exclude(run=run).order_by("id")
    return {bytes(subject): tuple(clauses) for subject, clauses in rows.values_list("subject", "clauses")}


def _not_found_again(turn: Matching, policy: Policy) -> tuple[int, int]:
    """Matches of before that this run did not find: lost where the answer is no, or where the policy's new version found the same subject; left where it is unknown."""
    seen = Match.objects.filter(policy=policy.id, version=policy.hash, seen_by=turn.run.pk)
    before = Match.objects.filter(policy=policy.id, state__in=OPEN).exclude(seen_by=turn.run.pk)
    if turn.run.scope == "changed":
        before = before.filter(subject__in=Turned.objects.filter(run=turn.run.pk).values("subject"))
    lost = _lose(before.filter(Exists(seen.filter(subject=OuterRef("subject")))), turn.run)
    doubtful, after = 0, UUID(int=0)
    while rows := list(before.filter(pk__gt=after).order_by("pk").values_list("pk", "subject", "amount")[:_AT_ONCE]):
        after = rows[-1][0]
        gone, unclear = _denied(turn, policy, rows)
        lost += _lose(Match.objects.filter(pk__in=gone), turn.run)
        doubtful += unclear
    return lost, doubtful


def _denied(turn: Matching, policy: Policy, rows: Sequence[tuple[UUID, Any, int | None]]) -> tuple[list[UUID], int]:
    """Of some matches, those for which the answer is no now, held, and of how many it is not; with the reason of each that is lost or in doubt.

    What somebody has begun to redeem since it was read stays theirs.
    """
    facts = turn.everybody.facts(policy, [bytes(subject) for _, subject, _ in rows])
    gone: dict[UUID, Change] = {}
    changes = []
    for match, subject, amount in rows:
        known = facts.get(bytes(subject))
        if known is None:
            continue
        found = verdict(policy, known)
        change = Change(run=turn.run, policy=policy.id, version=policy.hash, subject=bytes(subject), before=amount, after=None)
        if found.answer == Answer.NO:
            change.what, change.why = "lost", "facts"
            gone[match] = _write(change, why_not(policy, found, known), policy)
        elif found.answer == Answer.UNKNOWN and (reason := _doubt(turn, policy, known)) is not None:
            change.what, change.why = "doubtful", "silent"
            changes.append(_write(change, reason, policy))
    still = Match.objects.select_for_update().filter(pk__in=list(gone), state__in=OPEN).order_by("pk").values_list("pk", flat=True)
    held = list(still)
    Change.objects.bulk_create([*(gone[one] for one in held), *changes], ignore_conflicts=True)
    return held, len(rows) - len(gone)


def _doubt(turn: Matching, policy: Policy, facts: Facts) -> Reason | None:
    found = verdict(policy, facts)
    if all(name.partition(".")[0] in turn.silent for name in found.needs):
        return None
    return why_unknown(policy, found, facts)


def _write(change: Change, reason: Reason, policy: Policy) -> Change:
    change.clauses = list(reason.clauses)
    change.sealed = sealer().seal(told(reason, policy), place(change.pk))
    return change


def _chunks(rows: QuerySet[Change]) -> Iterator[list[Change]]:
    after = UUID(int=0)
    while some := list(rows.filter(pk__gt=after).order_by("pk")[:_AT_ONCE]):
        after = some[-1].pk
        yield some


def _lose(matches: QuerySet[Match], run: Run) -> int:
    return matches.update(state="lost", seen_by=run.pk, changed_at=clock.now())
