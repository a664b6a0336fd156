"""What stands in public: payments in their public notice, and what was paid, without personal data.

Invariants: no number and no account; a firm's name is told while it stands in public notice, because a notice that names nobody cannot be objected to, a person's is masked;
what was paid is told by month and district, and where fewer than three subjects stand behind a policy, month and district, it is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from tongban.benefits.models import Match
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.parties import reads as parties

FEWEST: Final = 3
MOST: Final = 5000


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One row of what is public; the amount in fen."""

    id: UUID | None
    """For objecting to what is in its notice; none for what was paid."""
    policy: str
    kind: str
    state: Literal["publicised", "paid"]
    name: str
    """A firm's name or a person's masked one, in its notice; empty for what was paid."""
    amount: int | None
    area: str
    until: date | None
    """The last day of the notice."""
    month: str
    """`2026-11` for what was paid."""


def published(policy: str = "", *, most: int = MOST) -> tuple[PublishedRow, ...]:
    """What stands in public notice, those that end first first; then what was paid, the latest month first."""
    declared = {one.id for one in catalogue.city().policies.values()}
    rows = Match.objects.filter(policy__in=declared & {policy} if policy else declared)
    notice = list(rows.filter(state="publicised", public_until__gte=clock.today()).order_by("public_until", "id")[:most])
    paid = list(rows.filter(state__in=("paid", "spot-checked"), paid_on__isnull=False).order_by("-paid_on", "id")[:most])
    names, areas = _names(notice), _areas([*notice, *paid])
    places = [(row.policy, f"{row.paid_on:%Y-%m}", areas.get(row.pk, "")) for row in paid]
    behind = Counter(places)
    found = [_in_notice(row, names.get(row.pk, ""), areas.get(row.pk, "")) for row in notice]
    for row, place in zip(paid, places, strict=True):
        if behind[place] >= FEWEST:
            found.append(PublishedRow(None, row.policy, row.kind, "paid", "", row.amount, place[2], None, place[1]))
    return tuple(found)


def _in_notice(row: Match, name: str, area: str) -> PublishedRow:
    return PublishedRow(row.pk, row.policy, row.kind, "publicised", name, row.amount, area, row.public_until, "")


def _names(rows: list[Match]) -> dict[UUID, str]:
    firms = parties.names("firm", [row.principal_id for row in rows if row.kind == "firm" and row.principal_id])
    people = parties.names("person", [row.principal_id for row in rows if row.kind == "person" and row.principal_id])
    found: dict[UUID, str] = {}
    for row in rows:
        if row.principal_id is not None:
            found[row.pk] = firms.get(row.principal_id, "") if row.kind == "firm" else masked_name(people.get(row.principal_id, ""))
    return found


def masked_name(name: str) -> str:
    """A person's name as it may stand in public: the family name, and a star for every other character."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def _areas(rows: list[Match]) -> dict[UUID, str]:
    """The district (six digits) of each."""
    held = [row for row in rows if row.principal_id is not None]
    found = parties.areas_of("firm", [row.principal_id for row in held if row.principal_id and row.kind == "firm"])
    found |= parties.areas_of("person", [row.principal_id for row in held if row.principal_id and row.kind == "person"])
    return {row.pk: found.get(row.principal_id, "")[:6] for row in held if row.principal_id}
