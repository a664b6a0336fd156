"""Runs, what each policy came to in a run, and matches. Private to this room.

Invariants, kept by the database: one run of a profile at a time; a policy comes to one result in a run; one match a subject and version of a policy, whose state only its
acts change. A subject is its blind index, and who it is, only the registers and parties know. A match that a later run does not find again is not removed: it is lost, with
the run that found it so, unless somebody has begun to redeem it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7

LIFE = ("matched", "willing", "verified", "publicised", "ordered", "paid", "spot-checked", "clawed-back")
"""匹配→意愿确认→核验→公示→拨付→到账→抽查→追回."""
AWAY = ("lost", "withdrawn", "declined")
OPEN = ("matched",)
"""The states in which nothing has been promised yet, so that a run may change the amount or take the match away."""


class Run(models.Model):
    """One matching of everybody of a profile with every policy over it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.CharField(max_length=60)
    scope = models.CharField(max_length=7, default="whole")
    """`whole`: everybody; `changed`: those whose records changed, as they stand in `turned`."""
    on = models.DateField()
    city = models.CharField(max_length=64)
    """The version of the declared city."""
    state = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    """When the registers were read: what stale means is counted from here."""
    ended_at = models.DateTimeField(null=True)
    subjects = models.PositiveIntegerField(default=0)
    policies = models.PositiveIntegerField(default=0)
    sources = models.JSONField(default=dict)
    """By alias: rows, as_of, reason (why nothing came)."""
    failure = models.JSONField(default=dict)
    """Why it stopped, as zh and en."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["asked", "matching", "done", "stopped", "failed"]), name="run_state"),
            models.CheckConstraint(condition=Q(scope__in=["whole", "changed"]), name="run_scope"),
            models.UniqueConstraint(fields=["profile"], name="run_one_at_a_time", condition=Q(state__in=["asked", "matching"])),
        ]
        indexes = [models.Index(fields=["profile", "-id"], name="run_latest")]


class Result(models.Model):
    """What one policy came to in a run. There as soon as the policy is done, so that a run that was killed goes on behind it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, db_index=False)
    policy = models.CharField(max_length=80)
    version = models.CharField(max_length=64)
    """The policy's hash."""
    entitled = models.PositiveIntegerField()
    not_entitled = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    """Fen, over all who are entitled."""
    gained = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()
    doubtful = models.PositiveIntegerField()
    """Matches of before of which it is unknown now whether they still hold: they stay."""
    sampled = models.PositiveIntegerField()
    """How many, hit or not, the single evaluator was asked about beside every hit."""
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "policy"], name="result_once")]


class Match(models.Model):
    """That a subject is entitled under a version of a policy, and how far it has come."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    policy = models.CharField(max_length=80)
    version = models.CharField(max_length=64)
    profile = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=16)
    """Blind index of the profile's key."""
    amount = models.BigIntegerField(null=True)
    """Fen; none for a right or a qualification."""
    state = models.CharField(max_length=12)
    found_by = models.UUIDField()
    """The run that found it first."""
    seen_by = models.UUIDField()
    """The last run that found it, or that took it away."""
    case_id = models.UUIDField(null=True)
    """The case that willingness opened."""
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "version", "subject"], name="match_once"),
            models.CheckConstraint(condition=Q(state__in=[*LIFE, *AWAY]), name="match_state"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="match_amount"),
        ]
        indexes = [
            models.Index(fields=["subject", "-id"], name="match_subject"),
            models.Index(fields=["policy", "version", "state"], name="match_policy"),
        ]


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
        indexes = [models.Index(fields=["subject", "-id"], name="change_subject")]


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
