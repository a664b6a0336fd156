"""Receive a file for a register, read it, and let it go.

Invariants: a file is kept sealed, and only until it has been read; its rows are staged sealed, for the records that they may become; reading may be cut off at any
moment and is done again, by whoever comes first, and once only; an upload that nobody applies expires, and nothing of it is left but that it was.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.exchange.acts.keeping import copy_staged, record, shape
from tongban.exchange.core.records import Row, Shape, seal
from tongban.exchange.core.sheets import Sheet, read_sheet, weight
from tongban.exchange.errors import UnreadableFileError, UploadNotFoundError, UploadOverError
from tongban.exchange.models import Register, Staged, Upload
from tongban.exchange.reads.hashed import hashed
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import plain
from tongban.ledger.core.canonical import JSON
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer

READ: Final = "exchange.read-upload"
OPEN: Final = ("reading", "read", "failed")
"""States in which an upload waits for somebody to act."""
LIFETIME: Final = timedelta(days=7)
AT_ONCE: Final = 2_000_000
"""Bytes, unpacked, of a file that is read while its sender waits; a larger one is read by the worker."""
_IF_KILLED: Final = timedelta(seconds=60)
_FORGOTTEN_AFTER: Final = timedelta(days=30)

_COMPARE = """
UPDATE exchange_staged s SET state = c.state FROM (
  SELECT t.id, CASE WHEN r.id IS NULL THEN 'new' WHEN r.digest = t.digest THEN 'same' ELSE 'changed' END AS state
  FROM exchange_staged t LEFT JOIN exchange_record r ON r.resource = %(resource)s AND r.blind = t.blind AND r.until IS NULL
  WHERE t.upload_id = %(upload)s
) c WHERE s.id = c.id AND s.state <> c.state
"""
_COUNT = """
SELECT count(*) FILTER (WHERE state = 'new'), count(*) FILTER (WHERE state = 'changed'), count(*) FILTER (WHERE state = 'same'),
  (SELECT count(*) FROM exchange_record r WHERE r.resource = %(resource)s AND r.until IS NULL
   AND NOT EXISTS (SELECT FROM exchange_staged s WHERE s.upload_id = %(upload)s AND s.blind = r.blind))
FROM exchange_staged WHERE upload_id = %(upload)s
"""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was kept; a small one may be read at once, by `read_upload`."""

    id: UUID
    is_small: bool


def receive_upload(resource_id: str, content: bytes, *, name: str, as_of: date, by: str) -> Received:
    """Keep a file to be read, and ask for that; it takes the place of what the same person uploaded before and has not applied.

    Raises UnknownResourceError, NotKeptError, UnreadableFileError for what is no table.
    """
    found = shape(resource_id)
    is_small = weight(content) <= AT_ONCE
    now, id_, digest = clock.now(), uuid7(), hashlib.sha256(content).hexdigest()
    shown = plain(name).replace("/", "").replace("\\", "").strip()[:120]
    with transaction.atomic():
        earlier = _let_go_of_earlier(resource_id, by)
        Upload.objects.create(
            id=id_,
            resource=resource_id,
            by=by,
            at=now,
            as_of=min(now, datetime.combine(as_of, time.max, clock.ZONE)),
            name=shown,
            size=len(content),
            sha256=digest,
            content=sealer().seal(base64.b85encode(content).decode(), _place(id_)),
            state="reading",
            expires_at=now + LIFETIME,
        )
        enqueue(READ, {"upload": str(id_)}, run_at=now + _IF_KILLED if is_small else None)
        told: dict[str, JSON] = {"resource": resource_id, "upload": str(id_), "size": len(content), "sha256": digest, "instead_of": earlier}
        record("exchange.receive-upload", found, told, by=by, at=now)
    return Received(id_, is_small)


def _let_go_of_earlier(resource_id: str, by: str) -> list[JSON]:
    rows = Upload.objects.select_for_update().defer("content").filter(resource=resource_id, by=by, state__in=OPEN)
    gone: list[JSON] = []
    for upload in rows:
        _empty(upload, "discarded")
        gone.append(str(upload.pk))
    return gone


