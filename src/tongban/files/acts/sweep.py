"""Sweep orphans: blobs that no row names, left by a crash or a rolled-back transaction."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from tongban.files import blobs
from tongban.files.acts.keep import SWEEPING
from tongban.files.models import File

_AT_ONCE = 500


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Remove orphans whose last writing lies longer ago than `older_than`; how many were removed.

    Ages are of the machine's own clock, as the files' are. Each batch excludes keepers while it looks again and removes.
    """
    cutoff = datetime.fromtimestamp(time.time(), UTC) - older_than
    found = list(blobs.older_than(cutoff))
    return sum(_sweep_batch(found[start : start + _AT_ONCE], cutoff) for start in range(0, len(found), _AT_ONCE))


def _sweep_batch(batch: list[Path], cutoff: datetime) -> int:
    removed = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SWEEPING])
        named = set(File.objects.filter(sha256__in=[path.name for path in batch]).values_list("sha256", flat=True))
        for path in batch:
            if path.name in named or not _is_still_old(path, cutoff):
                continue
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _is_still_old(path: Path, cutoff: datetime) -> bool:
    try:
        return os.stat(path).st_mtime < cutoff.timestamp()  # noqa: PTH116 - one call, asked under a lock
    except FileNotFoundError:
        return False
