"""The row of a case, from its draft to its end.

Invariants: a draft already has the case's id; a sent case keeps the hash of the definition it began under; what a list sorts, filters or
searches is copied into its row; `version` rises with every change; `due_on` and `statutory_due_on` are projections that
`core.clocks` computes and nothing else writes.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Collate, Reverse

from tongban.kernel.ids import uuid7
from tongban.parties.core.people import PrincipalKind

NUMBER_BACKWARDS = Collate(Reverse("number"), "C")
"""A number's characters from the last to the first: what its tail is found by. In the collation C a prefix is looked up in the index."""


class Case(models.Model):
    """One application for one service, from draft to end."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=25, null=True, unique=True)
    service = models.CharField(max_length=80)
    service_hash = models.CharField(max_length=64, blank=True)
    procedure = models.CharField(max_length=80)
    situation = models.CharField(max_length=20, default="new")
    state = models.CharField(max_length=40)
    is_open = models.BooleanField(default=True)
    way = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=80, blank=True)
    """What it waits for now: a step's id, `accept`, `correct` (the applicant) or nothing."""
    department = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20, default="online")
    """By which it came: where it was sent, not where it was begun."""
    attendance_id = models.UUIDField(null=True)
    """In which attendance an official assisted; none where the applicant's side did it alone."""

    applicant_kind = models.CharField(max_length=10)
    applicant_id = models.UUIDField()
    applicant_name = models.CharField(max_length=200)
    is_sealed = models.BooleanField(default=False)
    """Whoever handles it is not told who the applicant is: `applicant_name` says so, and nothing is found by name."""
    name_grams = ArrayField(models.IntegerField(), default=list)
    """The keyed hashes of the name's pairs of characters once the case is sent; a draft is not searched."""
    applicant_facts = models.JSONField(default=dict)
    applied_by = models.UUIDField()
    mandate_id = models.UUIDField(null=True)
    mandate_kind = models.CharField(max_length=40, blank=True)

    answers = models.JSONField(default=dict)
    """By question id, in the fact type's JSON form."""
    answered_in = models.JSONField(default=dict)
    """By question id, the version in which it was last changed."""
    version = models.PositiveIntegerField(default=1)

    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)
    complete_on = models.DateField(null=True)
    """The day the set of papers became complete: receipt, or the last correction."""
    accepted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    answer_due_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    """The instant due, where the limit is in hours; `due_on` is then its date."""
    statutory_due_on = models.DateField(null=True)
    amount_fen = models.BigIntegerField(null=True)

    asked_on = models.DateField(null=True)
    """The day on which corrections were asked for, while they are awaited."""
    reply_due_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    """The day on which the applicant was reminded of the corrections that are awaited."""
    deliver_due_on = models.DateField(null=True)
    stops = models.JSONField(default=list)
    """Lawful stops, oldest first: `{"kind", "began_on", "expected_on", "ended_on"}`; who and why stand in the events."""
    stop_due_on = models.DateField(null=True)
    """By when the running stop is expected to end, as the applicant was told."""
    extended_by = models.PositiveSmallIntegerField(default=0)
    promised = models.BooleanField(default=False)
    """The applicant chose to promise (告知承诺), where a way on a promise was open."""
    owed = models.JSONField(default=list)
    """Secondary papers that are owed (容缺), by question id."""
    tolerated = models.BooleanField(default=False)
    """It was accepted while papers were owed."""
    owed_due_on = models.DateField(null=True)
    parent_id = models.UUIDField(null=True)
    """The bundle's case that this one is a part of."""

    licence_id = models.UUIDField(null=True)
    """The credential that the case is about: what is changed, extended, reissued or ended."""

    late_promise = models.BooleanField(default=False)
    """It was decided after the promised limit; its dates due are none from then on."""
    late_law = models.BooleanField(default=False)
    """The same of the statutory limit."""
    silent_grant_on = models.DateField(null=True)
    """The last day for deciding an extension; once it has passed undecided, the extension counts as granted."""

    delivery = models.CharField(max_length=12, default="", blank=True)
    """How the applicant wants letters: `electronic` (consent), `collect`, `mail`; empty where nobody was asked."""
    delivery_to = models.JSONField(default=dict, blank=True)
    """For post: name, phone, address."""
    about_id = models.UUIDField(null=True)
    """The case that this one concerns: what is appealed against, or was rated badly."""
    about_service = models.CharField(max_length=80, default="", blank=True)
    """The service of what it concerns: a mandate that opens that case opens this one."""
    kept_from = ArrayField(models.UUIDField(), default=list)
    """People who may not handle it, because they had a hand in what it concerns."""
    is_confidential = models.BooleanField(default=False)
    """They may not see it either, and who stands behind it is told to supervision alone."""
    reopened_on = models.DateField(null=True)
    """The day on which it was taken up again; its limits count from there."""

    @property
    def side(self) -> tuple[PrincipalKind, UUID]:
        """The applicant, as parties names it."""
        return ("firm" if self.applicant_kind == "firm" else "person"), self.applicant_id

    @property
    def matter(self) -> str:
        """The service that a mandate has to cover: its own, or that of the case that it concerns."""
        return self.about_service or self.service

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applied_by", "service", "applicant_id", "situation", "licence_id", "about_id"],
                condition=models.Q(state="draft"),
                nulls_distinct=False,
                name="one_draft_a_purpose",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant_id", "-id"], name="case_of_applicant"),
            models.Index(fields=["applied_by", "-id"], name="case_by_person"),
            models.Index(fields=["department", "-id"], name="case_of_department"),
            models.Index(fields=["department", "service", "-id"], name="case_of_service"),
            models.Index(fields=["licence_id", "-id"], name="case_of_licence", condition=models.Q(licence_id__isnull=False)),
            models.Index(
                fields=["answer_due_on"],
                name="case_answer_due",
                condition=models.Q(is_open=True, accepted_on__isnull=True, answer_due_on__isnull=False),
            ),
            models.Index(fields=["reopened_on"], name="case_reopened", condition=models.Q(reopened_on__isnull=False)),
            models.Index(fields=["due_on"], name="case_due_on", condition=models.Q(is_open=True, due_on__isnull=False)),
            models.Index(
                fields=["statutory_due_on"], name="case_law_due", condition=models.Q(is_open=True, statutory_due_on__isnull=False)
            ),
            models.Index(fields=["reply_due_on"], name="case_reply_due", condition=models.Q(reply_due_on__isnull=False)),
            models.Index(fields=["deliver_due_on"], name="case_deliver_due", condition=models.Q(deliver_due_on__isnull=False)),
            models.Index(fields=["owed_due_on"], name="case_owed_due", condition=models.Q(owed_due_on__isnull=False)),
            models.Index(fields=["stop_due_on"], name="case_stop_due", condition=models.Q(stop_due_on__isnull=False)),
            models.Index(
                fields=["silent_grant_on"], name="case_silent_grant", condition=models.Q(decided_on=None, silent_grant_on__isnull=False)
            ),
            models.Index(fields=["due_at"], name="case_due_at", condition=models.Q(is_open=True, due_at__isnull=False)),
            models.Index(
                fields=["procedure", "state", "id"],
                name="case_to_reach",
                condition=models.Q(delivery="electronic", delivered_at__isnull=True, decided_on__isnull=False),
            ),
            models.Index(fields=["decided_on"], name="case_decided_on", condition=models.Q(decided_on__isnull=False)),
            models.Index(fields=["parent_id"], name="case_of_bundle", condition=models.Q(parent_id__isnull=False)),
            models.Index(fields=["attendance_id"], name="case_attended", condition=models.Q(attendance_id__isnull=False)),
            models.Index(fields=["mandate_id", "-id"], name="case_by_mandate", condition=models.Q(mandate_id__isnull=False)),
            models.Index(NUMBER_BACKWARDS, name="case_number_tail"),
            GinIndex(fields=["name_grams"], name="case_name_grams"),
            models.Index(fields=["about_id"], name="case_about", condition=models.Q(about_id__isnull=False)),
            models.Index(fields=["id"], name="case_about_open", condition=models.Q(about_id__isnull=False, is_open=True)),
        ]
