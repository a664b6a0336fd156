"""What waits for a department: each step of the life as a list, those due first at its head; objections, and how the pools stand; reviews are in `reviews`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from tongban.benefits.models import CHOICE_ASKED, TAKEN, Clawback, Match, Objection, Order, Pool, SecondPayment, Step
from tongban.benefits.reads.life import ObjectionView, objection_view
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.kernel import clock

WAITS: Final = (
    "verify", "money", "publicity", "objections", "order", "bank", "returned", "contradicted", "paid-twice", "no-account", "spot-check", "give-back", "late",
)  # fmt: skip
"""The lists: an officer verifies; money is waited for; in public notice; with an open objection; the notice is over; the bank is at it; the bank returned it; the bank
contradicted itself; it paid twice, and the second payment is not back; found, and redeemed without being asked for; drawn for a check; to be given back; past the day that the policy promises."""
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One entitlement on a list; amounts in fen."""

    id: UUID
    policy: str
    kind: str
    principal_id: UUID | None
    amount: int | None
    state: str
    number: str
    case_id: UUID | None
    willing_at: datetime | None
    due_on: date | None
    queued_at: datetime | None
    public_until: date | None
    changed_at: datetime
    is_late: bool
    order_id: UUID | None = None
    reason: str = ""
    """What the bank said when it returned it."""
    give_back_by: date | None = None
    profile: str = ""
    subject: bytes = b""
    """Blind index of the profile's key: who it is before they redeem it, parties know, if they are entered."""
    waits_for_choice: bool = False
    """Whether it is its subject who has to choose between it and what is better for them."""


@dataclass(frozen=True, slots=True)
class PoolView:
    """How a pool stands (fen): as declared, promised, paid; how many wait for it, and for how much."""

    id: str
    amount: int
    reserved: int
    paid: int
    waiting: int
    wanted: int
    twice: int = 0
    """Of what is paid, what a bank paid twice and is not back."""

    @property
    def overdrawn(self) -> int:
        """What has gone out or is promised beyond what is declared: the bank paid something twice, or less was declared later. Nothing is promised of it."""
        return max(0, self.reserved + self.paid - self.amount)

    @property
    def free(self) -> int:
        """What may still be promised."""
        return max(0, self.amount - self.reserved - self.paid)


def waiting(department: str, step: str, *, after: UUID | None = None, most: int = MOST) -> tuple[WaitingRow, ...]:
    """What of a department's policies waits on one of the lists (`WAITS`), from behind a row on: those due first come first, those without a day last."""
    today = clock.today()
    rows = list(_list(department, step).filter(_behind(after)).order_by(F("due_on").asc(nulls_last=True), "id")[:most])
    ids = [row.pk for row in rows]
    orders = {order.match_id: order for order in Order.objects.filter(match_id__in=ids).order_by("id")}
    dues = SecondPayment.objects.filter(returned_at=None) if step == "paid-twice" else Clawback.objects
    back = dict(dues.filter(match_id__in=ids).values_list("match_id", "due_on"))
    choosing = (
        set(Step.objects.filter(match_id__in=ids, act=CHOICE_ASKED).values_list("match_id", flat=True)) if step == "no-account" else ()
    )
    return tuple(_row(row, today, orders.get(row.pk), back.get(row.pk), choosing=row.pk in choosing) for row in rows)


def _behind(after: UUID | None) -> Q:
    """What comes after a row in the order of the lists; everything where there is none."""
    held = Match.objects.filter(pk=after).first() if after is not None else None
    if held is None:
        return Q()
    later = Q(due_on=held.due_on, id__gt=held.pk) if held.due_on else Q(due_on__isnull=True, id__gt=held.pk)
    return later | Q(due_on__gt=held.due_on) | Q(due_on__isnull=True) if held.due_on else later


def counts(department: str) -> dict[str, int]:
    """How many stand on each list."""
    return {step: _list(department, step).count() for step in WAITS}