def read_upload(upload_id: UUID) -> None:
    """Read a received file and compare it with its register; one that was read before stays as it is. Must be called outside any transaction."""
    upload = Upload.objects.filter(pk=upload_id, state="reading").first()
    if upload is None or upload.content is None:
        return
    found = shape(upload.resource)
    content = base64.b85decode(sealer().open(upload.content, _place(upload_id)))
    try:
        sheet = read_sheet(content, found, lambda rows: _progress(upload_id, rows))
    except UnreadableFileError as fault:
        _fail(upload_id, fault)
        return
    _stage(upload_id, found, sheet)


def discard_upload(resource_id: str, upload_id: UUID, *, by: str) -> None:
    """Let an upload go that was not applied. Raises UploadNotFoundError, UploadOverError."""
    with transaction.atomic():
        upload = locked_upload(resource_id, upload_id)
        if upload.state not in OPEN:
            raise UploadOverError
        _empty(upload, "discarded")
        record("exchange.discard-upload", shape(resource_id), {"resource": resource_id, "upload": str(upload_id)}, by=by, at=clock.now())


def expire_uploads() -> int:
    """Let go of uploads that nobody applied in time, and forget those that are long over; how many expired."""
    now, expired = clock.now(), 0
    late = Upload.objects.filter(expires_at__lt=now, state__in=OPEN)
    for upload_id in list(late.values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            upload = Upload.objects.select_for_update().get(pk=upload_id)
            if upload.state in OPEN:
                _empty(upload, "expired")
                expired += 1
    Upload.objects.filter(expires_at__lt=now - _FORGOTTEN_AFTER, state__in=["discarded", "expired"]).delete()
    return expired


def locked_upload(resource_id: str, upload_id: UUID) -> Upload:
    """The upload's row, locked, without the file. Raises UploadNotFoundError."""
    row = Upload.objects.select_for_update().defer("content").filter(pk=upload_id, resource=resource_id).first()
    if row is None:
        raise UploadNotFoundError
    return row


def compare(upload: Upload, version: int) -> None:
    """Compare the staged rows with the register as it is at this version; the caller holds the upload's row and saves it."""
    with hashed() as cursor:
        values: dict[str, Any] = {"resource": upload.resource, "upload": upload.pk}
        cursor.execute(_COMPARE, values)
        cursor.execute(_COUNT, values)
        new, changed, same, missing = cursor.fetchone()
    upload.base = version
    upload.counts = {"new": new, "changed": changed, "same": same, "missing": missing}


def _stage(upload_id: UUID, found: Shape, sheet: Sheet) -> None:
    """Write what was read, unless somebody else has meanwhile."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().defer("content").filter(pk=upload_id, state="reading").first()
        if upload is None:
            return
        copy_staged(upload_id, _sealed(found, sheet))
        register = Register.objects.filter(pk=upload.resource).first()
        compare(upload, register.version if register else 0)
        upload.sheet, upload.rows = sheet.name, sheet.rows
        upload.faults_total, upload.faulty_rows = sheet.faults_total, sheet.faulty_rows
        upload.faults = [{"row": one.row, "column": one.column, "title": _text(one.title), "says": _text(one.says)} for one in sheet.faults]
        upload.progress, upload.state, upload.content = sheet.rows, "read", None
        upload.save()


def _sealed(found: Shape, sheet: Sheet) -> Iterator[tuple[int, Row]]:
    held = sealer()
    return ((one.row, seal(held, found, uuid7(), one.record)) for one in sheet.good)


def _fail(upload_id: UUID, fault: UnreadableFileError) -> None:
    Upload.objects.filter(pk=upload_id, state="reading").update(state="failed", failure=_text(fault.says), content=None)


def _progress(upload_id: UUID, rows: int) -> None:
    Upload.objects.filter(pk=upload_id, state="reading").update(progress=rows)


def _empty(upload: Upload, state: str) -> None:
    Staged.objects.filter(upload=upload).delete()
    upload.state, upload.content, upload.faults = state, None, []
    upload.save()


def _text(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _place(upload_id: UUID) -> Place:
    return Place("upload", "content", upload_id)
