"""Questions about jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.jobs.models import Job


@dataclass(frozen=True, slots=True)
class JobView:
    """One job that is due, or was given up (`gave_up_at`); `error` is what went wrong last."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    run_at: datetime
    attempts: int
    error: str
    gave_up_at: datetime | None


def waiting(limit: int = 100) -> tuple[JobView, ...]:
    """Jobs that are due or will be, earliest first."""
    found = Job.objects.filter(done_at=None, gave_up_at=None).order_by("run_at", "id")[:limit]
    return tuple(_view(job) for job in found)


def failed(limit: int = 100) -> tuple[JobView, ...]:
    """Jobs that were given up, latest first; somebody must look at them."""
    return tuple(_view(job) for job in Job.objects.exclude(gave_up_at=None).order_by("-gave_up_at")[:limit])


def document_of(value: Any) -> dict[str, Any]:
    """A JSON column's value, whether or not the driver has parsed it."""
    document = json.loads(value) if isinstance(value, str) else value
    assert isinstance(document, dict)
    return document


def _view(job: Job) -> JobView:
    return JobView(job.id, job.kind, job.payload, job.run_at, job.attempts, job.error, job.gave_up_at)
