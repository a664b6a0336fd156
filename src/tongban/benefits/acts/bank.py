"""Carry payment orders to a bank and ask it for outcomes, through the kinds of connector that *docking* has.

Invariants: orders are claimed in a transaction of their own before a call, and what comes is settled in another after it, so that no lock is held while a bank is waited for;
whoever is killed in between leaves a claim that runs out; after a call that got no reply an order is *unsure*: the bank is asked, and only what it says that it has not is
offered again, under the same id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tongban.benefits.acts.accounts import number_of
from tongban.benefits.acts.order import FAILED, PAID, PAY, settle
from tongban.benefits.acts.record import carefully
from tongban.benefits.models import Order
from tongban.catalogue import reads as catalogue
from tongban.docking import acts as docking
from tongban.docking.core.parcels import Acknowledgement, Parcel, There
from tongban.docking.errors import DownError
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.parties import reads as parties

BATCH: Final = 200
RECONCILE: Final = "benefits.reconcile"
"""The kind of job that hears everything once more that a bank has of ours."""
RECONCILED_FOR: Final = timedelta(days=10)
PAYMENT: Final = "payment"
"""The kind of a parcel that orders a payment."""
_CLAIMED_FOR: Final = timedelta(minutes=3)
_LOST: Final = "银行查不到已受理的这笔 · the bank no longer has what it took"
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=30)


def pay(system: str) -> int:
    """Offer a bank what waits, and ask it for what was sent; how many outcomes came. Must not be in a transaction."""
    offered = _claim(system, ("waiting",), counted=True)
    if offered:
        _offer(system, offered)
    asked = _claim(system, ("sent", "unsure"))
    came = _inquire(system, asked) if asked else 0
    _ask_for_more(system)
    return came


def _claim(system: str, states: Sequence[str], *, counted: bool = False) -> list[Order]:
    now = clock.now()
    with transaction.atomic(durable=True):
        due = Order.objects.select_for_update(skip_locked=True).filter(system=system, state__in=states, next_at__lte=now)
        rows = list(due.order_by("next_at", "id")[:BATCH])
        marked: dict[str, Any] = {"next_at": now + _CLAIMED_FOR}
        if counted:  # from here on nobody knows whether the bank has it, until it says so
            marked |= {"state": "unsure", "attempts": F("attempts") + 1}
        Order.objects.filter(pk__in=[row.pk for row in rows]).update(**marked)
    return rows


def _offer(system: str, rows: Sequence[Order]) -> None:
    parcels = [Parcel(row.id, PAYMENT, _body(row)) for row in rows]
    try:
        taken = docking.offer(system, parcels)
    except DownError as down:
        _put_off(rows, back=down.is_connected is False)
        return
    for row in rows:
        _received(row, taken.get(row.id))


def _body(row: Order) -> dict[str, Any]:
    """What the bank is told: nothing that it does not need."""
    account = row.account
    kind = "firm" if account.kind == "firm" else "person"
    name = parties.names("firm" if kind == "firm" else "person", [account.principal_id]).get(account.principal_id, "")
    return {"account": number_of(account), "name": name, "fen": row.amount, "for": row.pool}


def _received(row: Order, told: Acknowledgement | None) -> None:
    now = clock.now()
    if told is None:
        return  # not taken, as far as is known: it is asked about when its claim runs out
    if told.refused:
        settle(row.id, FAILED, reason=told.refused, remote=told.remote)
        return
    Order.objects.filter(pk=row.pk, state="unsure").update(state="sent", sent_at=now, remote=told.remote[:120], next_at=now)


def _put_off(rows: Sequence[Order], *, back: bool) -> None:
    """No reply. `back`: there is no line at all, so that nothing can have come there."""
    now = clock.now()
    for row in rows:
        changed: dict[str, Any] = {"next_at": now + _wait(row.attempts)} | ({"state": "waiting"} if back else {})
        Order.objects.filter(pk=row.pk, state="unsure").update(**changed)


def _inquire(system: str, rows: Sequence[Order]) -> int:
    try:
        found = docking.inquire(system, [row.id for row in rows])
    except DownError:
        return 0
    return sum(carefully(_heard, row, found.get(row.id)) for row in rows)


def _heard(row: Order, there: There | None) -> bool:
    """What the bank says of one order. It has not come there: it is offered again, under its id."""
    now = clock.now()
    if there is None:
        if row.state == "unsure":
            Order.objects.filter(pk=row.pk, state="unsure").update(state="waiting", next_at=now + _wait(row.attempts))
        else:  # it had said that it took it: a person asks the bank, nothing is sent a second time
            lost = Order.objects.filter(pk=row.pk, state="sent", contradicted_at=None)
            lost.update(contradicted_at=now, reason=_LOST)
        return False
    outcome = outcome_of(there)
    if outcome:
        return settle(row.id, outcome, reason=there.reason or there.records.get("reason", ""), remote=there.remote)
    known = {"remote": there.remote[:120], "state": "sent", "sent_at": row.sent_at or now}
    Order.objects.filter(pk=row.pk, state__in=("sent", "unsure")).update(next_at=now + _wait(row.attempts), **known)
    return False


def outcome_of(there: There) -> str:
    """`paid` or `failed`, or nothing while the bank is at it."""
    told = there.records.get("outcome", "")
    return told if there.state == "answered" and told in (PAID, FAILED) else FAILED if there.state == "returned" else ""


def reconcile(system: str, since: datetime) -> int:
    """Hear everything that a bank has of ours since an instant once more; how many outcomes were new. One that gives no reply is asked tomorrow. Must not be in a transaction."""
    try:
        held: Mapping[UUID, There] = docking.everything_at(system, since)
    except DownError:
        return 0
    known = set(Order.objects.filter(pk__in=list(held), system=system).values_list("pk", flat=True))
    told = [(id_, there, outcome_of(there)) for id_, there in held.items() if id_ in known]
    return sum(carefully(_heard_again, id_, outcome, there) for id_, there, outcome in told if outcome)


def _heard_again(id_: UUID, outcome: str, there: There) -> bool:
    """One outcome of a comparison."""
    return settle(id_, outcome, reason=there.reason, remote=there.remote)


def ask_to_reconcile() -> None:
    """Ask for today's comparison with each bank that pays; asked once a day, for the hour that its system declares."""
    city, today = catalogue.city(), clock.today()
    for bank in sorted({pool.bank for pool in city.pools.values() if pool.bank}):
        hour = time.fromisoformat(city.systems[bank].reconcile)
        at = datetime.combine(today, hour, clock.ZONE)
        enqueue(RECONCILE, {"system": bank}, run_at=at, key=f"{RECONCILE}/{bank}/{today.isoformat()}")


def banks_due() -> tuple[str, ...]:
    """The banks for which something is due."""
    due = Order.objects.filter(next_at__lte=clock.now()).exclude(system="")
    return tuple(sorted(set(due.values_list("system", flat=True))))


def _ask_for_more(system: str) -> None:
    """A job for the next thing that is due, as long as there is one."""
    next_at = Order.objects.filter(system=system, next_at__isnull=False).order_by("next_at").values_list("next_at", flat=True).first()
    if next_at is not None:
        enqueue(
            PAY,
            {"system": system},
            run_at=max(next_at, clock.now() + timedelta(seconds=1)),
            key=f"{PAY}/{system}/{int(next_at.timestamp())}",
        )


def _wait(attempts: int) -> timedelta:
    return min(_FIRST_WAIT * int(2 ** min(attempts, 6)), _LONGEST_WAIT)
