"""What a department asks about its policies: versions, drafts and their faults, trials, runs, and who gained or lost with the reason.

Invariants: drafts, trials and names are told to the policy's own department alone; what a fault says is what the city's checker says; of somebody in a list no more is shown
than a masked number, the name as their department's lists have it, and the facts that decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from tongban.benefits.core.reasons import facts_from, place
from tongban.benefits.core.trials import Outcome, outcome_from
from tongban.benefits.models import Change, Draft, Match, Result, Run, Trial
from tongban.benefits.policy_errors import DraftNotFoundError, RunNotFoundError
from tongban.benefits.policy_permissions import DRAFT, PUBLISH, departments_of
from tongban.benefits.reads.runs import ResultView, RunView, run
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.catalogue.core.drafting import Drafted, drafted
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Known
from tongban.parties.sealer import sealer
from tongban.rules.core import Fact

State = Literal["in-force", "coming", "over", "withdrawn"]
WHATS = ("gained", "lost", "raised", "lowered", "doubtful")


@dataclass(frozen=True)
class VersionRow:
    """A version of a policy, and what the last run over everybody found of it."""

    name: str
    policy: Policy
    state: State
    result: ResultView | None
    run: UUID | None
    at: datetime | None
    matches: Mapping[str, int]
    """By state of the match."""
    is_pending: bool
    """Whether it was published at the desk and no folder is known to have it."""


@dataclass(frozen=True)
class DraftRow:
    """A draft in a list."""

    id: UUID
    department: str
    policy: str
    state: str
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class DraftView:
    """A draft with what the checker says of it, and its latest trial."""

    id: UUID
    department: str
    state: str
    version: int
    text: str
    saved_by: str
    saved_at: datetime
    ended_by: str
    ended_at: datetime | None
    published: str
    found: Drafted
    trial: TrialView | None


@dataclass(frozen=True)
class TrialView:
    """A trial and how far it has come."""

    id: UUID
    draft: UUID
    department: str
    profile: str
    state: str
    steps: int
    done: int
    by: str
    begun_at: datetime
    read_at: datetime | None
    ended_at: datetime | None
    subjects: int
    sources: Mapping[str, Any]
    failure: Mapping[str, str]
    text: str
    city: str
    outcome: Outcome | None

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.state in ("asked", "reading")


@dataclass(frozen=True)
class ChangeView:
    """One change of what somebody is entitled to."""

    id: UUID
    known: Known | None
    mark: str
    """The beginning of the blind index: what tells two apart who are not entered here."""
    what: str
    why: str
    before: int | None
    after: int | None
    clauses: tuple[str, ...]
    facts: Mapping[str, Fact]


def versions(departments: Collection[str]) -> tuple[VersionRow, ...]:
    """The versions of some departments' policies, those in force first."""
    city = catalogue.city()
    mine = {name: one for name, one in city.policies.items() if one.department in departments}
    hashes = [one.hash for one in mine.values()]
    last = Result.objects.filter(version=OuterRef("version"), run__scope="whole").order_by("-id").values("pk")[:1]
    results = Result.objects.filter(version__in=hashes, pk=Subquery(last))
    by_version = {row.version: row for row in results}
    counted: dict[str, dict[str, int]] = {}
    for version, state, n in Match.objects.filter(version__in=hashes).values_list("version", "state").annotate(n=Count("pk")):
        counted.setdefault(version, {})[state] = n
    pending = catalogue.pending()
    rows = [_version(name, one, by_version.get(one.hash), counted.get(one.hash, {}), pending) for name, one in mine.items()]
    order = ("in-force", "coming", "withdrawn", "over")
    return tuple(sorted(rows, key=lambda row: (order.index(row.state), row.policy.id, row.policy.in_force)))


def version(hash_: str) -> tuple[str, Policy] | None:
    """A version of a policy in the running city, with its name there."""
    return next(((name, one) for name, one in catalogue.city().policies.items() if one.hash == hash_), None)


def drafts(departments: Collection[str], *, limit: int = 50) -> tuple[DraftRow, ...]:
    """The drafts of some departments that are still on their way, the last saved first."""
    rows = Draft.objects.filter(department__in=departments, state="draft").order_by("-saved_at")[:limit]
    return tuple(DraftRow(row.pk, row.department, row.policy, row.state, row.saved_by, row.saved_at) for row in rows)


