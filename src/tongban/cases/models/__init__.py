"""A case and what happened to it.

Invariants: a draft already has the case's id; a sent case keeps the hash of the definition it began under; what a list sorts, filters or
searches is copied into its row; `version` rises with every change; `due_on` and `statutory_due_on` are projections that
`core.clocks` computes and nothing else writes; an event is never changed.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Collate, Reverse

from tongban.cases.models.ratings import Rated as Rated
from tongban.cases.models.ratings import Rating as Rating
from tongban.cases.models.ratings import RatingTally as RatingTally
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
    result_by = models.CharField(max_length=10, default="online", db_default="online")
    """How the result is wanted: online, window or mail."""

    applicant_kind = models.CharField(max_length=10)
    applicant_id = models.UUIDField()
    applicant_name = models.CharField(max_length=200)
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applied_by", "service", "applicant_id", "situation", "about_id"],
                condition=models.Q(state="draft"),
                nulls_distinct=False,
                name="one_draft_a_purpose",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant_id", "-id"], name="case_of_applicant"),
            models.Index(fields=["applied_by", "-id"], name="case_by_person"),
            models.Index(fields=["department", "-id"], name="case_of_department"),
            models.Index(
                fields=["answer_due_on"],
                name="case_answer_due",
                condition=models.Q(is_open=True, accepted_on__isnull=True, answer_due_on__isnull=False),
            ),
            models.Index(fields=["due_on"], name="case_due_on", condition=models.Q(is_open=True, due_on__isnull=False)),
            models.Index(
                fields=["statutory_due_on"], name="case_law_due", condition=models.Q(is_open=True, statutory_due_on__isnull=False)
            ),
            models.Index(fields=["reply_due_on"], name="case_reply_due", condition=models.Q(reply_due_on__isnull=False)),
            models.Index(fields=["deliver_due_on"], name="case_deliver_due", condition=models.Q(deliver_due_on__isnull=False)),
            models.Index(fields=["owed_due_on"], name="case_owed_due", condition=models.Q(owed_due_on__isnull=False)),
            models.Index(fields=["stop_due_on"], name="case_stop_due", condition=models.Q(stop_due_on__isnull=False)),
            models.Index(fields=["decided_on"], name="case_decided_on", condition=models.Q(decided_on__isnull=False)),
            models.Index(fields=["attendance_id"], name="case_attended", condition=models.Q(attendance_id__isnull=False)),
            models.Index(fields=["mandate_id", "-id"], name="case_by_mandate", condition=models.Q(mandate_id__isnull=False)),
            models.Index(
                fields=["result_by", "decided_on", "id"],
                name="case_to_collect",
                condition=models.Q(decided_on__isnull=False, delivered_at__isnull=True) & ~models.Q(result_by="online"),
            ),
            models.Index(NUMBER_BACKWARDS, name="case_number_tail"),
            GinIndex(fields=["name_grams"], name="case_name_grams"),
            models.Index(fields=["about_id"], name="case_about", condition=models.Q(about_id__isnull=False)),
            models.Index(fields=["id"], name="case_about_open", condition=models.Q(about_id__isnull=False, is_open=True)),
        ]


class Task(models.Model):
    """One thing that officials have to do on a case, with its own limit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    step = models.CharField(max_length=80)
    joint = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=40)
    department = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    step_due_on = models.DateField(null=True)
    records = models.JSONField(default=dict)
    photos = models.JSONField(default=list)
    signatures = models.JSONField(default=list)
    """Who signed the record: person id, name, at. A step of two officers is done when two have signed."""
    outcome = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    purpose = models.CharField(max_length=12, default="", blank=True)
    """Empty for the way to the answer; `check`, `recheck` and `annul` for what follows a grant on a promise."""
    assigned_to = models.UUIDField(null=True)
    """The one official who is to do it; none while it is anybody's in that post."""
    assigned_name = models.CharField(max_length=200, default="", blank=True)
    on_silence = models.CharField(max_length=10, default="", blank=True)
    """What happens once `step_due_on` has passed: nothing, `escalate` or `pass`."""
    escalated_at = models.DateTimeField(null=True)
    kept_from = ArrayField(models.UUIDField(), default=list)

    number = models.CharField(max_length=25)
    service = models.CharField(max_length=80)
    applicant_name = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)

    @property
    def is_settled(self) -> bool:
        """Whether its record is a fact: the step was done, with every signature that it needs."""
        return bool(self.records) and not self.is_open and self.outcome == "pass"

    def was_done_by(self, person_id: UUID) -> bool:
        """Whether somebody did it, or signed its record."""
        return self.done_by == person_id or any(signature["person"] == str(person_id) for signature in self.signatures)

    class Meta:
        indexes = [
            models.Index(fields=["department", "role", "due_on", "id"], name="task_queue", condition=models.Q(is_open=True)),
            models.Index(
                fields=["step_due_on"],
                name="task_silent",
                condition=models.Q(is_open=True, escalated_at__isnull=True) & ~models.Q(on_silence=""),
            ),
            models.Index(fields=["department", "-done_at"], name="task_done", condition=models.Q(is_open=False)),
            models.Index(fields=["done_by", "-done_at", "-id"], name="task_done_by", condition=models.Q(is_open=False)),
        ]


