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
