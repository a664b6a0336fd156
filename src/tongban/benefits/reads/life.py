"""What somebody is entitled to, and everything that became of one entitlement. The caller must have asked whether its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from tongban.benefits.core.claimable import refused, superseded
from tongban.benefits.core.life import ACTS, TITLES
from tongban.benefits.models import TAKEN, Account, Clawback, Finding, Match, Objection, Order, SecondPayment, Step
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.identity import plain
from tongban.parties.sealer import sealer


@dataclass(frozen=True, slots=True)
class MatchView:
    """One entitlement of somebody; the amount in fen."""

    id: UUID
    policy: str
    version: str
    edition: date | None
    profile: str
    amount: int | None
    state: str
    found_at: datetime
    changed_at: datetime
    case_id: UUID | None
    number: str
    willing_at: datetime | None
    due_on: date | None
    queued_at: datetime | None
    public_from: date | None
    public_until: date | None
    paid_on: date | None

    @property
    def title(self) -> Text:
        """Its state, in words."""
        return TITLES[self.state] if self.queued_at is None else ACTS["queue"]


@dataclass(frozen=True, slots=True)
class StepView:
    """One act on it."""

    act: str
    title: Text
    at: datetime
    name: str
    """Who did it; empty for the machine."""
    department: str
    from_state: str
    to_state: str
    words: str
    data: Mapping[str, Any]
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class FindingView:
    """What the single evaluator said when it was promised; `explanation` and `facts` as they are stored."""

    at: datetime
    look: UUID
    version: str
    answer: str
    amount: int | None
    facts: Mapping[str, Any]
    explanation: Mapping[str, Any]
    choice: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrderView:
    """One payment order: its state (waiting, sent, unsure, paid, failed), the account's last digits, what the bank said."""

    id: UUID
    state: str
    amount: int
    tail: str
    system: str
    ordered_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    reason: str
    remote: str
    attempts: int
    answers: int
    contradicted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """One objection, without who raised it."""

    id: UUID
    match_id: UUID
    policy: str
    number: str
    at: datetime
    words: str
    department: str
    decided_at: datetime | None
    decided_by: str
    upheld: bool | None
    answer: str


@dataclass(frozen=True, slots=True)
class ClawbackView:
    """What has to be given back."""

    id: UUID
    amount: int
    at: datetime
    words: str
    cite: str
    due_on: date
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondView:
    """What a bank paid besides, by an order that had been taken for failed: asked back or not, back or not."""

    id: UUID
    order_id: UUID
    amount: int
    known_at: datetime
    asked_at: datetime | None
    words: str
    due_on: date | None
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class LifeView:
    """One entitlement with every step, oldest first."""

    match: MatchView
    kind: str
    principal_id: UUID | None
    account: str
    """The account that it is paid into, masked; empty where none is known."""
    steps: tuple[StepView, ...]
    findings: tuple[FindingView, ...]
    orders: tuple[OrderView, ...]
    objections: tuple[ObjectionView, ...]
    clawback: ClawbackView | None
    seconds: tuple[SecondView, ...] = ()


