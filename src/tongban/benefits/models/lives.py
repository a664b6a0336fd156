"""Runs, what each policy came to in a run, matches, and what becomes of them. Private to this room.

Invariants, kept by the database: one run of a profile at a time; a policy comes to one result in a run; one match a subject and version of a policy, whose state only its
acts change; a pool never has more reserved and paid than there is; a match has at most one payment order that is under way or paid, and an order's number is its own. A
subject is its blind index, and who it is, only the registers and parties know, until they redeem something themselves. A match that a later run does not find again is not
removed: it is lost, with the run that found it so, unless somebody has begun to redeem it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tongban.kernel.ids import uuid7

LIFE = ("matched", "willing", "verified", "publicised", "ordered", "paid", "spot-checked", "clawed-back")
"""匹配→意愿确认→核验→公示→拨付→到账→抽查→追回."""
AWAY = ("lost", "withdrawn", "declined", "refused")
"""The registers say no now; the policy was withdrawn; the subject gave it up; a person refused it."""
OPEN = ("matched",)
"""The states in which nothing has been promised yet, so that a run may change the amount or take the match away."""
TAKEN = LIFE[1:]
"""The states in which the subject has taken it: another policy that excludes it cannot be had beside it."""
CHOICE_ASKED = "choice-asked"
"""The step by which an unasked entitlement waits for its subject to choose between it and a better one."""
ORDER_STATES = ("waiting", "sent", "unsure", "paid", "failed")


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
    edition = models.DateField(null=True)
    """From which day the version holds that it was taken under: a text that is put right makes another version, and no other edition."""
    amount = models.BigIntegerField(null=True)
    """Fen; none for a right or a qualification."""
    state = models.CharField(max_length=12)
    found_by = models.UUIDField()
    """The run that found it first; for one that a person found, the case in which they did."""
    seen_by = models.UUIDField()
    """The last run that found it, or that took it away."""
    case_id = models.UUIDField(null=True)
    """The case that willingness opened."""
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    kind = models.CharField(max_length=10, default="", db_default="")
    principal_id = models.UUIDField(null=True)
    """Who the subject is, as parties know it, once they redeem it."""
    number = models.CharField(max_length=25, default="", db_default="")
    """The case's."""
    willing_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    """By when the payment is ordered, as the policy promises."""
    queued_at = models.DateTimeField(null=True)
    """Since when it waits for money; none where it does not."""
    pool = models.CharField(max_length=80, default="", db_default="")
    """Whose money it is paid from, as its version said when that was promised, or when it began to wait: a later version may name another pool."""
    reserved = models.BigIntegerField(default=0, db_default=0)
    """Fen that its pool holds for it, until they are paid or let go."""
    public_from = models.DateField(null=True)
    public_until = models.DateField(null=True)
    """The last day of the public notice."""
    paid_on = models.DateField(null=True)
    told_on = models.DateField(null=True)
    """Since when this payment is part of a published sum."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "version", "subject"], name="match_once"),
            models.CheckConstraint(condition=Q(state__in=[*LIFE, *AWAY]), name="match_state"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="match_amount"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="match_reserved"),
        ]
        indexes = [
            models.Index(fields=["subject", "-id"], name="match_subject"),
            models.Index(fields=["policy", "version", "state"], name="match_policy"),
            models.Index(
                fields=["state", "id"],
                name="match_under_way",
                condition=Q(state__in=["willing", "verified", "publicised", "ordered", "refused"]),
            ),
            models.Index(fields=["pool", "queued_at", "id"], name="match_queued", condition=Q(queued_at__isnull=False)),
            models.Index(fields=["paid_on", "id"], name="match_untold", condition=Q(paid_on__isnull=False, told_on__isnull=True)),
            models.Index(fields=["told_on", "id"], name="match_told_back", condition=Q(paid_on__isnull=True, told_on__isnull=False)),
            models.Index(fields=["case_id"], name="match_case", condition=Q(case_id__isnull=False)),
        ]


class Step(models.Model):
    """One act on a match: what happened, when, by whom, in which words. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    match = models.ForeignKey(Match, models.CASCADE, db_index=False)
    act = models.CharField(max_length=30)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    """The ledger's name for who acted."""
    name = models.CharField(max_length=100, default="")
    department = models.CharField(max_length=80, default="")
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    words = models.TextField(default="")
    data = models.JSONField(default=dict)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["match", "id"], name="step_of_match")]


