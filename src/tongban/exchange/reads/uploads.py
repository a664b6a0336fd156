"""Questions about what was uploaded for a register and is not applied yet: how far it is, its faults, its rows beside those of the register.

Invariant: a page of rows is two statements by index, whatever the size of file and register and whatever the database knows of them; what they hold is opened for that page only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from tongban.exchange.core.records import Record, opened
from tongban.exchange.errors import UploadNotFoundError
from tongban.exchange.models import Record as Kept
from tongban.exchange.models import Staged, Upload
from tongban.kernel.text import Text
from tongban.parties.sealer import sealer

State = Literal["new", "changed", "same"]
ROW_STATES: Final[tuple[State, ...]] = ("new", "changed", "same")


@dataclass(frozen=True, slots=True)
class FaultView:
    """One fault of a file: row (0 is the file), column in letters, the column's title, what is wrong."""

    row: int
    column: str
    title: Text
    says: Text


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload: its file, how far it is, what came of it."""

    id: UUID
    resource: str
    by: str
    at: datetime
    as_of: datetime
    name: str
    size: int
    state: str
    """reading, read, failed, applied, discarded or expired."""
    progress: int
    failure: Text | None
    sheet: str
    rows: int
    faulty_rows: int
    faults_total: int
    faults: tuple[FaultView, ...]
    base: int
    counts: Mapping[str, int]
    version: int | None
    expires_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody to act."""
        return self.state in ("reading", "read", "failed")

    @property
    def changes(self) -> int:
        """How many rows applying it would add or change."""
        return self.counts.get("new", 0) + self.counts.get("changed", 0)


@dataclass(frozen=True, slots=True)
class StagedView:
    """One sound row of a file, and the register's record of the same key, if there is one."""

    row: int
    new: Record
    old: Record | None


def upload(resource_id: str, upload_id: UUID) -> UploadView:
    """One upload of a register. Raises UploadNotFoundError."""
    row = Upload.objects.defer("content").filter(pk=upload_id, resource=resource_id).first()
    if row is None:
        raise UploadNotFoundError
    return _view(row)


def waiting(resource_ids: list[str]) -> dict[str, UploadView]:
    """The newest upload of each register that waits for somebody to act."""
    rows = Upload.objects.defer("content", "faults").filter(resource__in=resource_ids, state__in=["reading", "read", "failed"])
    return {row.resource: _view(row, with_faults=False) for row in rows.order_by("resource", "-id").distinct("resource")}


def staged(upload_id: UUID, resource_id: str, state: State, *, after: int = 0, limit: int = 50) -> Iterator[StagedView]:
    """Rows of one state, in the file's order, after one of them."""
    rows = list(Staged.objects.filter(upload_id=upload_id, state=state, row__gt=after).order_by("row")[:limit])
    held = sealer()
    there = Kept.objects.filter(resource=resource_id, blind__in=[row.blind for row in rows], until=None) if state != "new" else ()
    old = {bytes(one.blind): opened(held, one.pk, one.values, one.sealed) for one in there}
    for row in rows:
        yield StagedView(row.row, opened(held, row.pk, row.values, row.sealed), old.get(bytes(row.blind)))


def _view(row: Upload, *, with_faults: bool = True) -> UploadView:
    faults = row.faults if with_faults else []
    return UploadView(
        row.pk,
        row.resource,
        row.by,
        row.at,
        row.as_of,
        row.name,
        row.size,
        row.state,
        row.progress,
        Text(row.failure["zh"], row.failure["en"]) if row.failure else None,
        row.sheet,
        row.rows,
        row.faulty_rows,
        row.faults_total,
        tuple(FaultView(one["row"], one["column"], Text(**one["title"]), Text(**one["says"])) for one in faults),
        row.base,
        row.counts,
        row.version,
        row.expires_at,
    )