def _list(department: str, step: str) -> QuerySet[Match]:
    own = [policy.id for policy in catalogue.city().policies.values() if policy.department == department]
    orders = Order.objects.filter(match=OuterRef("pk"))
    open_objection = Objection.objects.filter(match=OuterRef("pk"), decided_at__isnull=True)
    today, chosen = clock.today(), Step.objects.filter(match=OuterRef("pk"), act=CHOICE_ASKED)
    lists: dict[str, Q] = {
        "verify": Q(state="willing", queued_at__isnull=True),
        "money": Q(queued_at__isnull=False),
        "publicity": Q(state="publicised"),
        "objections": Q(Exists(open_objection)),
        "order": Q(state="publicised", public_until__lt=today) & ~Q(Exists(open_objection)) | Q(state="verified", amount__isnull=False),
        "bank": Q(state="ordered") & Q(Exists(orders.filter(state__in=("waiting", "sent", "unsure")))),
        "returned": Q(state="ordered") & ~Q(Exists(orders.exclude(state="failed"))),
        "contradicted": Q(Exists(orders.filter(contradicted_at__isnull=False))),
        "paid-twice": Q(Exists(SecondPayment.objects.filter(match=OuterRef("pk"), returned_at__isnull=True))),
        "no-account": Q(state="matched") & (Q(amount__isnull=False) | Q(Exists(chosen))) & _unasked(own),
        "spot-check": Q(state="paid") & Q(Exists(Step.objects.filter(match=OuterRef("pk"), act="draw"))),
        "give-back": Q(state="clawed-back") & Q(Exists(Clawback.objects.filter(match=OuterRef("pk"), returned_at__isnull=True))),
        "late": Q(state__in=("willing", "verified", "publicised"), due_on__lt=today, queued_at__isnull=True),
    }
    return Match.objects.filter(lists[step], policy__in=own)


def _unasked(own: list[str]) -> Q:
    """What is redeemed unasked and no claim would refuse: what the subject had, or has something that excludes it, is none of it."""
    policies = [one for one in catalogue.city().policies_on(clock.today()).values() if one.id in own and one.redeem == "unasked"]
    found = Q(pk__in=[])
    for policy in policies:
        found |= Q(policy=policy.id) & ~Q(Exists(_stands_against(policy))) & (Q(version=policy.hash) | ~Q(Exists(_newer(policy))))
    return found


def _stands_against(policy: Policy) -> QuerySet[Match]:
    """What the same subject has taken and cannot have beside a policy: the rule of `record.barred`, as a query."""
    versions = catalogue.city().policies.values()
    exclude = [one.hash for one in versions if one.profile == policy.profile and policy.id in one.excludes]
    had = Q(policy=policy.id) & (_edition(policy) if policy.repeats else Q())
    return Match.objects.filter(
        had | Q(policy__in=policy.excludes) | Q(version__in=exclude), subject=OuterRef("subject"), profile=policy.profile, state__in=TAKEN
    )


def _edition(policy: Policy) -> Q:
    """The rule of `claimable.is_edition`, as a condition."""
    return Q(edition=policy.in_force) | Q(edition__isnull=True, version=policy.hash)


def _newer(policy: Policy) -> QuerySet[Match]:
    """That the same subject was found under the version in force, which is the one to redeem."""
    return Match.objects.filter(subject=OuterRef("subject"), policy=policy.id, version=policy.hash)


def _row(row: Match, today: date, order: Order | None, back: date | None, *, choosing: bool) -> WaitingRow:
    own = {name: getattr(row, name) for name in WaitingRow.__dataclass_fields__ if hasattr(row, name)}
    before_order = row.state in ("willing", "verified", "publicised")
    is_late = before_order and row.queued_at is None and row.due_on is not None and row.due_on < today
    told = (order.id, order.reason) if order else (None, "")
    return WaitingRow(**own, is_late=is_late, order_id=told[0], reason=told[1], give_back_by=back, waits_for_choice=choosing)


def objections(department: str, *, after: UUID | None = None, most: int = MOST) -> tuple[ObjectionView, ...]:
    """The open objections that a department decides, from behind one on, oldest first."""
    rows = Objection.objects.filter(department=department, decided_at__isnull=True).select_related("match").order_by("id")
    rows = rows.filter(id__gt=after) if after is not None else rows
    return tuple(objection_view(row, row.match) for row in rows[:most])


def count_objections(department: str) -> int:
    """How many open objections a department has to decide."""
    return Objection.objects.filter(department=department, decided_at__isnull=True).count()


def pools(department: str | None = None) -> tuple[PoolView, ...]:
    """How the declared pools stand, of one department or of all."""
    city = catalogue.city()
    kept = {row.id: row for row in Pool.objects.all()}
    waiting = Match.objects.filter(queued_at__isnull=False).order_by().values_list("pool").annotate(Count("pk"), Sum("amount"))
    queues = {pool: (count, wanted or 0) for pool, count, wanted in waiting}
    twice = dict(SecondPayment.objects.filter(returned_at=None).order_by().values_list("pool").annotate(Sum("amount")))
    found = []
    for pool in city.pools.values():
        if department not in (None, pool.department):
            continue
        row, (count, wanted) = kept.get(pool.id), queues.get(pool.id, (0, 0))
        sums = (row.reserved, row.paid) if row else (0, 0)
        found.append(PoolView(pool.id, pool.amount, *sums, count, wanted, twice.get(pool.id, 0)))
    return tuple(found)
