"""Questions about answers, grants, resources, and who looked.

Invariants: what was sealed is opened only for the case that asked; whoever asks who looked learns who and what for, never what was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, Subquery
from msgspec import json

from tongban import statements
from tongban.exchange import models
from tongban.exchange.core.answers import Answer, HeldItem, Look
from tongban.kernel.text import Text
from tongban.parties.core.people import PrincipalKind
from tongban.parties.core.sealing import Place
from tongban.parties.reads import identifiers
from tongban.parties.sealer import sealer
from tongban.rules.core import type_from

TABLE: Final = "answer"
SEALED: Final = "sealed"
SUBJECT_KEYS: Final[Mapping[PrincipalKind, str]] = {"person": "id_number", "firm": "uscc"}


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A resource as declared."""

    id: str
    department: str
    title: Text
    key: str
    items: Mapping[str, HeldItem]
    item_titles: Mapping[str, Text]
    sharing: str
    updated: str
    connector: Mapping[str, str]
    silent_since: datetime | None


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant in force."""

    id: UUID
    resource: str
    service: str
    purpose: str
    items: tuple[str, ...]
    granted_at: datetime


_LATEST = """
SELECT DISTINCT ON (need) id, case_id, need, resource, source, state, reason, items, "values", sealed, as_of, fetched_at
FROM exchange_answer WHERE case_id = $1 ORDER BY need, id DESC
"""


def answers(case_id: UUID) -> dict[str, Answer]:
    """The latest answer to each need of a case. Raises SealBrokenError."""
    return {row[2]: _opened(*row) for row in statements.rows(_LATEST, [case_id])}


def history(case_id: UUID) -> tuple[Answer, ...]:
    """Every answer given for a case, oldest first. Raises SealBrokenError."""
    names = ("id", "case_id", "need", "resource", "source", "state", "reason", "items", "values", "sealed", "as_of", "fetched_at")
    return tuple(_opened(*row) for row in models.Answer.objects.filter(case_id=case_id).order_by("id").values_list(*names))


def who_looked(kind: PrincipalKind, id: UUID, *, limit: int = 200) -> tuple[Look, ...]:  # noqa: A002 - the contract's word
    """Who asked for a person's or firm's data, what for and in which case, newest first; refused questions too. Raises NoSuchPartyError."""
    name = SUBJECT_KEYS[kind]
    subject = sealer().blind(name, identifiers(kind, id)[name])
    rows = models.Answer.objects.filter(subject=subject).order_by("-id").defer("values", "sealed")[:limit]
    return tuple(_look(row) for row in rows)


def resources() -> dict[str, ResourceView]:
    """All declared resources by id."""
    silent = dict(models.Suspension.objects.values_list("resource", "since"))
    return {row.id: _resource(row, silent.get(row.id)) for row in models.Resource.objects.order_by("id")}


def grants(resource: str = "") -> tuple[GrantView, ...]:
    """The grants in force, of one resource or of all, oldest first."""
    rows = models.Grant.objects.filter(ended_at__isnull=True, **({"resource": resource} if resource else {})).order_by("id")
    return tuple(GrantView(row.id, row.resource, row.service, row.purpose, tuple(row.items), row.granted_at) for row in rows)


def last_calls() -> dict[str, datetime]:
    """When each resource was last asked; one that was never asked is left out."""
    newest = models.Answer.objects.filter(resource=OuterRef("pk")).order_by("-id").values("fetched_at")[:1]
    return {pk: at for pk, at in models.Resource.objects.values_list("pk", Subquery(newest)) if at is not None}


def last_answered(resources: Iterable[str]) -> dict[str, datetime]:
    """When each of these resources last answered at all; one that never did is left out."""
    newest = models.Answer.objects.filter(resource=OuterRef("pk"), state__in=("value", "none")).order_by("-id").values("fetched_at")[:1]
    asked = models.Resource.objects.filter(pk__in=set(resources)).values_list("pk", Subquery(newest))
    return {pk: at for pk, at in asked if at is not None}


def silenced() -> dict[str, datetime]:
    """The resources that are silenced for a demonstration, and since when."""
    return dict(models.Suspension.objects.order_by("resource").values_list("resource", "since"))


def _opened(
    id_: UUID,
    case_id: UUID,
    need: str,
    resource: str,
    source: str,
    state: Any,
    reason: str,
    items: Sequence[str],
    values: Any,
    sealed: bytes,
    as_of: datetime | None,
    fetched_at: datetime,
) -> Answer:
    opened: dict[str, Any] = json.decode(sealer().open(sealed, Place(TABLE, SEALED, id_)))
    known = {**(json.decode(values) if isinstance(values, str) else values), **opened["values"]}
    kept = {name: known[name] for name in items if name in known}
    return Answer(id_, case_id, need, resource, source, state, reason, kept, as_of, fetched_at, key=opened["key"])


def _look(row: models.Answer) -> Look:
    state: Any = row.state
    return Look(
        row.fetched_at, row.department, row.actor, row.resource, row.source, tuple(row.items), row.purpose, row.case_id, state, row.reason
    )


def _resource(row: models.Resource, silent_since: datetime | None) -> ResourceView:
    return ResourceView(
        row.id,
        row.department,
        Text(row.zh, row.en),
        row.key,
        {name: HeldItem(type_from(item["type"]), item["sensitivity"]) for name, item in row.items.items()},
        {name: Text(item["zh"], item["en"]) for name, item in row.items.items()},
        row.sharing,
        row.updated,
        row.connector,
        silent_since,
    )


def asked_before(actor: str, since: datetime, count: int) -> datetime | None:
    """When the question was asked that is `count` questions back for this actor; None if there were fewer since then."""
    asked = models.Answer.objects.filter(actor=actor, fetched_at__gt=since).order_by("-fetched_at").values_list("fetched_at", flat=True)
    return next(iter(asked[count - 1 : count]), None)
