"""Apply an upload to its register, and undo the last one.

Invariants: an upload is applied to the version that it was compared with, whole and in one transaction, or not at all; what the file does not have stays, unless the
whole register is replaced, whose count is confirmed; a file with faults is applied only by an explicit choice, and then replaces nothing; applied twice is applied
once; undoing gives back the register's rows as they were before, as a further version.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.exchange.acts.keeping import Locked, Turn, copy_records, lock, shape, turn
from tongban.exchange.acts.uploads import compare, locked_upload
from tongban.exchange.core.records import Row, opened, seal
from tongban.exchange.errors import CountNotConfirmedError, FaultyUploadError, NotTheLastUploadError, StaleRegisterError, UploadOverError
from tongban.exchange.models import Change, Record, Staged, Upload
from tongban.exchange.reads.hashed import hashed
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties.sealer import sealer

_END_CHANGED = """
UPDATE exchange_record r SET until = %(version)s FROM exchange_staged s
WHERE s.upload_id = %(upload)s AND s.state = 'changed' AND r.resource = %(resource)s AND r.blind = s.blind AND r.until IS NULL
"""
_END_MISSING = """
UPDATE exchange_record r SET until = %(version)s WHERE r.resource = %(resource)s AND r.until IS NULL
AND NOT EXISTS (SELECT FROM exchange_staged s WHERE s.upload_id = %(upload)s AND s.blind = r.blind)
"""
_ADD = """
WITH added AS (
  INSERT INTO exchange_record (id, resource, blind, "values", sealed, digest, as_of, since)
  SELECT id, %(resource)s, blind, "values", sealed, digest, %(as_of)s, %(version)s FROM exchange_staged
  WHERE upload_id = %(upload)s AND state IN ('new', 'changed') RETURNING blind, digest
)
SELECT count(*), encode(sha256(coalesce(string_agg(digest, ''::bytea ORDER BY blind), ''::bytea)), 'hex') FROM added
"""


def apply_upload(
    resource_id: str,
    upload_id: UUID,
    *,
    version: int,
    by: str,
    sound_only: bool = False,
    replace: bool = False,
    confirmed: int | None = None,
) -> int:
    """Apply an upload that was compared with `version` of its register; returns the new version. The same again returns the same.

    `sound_only`: leave out faulty rows. `replace`: also take out what the file does not have; `confirmed` says how many that are.
    Raises UploadNotFoundError, UploadOverError, StaleRegisterError, FaultyUploadError, CountNotConfirmedError.
    """
    with transaction.atomic(durable=True):
        locked = lock(shape(resource_id))
        upload = locked_upload(resource_id, upload_id)
        if upload.state == "applied" and upload.version is not None:
            return upload.version
        if upload.state != "read" or upload.expires_at < clock.now():
            raise UploadOverError
        if not locked.version == upload.base == version:
            raise StaleRegisterError
        missing = _check_choices(upload, sound_only=sound_only, replace=replace, confirmed=confirmed)
        return _apply(locked, upload, by=by, removed=missing if replace else 0)


def recompare(resource_id: str, upload_id: UUID) -> None:
    """Compare an upload again, after its register has changed; no change of either is lost. Raises UploadNotFoundError."""
    with transaction.atomic():
        locked = lock(shape(resource_id))
        upload = locked_upload(resource_id, upload_id)
        if upload.state == "read" and upload.base != locked.version:
            compare(upload, locked.version)
            upload.save(update_fields=["base", "counts"])


def undo_upload(resource_id: str, version: int, *, by: str) -> int:
    """Give back the rows that stood before the upload that led to `version`, if nothing changed since; returns the new version. Raises NotTheLastUploadError."""
    with transaction.atomic(durable=True):
        locked = lock(shape(resource_id))
        last = Change.objects.filter(resource=resource_id, version=locked.version).first()
        if last is not None and last.act == "undo" and last.undoes == version:
            return locked.version
        if last is None or last.act != "upload" or last.version != version:
            raise NotTheLastUploadError
        at, following = clock.now(), locked.version + 1
        Record.objects.filter(resource=resource_id, since=version, until=None).update(until=following)
        copy_records(resource_id, _as_before(locked, version), since=following)
        what = Turn(
            act="undo", by=by, at=at, added=last.removed, changed=last.changed, removed=last.added, as_of=last.as_of_before, undoes=version
        )
        return turn(locked, what, {"undoes": version})


def _check_choices(upload: Upload, *, sound_only: bool, replace: bool, confirmed: int | None) -> int:
    """How many records the file does not have. Raises FaultyUploadError, CountNotConfirmedError."""
    missing = int(upload.counts["missing"])
    sound = sum(upload.counts[state] for state in ("new", "changed", "same"))
    if upload.faults_total and (replace or not sound_only or not sound):
        raise FaultyUploadError
    if replace and missing and confirmed != missing:
        raise CountNotConfirmedError(missing)
    return missing


def _apply(locked: Locked, upload: Upload, *, by: str, removed: int) -> int:
    values: dict[str, Any] = {"resource": upload.resource, "upload": upload.pk, "version": locked.version + 1, "as_of": upload.as_of}
    with hashed() as cursor:
        cursor.execute(_END_CHANGED, values)
        if removed:
            cursor.execute(_END_MISSING, values)
        cursor.execute(_ADD, values)
        _, digest = cursor.fetchone()
    what = Turn(
        act="upload",
        by=by,
        at=clock.now(),
        added=upload.counts["new"],
        changed=upload.counts["changed"],
        removed=removed,
        as_of=_whole_as_of(locked, upload, removed),
        upload=upload.pk,
    )
    told = {"upload": str(upload.pk), "file": upload.sha256, "rows": digest, "left_out": upload.faulty_rows, "replaced": bool(removed)}
    version = turn(locked, what, told)
    Staged.objects.filter(upload=upload).delete()
    upload.state, upload.version = "applied", version
    upload.save(update_fields=["state", "version"])
    return version


def _whole_as_of(locked: Locked, upload: Upload, removed: int) -> datetime | None:
    """As of when the register is known as a whole: the file's, if it has every row that there is now, and no row of it was left out."""
    is_whole = not upload.faults_total and (removed == upload.counts["missing"] or locked.as_of is None)
    return upload.as_of if is_whole else locked.as_of


def _as_before(locked: Locked, version: int) -> Iterator[tuple[Row, datetime]]:
    """The records that a version ended, sealed anew: a seal holds in its own row only. They are read before the first is given."""
    held = sealer()
    ended = list(Record.objects.filter(resource=locked.shape.resource, until=version).order_by("id"))
    return ((seal(held, locked.shape, uuid7(), opened(held, row.pk, row.values, row.sealed)), row.as_of) for row in ended)
