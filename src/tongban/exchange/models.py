"""Declared resources, grants, answers, what is silenced for a demonstration; and the registers that Tongban keeps, with what is uploaded into them.

Invariants, kept by the database: an answer's values are there exactly where the state is `value`; a reason exactly where it is `unknown`; one grant for the same
resource, service, purpose and items. A record of a register is added and never changed but for the one mark that it is superseded, so each version of a register
can be read again: those records with `since <= version < until`; one record of a key is valid at a time.
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
    key_title = models.JSONField(default=dict)
    """zh, en; empty where the key is called as keys of its name are."""
    items = models.JSONField()
    """By name: type as its description, sensitivity, zh, en, its place in the declared order; of a choice its options by id, each with zh and en."""
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
    reused_from = models.UUIDField(null=True)
    """The answer of the bundle's case that was used again for this one, so that no department was asked twice."""

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


class Register(models.Model):
    """A register that Tongban keeps, as it is now. The row is locked by whoever changes the register."""

    resource = models.CharField(primary_key=True, max_length=120)
    version = models.PositiveIntegerField()
    """How many changes there were."""
    rows = models.PositiveIntegerField()
    as_of = models.DateTimeField(null=True)
    """As of when the department last gave the register as a whole; without it, nobody knows who is not in it."""
    changed_at = models.DateTimeField()


class Change(models.Model):
    """What led from one version of a register to the next: who, when, why, how much. Rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resource = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    act = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    upload = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    undoes = models.PositiveIntegerField(null=True)
    as_of_before = models.DateTimeField(null=True)
    as_of = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "version"], name="change_version"),
            models.CheckConstraint(condition=Q(act__in=["upload", "undo", "enter", "remove", "load", "confirm"]), name="change_act"),
        ]


class Record(models.Model):
    """One record of a register, from one version of it until another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resource = models.CharField(max_length=120)
    blind = models.BinaryField()
    values = models.JSONField()
    """Open and internal items."""
    sealed = models.BinaryField()
    """The key, and the values of personal and sensitive items; as JSON, sealed."""
    digest = models.BinaryField()
    as_of = models.DateTimeField()
    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "blind"], name="record_valid_once", condition=Q(until__isnull=True)),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=models.F("since")), name="record_until_after_since"),
        ]
        indexes = [models.Index(fields=["resource", "blind", "since"], name="record_history")]


class Upload(models.Model):
    """A file that somebody uploaded for a register: read, compared, and applied or not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resource = models.CharField(max_length=120)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    as_of = models.DateTimeField()
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    """The file itself, sealed, until it has been read."""
    state = models.CharField(max_length=10)
    progress = models.PositiveIntegerField(default=0)
    """Rows read so far."""
    failure = models.JSONField(default=dict)
    """Why the file could not be read, as zh and en."""
    sheet = models.CharField(max_length=120, blank=True)
    rows = models.PositiveIntegerField(default=0)
    faulty_rows = models.PositiveIntegerField(default=0)
    faults_total = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    """The first of them: row, column, zh, en."""
    base = models.PositiveIntegerField(default=0)
    """The version of the register that the rows were compared with."""
    counts = models.JSONField(default=dict)
    """new, changed, same, missing."""
    version = models.PositiveIntegerField(null=True)
    """The version of the register that applying it led to."""
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["resource", "-id"], name="upload_resource"),
            models.Index(fields=["expires_at"], name="upload_expires"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["reading", "read", "failed", "applied", "discarded", "expired"]), name="upload_state"
            )
        ]


class Staged(models.Model):
    """One sound row of an upload that is not applied yet. Its id is that of the record it may become, so that its seal holds there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    upload = models.ForeignKey(Upload, models.CASCADE, db_index=False)
    row = models.PositiveIntegerField()
    blind = models.BinaryField()
    values = models.JSONField()
    sealed = models.BinaryField()
    digest = models.BinaryField()
    state = models.CharField(max_length=7, blank=True)
    """new, changed or same, compared with the register."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "blind"], name="staged_once")]
        indexes = [models.Index(fields=["upload", "state", "row"], name="staged_rows")]
