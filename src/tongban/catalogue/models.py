"""Published definitions.

Invariants: rows are added and never changed; a text is stored under the SHA-256 of its bytes, a version under its content hash; the running version is
the publishing with the greatest number; every version ever published can be read again from its stored texts.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7


class StoredText(models.Model):
    """One declared file, byte for byte."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()


class Version(models.Model):
    """One version of the declared city: which text stands at which path."""

    hash = models.CharField(primary_key=True, max_length=64)
    texts = models.JSONField()
    """Path inside the folder → sha256 of the text."""


class ServiceVersion(models.Model):
    """One version of a service, and the city's version in which it first appeared."""

    hash = models.CharField(primary_key=True, max_length=64)
    service = models.CharField(max_length=80)
    version = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["service", "since"], name="catalogue_service_since")]


class Publishing(models.Model):
    """That a version was made the running one. An older version may be published again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(unique=True)
    version = models.CharField(max_length=64)
    base = models.CharField(max_length=64, blank=True)
    """The version that was running before; empty for the first."""
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    changed = models.JSONField()
    """By kind, the ids that were added, changed or removed."""
    files = models.JSONField(default=list)
    """The files that were published by themselves, at the desk, and not with a folder; empty for a folder."""
    carried = models.JSONField(default=list)
    """Of a folder: the files that were published at the desk and that it does not have yet."""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="publishing_numbers_from_one")]
