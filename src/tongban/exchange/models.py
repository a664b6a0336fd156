"""Declared resources, grants, answers, and what is silenced for a demonstration.

Invariants, kept by the database: a record's values are there exactly where the state is `value`; a reason exactly where it is `unknown`; one grant for the same
resource, service, purpose and items.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7


class Resource(models.Model):
    """A department's data set as last declared."""

    id = models.CharField(primary_key=True, max_length=120)
    department = models.CharField(max_length=60)
    zh = models.CharField(max_length=100)
    en = models.CharField(max_length=160)
    key = models.CharField(max_length=40)
    items = models.JSONField()
    """By name: type as its description, sensitivity, zh, en."""
    sharing = models.CharField(max_length=20)
    updated = models.CharField(max_length=20)
    connector = models.JSONField()
    declared_at = models.DateTimeField()


class Grant(models.Model):
    """That a service may use items of a resource for a purpose."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resource = models.CharField(max_length=120)
    service = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    items = ArrayField(models.CharField(max_length=60))
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "service", "purpose", "items"], name="grant_once", condition=Q(ended_at__isnull=True)
            ),
        ]


class Suspension(models.Model):
    """A resource that is made silent for a demonstration."""

    resource = models.CharField(primary_key=True, max_length=120)
    since = models.DateTimeField()


class Answer(models.Model):
    """What a register answered for a need of a case. Rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    need = models.CharField(max_length=60)
    resource = models.CharField(max_length=120)
    source = models.CharField(max_length=60)
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=20, blank=True)
    items = ArrayField(models.CharField(max_length=60))
    values = models.JSONField()
    """Open and internal items."""
    sealed = models.BinaryField()
    """The key that was asked with, and the values of personal and sensitive items; as JSON, sealed."""
    subject = models.BinaryField()
    """Blind index of the key: whose data were looked at."""
    purpose = models.CharField(max_length=160)
    actor = models.CharField(max_length=80)
    department = models.CharField(max_length=60)
    as_of = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "need", "-id"], name="answer_case"),
            models.Index(fields=["subject", "-id"], name="answer_subject"),
            models.Index(fields=["resource", "-id"], name="answer_resource"),
            models.Index(fields=["actor", "-fetched_at"], name="answer_actor"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["value", "none", "unknown"]), name="answer_state"),
            models.CheckConstraint(condition=Q(state="unknown") ^ Q(reason=""), name="answer_reason"),
            models.CheckConstraint(condition=Q(state="value") | Q(values={}), name="answer_values"),
        ]
