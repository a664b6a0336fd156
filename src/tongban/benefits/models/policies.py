"""Changes that runs found, whose records changed and were read for that, drafts of policies and their trials. Private to this room.

Invariants, kept by the database: a change of somebody's entitlement stands once in a run; a subject waits once to be matched again; a draft ends in one way, and published it
names the version that it became; one trial of a draft at a time.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.benefits.models.lives import Run
from tongban.kernel.ids import uuid7


class Change(models.Model):
    """That a run found somebody's entitlement gained, lost, raised, lowered or in doubt, with the clauses that decided it and the facts that they read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, db_index=False)
    policy = models.CharField(max_length=80)
    version = models.CharField(max_length=64)
    subject = models.BinaryField(max_length=16)
    what = models.CharField(max_length=8)
    why = models.CharField(max_length=12)
    """first: nobody was matched with this version before; version: another version took over; facts: what a register says has changed; silent: a register does not answer."""
    before = models.BigIntegerField(null=True)
    after = models.BigIntegerField(null=True)
    """Fen."""
    clauses = models.JSONField(default=list)
    """The ids of the clauses that turned."""
    sealed = models.BinaryField(null=True)
    """The facts that those read: values of people, sealed for this row."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["gained", "lost", "raised", "lowered", "doubtful"]), name="change_what"),
            models.UniqueConstraint(fields=["run", "policy", "what", "subject"], name="change_once"),
        ]
        indexes = [
            models.Index(fields=["subject", "-id"], name="change_subject"),
            models.Index(fields=["run", "subject"], name="change_of_run"),
        ]


class Turned(models.Model):
    """A subject whose record in some register changed and who was not matched since. One row a subject, however often it changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=16)
    sealed = models.BinaryField()
    """The key, sealed for this row."""
    since = models.DateTimeField()
    run = models.UUIDField(null=True)
    """The run that is matching it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "subject"], name="turned_once", condition=Q(run__isnull=True))]
        indexes = [models.Index(fields=["run"], name="turned_run")]


class Seen(models.Model):
    """That a run over some read a subject's records: for who wants to know who looked. Never changed; a run over everybody needs none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, db_index=False)
    subject = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "subject"], name="seen_once")]
        indexes = [models.Index(fields=["subject", "-id"], name="seen_subject")]


class Watch(models.Model):
    """Up to which version of a kept register a profile's changed subjects have been queued."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.CharField(max_length=60)
    resource = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    as_of = models.DateTimeField(null=True)
    """As of when the register was known as a whole then."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "resource"], name="watch_once")]


class Draft(models.Model):
    """A policy's text on its way: what a department writes, with everything that was typed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department = models.CharField(max_length=60)
    policy = models.CharField(max_length=80, blank=True)
    """Its id as last read from the text."""
    base = models.CharField(max_length=64, blank=True)
    """The hash of the version that it was begun from; empty for a new policy."""
    text = models.TextField()
    state = models.CharField(max_length=9)
    version = models.PositiveIntegerField(default=1)
    """How often it was saved."""
    begun_by = models.CharField(max_length=80)
    saved_by = models.CharField(max_length=80)
    saved_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)
    published = models.CharField(max_length=64, blank=True)
    """The hash of the policy's version that it became."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "published", "discarded"]), name="draft_state"),
            models.CheckConstraint(condition=Q(state="published") ^ Q(published=""), name="draft_published"),
        ]
        indexes = [models.Index(fields=["department", "state", "-id"], name="draft_department")]


class Trial(models.Model):
    """One trial of a draft over everybody (政策沙盘): what came of it are counts. Nothing is promised and nobody is named."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, db_index=False)
    department = models.CharField(max_length=60)
    profile = models.CharField(max_length=60)
    text = models.TextField()
    city = models.CharField(max_length=64)
    on = models.DateField()
    state = models.CharField(max_length=8)
    steps = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    """How far it has come: a step for each source, and one for counting."""
    by = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    subjects = models.PositiveIntegerField(default=0)
    sources = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    failure = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["asked", "reading", "done", "stopped", "failed"]), name="trial_state"),
            models.UniqueConstraint(fields=["draft"], name="trial_one_at_a_time", condition=Q(state__in=["asked", "reading"])),
        ]
        indexes = [models.Index(fields=["draft", "-id"], name="trial_latest")]


class Withdrawal(models.Model):
    """撤回: that a version of a policy was published by mistake, by whom it was withdrawn and why, and what becomes of what was paid. Never changed but for its end."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    policy = models.CharField(max_length=80)
    version = models.CharField(max_length=64, unique=True)
    department = models.CharField(max_length=60)
    zh = models.TextField()
    en = models.TextField()
    """The reason."""
    cite = models.CharField(max_length=200)
    """On which provision what was paid stays or is asked back."""
    paid = models.CharField(max_length=9)
    on = models.DateField()
    by = models.CharField(max_length=80)
    name = models.CharField(max_length=100)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(paid__in=["stays", "claw-back"]), name="withdrawal_paid")]
        indexes = [models.Index(fields=["department", "-id"], name="withdrawal_department")]


class Undone(models.Model):
    """What a withdrawal comes to for one match. There from the moment of the withdrawal, so that nobody is forgotten."""

    id = models.UUIDField(primary_key=True, editable=False)
    """The match's."""
    withdrawal = models.ForeignKey(Withdrawal, models.CASCADE, db_index=False)
    was = models.CharField(max_length=12)
    amount = models.BigIntegerField(null=True)
    became = models.CharField(max_length=11, default="waiting")
    """waiting to be undone; bank: its order is at the bank, and what the bank says is waited for; withdrawn; stays; clawed-back; as-it-was: it had ended already."""
    told = models.PositiveIntegerField(default=0)
    """How many people were sent a message."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(became__in=["waiting", "bank", "withdrawn", "stays", "clawed-back", "as-it-was"]), name="undone_became"
            )
        ]
        indexes = [models.Index(fields=["withdrawal", "became", "id"], name="undone_of_withdrawal")]
