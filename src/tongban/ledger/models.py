"""The record's tables.

Invariants: rows are added, never changed (triggers hold that for every role, rights for the application's): an entry only by erasing its content,
`Pending` only by being taken; leaf indexes are contiguous from 0; a tile's row exists once all its 256 hashes do; a checkpoint commits with its leaves.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7


class Entry(models.Model):
    """One act. It is the idempotency record too: one actor uses a key once. Erased, only id, instant and commitment are left."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.TextField()
    actor = models.TextField()
    at = models.DateTimeField()
    case_id = models.UUIDField(null=True)
    department = models.TextField()
    purpose = models.TextField()
    payload = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    commitment = models.BinaryField()
    key = models.TextField(null=True)
    body_hash = models.BinaryField(null=True)
    result = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], condition=Q(key__isnull=False), name="ledger_entry_actor_key"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, payload__isnull=False, salt__isnull=False)
                | Q(
                    erased_at__isnull=False,
                    payload__isnull=True,
                    salt__isnull=True,
                    case_id__isnull=True,
                    key__isnull=True,
                    result__isnull=True,
                ),
                name="ledger_entry_whole_or_erased",
            ),
        ]
        indexes = [models.Index(fields=["case_id", "id"], condition=Q(case_id__isnull=False), name="ledger_entry_case")]


class Pending(models.Model):
    """An entry that has no place in the tree yet: narrow, so that the sequencer reads nothing else."""

    entry_id = models.UUIDField(primary_key=True)
    hash = models.BinaryField()


class Leaf(models.Model):
    """A place in the tree: the leaf's hash over version and commitment."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    hash = models.BinaryField()


class Tile(models.Model):
    """The hash over one full tile; the tile's own hashes are the leaves, or the rows of the level below."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()


class Checkpoint(models.Model):
    """What was signed of the tree at one size."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()