def draft(id_: UUID, actor: Actor) -> DraftView:
    """One draft. Raises DraftNotFoundError for another department's."""
    row = Draft.objects.filter(pk=id_, department__in=departments_of(actor, DRAFT, PUBLISH)).first()
    if row is None:
        raise DraftNotFoundError
    last = Trial.objects.filter(draft=row).order_by("-id").first()
    return DraftView(
        id=row.pk,
        department=row.department,
        state=row.state,
        version=row.version,
        text=row.text,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        published=row.published,
        found=drafted(catalogue.city(), row.text),
        trial=_trial(last) if last else None,
    )


def trial(id_: UUID, actor: Actor) -> TrialView:
    """One trial. Raises DraftNotFoundError for another department's."""
    row = Trial.objects.filter(pk=id_, department__in=departments_of(actor, DRAFT, PUBLISH)).first()
    if row is None:
        raise DraftNotFoundError
    return _trial(row)


def tried(view: TrialView) -> Drafted:
    """The draft as it was tried, beside the city of then."""
    return drafted(catalogue.version(view.city), view.text)


def runs(*, limit: int = 20) -> tuple[RunView, ...]:
    """The latest runs of every profile, the newest first."""
    return tuple(run(id_) for id_ in Run.objects.order_by("-id").values_list("pk", flat=True)[:limit])


def a_run(id_: UUID) -> RunView:
    """One run. Raises RunNotFoundError."""
    try:
        return run(id_)
    except Run.DoesNotExist:
        raise RunNotFoundError from None


def city_of(run_: UUID) -> City:
    """The city's version that a run is over. Raises RunNotFoundError."""
    found = Run.objects.filter(pk=run_).values_list("city", flat=True).first()
    if found is None:
        raise RunNotFoundError
    return catalogue.version(found)


def counted(run_: UUID, policy: str) -> dict[tuple[str, str], int]:
    """How many changes of a policy a run found, by what and why."""
    rows = Change.objects.filter(run=run_, policy=policy).values_list("what", "why").annotate(n=Count("pk"))
    return {(what, why): n for what, why, n in rows}


def changes(run_: UUID, policy: Policy, what: str, *, after: UUID | None = None, limit: int = 50) -> tuple[ChangeView, ...]:
    """Who gained, lost …, in the order in which they were found, after one of them. The caller asks for policies of their own department only."""
    rows = Change.objects.filter(run=run_, policy=policy.id, what=what).order_by("id")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[:limit])
    profile = catalogue.city().profiles.get(policy.profile)
    names = parties.known(profile.key if profile else "", [bytes(row.subject) for row in found])
    return tuple(_change(row, policy, names) for row in found)


def _change(row: Change, policy: Policy, names: Mapping[bytes, Known]) -> ChangeView:
    subject = bytes(row.subject)
    facts = facts_from(sealer().open(bytes(row.sealed), place(row.pk)), policy) if row.sealed is not None else {}
    return ChangeView(row.pk, names.get(subject), subject.hex()[:8], row.what, row.why, row.before, row.after, tuple(row.clauses), facts)


def _version(name: str, policy: Policy, row: Result | None, matches: Mapping[str, int], pending: Iterable[str]) -> VersionRow:
    today = clock.today()
    state: State = "in-force" if policy.holds_on(today) else "coming" if policy.last > today else "over"
    if policy.withdrawn is not None and state != "in-force":
        state = "withdrawn"
    result = ResultView(**{field: getattr(row, field) for field in ResultView.__dataclass_fields__}) if row else None
    is_pending = f"policies/{name}.yaml" in set(pending)
    return VersionRow(name, policy, state, result, row.run_id if row else None, row.done_at if row else None, matches, is_pending)


def _trial(row: Trial) -> TrialView:
    return TrialView(
        id=row.pk,
        draft=row.draft_id,
        department=row.department,
        profile=row.profile,
        state=row.state,
        steps=row.steps,
        done=row.done,
        by=row.by,
        begun_at=row.begun_at,
        read_at=row.read_at,
        ended_at=row.ended_at,
        subjects=row.subjects,
        sources=row.sources,
        failure=row.failure,
        text=row.text,
        city=row.city,
        outcome=outcome_from(row.outcome) if row.outcome else None,
    )
