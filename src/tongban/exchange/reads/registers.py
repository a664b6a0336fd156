"""Questions about the registers that Tongban keeps: how they stand, what they hold, how they came to.

Invariants: who may ask is the caller's to decide; records are given opened, to be shown masked or handed to their own department; a person's number is no part of
any other answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from tongban.exchange.core.records import KEY_TITLES, Column, Record, Shape, blind, opened
from tongban.exchange.errors import NotKeptError, UnknownResourceError
from tongban.exchange.kinds import KEPT
from tongban.exchange.models import Change, Register, Resource
from tongban.exchange.models import Record as Kept
from tongban.exchange.reads.hashed import hashed
from tongban.kernel.text import Text
from tongban.parties.sealer import sealer
from tongban.rules.core import type_from

_MISSING = """
SELECT * FROM exchange_record r WHERE resource = %(resource)s AND until IS NULL AND (%(after)s::uuid IS NULL OR id > %(after)s)
AND NOT EXISTS (SELECT FROM exchange_staged s WHERE s.upload_id = %(upload)s AND s.blind = r.blind) ORDER BY id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What led to a version of a register."""

    version: int
    act: str
    """upload, undo, enter, remove or load."""
    by: str
    reason: str
    at: datetime
    added: int
    changed: int
    removed: int
    upload: UUID | None
    case_id: UUID | None
    undoes: int | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register as it stands: version 0 was never filled; without `as_of` it was never given as a whole."""

    shape: Shape
    updated: str
    """The declared update cycle."""
    version: int = 0
    rows: int = 0
    as_of: datetime | None = None
    last: ChangeView | None = None


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record, valid from version `since` until before `until`."""

    id: UUID
    record: Record
    as_of: datetime
    since: int
    until: int | None


def registers(departments: Collection[str]) -> tuple[RegisterView, ...]:
    """The registers that Tongban keeps for these departments, by department and id; three statements."""
    rows = list(Resource.objects.filter(department__in=departments, connector__kind=KEPT).order_by("department", "id"))
    ids = [row.pk for row in rows]
    states = {row.pk: row for row in Register.objects.filter(pk__in=ids)}
    lasts = {row.resource: row for row in _last_changes(ids)}
    return tuple(_view(row, states.get(row.pk), lasts.get(row.pk)) for row in rows)


def register(resource_id: str) -> RegisterView:
    """One register. Raises UnknownResourceError, NotKeptError."""
    row = Resource.objects.filter(pk=resource_id).first()
    if row is None:
        raise UnknownResourceError(resource_id)
    if row.connector.get("kind") != KEPT:
        raise NotKeptError(resource_id)
    return _view(row, Register.objects.filter(pk=resource_id).first(), next(iter(_last_changes([resource_id])), None))


def records(resource_id: str, *, limit: int, version: int | None = None) -> Iterator[RecordView]:
    """The records that are valid now, or were at a version, in the order in which they were entered."""
    valid = Q(until=None) if version is None else Q(Q(until=None) | Q(until__gt=version), since__lte=version)
    rows = Kept.objects.filter(valid, resource=resource_id).order_by("id")[:limit]
    return (_record(row) for row in rows.iterator(chunk_size=2_000))


def missing(upload_id: UUID, resource_id: str, *, after: UUID | None, limit: int) -> tuple[RecordView, ...]:
    """Valid records whose key an upload does not have, in the order in which they were entered, after one of them."""
    with hashed():
        rows = list(Kept.objects.raw(_MISSING, {"resource": resource_id, "upload": upload_id, "after": after, "limit": limit}))
    return tuple(_record(row) for row in rows)


def record_of(resource_id: str, key: str) -> RecordView | None:
    """The record of a key that is valid now."""
    return next((one for one in versions_of(resource_id, key) if one.until is None), None)


def versions_of(resource_id: str, key: str, *, limit: int = 100) -> tuple[RecordView, ...]:
    """Every record that a key ever had, newest first."""
    rows = Kept.objects.filter(resource=resource_id, blind=blind(sealer(), resource_id, key)).order_by("-since")[:limit]
    return tuple(_record(row) for row in rows)


def changes(resource_id: str, *, before: int | None = None, limit: int = 50) -> tuple[ChangeView, ...]:
    """What changed a register, newest first; before a version, or from the last on."""
    rows = Change.objects.filter(resource=resource_id).order_by("-version")
    if before is not None:
        rows = rows.filter(version__lt=before)
    return tuple(change_view(row) for row in rows[:limit])


def changes_since(resource_id: str, version: int) -> tuple[ChangeView, ...]:
    """What changed a register after a version, newest first."""
    return tuple(change_view(row) for row in Change.objects.filter(resource=resource_id, version__gt=version).order_by("-version")[:20])


def shape_of(resource_id: str) -> Shape:
    """What a record of a register consists of. Raises UnknownResourceError, NotKeptError."""
    return register(resource_id).shape


def shape_of_row(row: Resource) -> Shape:
    """The same, of a resource's row."""
    told = row.key_title
    title = Text(told["zh"], told["en"]) if told else KEY_TITLES.get(row.key, Text(row.key, row.key))
    columns = tuple(_column(name, item) for name, item in sorted(row.items.items(), key=lambda pair: int(pair[1].get("at", 0))))
    return Shape(row.pk, row.department, Text(row.zh, row.en), row.key, title, columns)


def change_view(row: Change) -> ChangeView:
    """A change as others see it."""
    return ChangeView(
        row.version,
        row.act,
        row.by,
        row.reason,
        row.at,
        row.added,
        row.changed,
        row.removed,
        row.upload,
        row.case_id,
        row.undoes,
        row.as_of,
    )


def _last_changes(ids: list[str]) -> list[Change]:
    return list(Change.objects.filter(resource__in=ids).order_by("resource", "-version").distinct("resource"))


def _view(row: Resource, state: Register | None, last: Change | None) -> RegisterView:
    if state is None:
        return RegisterView(shape_of_row(row), row.updated)
    return RegisterView(shape_of_row(row), row.updated, state.version, state.rows, state.as_of, change_view(last) if last else None)


def _record(row: Kept) -> RecordView:
    return RecordView(row.pk, opened(sealer(), row.pk, row.values, row.sealed), row.as_of, row.since, row.until)


def _column(name: str, item: Mapping[str, Any]) -> Column:
    options = {id_: Text(each["zh"], each["en"]) for id_, each in item.get("options", {}).items()}
    return Column(name, Text(item["zh"], item["en"]), type_from(item["type"]), item["sensitivity"], options)
