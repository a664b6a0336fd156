"""Other bodies' systems, what was handed to them, what was reported to them, and where two lists disagree.

Invariants: a handover's and a report's id is what the other side knows it by, and never changes; what travels is sealed for its own row; `next_at` is there
exactly while something is still to be done by itself; an answer is kept as it came, and a person's entry beside it, never one in place of the other.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7


class System(models.Model):
    """Another body's system as last declared, and how the line to it is."""

    id = models.CharField(primary_key=True, max_length=80)
    department = models.CharField(max_length=80)
    zh = models.CharField(max_length=100)
    en = models.CharField(max_length=160)
    connector = models.JSONField()
    timeout_seconds = models.FloatField()
    poll_seconds = models.FloatField()
    patience_seconds = models.FloatField()
    reconcile_at = models.CharField(max_length=5)
    declared_at = models.DateTimeField()

    failures = models.PositiveIntegerField(default=0)
    """Silences in a row."""
    down_since = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    """Until when it is not called, after a silence."""
    answered_at = models.DateTimeField(null=True)
    error_zh = models.CharField(max_length=200, default="")
    error_en = models.CharField(max_length=300, default="")


class Handover(models.Model):
    """One case handed to another body's system for one step."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.CharField(max_length=80)
    case_id = models.UUIDField()
    task_id = models.UUIDField(unique=True)
    service = models.CharField(max_length=80)
    number = models.CharField(max_length=25, default="")
    body = models.BinaryField()
    """What travels, as JSON, sealed."""
    expects = models.JSONField(default=dict)
    """By record, the options that fit."""
    state = models.CharField(max_length=10, default="waiting")
    remote_id = models.CharField(max_length=120, default="")
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField()
    handed_by = models.CharField(max_length=80)
    patient_until = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    error_zh = models.CharField(max_length=200, default="")
    error_en = models.CharField(max_length=300, default="")
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    """When the system answered, by its own word."""
    answer = models.JSONField(null=True)
    """What it recorded, where that fits."""
    unfit = models.BinaryField(null=True)
    """What it recorded where that does not fit, as JSON, sealed."""
    by_hand = models.JSONField(null=True)
    """What a person entered in its place."""
    by_hand_at = models.DateTimeField(null=True)
    by_hand_by = models.CharField(max_length=80, default="")
    ended_at = models.DateTimeField(null=True)
    """When nothing more was awaited: answered, entered by hand, or withdrawn."""
    taken_at = models.DateTimeField(null=True)
    """When the case took note of an answer, or of there being none."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "answered", "unfit", "failed", "by-hand", "withdrawn"]), name="handover_state"
            ),
            models.CheckConstraint(condition=~Q(state="answered") | Q(answer__isnull=False), name="handover_answered"),
            models.CheckConstraint(condition=~Q(state="by-hand") | Q(by_hand__isnull=False), name="handover_by_hand"),
        ]
        indexes = [
            models.Index(fields=["system", "next_at"], name="handover_due", condition=Q(next_at__isnull=False)),
            models.Index(
                fields=["id"], name="handover_untaken", condition=Q(taken_at__isnull=True, state__in=["answered", "unfit", "failed"])
            ),
            models.Index(fields=["case_id", "id"], name="handover_case"),
            models.Index(fields=["system", "sent_at"], name="handover_sent", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["system", "state", "id"], name="handover_open", condition=Q(ended_at__isnull=True)),
        ]


class Report(models.Model):
    """One record that goes to the upper level: due (应报), sent (已报), received (已收) or returned (退回)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    """The case, or the licence."""
    entry_id = models.UUIDField()
    """The entry of the record that made it due."""
    number = models.CharField(max_length=60)
    service = models.CharField(max_length=80)
    department = models.CharField(max_length=80)
    day = models.DateField()
    """The day of the act."""
    body = models.BinaryField()
    """The fields, as JSON, sealed."""
    state = models.CharField(max_length=10, default="due")
    reason = models.CharField(max_length=500, default="")
    fields = models.JSONField(default=list)
    """Which fields the upper level named when it returned it."""
    remote_id = models.CharField(max_length=120, default="")
    attempts = models.PositiveIntegerField(default=0)
    corrections = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_id", "kind", "system"], name="report_once"),
            models.CheckConstraint(condition=Q(state__in=["due", "sent", "received", "returned"]), name="report_state"),
        ]
        indexes = [
            models.Index(fields=["system", "next_at"], name="report_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["system", "-day", "state"], name="report_day"),
            models.Index(fields=["system", "-id"], name="report_returned", condition=Q(state="returned")),
            models.Index(fields=["system", "sent_at"], name="report_sent", condition=Q(sent_at__isnull=False)),
        ]


class Follower(models.Model):
    """How far the record has been read for what is due."""

    id = models.CharField(primary_key=True, max_length=40)
    index = models.BigIntegerField()
    """The index of the next leaf."""


class Reconciliation(models.Model):
    """One comparison of both lists, for one system and day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.CharField(max_length=80)
    day = models.DateField()
    at = models.DateTimeField()
    here = models.PositiveIntegerField()
    """How many of ours were compared."""
    there = models.PositiveIntegerField()
    """How many the system told."""
    taken_over = models.PositiveIntegerField()
    """Answers that had been missed and were taken over then."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "day"], name="reconciliation_once")]


class Difference(models.Model):
    """One thing that the two sides disagree on, until a person or a later answer settles it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.CharField(max_length=80)
    day = models.DateField()
    kind = models.CharField(max_length=20)
    parcel_id = models.UUIDField()
    """The handover or report; for one that is unknown here, the id that the other side tells."""
    is_report = models.BooleanField()
    number = models.CharField(max_length=60, default="")
    here = models.JSONField(default=dict)
    there = models.JSONField(default=dict)
    """`{"state": …, "records": {…}}` of either side; a report's reason too."""
    remote_id = models.CharField(max_length=120, default="")
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, default="")
    how = models.CharField(max_length=20, default="")
    words = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel_id", "kind"], name="difference_once", condition=Q(settled_at__isnull=True)),
        ]
        indexes = [
            models.Index(fields=["system", "-day", "id"], name="difference_day"),
            models.Index(fields=["system"], name="difference_open", condition=Q(settled_at__isnull=True)),
        ]