class Finding(models.Model):
    """What the single evaluator said of a match over registers that were asked then: what a promise rests on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    match = models.ForeignKey(Match, models.CASCADE, db_index=False)
    at = models.DateTimeField()
    look = models.UUIDField()
    """Under which the questions to the registers stand on the record."""
    version = models.CharField(max_length=64)
    answer = models.CharField(max_length=10)
    amount = models.BigIntegerField(null=True)
    facts = models.JSONField()
    explanation = models.JSONField()
    choice = models.JSONField(default=dict)
    """What of mutually exclusive policies was best, and what was left out."""

    class Meta:
        indexes = [models.Index(fields=["match", "-id"], name="finding_of_match")]


class Pool(models.Model):
    """The money of a declared pool, and how much of it is promised and paid."""

    id = models.CharField(primary_key=True, max_length=80)
    amount = models.BigIntegerField()
    """As declared; never below what is promised and paid already."""
    reserved = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reserved__gte=0, paid__gte=0), name="pool_sums"),
            models.CheckConstraint(condition=Q(amount__gte=F("reserved") + F("paid")), name="pool_not_overdrawn"),
        ]


class Account(models.Model):
    """Where a subject is paid. The number is sealed for its own row; its last four digits are shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.BinaryField(max_length=16)
    kind = models.CharField(max_length=10)
    principal_id = models.UUIDField()
    number = models.BinaryField()
    tail = models.CharField(max_length=4)
    told_at = models.DateTimeField()
    told_by = models.UUIDField()
    """The person who gave it, who hears of what is paid into it."""
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject"], condition=Q(is_current=True), name="account_current")]


class Order(models.Model):
    """One payment order to a bank. Its id is what the bank knows it by and never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    match = models.ForeignKey(Match, models.CASCADE, db_index=False)
    pool = models.CharField(max_length=80)
    system = models.CharField(max_length=80, default="")
    """The bank; none where the department pays by hand."""
    account = models.ForeignKey(Account, models.PROTECT, db_index=False)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, default="waiting")
    """waiting to be sent; sent; unsure (no reply: the bank is asked, never sent another); paid; failed."""
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    remote = models.CharField(max_length=120, default="")
    ordered_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="")
    answers = models.PositiveIntegerField(default=0)
    """How often the bank told an outcome."""
    contradicted_at = models.DateTimeField(null=True)
    """When the bank told another outcome than before: nothing changed, and a person looks."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["match"], condition=~Q(state="failed"), name="order_once"),
            models.CheckConstraint(condition=Q(state__in=ORDER_STATES), name="order_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_amount"),
        ]
        indexes = [
            models.Index(fields=["system", "next_at"], name="order_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["match", "-id"], name="order_of_match"),
        ]


class Objection(models.Model):
    """Somebody objects to what stands in public notice: nothing is ordered until it is decided."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    match = models.ForeignKey(Match, models.CASCADE, db_index=False)
    at = models.DateTimeField()
    by = models.UUIDField()
    """The person, who is told to nobody but whoever decides."""
    words = models.TextField()
    department = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, default="")
    upheld = models.BooleanField(null=True)
    answer = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["match", "id"], name="objection_of_match"),
            models.Index(fields=["department", "id"], name="objection_open", condition=Q(decided_at__isnull=True)),
        ]


class Clawback(models.Model):
    """What was paid and has to be given back: on which ground, by when, and whether it came."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    match = models.OneToOneField(Match, models.CASCADE)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    words = models.TextField()
    cite = models.CharField(max_length=200)
    due_on = models.DateField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="clawback_amount")]
        indexes = [models.Index(fields=["due_on"], name="clawback_due", condition=Q(returned_at__isnull=True))]


class SecondPayment(models.Model):
    """What a bank paid besides the payment of a match, by an order that had been taken for failed: until it is back, its pool counts it as paid."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    match = models.ForeignKey(Match, models.CASCADE, db_index=False)
    order = models.OneToOneField(Order, models.CASCADE)
    pool = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    known_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    words = models.TextField(default="")
    due_on = models.DateField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="second_amount")]
        indexes = [
            models.Index(fields=["match", "id"], name="second_of_match"),
            models.Index(fields=["pool"], name="second_out", condition=Q(returned_at__isnull=True)),
        ]


class Review(models.Model):
    """A no of which a person asked that a person looks. Granted, it becomes a match that a person found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    policy = models.CharField(max_length=80)
    version = models.CharField(max_length=64)
    profile = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=16)
    case_id = models.UUIDField(unique=True)
    number = models.CharField(max_length=25, default="")
    kind = models.CharField(max_length=10)
    principal_id = models.UUIDField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    words = models.TextField()
    answer = models.CharField(max_length=10)
    """What the single evaluator said."""
    amount = models.BigIntegerField(null=True)
    """What the formula gives, if it can be told."""
    look = models.UUIDField()
    facts = models.JSONField()
    explanation = models.JSONField()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="review_subject"),
            models.Index(fields=["id"], name="review_open", condition=Q(settled_at__isnull=True)),
        ]
