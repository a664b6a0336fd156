"""How a run goes, and what each policy came to in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tongban.benefits.models import Result, Run


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
    by: str
    profile: str
    scope: str
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


def run(id_: UUID) -> RunView:
    """One run with its results so far, in the order they came."""
    held = Run.objects.get(pk=id_)
    names = ResultView.__dataclass_fields__
    results = [ResultView(**row) for row in Result.objects.filter(run=held).order_by("id").values(*names)]
    shown = {name: getattr(held, name) for name in RunView.__dataclass_fields__ if name != "results"}
    return RunView(**shown, results=tuple(results))


def latest_run(profile: str) -> UUID | None:
    """The run over everybody of a profile that was asked for last."""
    return Run.objects.filter(profile=profile, scope="whole").order_by("-id").values_list("pk", flat=True).first()