def entitlements(kind: str, number: str, *, all_states: bool = False) -> tuple[MatchView, ...]:
    """What a firm (`uscc`) or person (`id_number`) was found entitled to, the newest first; without what was lost or withdrawn, unless all states are wanted."""
    subject = sealer().blind(kind, plain(number))
    rows = Match.objects.filter(subject=subject).order_by("-id")
    rows = rows if all_states else rows.exclude(state__in=("lost", "withdrawn"))
    return tuple(MatchView(**row) for row in rows.values(*MatchView.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for its subject: to be claimed (`matched`), or to be given back (`clawed-back`, and `paid-twice` for a second payment, until `due_on`)."""

    id: UUID
    subject: bytes
    policy: str
    state: str
    amount: int | None
    due_on: date | None
    version: str = ""
    edition: date | None = None


def waits(subjects: Iterable[bytes]) -> tuple[Waits, ...]:
    """What waits for these subjects, the most money first, without what a claim would refuse; one statement, and no register is asked."""
    order = F("amount").desc(nulls_last=True), "id"
    second = SecondPayment.objects.filter(match=OuterRef("pk"), asked_at__isnull=False, returned_at=None).order_by("due_on", "id")
    rows = Match.objects.filter(subject__in=list(subjects)).exclude(state__in=("lost", "withdrawn")).order_by(*order)
    given_back: set[UUID] = set()
    by_subject: dict[bytes, list[Waits]] = {}
    found: list[Waits] = []
    fields = ("id", "subject", "policy", "state", "amount", "clawback__due_on", "version", "edition", "clawback__returned_at")
    asked_back = {"second_sum": Subquery(second.values("amount")[:1]), "second_due": Subquery(second.values("due_on")[:1])}
    seconds: list[Waits] = []
    for id_, subject, policy, state, amount, due, version, edition, returned_at, sum_, by in rows.values_list(
        *fields, *asked_back.values()
    ):
        found.append(Waits(id_, bytes(subject), policy, state, amount, due, version, edition))
        by_subject.setdefault(found[-1].subject, []).append(found[-1])
        if returned_at is not None:
            given_back.add(id_)
        if by is not None:
            seconds.append(Waits(id_, bytes(subject), policy, "paid-twice", sum_, by, version))
    may = {one.id for held in by_subject.values() for one in claimable(held)}
    return (*(one for one in found if one.id in may or (one.state == "clawed-back" and one.id not in given_back)), *seconds)


def claimable(held: Sequence[Waits]) -> list[Waits]:
    """Of all that one subject has, what was found and a claim would not refuse."""
    policies = catalogue.city().policies_on(clock.today())
    taken = [one for one in held if one.state in TAKEN]
    return [
        one
        for one in held
        if one.state == "matched"
        and (policy := policies.get(one.policy)) is not None
        and not superseded(one, held, policy)
        and not refused(policy, taken, policies)
    ]


def claimable_of(policy: Policy) -> list[tuple[UUID, bytes]]:
    """Of everybody whom the version in force has found, those whose claim would not be refused, the oldest first; for what is redeemed unasked."""
    found = Match.objects.filter(policy=policy.id, version=policy.hash, state="matched").order_by("id").values_list("pk", "subject")
    policies = catalogue.city().policies_on(clock.today())
    had: dict[bytes, list[Waits]] = {}
    subjects = Match.objects.filter(policy=policy.id, version=policy.hash, state="matched").values("subject")
    rows = Match.objects.filter(subject__in=subjects, state__in=TAKEN).values_list("id", "subject", "policy", "state", "version", "edition")
    for id_, subject, taken, state, version, edition in rows:
        had.setdefault(bytes(subject), []).append(Waits(id_, bytes(subject), taken, state, None, None, version, edition))
    return [(pk, bytes(subject)) for pk, subject in found if not refused(policy, had.get(bytes(subject), []), policies)]


def subject_of(match: UUID) -> bytes | None:
    """The blind index of whose entitlement it is."""
    subject = Match.objects.filter(pk=match).values_list("subject", flat=True).first()
    return None if subject is None else bytes(subject)


def match_of_case(case_id: UUID) -> UUID | None:
    """The entitlement that a case redeems."""
    return Match.objects.filter(case_id=case_id).values_list("pk", flat=True).first()


def life(match: UUID) -> LifeView | None:
    """Everything that became of one entitlement; None if there is no such."""
    held = Match.objects.filter(pk=match).first()
    if held is None:
        return None
    steps = tuple(step_view(row) for row in Step.objects.filter(match=held).order_by("id"))
    findings = Finding.objects.filter(match=held).order_by("id").values(*FindingView.__dataclass_fields__)
    orders = Order.objects.filter(match=held).select_related("account").order_by("id")
    seconds = SecondPayment.objects.filter(match=held).order_by("id").values(*SecondView.__dataclass_fields__)
    clawback = Clawback.objects.filter(match=held).values(*ClawbackView.__dataclass_fields__).first()
    return LifeView(
        match=_view(held),
        kind=held.kind,
        principal_id=held.principal_id,
        account=account_of(bytes(held.subject)),
        steps=steps,
        findings=tuple(FindingView(**row) for row in findings),
        orders=tuple(_order(row) for row in orders),
        objections=tuple(objection_view(row, held) for row in Objection.objects.filter(match=held).order_by("id")),
        clawback=ClawbackView(**clawback) if clawback else None,
        seconds=tuple(SecondView(**row) for row in seconds),
    )


def account_of(subject: bytes) -> str:
    """Where a subject is paid, masked; empty where nobody said."""
    tail = Account.objects.filter(subject=subject, is_current=True).values_list("tail", flat=True).first()
    return f"**** {tail}" if tail else ""


def objection_view(row: Objection, match: Match) -> ObjectionView:
    """An objection as it is told."""
    own = {name: getattr(row, name) for name in ObjectionView.__dataclass_fields__ if name not in ("policy", "number")}
    return ObjectionView(policy=match.policy, number=match.number, **own)


def _view(row: Match) -> MatchView:
    return MatchView(**{name: getattr(row, name) for name in MatchView.__dataclass_fields__})


def step_view(row: Step) -> StepView:
    """An act as it is told."""
    own = {name: getattr(row, name) for name in StepView.__dataclass_fields__ if name != "title"}
    return StepView(title=ACTS.get(row.act, Text(row.act, row.act)), **own)


def _order(row: Order) -> OrderView:
    own = {name: getattr(row, name) for name in OrderView.__dataclass_fields__ if name != "tail"}
    return OrderView(tail=row.account.tail, **own)