class Event(models.Model):
    """One act on a case: who, when, from which state to which, in which words. Never changed; `entry_id` is its leaf's entry in the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    """The person; none where the machine acted."""
    actor_name = models.CharField(max_length=200)
    actor_department = models.CharField(max_length=80, blank=True)
    step = models.CharField(max_length=80, blank=True)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    words = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    facts = models.JSONField(null=True)
    """The facts an answer rested on, with source and time, where the act gave an answer."""
    explanation = models.JSONField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="event_of_case")]


class Upload(models.Model):
    """A paper that came with a case: for which question, and which stored file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="uploads")
    question = models.CharField(max_length=80)
    file_id = models.UUIDField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    size = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField()
    removed_at = models.DateTimeField(null=True)
    seen_by = models.UUIDField(null=True)
    """The official who compared it with the original (原件核对)."""
    seen_at = models.DateTimeField(null=True)
    copy_at = models.CharField(max_length=80, blank=True, default="", db_default="")
    """Where a copy on paper is kept, if one is."""

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="upload_by")]


class Letter(models.Model):
    """A letter of a case, as it was written: the text is kept, the PDF is drawn from it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    type = models.CharField(max_length=40)
    number = models.CharField(max_length=60, unique=True)
    department = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    paragraphs = models.JSONField()
    """`[{"zh": …, "en": …}]`."""
    sealed = models.BooleanField()
    issued_on = models.DateField()
    read_at = models.DateTimeField(null=True)


class BenefitDay(models.Model):
    """What the decisions of one day came to for one service, once that day was over: sums in the words of `core.benefit`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField()
    service = models.CharField(max_length=80)
    ended = models.IntegerField()
    cases = models.IntegerField()
    by_machine = models.IntegerField()
    joined = models.IntegerField()
    timed = models.IntegerField()
    days = models.IntegerField()
    days_before = models.IntegerField()
    late_promise = models.IntegerField()
    late_law = models.IntegerField()
    papers = models.IntegerField()
    papers_before = models.IntegerField()
    visits = models.IntegerField()
    visits_before = models.IntegerField()
    steps = models.IntegerField()
    steps_before = models.IntegerField()
    conditions = models.IntegerField()
    conditions_by_data = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "service"], name="benefit_day_once")]


class Attendance(models.Model):
    """One person at one clerk's counter (or on the telephone, or at home), from the look at their identity to goodbye.

    What the clerk may do for the person rests on it: only while it is open, of the same day, and once a document was checked. A look that led to nothing stays
    too, so that the person sees it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.UUIDField()
    clerk = models.UUIDField()
    clerk_name = models.CharField(max_length=200)
    department = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    document = models.CharField(max_length=40, blank=True)
    identity = models.CharField(max_length=10, blank=True)
    has_account = models.BooleanField()
    looked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["clerk", "-id"], name="attendance_of_clerk"),
            models.Index(fields=["person", "-id"], name="attendance_of_person"),
        ]


class Confirmation(models.Model):
    """What an assisted person read, or heard, and confirmed before it was sent: the whole summary, as it stood in that version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="confirmations")
    attendance_id = models.UUIDField()
    version = models.PositiveIntegerField()
    said = models.JSONField()
    """`[{"title": {"zh", "en"}, "rows": [[{"zh", "en"}, {"zh", "en"}]]}]`."""
    how = models.CharField(max_length=10)
    """pad, paper or spoken."""
    signature = models.UUIDField(null=True)
    copy_at = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="confirmation_of_case")]


class Mailing(models.Model):
    """A result on its way by mail: where to, under which tracking number, and whether it arrived or came back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="mailings")
    to_name = models.CharField(max_length=80)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    carrier = models.CharField(max_length=40, blank=True)
    tracking = models.CharField(max_length=40, blank=True)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.UUIDField(null=True)
    arrived_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    returned_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="mailing_of_case")]


class Arrival(models.Model):
    """A case that was sent and is not counted yet: written with it, taken away by the worker as it counts (`acts.shares`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    month = models.DateField()
    service = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    """online, assisted or paper."""


class Share(models.Model):
    """How many cases of one month came from one area by one channel; with an empty service, of all services together."""

    id = models.BigAutoField(primary_key=True)
    month = models.DateField()
    service = models.CharField(max_length=80, blank=True)
    area = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "month", "area", "channel", "kind"], name="share_once")]
