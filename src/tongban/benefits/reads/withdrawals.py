"""What withdrawing a version would undo, and what a withdrawal came to: for how many, for whom, who was told, who was paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, Sum

from tongban.benefits.models import Match, Order, Undone, Withdrawal
from tongban.catalogue import reads as catalogue
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Known

FATES: Final = ("taken-back", "stopped", "called-off", "bank", "paid", "as-it-was")
"""What a withdrawal means for a match as it is: found only; begun, before an order; its order not at the bank; at the bank, or with the official who pays by hand; paid; ended already."""
_FATE: Final[Mapping[str, str]] = {
    "matched": "taken-back",
    "refused": "as-it-was",
    "willing": "stopped",
    "verified": "stopped",
    "publicised": "stopped",
    "paid": "paid",
    "spot-checked": "paid",
}
BECAME: Final = ("waiting", "bank", "withdrawn", "clawed-back", "stays", "as-it-was")


@dataclass(frozen=True, slots=True)
class Share:
    """How many, and how much together (fen)."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """One withdrawal."""

    id: UUID
    policy: str
    version: str
    department: str
    reason: Text
    cite: str
    paid: str
    on: date
    name: str
    at: datetime
    ended_at: datetime | None
    shares: Mapping[str, Share]
    """By what the matches became."""
    told: int
    """Messages that were sent."""


@dataclass(frozen=True, slots=True)
class UndoneView:
    """What it came to for one match."""

    id: UUID
    known: Known | None
    mark: str
    was: str
    amount: int | None
    became: str
    told: int
    number: str
    case_id: UUID | None


def would_undo(version: str) -> dict[str, Share]:
    """What withdrawing a version would come to now, by `FATES`."""
    found = dict.fromkeys(FATES, Share())
    rows = Match.objects.filter(version=version).exclude(state="ordered").values_list("state").annotate(n=Count("pk"), sum=Sum("amount"))
    for state, n, amount in rows:
        fate = _FATE.get(state, "as-it-was")
        found[fate] = Share(found[fate].count + n, found[fate].amount + (amount or 0))
    ordered = Match.objects.filter(version=version, state="ordered")
    unknown = Q(state__in=("sent", "unsure")) | Q(state="waiting", system="")
    at_bank = ordered.filter(pk__in=Order.objects.filter(unknown).values("match_id"))
    both = {name: rows.aggregate(n=Count("pk"), sum=Sum("amount")) for name, rows in (("all", ordered), ("bank", at_bank))}
    found["bank"] = Share(both["bank"]["n"], both["bank"]["sum"] or 0)
    found["called-off"] = Share(both["all"]["n"] - found["bank"].count, (both["all"]["sum"] or 0) - found["bank"].amount)
    return found


def withdrawal(version: str) -> WithdrawalView | None:
    """The withdrawal of a version, if there was one."""
    row = Withdrawal.objects.filter(version=version).first()
    return None if row is None else _view(row)


def undone(id_: UUID, became: str = "", *, after: UUID | None = None, limit: int = 50) -> tuple[UndoneView, ...]:
    """What a withdrawal came to, match by match. The caller asks for their own department only."""
    rows = Undone.objects.filter(withdrawal=id_, **({"became": became} if became else {})).order_by("id")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[:limit])
    matches = Match.objects.in_bulk([row.pk for row in found])
    profiles = catalogue.city().profiles
    names: dict[bytes, Known] = {}
    for profile in {match.profile for match in matches.values()} & profiles.keys():
        blinds = [bytes(match.subject) for match in matches.values() if match.profile == profile]
        names |= parties.known(profiles[profile].key, blinds)
    return tuple(_undone(row, matches[row.pk], names) for row in found)


def _undone(row: Undone, match: Match, names: Mapping[bytes, Known]) -> UndoneView:
    subject = bytes(match.subject)
    return UndoneView(row.pk, names.get(subject), subject.hex()[:8], row.was, row.amount, row.became, row.told, match.number, match.case_id)


def _view(row: Withdrawal) -> WithdrawalView:
    rows = Undone.objects.filter(withdrawal=row).values_list("became").annotate(n=Count("pk"), sum=Sum("amount"))
    shares = dict.fromkeys(BECAME, Share()) | {became: Share(n, amount or 0) for became, n, amount in rows}
    told = Undone.objects.filter(withdrawal=row).aggregate(sum=Sum("told"))["sum"] or 0
    return WithdrawalView(
        row.pk,
        row.policy,
        row.version,
        row.department,
        Text(row.zh, row.en),
        row.cite,
        row.paid,
        row.on,
        row.name,
        row.at,
        row.ended_at,
        shares,
        told,
    )
